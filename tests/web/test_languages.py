"""Which language a page and a letter is in: the family's own, staff's Swedish, a stranger's browser's; what binds."""

import json
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from agencies.models import User
from sip.documents import services as documents
from sip.documents.models import DocumentKind
from sip.notices.sweep import sweep
from sip.signing import services as signing
from sip.web.family import names
from tests.world import World

pytestmark = pytest.mark.django_db

PASSWORD = "en lång mening som ingen gissar"
ARABIC = '<html lang="ar" dir="rtl">'
SWEDISH = '<html lang="sv" dir="ltr">'


def speaks(user: User, language: str) -> User:
    """The person, who has chosen that language."""
    user.language = language
    user.save(update_fields=["language"])
    return user


def page(client: Client, path: str, **headers: Any) -> str:
    """What stands at that address."""
    return client.get(path, headers=headers).content.decode()


def test_a_strangers_page_is_in_the_browsers_language_when_it_is_ours() -> None:
    client = Client()
    assert ARABIC in page(client, "/", **{"accept-language": "ar-EG,ar;q=0.9,en;q=0.8"})
    assert '<html lang="uk"' in page(client, "/", **{"accept-language": "ja, uk;q=0.5"})
    assert SWEDISH in page(client, "/", **{"accept-language": "ja"})
    assert SWEDISH in page(client, "/", **{"accept-language": "*;q=x,,;"})
    assert SWEDISH in page(client, "/")


def test_the_persons_own_choice_stands_before_the_browsers() -> None:
    world = World.build().to("established")
    client = world.client(world.sara)
    own = reverse("family_plan", args=[world.plan.pk])
    assert SWEDISH in page(client, own, **{"accept-language": "ar"})
    speaks(world.sara.user, "ar")
    answer = client.get(own, headers={"accept-language": "en"})
    assert ARABIC in answer.content.decode()
    assert answer["Content-Language"] == "ar"
    speaks(world.sara.user, "tlh")  # whoever registered it knew better than we do
    assert SWEDISH in page(client, own)


def test_staff_read_swedish_whatever_they_chose() -> None:
    world = World.build().to("established")
    client = world.client(speaks(world.nadja, "ar"))
    for path in ("/idag/", "/mina-meddelanden/", reverse("plan", args=[world.plan.pk]), "/finns-inte-alls/"):
        assert SWEDISH in page(client, path)
    assert 'name="language"' not in page(client, "/idag/")


def test_whoever_works_here_and_is_a_parent_reads_the_childs_pages_as_a_parent() -> None:
    world = World.build().to("established")
    speaks(world.sara.user, "ar")
    world.dag.memberships.update(user=world.sara.user)
    client = world.client(world.sara)
    assert ARABIC in page(client, reverse("family_plan", args=[world.plan.pk]))
    assert SWEDISH in page(client, "/mina-meddelanden/")


def test_the_switch_keeps_the_choice_with_the_person_and_goes_back() -> None:
    world = World.build().to("established")
    client = world.client(world.sara)
    own = reverse("family_plan", args=[world.plan.pk])
    assert f'name="next" value="{own}"' in page(client, own)
    answer = client.post("/sprak/", {"language": "so", "next": own})
    assert answer["Location"] == own
    assert '<html lang="so"' in page(client, own)
    world.sara.user.refresh_from_db()
    assert world.sara.user.language == "so"
    assert not answer.cookies


@pytest.mark.parametrize("code", ["", "tlh", "ar-EG", "sv\n", "../../x", "a" * 5000])
def test_what_is_no_language_of_ours_changes_nothing(code: str) -> None:
    world = World.build()
    for client in (world.client(world.sara), Client()):
        answer = client.post("/sprak/", {"language": code, "next": "https://elsewhere.example/"})
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert not answer.cookies
    world.sara.user.refresh_from_db()
    assert world.sara.user.language == "sv"


def test_a_stranger_chooses_for_the_browser_and_takes_it_along() -> None:
    world = World.build()
    world.sara.user.set_password(PASSWORD)
    world.sara.user.save()
    client = Client()
    answer = client.post("/sprak/", {"language": "ar", "next": "/logga-in/"})
    kept = answer.cookies["django_language"]
    assert (kept.value, kept["httponly"], kept["max-age"]) == ("ar", True, "")
    assert ARABIC in page(client, "/logga-in/")
    answer = client.post("/logga-in/", {"username": world.sara.user.email, "password": PASSWORD})
    assert answer.cookies["django_language"].value == ""  # the next one at the same computer chooses anew
    world.sara.user.refresh_from_db()
    assert world.sara.user.language == "ar"


def test_staff_do_not_take_it_along() -> None:
    world = World.build()
    world.nadja.set_password(PASSWORD)
    world.nadja.save()
    client = Client()
    client.post("/sprak/", {"language": "ar"})
    client.post("/logga-in/", {"username": world.nadja.email, "password": PASSWORD})
    world.nadja.refresh_from_db()
    assert world.nadja.language == "sv"


def test_only_a_form_of_ours_changes_the_language() -> None:
    world = World.build()
    client = world.client(world.sara, enforce_csrf_checks=True)
    assert client.post("/sprak/", {"language": "ar"}).status_code == 403
    assert client.get("/sprak/").status_code == 405


def test_a_letter_is_in_the_readers_language_and_staffs_in_swedish() -> None:
    world = World.build().to("met")
    speaks(world.sara.user, "fi")
    speaks(world.nadja, "fi")
    sweep()
    mail.outbox.clear()
    world.review()
    sweep()
    told = {message.to[0]: str(message.subject) for message in mail.outbox}
    assert told["sara@familj.example"] == "Suunnitelma on valmis luettavaksi ja allekirjoitettavaksi"
    assert told["johan@familj.example"] == "En plan är klar att läsa och skriva under"
    assert not any("uunnitelma" in subject for to, subject in told.items() if to != "sara@familj.example")


def test_what_is_signed_and_sealed_is_swedish_in_whatever_language_one_signs() -> None:
    """The papers of a world in Arabic are those of a world in Swedish, but for keys and moments."""
    world = World.build().to("met")
    with translation.override("ar"):
        world.review()
        signing.sign(world.actor(world.sara), world.plan)
        world.establish()
    assert not _arabic(str(world.version.content))
    newest = documents.newest(world.version, DocumentKind.PLAN)
    receipt = documents.newest(world.version, DocumentKind.RECEIPT)
    assert newest is not None
    assert receipt is not None
    for paper in (newest, receipt):
        with pikepdf.open(BytesIO(bytes(paper.data))) as pdf:
            assert str(pdf.Root.Lang) == "sv"
            reasons = [str(field.V.Reason) for field in pdf.Root.AcroForm.Fields if "/Reason" in field.V]
            content = json.loads(next(iter(pdf.attachments.values())).get_file().read_bytes())
        said = json.dumps(content, ensure_ascii=False) + "".join(reasons)
        assert "årdnadshavare" in said or "Har läst planen, version 1" in said
        assert not _arabic(said)


def test_a_childs_name_is_bent_in_swedish_alone() -> None:
    world = World.build()
    actor = world.actor(world.sara)
    assert names.plan_name(world.child, actor) == "Alvas plan"
    with translation.override("fi"):
        assert names.plan_name(world.child, actor) == "Suunnitelma: Alva"
        assert names.own_words(world.child, actor) == "Näin sanoo itse Alva"
    with translation.override(None):
        assert names.plan_name(world.child, actor) == "Alvas plan"


def _arabic(text: str) -> bool:
    return any("\u0600" <= character <= "\u06ff" for character in text)
