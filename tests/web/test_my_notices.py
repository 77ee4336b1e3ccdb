"""Så får du meddelanden: anybody chooses for oneself, and only what reaches one."""

from typing import Any

import pytest

from agencies.models import User
from sip.notices.models import Channel, Preference, Rhythm
from sip.notices.registry import Group
from tests.world import World

pytestmark = pytest.mark.django_db

ADDRESS = "/mina-meddelanden/"
CHOSEN = {"channel": "mail", "rhythm": "daily", "groups": ["plan"]}


def test_staff_and_family_choose_each_for_oneself() -> None:
    world = World.build()
    for user in (world.per, world.sara.user):
        client = world.client(user)
        page = client.get(ADDRESS).content.decode()
        assert "Så får du meddelanden" in page
        assert f"Med e-post till \u2068{user.email}\u2069" in page
        answer = client.post(ADDRESS, CHOSEN, follow=True)
        assert "Sparat" in answer.content.decode()
        row = Preference.objects.get(user=user)
        assert (row.channel, row.rhythm) == (Channel.MAIL, Rhythm.DAILY)
        assert row.switched_off == ["consent", "meetings", "reminders"]
    assert Preference.objects.count() == 2


def test_what_is_chosen_stands_there_the_next_time() -> None:
    world = World.build()
    client = world.client(world.per)
    client.post(ADDRESS, CHOSEN)
    client.post(ADDRESS, CHOSEN)
    page = client.get(ADDRESS).content.decode()
    assert 'value="daily" class="ds-input" checked' in page or _is_checked(page, "daily")
    assert _is_checked(page, "plan")
    assert not _is_checked(page, "consent")


def _is_checked(page: str, value: str) -> bool:
    tag = next(tag for tag in page.split("<input") if f'value="{value}"' in tag)
    return "checked" in tag.partition(">")[0]


def test_only_a_manager_chooses_about_the_unit() -> None:
    world = World.build()
    unit = str(Group.UNIT.label)
    assert unit in world.client(world.chef).get(ADDRESS).content.decode()
    assert unit not in world.client(world.per).get(ADDRESS).content.decode()
    answer = world.client(world.per).post(ADDRESS, {**CHOSEN, "groups": ["unit"]})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {**CHOSEN, "channel": "sms"},
        {**CHOSEN, "channel": "page"},
        {**CHOSEN, "channel": "brevduva"},
        {**CHOSEN, "rhythm": "yearly"},
        {**CHOSEN, "rhythm": ""},
        {**CHOSEN, "groups": ["allt"]},
        {**CHOSEN, "groups": ["plan"] * 200 + ["\x00"]},
        {**CHOSEN, "channel": "m" * 100_000},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(sent: dict[str, Any]) -> None:
    world = World.build()
    answer = world.client(world.per).post(ADDRESS, sent)
    assert answer.status_code == 422
    assert "Inget är ändrat än." in answer.content.decode()
    assert not Preference.objects.exists()


def test_a_field_that_the_page_does_not_take_is_refused() -> None:
    world = World.build()
    answer = world.client(world.per).post(ADDRESS, {**CHOSEN, "user": str(world.dag.pk)})
    assert answer.status_code == 400
    assert not Preference.objects.exists()


def test_without_any_way_the_page_says_so_and_the_rest_can_be_chosen() -> None:
    world = World.build()
    user = world.sara.user
    user.email, user.phone = None, ""
    user.save()
    client = world.client(user)
    assert "varken e-post eller mobilnummer" in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"rhythm": "daily"}).status_code == 302
    assert Preference.objects.get(user=user).switched_off == ["consent", "meetings", "plan", "reminders"]


def test_sms_can_be_chosen_where_there_is_a_number_and_a_gateway(settings: Any) -> None:
    settings.SMS_USER = "u123"
    world = World.build()
    world.per.phone = "070-174 06 05"
    world.per.save()
    client = world.client(world.per)
    assert "Med sms till \u2068070-174 06 05\u2069" in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {**CHOSEN, "channel": "sms"}).status_code == 302
    assert Preference.objects.get(user=world.per).channel == Channel.SMS


def test_nobody_in_particular_is_asked_to_log_in(client: Any) -> None:
    assert client.get(ADDRESS).status_code == 302
    assert client.post(ADDRESS, CHOSEN).status_code == 302
    assert not Preference.objects.exists()


def test_where_the_number_is_no_mobiles_the_page_says_why_there_is_no_sms(settings: Any) -> None:
    settings.SMS_USER = "u123"
    world = World.build()
    client = world.client(world.nadja)
    page = client.get(ADDRESS).content.decode()
    assert "Med sms till" not in page
    assert "<bdi>0411-55 01 02</bdi> till dig. Det är inte ett mobilnummer" in page
    assert client.post(ADDRESS, {**CHOSEN, "channel": "sms"}).status_code == 422


def test_a_number_keeps_its_own_direction_in_a_line_that_runs_from_right_to_left(settings: Any) -> None:
    settings.SMS_USER = "u123"
    world = World.build()
    User.objects.filter(pk=world.sara.user.pk).update(email=None, phone="070-174 06 11", language="ar")
    page = world.client(User.objects.get(pk=world.sara.user.pk)).get(ADDRESS).content.decode()
    assert 'dir="rtl"' in page and "\u2068070-174 06 11\u2069" in page
