"""What is told of whom, to whom: each rule of sip/plans/protection.py by itself. No database."""

from typing import Any

import pytest

from agencies.models import Agency, User
from consent.models import Child, Guardian, Relative
from sip.plans import protection
from sip.plans.models import Plan


def person(name: str = "Per Lindqvist", *, is_protected: bool = False, **more: Any) -> User:
    return User(name=name, phone="1", email="per@region.example", is_protected=is_protected, **more)


def guardian(name: str, *, is_protected: bool = False) -> Guardian:
    user = User(name=name, phone="2", email=f"{name}@familj.example")
    return Guardian(name=name, user=user, address="Gömmavägen 7", is_protected=is_protected)


def child(*, is_protected: bool = False) -> Child:
    return Child(name="Alva Lind", school="Gömda skolan", municipality="Gömlinge", is_protected=is_protected)


SARA, JOHAN = guardian("Sara"), guardian("Johan", is_protected=True)
BOTH = [SARA, JOHAN]
BUP = Agency(name="BUP Ystad", phone="3")


class TestTheChild:
    def test_everything_is_told_of_a_child_that_is_not_protected(self) -> None:
        alva = child()
        assert not protection.is_deny_by_default(alva)
        assert (protection.school_of(alva), protection.municipality_of(alva)) == ("Gömda skolan", "Gömlinge")
        assert protection.may_stand_in_lists(alva)
        assert protection.may_be_linked_to(alva)

    def test_nothing_is_told_of_one_that_is(self) -> None:
        alva = child(is_protected=True)
        assert protection.is_deny_by_default(alva)
        assert (protection.school_of(alva), protection.municipality_of(alva)) == ("", "")
        assert not protection.may_stand_in_lists(alva)
        assert not protection.may_be_linked_to(alva)


class TestWhereTheMeetingIs:
    def test_the_other_guardian_does_not_read_it_and_everybody_else_does(self) -> None:
        assert not protection.place_may_stand_on_page(SARA.user, BOTH)
        assert protection.place_may_stand_on_page(JOHAN.user, BOTH)
        assert protection.place_may_stand_on_page(person(), BOTH)
        assert protection.place_may_stand_on_page(SARA.user, [SARA])

    def test_two_protected_guardians_hide_from_each_other(self) -> None:
        two = [guardian("Sara", is_protected=True), JOHAN]
        assert not any(protection.place_may_stand_on_page(row.user, two) for row in two)

    def test_a_paper_that_everybody_gets_has_none_when_one_is_protected(self) -> None:
        assert not protection.place_may_stand_on_paper(None, child(), BOTH)
        assert protection.place_may_stand_on_paper(None, child(), [SARA])

    def test_a_paper_for_one_reader_has_what_that_reader_may_read(self) -> None:
        assert protection.place_may_stand_on_paper(JOHAN.user, child(), BOTH)
        assert not protection.place_may_stand_on_paper(SARA.user, child(), BOTH)

    def test_a_protected_childs_papers_never_have_it(self) -> None:
        for reader in (None, person(), SARA.user):
            assert not protection.place_may_stand_on_paper(reader, child(is_protected=True), [SARA])


def paper(**more: Any) -> dict[str, Any]:
    return {"child": {"protected": False}, "call": None, "meeting": None, **more}


WITH_PLACE = paper(call={"place": "Salen", "link": ""})
WITH_LINK = paper(call={"place": "", "link": "https://video.example"})
WITH_JOHAN = paper(meeting={"present": [{"name": "Johan"}], "absent": []})
JOHAN_AWAY = paper(meeting={"present": [], "absent": [{"name": "Johan"}]})
WITH_SARA = paper(meeting={"present": [{"name": "Sara"}], "absent": []})


class TestPapersMadeBefore:
    @pytest.mark.parametrize("content", [WITH_PLACE, WITH_LINK, WITH_JOHAN, JOHAN_AWAY])
    def test_one_that_tells_where_somebody_was_goes_no_more_to_the_other_guardian(
        self, content: dict[str, Any]
    ) -> None:
        assert protection.paper_tells_too_much(content, SARA.user, child(), BOTH)
        assert not protection.paper_tells_too_much(content, JOHAN.user, child(), BOTH)
        assert not protection.paper_tells_too_much(content, person(), child(), BOTH)
        assert protection.is_void_when_protected(content, child(), BOTH)
        assert not protection.is_void_when_protected(content, child(), [SARA])

    @pytest.mark.parametrize("content", [paper(), WITH_SARA, paper(call={"place": "", "link": ""})])
    def test_one_that_does_not_is_handed_out(self, content: dict[str, Any]) -> None:
        assert not protection.paper_tells_too_much(content, SARA.user, child(), BOTH)
        assert not protection.is_void_when_protected(content, child(), BOTH)

    def test_a_protected_childs_paper_counts_only_when_it_was_made_without(self) -> None:
        alva = child(is_protected=True)
        made_since = paper(child={"protected": True})
        assert protection.paper_tells_too_much(paper(), person(), alva, [])
        assert protection.is_void_when_protected(paper(), alva, [])
        assert not protection.paper_tells_too_much(made_since, person(), alva, [])
        assert not protection.is_void_when_protected(made_since, alva, [])


