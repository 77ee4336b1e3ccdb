"""What must hold before a call and a review. Each test breaks one thing and expects just that."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import in_words
from consent.rules import Standing, Status
from sip.plans.call_rules import AgencyFacts, CallFacts, call_problems
from sip.plans.plan_rules import (
    ActionFacts,
    PlanFacts,
    action_problems,
    goal_problems,
    missing_in_plan,
    outcome_problems,
)

NOW = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
TODAY = date(2026, 9, 1)
YES = Standing(Status.EFFECTIVE, until=date(2027, 8, 31))
BUP = AgencyFacts("BUP Ystad", True, YES, grounds=("referral",))
SCHOOL = AgencyFacts("Elevhälsan", False, YES)
CALL = CallFacts(
    purpose="Enas",
    question="Vad först?",
    start=datetime(2026, 9, 15, 12, tzinfo=UTC),
    end=datetime(2026, 9, 15, 13, tzinfo=UTC),
    place="Rum 4",
    link="",
    answer_by=date(2026, 9, 10),
    called=(BUP,),
    invited=(SCHOOL,),
)
ACTION = ActionFacts("Bedömning", "BUP Ystad", "Per", date(2026, 9, 20), date(2026, 10, 20))
PLAN = PlanFacts(
    actions=(ACTION,),
    lead_principal="Region",
    lead_agency="BUP Ystad",
    lead_person="Per",
    follow_up_on=date(2026, 12, 10),
    child_words="Gympan.",
    no_voice_because="",
    effective_parties=2,
)


def codes(call: CallFacts) -> list[str]:
    return [problem.code for problem in call_problems(call, NOW, TODAY)]


def test_a_whole_call_lacks_nothing() -> None:
    assert codes(CALL) == []


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({"purpose": ""}, "purpose", "syfte"),
        ({"question": ""}, "question", "frågan"),
        ({"start": None}, "start", "börjar"),
        ({"end": None}, "end", "slutar"),
        ({"end": CALL.start}, "end", "sluta efter"),
        ({"end": CALL.start + timedelta(hours=9)}, "end", "åtta timmar"),
        ({"start": datetime(2026, 8, 31, tzinfo=UTC), "end": datetime(2026, 8, 31, 1, tzinfo=UTC)}, "start", "varit"),
        ({"place": ""}, "place", "plats"),
        ({"answer_by": None}, "answer_by", "svara"),
        ({"answer_by": date(2026, 8, 31)}, "answer_by", "varit"),
        ({"answer_by": date(2026, 9, 16)}, "answer_by", "efter mötet"),
        ({"called": ()}, "called", "minst en"),
        ({"called": (replace(BUP, grounds=()),)}, "grounds", "grund"),
        ({"called": (replace(BUP, grounds=("lust",)),)}, "grounds", "grund"),
        ({"invited": (BUP,)}, "twice", "både"),
    ],
)
def test_a_call_says_what_it_lacks(change: dict[str, object], code: str, word: str) -> None:
    problems = call_problems(replace(CALL, **change), NOW, TODAY)  # type: ignore[arg-type]
    assert code in [problem.code for problem in problems]
    assert any(word in problem.message for problem in problems)


def test_a_link_is_enough_without_a_place() -> None:
    assert codes(replace(CALL, place="", link="https://video.example/rum")) == []


@pytest.mark.parametrize(
    ("standing", "names", "deciders", "words"),
    [
        (Standing(Status.WAITING), ("Johan Ek",), 2, "andra vårdnadshavaren, Johan Ek"),
        (Standing(Status.NEVER_ASKED), ("Sara Lind", "Johan Ek"), 2, "Sara Lind och Johan Ek"),
        (Standing(Status.NEVER_ASKED), ("Hodan Ali",), 1, "saknas från Hodan Ali"),
        (Standing(Status.NEVER_ASKED), (), 1, "Ingen som kan samtycka"),
        (Standing(Status.REFUSED), (), 2, "sagt nej"),
        (Standing(Status.WITHDRAWN), (), 2, "återkallat"),
        (Standing(Status.EXPIRED), (), 2, "gått ut"),
        (Standing(Status.WAITING), ("100 % Säker",), 2, "100 % Säker"),
    ],
)
def test_nobody_is_asked_without_consent(standing: Standing, names: tuple[str, ...], deciders: int, words: str) -> None:
    agency = replace(BUP, consent=standing, waiting_names=names, decider_count=deciders)
    problems = call_problems(replace(CALL, called=(agency,)), NOW, TODAY)
    assert [problem.code for problem in problems] == ["consent"]
    assert words in problems[0].message
    assert "BUP Ystad" in problems[0].message


def test_an_invitation_needs_consent_too() -> None:
    assert codes(replace(CALL, invited=(replace(SCHOOL, consent=Standing(Status.WITHDRAWN)),))) == ["consent"]


def test_everything_wrong_is_named_at_once() -> None:
    empty = CallFacts("", "", None, None, "", "", None, ())
    assert {"purpose", "question", "start", "end", "place", "answer_by", "called"} == set(codes(empty))


def missing(**change: object) -> list[str]:
    return [problem.code for problem in missing_in_plan(replace(PLAN, **change), TODAY)]  # type: ignore[arg-type]


def test_a_whole_plan_lacks_nothing() -> None:
    assert missing() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actions": ()}, "actions"),
        ({"actions": (replace(ACTION, agency=""),)}, "actions"),
        ({"actions": (replace(ACTION, contact=""),)}, "actions"),
        ({"actions": (replace(ACTION, start=None),)}, "actions"),
        ({"actions": (replace(ACTION, due=None),)}, "actions"),
        ({"lead_principal": ""}, "lead"),
        ({"lead_agency": ""}, "lead"),
        ({"lead_person": ""}, "lead"),
        ({"follow_up_on": None}, "follow_up_date"),
        ({"follow_up_on": date(2026, 8, 31)}, "follow_up_date"),
        ({"child_words": ""}, "voice"),
        ({"effective_parties": 0}, "consent"),
    ],
)
def test_a_plan_says_what_it_lacks(change: dict[str, object], code: str) -> None:
    assert missing(**change) == [code]


def test_a_reason_stands_for_the_missing_voice() -> None:
    assert missing(child_words="", no_voice_because="Elis ville inte.") == []


def test_one_complete_action_is_enough() -> None:
    assert missing(actions=(replace(ACTION, contact=""), ACTION)) == []


def test_the_lead_is_asked_for_in_the_laws_words() -> None:
    problems = missing_in_plan(replace(PLAN, lead_person=""), TODAY)
    assert "övergripande ansvaret" in problems[0].message


def test_at_most_three_goals_now() -> None:
    assert goal_problems("Mål", is_now=True, others_now=2) == []
    assert [p.code for p in goal_problems("Mål", is_now=True, others_now=3)] == ["when"]
    assert goal_problems("Mål", is_now=False, others_now=3) == []
    assert [p.code for p in goal_problems("", is_now=False, others_now=0)] == ["text"]
    assert goal_problems("Mål", is_now=False, others_now=0, order=200) == []
    assert [p.code for p in goal_problems("", is_now=False, others_now=0, order=201)] == ["text", "order"]
    assert [p.code for p in goal_problems("Mål", is_now=False, others_now=0, order=-1)] == ["order"]


def test_an_action_does_not_end_before_it_starts() -> None:
    assert action_problems("x", date(2026, 1, 2), date(2026, 1, 2)) == []
    assert [p.code for p in action_problems("x", date(2026, 1, 2), date(2026, 1, 1))] == ["due"]
    assert [p.code for p in action_problems("", None, None)] == ["text"]


def test_an_outcome_says_why_unless_fully() -> None:
    results = ("fully", "partly", "not")
    assert outcome_problems("fully", "", results) == []
    assert [p.code for p in outcome_problems("partly", "", results)] == ["why"]
    assert [p.code for p in outcome_problems("not", "", results)] == ["why"]
    assert [p.code for p in outcome_problems("nästan", "x", results)] == ["result"]


@given(st.lists(st.text(min_size=1, max_size=10), max_size=5))
def test_a_list_in_words_holds_every_name(names: list[str]) -> None:
    sentence = in_words(names)
    assert all(name in sentence for name in names)
    assert (" och " in sentence) or len(names) < 2
