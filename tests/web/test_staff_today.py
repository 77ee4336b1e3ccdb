"""Idag, played as a user: what waits for whom, by deadline, one click away, at any number of plans."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from agencies import row_scope
from agencies.models import Role
from common import clock
from common.keys import new_key
from sip.meetings import services as meetings
from sip.notices import services as notices
from sip.plans.models import Deviation
from sip.plans.routing import suggested_coordinators
from sip.plans.services import consents, registry
from sip.web.staff.waiting import coordinator, index, items_at, waiting_for
from sip.web.staff.waiting.item import Item, Kind, What, grouped
from tests.web.staff_help import called, count_queries, numbers, sibling, writes_only_access_events
from tests.world import World, _worker

pytestmark = pytest.mark.django_db


def whats(world: World, user: object) -> list[str]:
    """What waits for the person, the most urgent first."""
    return [item.what for item in waiting_for(world.actor(user))]  # type: ignore[arg-type]


class TestCoordinator:
    """The process, from wish to follow-up."""

    def test_a_wish_waits_for_those_it_is_routed_to(self) -> None:
        world = World.build().to("requested")
        assert whats(world, world.nadja) == ["Svara på en önskan om SIP"]
        assert whats(world, world.birgit) == []
        (item,) = waiting_for(world.actor(world.nadja))
        assert item.due == clock.today() + timedelta(days=3)
        assert item.href == f"/planer/{world.plan.pk}/onskan/"

    def test_a_meeting_that_was_never_opened_is_one_question_and_no_more(self) -> None:
        world = World.build().to("called")
        with clock.set_to(world.meeting.end + timedelta(days=2)):
            assert whats(world, world.nadja) == ["Blev det något SIP-möte?"]
            assert whats(world, world.per) == []

    def test_a_wish_from_elsewhere_does_not_stand_among_mine(self) -> None:
        world = World.build()
        other = sibling(world, "Noel Berg", numbers(1)[0], municipality="Ystad")
        other.request()
        assert whats(world, world.nadja) == []
        assert suggested_coordinators(other.child) == []  # no region has a coordinator here
        regional = _worker("Ines Falk", "ines@region.example", world.bup, Role.COORDINATOR)
        assert whats(world, regional) == ["Svara på en önskan om SIP"]

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            ("preparing", ["Fråga familjen om samtycke"]),
            ("consented", ["Kalla till SIP-möte"]),
            ("called", ["Skriv vad ni förväntar er"]),
            ("opened", ["Avsluta mötet"]),
            ("met", ["Skriv klart planen och låt familjen läsa"]),
            ("in_review", ["Fastställ planen"]),
            ("established", ["Fråga om underskriften"]),
            ("following_up", ["Skriv klart efter uppföljningen"]),
            ("closed", []),
        ],
    )
    def test_each_state_says_what_comes_next(self, state: str, expected: list[str]) -> None:
        world = World.build().to(state)
        assert whats(world, world.nadja) == expected

    def test_the_second_guardian_is_waited_for_by_name(self) -> None:
        world = World.build().to("preparing")
        world.consent(world.sara)
        page = world.client(world.nadja).get("/idag/").content.decode()
        assert "Fråga Johan Ek om samtycket" in page
        assert "Mötet kan inte kallas förrän Johan Ek har svarat." in page
        assert f'href="/planer/{world.plan.pk}/samtycke/"' in page

    def test_a_guardian_with_protected_data_has_no_number_on_the_page(self) -> None:
        world = World.build().to("preparing")
        world.johan.user.phone = "070-174 06 05"
        world.johan.user.save()
        world.consent(world.sara)
        assert "070-174 06 05" in world.client(world.nadja).get("/idag/").content.decode()
        registry.protect_guardian(world.johan, True)
        assert "070-174 06 05" not in world.client(world.nadja).get("/idag/").content.decode()

    def test_missing_answers_are_the_coordinators_from_the_day_before_the_last(self) -> None:
        world = World.build().to("called")
        assert "Svar saknas från BUP Ystad" not in whats(world, world.nadja)
        with clock.set_to(clock.at(world.meeting.answer_by - timedelta(days=1), 9)):
            assert "Svar saknas från BUP Ystad" in whats(world, world.nadja)
        with clock.set_to(clock.at(world.meeting.answer_by + timedelta(days=1), 9)):
            late = next(i for i in waiting_for(world.actor(world.nadja)) if i.what == "Svar saknas från BUP Ystad")
            assert late.moment < clock.now()

    def test_everybody_has_answered_is_said_before_establishing(self) -> None:
        world = World.build().to("in_review")
        page = world.client(world.nadja).get("/idag/").content.decode()
        assert "Sara Lind och Johan Ek har inte svarat än" in page
        world.sign(world.sara, world.johan)
        assert "Alla vårdnadshavare har svarat." in world.client(world.nadja).get("/idag/").content.decode()

    def test_the_follow_up_waits_when_its_day_comes_near(self) -> None:
        world = World.build().to("established")
        with clock.set_to(clock.at(world.plan.follow_up_on - timedelta(days=7), 9)):
            assert "Följ upp planen" in whats(world, world.nadja)

    def test_consent_that_is_taken_back_is_the_first_thing(self) -> None:
        world = World.build().to("called")
        consents.withdraw_consent(world.actor(world.sara), world.plan, world.sara.user, [world.soc])
        assert whats(world, world.nadja) == ["Samtycket gäller inte längre"]

    def test_what_was_closed_since_it_was_looked_for_is_left_out(self) -> None:
        world = World.build().to("established")
        places = index.read(world.actor(world.nadja), 20).places
        assert places
        world.close()
        world.plan.refresh_from_db()
        with row_scope.acting(world.actor(world.nadja)):
            assert items_at(places) == []
        assert list(coordinator.items([world.plan.requests.get()], {world.plan.pk})) == []


class TestAgency:
    """The own agency's part."""

    def test_the_named_one_answers_and_the_desk_is_left_in_peace(self) -> None:
        world = World.build().to("called")
        assert whats(world, world.per)[0] == "Svara på en kallelse"
        assert whats(world, world.inga) == []
        assert whats(world, world.dag) == []

    def test_without_a_name_the_desk_answers(self) -> None:
        world = World.build().to("consented")
        world.call(named={})
        assert whats(world, world.inga)[0] == "Svara på en kallelse"
        assert whats(world, world.per) == []

    def test_an_answered_call_is_gone(self) -> None:
        world = World.build().to("called")
        meetings.answer_call(world.actor(world.per), world.plan, world.bup, meetings.Answer("come", "Per Lindqvist"))
        assert "Svara på en kallelse" not in whats(world, world.per)

    def test_the_day_of_the_meeting_it_stands_on_top(self) -> None:
        world = World.build().to("called")
        with clock.set_to(world.meeting.start - timedelta(hours=3)):
            assert "Gå på SIP-möte kl.\N{NO-BREAK SPACE}14.00" in whats(world, world.per)
            assert "Håll SIP-mötet" in whats(world, world.nadja)

    def test_an_action_that_is_due_asks_its_own_agency(self) -> None:
        world = World.build().to("established")
        with clock.set_to(clock.at(world.assessment.due, 9)):
            assert [item.href for item in waiting_for(world.actor(world.per))] == [
                f"/planer/{world.plan.pk}/utfall/{world.assessment.pk}/"
            ]
            mine = [item.detail for item in waiting_for(world.actor(world.nadja)) if item.kind is Kind.ACTION]
            assert len(mine) == 1
            assert mine[0].startswith("Sara och Johan lämnar varannan morgon")

    def test_whoever_left_the_unit_has_nothing(self) -> None:
        world = World.build().to("called")
        registry.end_membership(world.per)
        assert whats(world, world.per) == []