class TestHowToReachTheFamily:
    def test_the_coordinator_alone_learns_it(self) -> None:
        nadja = person("Nadja Öhman")
        plan = Plan(coordinator=nadja)
        granny = Relative(name="Märta", phone="4")
        assert protection.contact_of(JOHAN, nadja, plan) == protection.Contact(
            "2", "Johan@familj.example", "Gömmavägen 7"
        )
        assert protection.contact_of(granny, nadja, plan) == protection.Contact("4")
        for reader in (person(), SARA.user, JOHAN.user, None):
            assert protection.contact_of(JOHAN, reader, plan) == protection.Contact()
            assert protection.contact_of(granny, reader, plan) == protection.Contact()

    def test_in_passing_there_is_no_number_of_who_is_protected(self) -> None:
        nadja = person("Nadja Öhman")
        plan = Plan(coordinator=nadja)
        assert protection.phone_in_passing(SARA, nadja, plan) == "2"
        assert protection.phone_in_passing(JOHAN, nadja, plan) == ""
        assert protection.phone_in_passing(SARA, person(), plan) == ""

    def test_a_plan_without_a_coordinator_has_no_handler(self) -> None:
        assert not protection.is_named_handler(None, Plan())
        assert not protection.is_named_handler(person(), Plan())

    def test_a_call_names_the_relatives_that_are_not_protected(self) -> None:
        open_, hidden = Relative(name="Märta"), Relative(name="Ali", is_protected=True)
        assert protection.invited_relatives([open_, hidden]) == [open_]


class TestThoseWhoHelp:
    def test_name_and_agency_of_one_who_is_not_protected(self) -> None:
        assert protection.staff_name(person(), "BUP Ystad") == "Per Lindqvist, BUP Ystad"
        assert protection.staff_name(person()) == "Per Lindqvist"
        assert protection.name_beside_agency(person()) == "Per Lindqvist"
        assert protection.staff_phone(person(), BUP) == "1"

    def test_the_agency_alone_of_one_who_is(self) -> None:
        per = person(is_protected=True)
        assert protection.staff_name(per, "BUP Ystad") == "En medarbetare på BUP Ystad"
        assert protection.staff_name(per) == "En medarbetare"
        assert protection.name_beside_agency(per) == ""
        assert protection.own_phone(per) == ""
        assert protection.staff_phone(per, BUP) == "3"
        assert protection.staff_phone(per) == ""

    def test_nobody_is_the_service_or_the_agency(self) -> None:
        assert protection.staff_name(None) == "Tjänsten"
        assert protection.staff_name(None, "BUP Ystad") == "BUP Ystad"
        assert protection.name_beside_agency(None) == ""

    def test_a_protected_coordinator_goes_by_the_agency(self) -> None:
        nadja = person("Nadja Öhman", is_protected=True)
        assert protection.coordinator_name(Plan(coordinator=nadja, coordinator_agency=BUP)) == "BUP Ystad"
        assert protection.coordinator_name(Plan(coordinator=nadja)) == "Samordnaren"
        assert protection.coordinator_name(Plan(coordinator=person())) == "Per Lindqvist"
        assert protection.coordinator_name(Plan()) == ""

    @pytest.mark.parametrize("typed", ["Per Lindqvist", "PER LINDQVIST, psykolog", "fråga per lindqvist"])
    def test_a_protected_name_that_somebody_typed_is_not_told(self, typed: str) -> None:
        hidden = protection.hidden_names([person(is_protected=True), person("Hanna Björk")])
        assert protection.typed_name(typed, hidden) == "En medarbetare"
        assert protection.typed_name("Hanna Björk", hidden) == "Hanna Björk"
        assert protection.typed_name("", hidden) == ""

    def test_a_name_of_nothing_but_spaces_hides_nothing(self) -> None:
        assert protection.hidden_names([person(" ", is_protected=True)]) == ()
