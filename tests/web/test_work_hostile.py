"""Every form of the work, with input that nobody should send: Swedish words and 4xx, nothing saved, never a 500.

In the suite a form gets half of the odd values, the next form the other half, and a page is opened in each state by
some; `make proofs` sends and opens all.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse

from consent.models import ConsentDecision
from sip.meetings.models import Meeting
from sip.plans.models import (
    Action,
    Assignment,
    Goal,
    Need,
    Party,
    Plan,
    Stamp,
    Version,
    Voice,
    WheelMark,
    Withholding,
    WorkingNote,
)
from sip.signing.models import Signature
from sip.web.work.urls import urlpatterns
from tests import lengths
from tests.world import World

pytestmark = pytest.mark.django_db

ODD = {
    "nul": "a\x00b",
    "bidi": "abc\u202edef",
    "infinity": "1e309",
    "year 1": "0001-01-01",
    "no such day": "2027-02-29",
    "year 10000": "10000-01-01",
    "negative": "-1",
    "huge number": "9" * 400,
    "emoji": "👩‍👧‍👦" * 3,
    "script": "<script>alert(1)</script>",
    "template": "{{ plan }}{% debug %}%s %(name)s",
    "very long": "x" * 60_000,
    "words": "Null",
    "a key that is none": "00000000-0000-7000-8000-000000000000",
    "broken key": "0190-zzz",
    "spaces": " \t\r\n\u200b ",
}

# Where each page's form may be sent, by whom, and its fields. "*" stands for the prefix of an agency's or a person's.
FORMS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "consents": ("preparing", "nadja", ("key", "by", "said", "to", "sought", "covers", "other", "carve_out", "how",
                 "until")),
    "call": ("consented", "nadja", ("purpose", "question", "day", "start", "end", "place", "link", "adaptations",
             "answer_by", "called", "v-*-how", "v-*-people", "v-*-grounds")),
    "call_more": ("called", "nadja", ("called", "v-*-how", "v-*-people", "v-*-grounds")),
    "move_call": ("called", "nadja", ("day", "start", "end", "place", "link", "answer_by", "why", "sequence")),
    "times": ("consented", "nadja", ("agencies", "answer_by", "t0-day", "t0-start", "t0-end", "t1-day")),
    "answer_times": ("consented", "nadja", ("works",)),
    "call_guests": ("called", "nadja", ("key", "role", "name", "note")),
    "cancel_call": ("called", "nadja", ("why", "sequence")),
    "answer": ("called", "per", ("answer", "who", "substitute", "mandate", "reason", "instead", "expects", "can_do",
               "version", "sequence")),
    "expectation": ("called", "per", ("version", "expects", "can_do", "initial-expects", "choice", "field", "seen")),
    "people": ("called", "inga", ("agency", "do", "assign-people", "unassign-people")),
    "meeting": ("opened", "nadja", ("do", "barnet-here", "barnet-note", "v-*-here", "v-*-note")),
    "voice": ("met", "nadja", ("version", "child_words", "no_voice_because", "guardians_view", "works_well",
              "situation", "initial-child_words", "choice", "field", "seen")),
    "wheel": ("met", "nadja", ("version", "trygg-mark", "hälsa-works", "delaktig-hard", "choice", "field", "seen")),
    "new_need": ("met", "nadja", ("key", "text")),
    "new_goal": ("met", "nadja", ("key", "text", "when", "need")),
    "new_action": ("met", "nadja", ("key", "text", "responsible", "other_name", "contact", "start", "due", "goal",
                   "level", "if_not")),
    "edit_row": ("met", "nadja", ("version", "text", "when", "order", "choice", "field", "seen", "initial-text")),
    "new_note": ("met", "nadja", ("key", "text")),
    "edit_note": ("met", "nadja", ("version", "text", "choice", "field", "seen", "initial-text")),
    "withhold": ("met", "nadja", ("guardian", "what", "reason")),
    "lead": ("met", "nadja", ("lead",)),
    "follow_up_date": ("met", "nadja", ("date",)),
    "review": ("met", "nadja", ()),
    "establish": ("in_review", "nadja", ()),
    "witness": ("in_review", "nadja", ("signer", "mark", "signed_on", "changed_mind", "understands")),
    "outcome": ("established", "nadja", ("version", "result", "why", "choice", "field", "seen")),
    "follow_up": ("established", "nadja", ("held",)),
    "close": ("established", "nadja", ("reason", "hand_over")),
    "hand_over": ("established", "nadja", ("coordinator",)),
    "report_deviation": ("established", "per", ("key", "agency", "kind", "happened_on", "text")),
}  # fmt: skip

# Tried with the same words where every form is found by walking (tests/access/test_attacks_odd_values.py).
ELSEWHERE = {
    *("consent_not_required", "consent_required_again", "consent_form", "maturity"),
    *("relatives", "relative", "protected", "protect"),
    *("signers", "sign_for", "translate"),
    *("scan", "exemplar"),  # files to read: there is nothing to send
}

# These need no words: sending them is the act, whatever else is sent along.
WITHOUT_WORDS = {"review", "establish"}


def address(world: World, name: str) -> str:
    if name == "edit_note":
        return reverse(name, args=[world.plan.pk, own_note(world).pk])
    rows = {"edit_row": "goal", "outcome": "goal"}
    return reverse(name, args=[world.plan.pk, *([getattr(world, rows[name]).pk] if name in rows else [])])


def own_note(world: World) -> WorkingNote:
    """A working note of Nadja's agency, for the page that changes one."""
    known = WorkingNote.objects.filter(plan=world.plan, agency=world.soc).order_by("id").first()
    said = {"by": world.nadja, "changed_by": world.nadja, "text": "Ring skolan."}
    return known or WorkingNote.objects.create(plan=world.plan, agency=world.soc, **said)