class TestManager:
    def test_a_no_show_waits_for_the_units_manager_without_a_name(self) -> None:
        world = World.build().to("opened")
        world.write()
        attendance = [
            meetings.Attendee(True, "mamma", guardian=world.sara),
            meetings.Attendee(False, "uteblev", world.bup, is_no_show=True),
        ]
        meetings.close_meeting(world.actor(world.nadja), world.plan, attendance)
        client = world.client(world.chef)
        page = client.get("/idag/").content.decode()
        assert "Svara på en avvikelse" in page
        assert "Alva" not in page
        row = Deviation.objects.get()
        with writes_only_access_events():
            answer = client.get("/avvikelser/")
        assert f'id="avvikelse-{row.pk}"' in answer.content.decode()
        assert "Alva" not in answer.content.decode()
        assert "Nadja Öhman" in answer.content.decode()

    def test_others_have_no_such_page(self) -> None:
        world = World.build()
        assert world.client(world.nadja).get("/avvikelser/").status_code == 404
        assert "Inga avvikelser" in world.client(world.chef).get("/avvikelser/").content.decode()


class TestProtectedChild:
    def test_no_name_and_no_contents_stand_on_idag(self) -> None:
        world = World.build(is_protected=True).to("called")
        for user in (world.nadja, world.per):
            page = world.client(user).get("/idag/").content.decode()
            assert "Barn med skyddade uppgifter" in page
            assert "Alva" not in page
            assert "Mackleanskolan rum 4" not in page

    def test_the_desk_chooses_who_and_is_told_nothing_else(self) -> None:
        world = World.build(is_protected=True).to("consented")
        world.call(named={})
        (item,) = waiting_for(world.actor(world.inga))
        assert item.what == "Utse vem som ska svara på en kallelse"
        assert item.href == f"/planer/{world.plan.pk}/medarbetare/"
        assert item.person == "Barn med skyddade uppgifter"


