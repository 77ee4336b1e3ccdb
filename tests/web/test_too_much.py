"""Attack 12 through the pages: a thousand rows, ten megabytes. A friendly limit, and no word is lost."""

import pytest
from django.urls import reverse

from sip.plans.models import Action, Voice
from sip.plans.models.contents import Responsible
from tests.world import World

pytestmark = pytest.mark.django_db

TEN_MEGABYTES = "Alva orkar inte. " * 600_000


@pytest.fixture
def met() -> World:
    return World.build().to("met")


def test_ten_megabytes_in_a_field_come_back_in_the_form_with_the_limit_beside_them(met: World) -> None:
    sent = {"version": Voice.objects.get().version, "situation": TEN_MEGABYTES, "works_well": "Slöjd."}
    answer = met.client(met.nadja).post(reverse("voice", args=[met.plan.pk]), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Texten får vara högst 5000 tecken. Den är 10199999." in page
    assert TEN_MEGABYTES.strip() in page
    assert "Slöjd." in page
    assert Voice.objects.get().situation == "Hög frånvaro sedan mars."


def test_more_than_the_server_takes_is_said_in_swedish(met: World) -> None:
    sent = {"version": 1, "situation": TEN_MEGABYTES * 2}
    answer = met.client(met.nadja).post(reverse("voice", args=[met.plan.pk]), sent)
    assert answer.status_code == 400
    assert "Kanske var det för mycket text på en gång" in answer.content.decode()


def test_a_thousand_rows_are_written_and_read_and_no_paper_is_made_of_them(met: World) -> None:
    rows = [
        Action(plan=met.plan, text=f"Insats {number}", responsible=Responsible.FAMILY, changed_by=met.nadja)
        for number in range(1_000)
    ]
    Action.objects.bulk_create(rows)
    client, address = met.client(met.nadja), reverse("review", args=[met.plan.pk])
    assert client.get(address).status_code == 200
    answer = client.post(address)
    assert answer.status_code == 422
    assert "Ett dokument rymmer högst 300" in answer.content.decode()
    met.plan.refresh_from_db()
    assert (met.plan.state, met.plan.versions.count()) == ("met", 0)
    assert Action.objects.filter(plan=met.plan).count() == 1_003
