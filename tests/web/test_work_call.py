"""Kalla till möte: what a call needs, who can be called, and what is said where nobody receives."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Membership, Role
from agencies.routines import Rules
from common import clock
from common.errors import given
from sip.meetings.models import Invitation, Meeting
from sip.web.words import weekday_words
from sip.web.work import call_page
from tests.swedish_days import is_open, open_until
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A plan where both guardians have said yes."""
    return World.build().to("consented")


@pytest.fixture
def nadja(world: World) -> Client:
    """The coordinator's browser."""
    return world.client(world.nadja)


def url(world: World) -> str:
    return reverse("call", args=[world.plan.pk])


def new_call(world: World, **changes: Any) -> dict[str, Any]:
    day = clock.today() + timedelta(days=20)
    return {
        "purpose": "Göra en gemensam plan",
        "question": "Vad ska vi börja med?",
        "day": day.isoformat(),
        "start": "14:00",
        "end": "15:00",
        "place": "Mackleanskolan rum 4",
        "answer_by": (day - timedelta(days=7)).isoformat(),
        f"v-{world.bup.pk}-how": "call",
        f"v-{world.bup.pk}-people": [str(world.per.pk)],
        f"v-{world.bup.pk}-grounds": ["referral"],
        f"v-{world.school.pk}-how": "invite",
        f"v-{world.clinic.pk}-how": "no",
        **changes,
    }


def test_the_form_is_filled_in_sensibly_but_never_with_an_end(world: World, nadja: Client) -> None:
    form = nadja.get(url(world)).context["form"]
    day = form["day"].value()
    assert clock.today() < day <= clock.today() + timedelta(days=14) and is_open(day)
    assert not form["end"].value() and not form["question"].value()
    assert not form["answer_by"].value()  # so that it follows the day of the meeting when that is changed


@pytest.mark.parametrize("today", [date(2026, 12, 1) + timedelta(days=ahead) for ahead in range(0, 40, 3)])
@pytest.mark.parametrize("squeeze", [False, True])
def test_the_proposed_days_are_days_to_come_when_offices_are_open(today: date, squeeze: bool) -> None:
    rules = Rules({}, squeeze_days_off=squeeze)
    with clock.set_to(clock.at(today, 9)):
        for ahead in range(1, 20):
            day = call_page.workday(today + timedelta(days=ahead), rules)
            assert is_open(day, squeeze=squeeze) and day >= today
            by = call_page.answer_by(day, rules)
            assert by == today or (is_open(by, squeeze=squeeze) and by <= day - timedelta(days=5))


def test_the_agreed_follow_up_on_a_holiday_is_proposed_for_the_working_day_before() -> None:
    world = World.build().to("following_up")
    year = clock.today().year + 1
    world.plan.follow_up_on = date(year, 12, 26)
    world.plan.save(update_fields=["follow_up_on"])
    world.plan.refresh_from_db()
    assert call_page.usual(world.plan)["day"] == open_until(date(year, 12, 26)) < date(year, 12, 24)


def test_a_call_goes_out_and_says_to_whom(world: World, nadja: Client) -> None:
    page = nadja.post(url(world), new_call(world), follow=True).content.decode()
    assert "Kallelsen är skickad till BUP Ystad och Elevhälsan Mackleanskolan" in page
    asked = {row.agency: row for row in Invitation.objects.select_related("agency")}
    assert asked[world.bup].is_call and list(asked[world.bup].people.all()) == [world.per]
    assert asked[world.bup].grounds == ["referral"]
    assert not asked[world.school].is_call
    assert world.clinic not in asked


def test_where_nobody_receives_the_coordinator_is_told_whom_to_ring(world: World, nadja: Client) -> None:
    Membership.objects.filter(agency=world.school).delete()
    page = nadja.post(url(world), new_call(world), follow=True).content.decode()
    assert "Ingen tar emot kallelser på Elevhälsan Mackleanskolan" in page


def test_a_call_that_would_reach_nobody_is_sent_only_to_somebody_named_or_when_the_coordinator_rings(
    world: World, nadja: Client
) -> None:
    Membership.objects.filter(agency=world.bup).exclude(user=world.per).delete()
    Membership.objects.filter(agency=world.bup).update(role=Role.STAFF)
    Agency.objects.filter(pk=world.bup.pk).update(phone="0411-123 45")
    page = nadja.get(url(world)).content.decode()
    assert "Ingen tar emot kallelser hos BUP Ystad. Välj någon med namn, eller ring: 0411-123 45." in page
    assert page.count("Ingen tar emot") == page.count("Jag ringer dit") == 2  # the clinic has no intake, the school has
    nobody = new_call(world, **{f"v-{world.bup.pk}-people": []})
    refused = nadja.post(url(world), nobody)
    assert refused.status_code == 422 and not Meeting.objects.exists()
    wrong = {one.reachable.agency: one.errors for one in refused.context["asked"] if one.errors}
    assert list(wrong) == [world.bup] and "kryssa i att du ringer dit" in wrong[world.bup]["people"][0]
    sent = nadja.post(url(world), nobody | {f"v-{world.bup.pk}-rings": "on"}, follow=True).content.decode()
    assert "Ingen tar emot kallelser på BUP Ystad (0411-123 45)" in sent
    # And it is still said, with the number, on the page that "Ring och fråga" leads to.
    assert "Kallelsen har inte nått någon hos BUP Ystad." in sent and 'href="tel:041112345"' in sent