class TestPage:
    def test_who_may_and_who_may_not(self, client: Client) -> None:
        world = World.build()
        assert client.get("/idag/").status_code == 302
        assert world.client(world.sara).get("/idag/").status_code == 404
        page = world.client(world.dag).get("/idag/")
        assert page.status_code == 200
        assert "Inget väntar på dig" in page.content.decode()

    def test_opening_it_writes_nothing(self) -> None:
        world = World.build().to("called")
        client = world.client(world.nadja)
        with writes_only_access_events():
            client.get("/idag/")

    def test_filtering_shows_one_kind_and_counts_all(self) -> None:
        world = World.build().to("called")
        page = world.client(world.per).get("/idag/?visa=kallelser").content.decode()
        assert "Svara på en kallelse" in page
        assert "Skriv vad ni förväntar er" not in page
        assert 'Allt <span class="count">2</span>' in page
        assert world.client(world.per).get("/idag/?visa=skräp").status_code == 200
        empty = world.client(world.per).get("/idag/?visa=avvikelser").content.decode()
        assert "Inget av det slaget väntar" in empty

    def test_the_lead_counts_in_words(self) -> None:
        world = World.build().to("called")
        with clock.set_to(clock.at(world.meeting.answer_by, 9)):
            page = world.client(world.per).get("/idag/").content.decode()
            assert "En sak ska vara klar idag." in page
        with clock.set_to(clock.at(world.meeting.answer_by + timedelta(days=1), 9)):
            page = world.client(world.per).get("/idag/").content.decode()
            assert "En sak är försenad." in page
            assert "1 dag försenat" in page

    def test_as_many_queries_for_many_plans_as_for_one(self) -> None:
        world = World.build().to("called")
        notices.sweep()
        nadja, per = world.client(world.nadja), world.client(world.per)
        one = (count_queries(nadja, "/idag/"), count_queries(per, "/idag/"))
        for number, name in zip(numbers(4), ("Noel Berg", "Tuva Strand", "Elsa Hadi", "Ali Haddad"), strict=True):
            called(world, name, number)
        many = (count_queries(nadja, "/idag/"), count_queries(per, "/idag/"))
        assert many == one
        assert max(many) <= 12  # was 13; one of them asks for archives, of those at a desk


class TestGroups:
    """Late, today, this week, later: by Swedish days."""

    def item(self, due: date) -> Item:
        """Something due that day."""
        return Item(What.ANSWER, new_key(), Kind.CALL, "Svara", "", "", due, "/", "Svara")

    @pytest.mark.parametrize(
        ("due", "group"),
        [
            (date(2026, 5, 4), "forsenat"),
            (date(2026, 5, 5), "idag"),
            (date(2026, 5, 10), "veckan"),
            (date(2026, 5, 11), "nasta-vecka"),
            (date(2026, 5, 17), "nasta-vecka"),
            (date(2026, 5, 18), "senare"),
        ],
    )
    def test_a_tuesday(self, due: date, group: str) -> None:
        with clock.set_to(clock.at(date(2026, 5, 5), 23, 30)):
            assert [found.slug for found in grouped([self.item(due)])] == [group]

    def test_a_moment_earlier_today_is_late(self) -> None:
        with clock.set_to(clock.at(date(2026, 5, 5), 16)):
            passed = replace(self.item(date(2026, 5, 5)), due=clock.at(date(2026, 5, 5), 15))
            assert [found.slug for found in grouped([passed])] == ["forsenat"]