def snapshot(world: World) -> Any:
    """Everything that a form of the work can change, as one value."""
    own_note(world)  # is there from the beginning
    plan = Plan.objects.filter(pk=world.plan.pk)
    rows = (
        ConsentDecision,
        Meeting,
        Need,
        Goal,
        Action,
        Assignment,
        Party,
        Stamp,
        Version,
        Voice,
        WheelMark,
        Signature,
        WorkingNote,
        Withholding,
    )
    return (
        list(plan.values_list("state", "version", "coordinator", "lead_person", "follow_up_on")),
        [sorted(map(str, kind.objects.values_list())) for kind in rows],  # type: ignore[attr-defined]
    )


def without_token(response: HttpResponse) -> str:
    """The page, without what is new on every page."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def body(fields: tuple[str, ...], value: str, world: World) -> dict[str, str]:
    return {name.replace("*", str(world.bup.pk)): value for name in fields}


def test_every_page_of_the_work_is_tried_here() -> None:
    assert set(FORMS) | ELSEWHERE == {pattern.name for pattern in urlpatterns}


@pytest.mark.proof
@pytest.mark.parametrize("name", FORMS)
def test_odd_input_is_refused_or_kept_but_never_breaks(name: str) -> None:
    state, who, fields = FORMS[name]
    world = World.build().to(state)
    client = world.client(getattr(world, who))
    before = snapshot(world)
    for what, value in lengths.share(list(ODD.items()), list(FORMS).index(name), of=2):
        response = client.post(address(world, name), body(fields, value, world))
        assert response.status_code in (200, 302, 409, 422), what
        if response.status_code != 302:
            assert snapshot(world) == before, what  # nothing is saved
            assert "<script>alert" not in response.content.decode()
            continue
        before = snapshot(world)
        if name in WITHOUT_WORDS:
            return


@pytest.mark.parametrize("name", sorted(set(FORMS) - WITHOUT_WORDS))
def test_an_empty_form_saves_nothing(name: str) -> None:
    state, who, _fields = FORMS[name]
    world = World.build().to(state)
    client = world.client(getattr(world, who))
    before = snapshot(world)
    response = client.post(address(world, name), {})
    # A guarded form without any text changes nothing, and says so by going on.
    guarded = name in ("voice", "wheel", "expectation", "edit_note")
    assert response.status_code == (302 if guarded else 422)
    assert snapshot(world) == before


@pytest.mark.parametrize("name", FORMS)
def test_a_field_sent_many_times_is_no_trick(name: str) -> None:
    state, who, fields = FORMS[name]
    world = World.build().to(state)
    data = QueryDict(mutable=True)
    for field in body(fields, "", world):
        data.setlist(field, ["x", "", "<b>", str(world.plan.pk)] * 3)
    client = world.client(getattr(world, who))
    response = client.post(address(world, name), data.urlencode(), "application/x-www-form-urlencoded")
    assert response.status_code in (200, 302, 409, 422)


@pytest.mark.parametrize("raw", [b"text=%ED%A0%80", b"text=\xff\xfe", b"%00=%00", b"&&&==", b"text=%u0041"])
def test_bytes_that_are_no_text(raw: bytes) -> None:
    world = World.build().to("met")
    before = Need.objects.count()
    response = world.client(world.nadja).post(address(world, "new_need"), raw, "application/x-www-form-urlencoded")
    assert response.status_code in (302, 400, 422)
    assert Need.objects.count() == before + (response.status_code == 302)


@pytest.mark.parametrize("name", FORMS)
def test_who_must_not_know_of_the_plan_finds_nothing(name: str) -> None:
    state, _who, _fields = FORMS[name]
    world = World.build().to(state)
    stranger, gone = world.client(world.dag), address(world, name).replace(str(world.plan.pk), str(world.child.pk))
    before = snapshot(world)
    there, not_there = stranger.get(address(world, name)), stranger.get(gone)
    assert there.status_code == not_there.status_code == 404
    assert without_token(there) == without_token(not_there)  # not yours and not existing look the same
    assert stranger.post(address(world, name), {}).status_code == 404
    assert Client().get(address(world, name)).status_code == 302  # to the log-in
    assert snapshot(world) == before


STATES = ("requested", "preparing", "called", "opened", "met", "in_review", "established", "following_up", "closed")


READERS = ("nadja", "per", "birgit", "inga", "sara")


@pytest.mark.proof
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", READERS)
def test_every_page_opens_or_says_no_in_every_state(state: str, who: str) -> None:
    world = World.build().to(state)
    client = world.client(getattr(world, who))
    before = snapshot(world)
    for name in lengths.share(list(FORMS), STATES.index(state) + READERS.index(who), of=3):
        if name in ("edit_row", "outcome") and not hasattr(world, "goal"):
            continue
        assert client.get(address(world, name)).status_code in (200, 302, 403, 404), name
    assert snapshot(world) == before  # reading writes nothing


Trick = Callable[[World, World], tuple[str, dict[str, str]]]
TRICKS: dict[str, Trick] = {
    "a need of another plan": lambda _mine, other: (
        "new_goal",
        {"text": "x", "when": "now", "need": str(other.need.pk)},
    ),
    "a goal of another plan": lambda _mine, other: (
        "new_action",
        {"text": "x", "responsible": "family", "goal": str(other.goal.pk)},
    ),
    "a lead who does not take part": lambda mine, _other: ("lead", {"lead": f"{mine.bup.pk}:{mine.dag.pk}"}),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_keys_of_others_are_not_in_the_list(trick: str) -> None:
    world, other = _two_plans()
    name, sent = TRICKS[trick](world, other)
    before = snapshot(world)
    response = world.client(world.nadja).post(address(world, name), sent)
    assert response.status_code == 422 and "Välj i listan" in response.content.decode()
    assert snapshot(world) == before


def test_a_row_of_another_plan_is_not_there_though_it_is_mine_to_write() -> None:
    world, other = _two_plans()
    nadja = world.client(world.nadja)
    for name in ("edit_row", "outcome"):
        crossed = reverse(name, args=[world.plan.pk, other.goal.pk])
        assert nadja.get(crossed).status_code == 404
        assert nadja.post(crossed, {"text": "x", "result": "fully"}).status_code == 404


def test_a_key_of_another_plans_row_makes_a_new_row() -> None:
    world, other = _two_plans()
    nadja = world.client(world.nadja)
    for name, sent, theirs in (
        ("new_need", {"text": "x"}, other.need),
        ("new_goal", {"text": "x", "when": "later"}, other.goal),
        ("new_action", {"text": "x", "responsible": "family"}, other.mornings),
    ):
        assert nadja.post(address(world, name), {**sent, "key": str(theirs.pk)}).status_code == 302
        theirs.refresh_from_db()
        assert theirs.plan_id == other.plan.pk and theirs.text != "x"


def _two_plans() -> tuple[World, World]:
    """Two children's plans with the same coordinator, both in writing."""
    world = World.build().to("met")
    other = world.sibling().to("opened")
    other.write()
    return world, other