def test_without_a_last_day_to_answer_it_is_five_days_before(world: World, nadja: Client) -> None:
    sent = nadja.post(url(world), new_call(world, answer_by=""), follow=True).content.decode()
    meeting = Meeting.objects.get()
    assert meeting.answer_by == open_until(clock.local(meeting.start).date() - timedelta(days=5))
    assert f"De svarar senast {weekday_words(meeting.answer_by)}." in sent


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"purpose": ""}, "Skriv mötets syfte"),
        ({"question": ""}, "Skriv frågan som mötet ska svara på"),
        ({"day": ""}, "Skriv vilken dag mötet är"),
        ({"day": "nästa tisdag"}, "Skriv dagen så här"),
        ({"start": ""}, "Skriv när mötet börjar"),
        ({"end": ""}, "Skriv när mötet slutar"),
        ({"end": "13:00"}, "Mötet måste sluta efter att det börjar"),
        ({"start": "01:00", "end": "23:00"}, "Mötet är längre än åtta timmar"),
        ({"day": "2020-01-07"}, "Mötets början har redan varit"),
        ({"place": ""}, "Skriv en plats eller en länk"),
        ({"place": "", "link": "teams"}, "Skriv hela länken"),
        ({"answer_by": "2020-01-01"}, "Sista dagen att svara har redan varit"),
        ({"answer_by": "2099-01-01"}, "Sista dagen att svara är efter mötet"),
        ({"start": "25:99"}, "Skriv klockslaget så här"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    world: World, nadja: Client, change: dict[str, Any], words: str
) -> None:
    response = nadja.post(url(world), new_call(world, adaptations="Tolk till somaliska", **change))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "Tolk till somaliska" in page
    assert not Meeting.objects.exists()


def test_specialist_care_needs_a_ground_said_beside_the_agency(world: World, nadja: Client) -> None:
    response = nadja.post(url(world), new_call(world, **{f"v-{world.bup.pk}-grounds": []}))
    wrong = next(one for one in response.context["asked"] if one.reachable.agency == world.bup)
    assert response.status_code == 422
    assert "Välj minst en grund för att kalla BUP Ystad" in wrong.errors["grounds"][0]


def test_a_ground_that_two_agencies_lack_is_said_beside_both(world: World, nadja: Client) -> None:
    changes = {f"v-{world.bup.pk}-grounds": [], f"v-{world.clinic.pk}-how": "call"}
    response = nadja.post(url(world), new_call(world, **changes))
    assert response.status_code == 422
    wrong = {one.reachable.agency: one.errors for one in response.context["asked"]}
    for agency in (world.bup, world.clinic):
        assert f"Välj minst en grund för att kalla {agency.name}" in wrong[agency]["grounds"][0]


def test_nobody_chosen(world: World, nadja: Client) -> None:
    changes = {f"v-{agency.pk}-how": "no" for agency in (world.bup, world.school)}
    response = nadja.post(url(world), new_call(world, **changes))
    assert response.status_code == 422
    assert "Välj minst en verksamhet att kalla" in response.content.decode()


def test_an_agency_that_waits_for_the_other_guardian_cannot_be_called() -> None:
    world = World.build().to("preparing")
    world.consent(world.sara)
    nadja = world.client(world.nadja)
    assert "Väntar på den andra vårdnadshavaren, Johan Ek" in nadja.get(url(world)).content.decode()
    response = nadja.post(url(world), new_call(world))  # as if the form had been drawn before
    assert response.status_code == 422
    assert "BUP Ystad: Väntar på den andra vårdnadshavaren, Johan Ek" in response.content.decode()
    assert not Meeting.objects.exists()


def test_nobody_is_left_out_in_silence_when_consent_falls_while_writing(world: World, nadja: Client) -> None:
    sent = new_call(world)
    nadja.post(
        reverse("consents", args=[world.plan.pk]),
        {"by": str(world.johan.user.pk), "said": "withdrawn", "to": [str(world.school.pk)]},
    )
    response = nadja.post(url(world), sent)
    assert response.status_code == 422
    assert "Elevhälsan Mackleanskolan: Johan Ek har tagit tillbaka sitt ja" in response.content.decode()


def test_somebody_who_works_elsewhere_cannot_be_named(world: World, nadja: Client) -> None:
    response = nadja.post(url(world), new_call(world, **{f"v-{world.bup.pk}-people": [str(world.hanna.pk)]}))
    assert response.status_code == 422
    assert not Meeting.objects.exists()


def test_an_agency_that_nobody_asked_about_cannot_be_slipped_in(world: World, nadja: Client) -> None:
    for key in (world.dental.pk, world.plan.pk, "x"):
        response = nadja.post(url(world), new_call(world, **{f"v-{key}-how": "call"}))
        assert response.status_code == 422
    assert not Meeting.objects.exists()


def test_a_double_click_sends_one_call(world: World, nadja: Client) -> None:
    for _press in range(2):
        assert nadja.post(url(world), new_call(world)).status_code == 302
    assert Meeting.objects.count() == 1


def test_a_second_call_is_refused_in_words(nadja: Client, world: World) -> None:
    world.call()
    assert "Ni har redan kallat till ett möte" in nadja.get(url(world)).content.decode()
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        response = world.client(world.nadja).post(url(world), new_call(world))
    assert response.status_code == 422
    assert "Ni har redan kallat till ett möte" in response.content.decode()


def test_at_a_follow_up_the_agreed_day_is_proposed() -> None:
    world = World.build().to("following_up")
    page = world.client(world.nadja).get(url(world))
    assert page.context["form"]["day"].value() == open_until(given(world.plan.follow_up_on))
    assert "Kalla till uppföljning" in page.content.decode()


def test_only_the_coordinator_calls(world: World) -> None:
    assert world.client(world.birgit).post(url(world), new_call(world)).status_code == 403
    assert world.client(world.dag).post(url(world), new_call(world)).status_code == 404
