"""The whole matrix: every address × method × person × consent × protection × state. What each must get is worked out
from the policy table and from who stands how to the plan (relations.py), never from the code that answers.

In the suite each address × method × person is tried in one of the situations, and a method that nothing answers to
by a fifth of the people; `make proofs` tries them all.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from http.cookies import SimpleCookie
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse

from agencies.models import User
from common import clock
from consent.log.models import AccessEvent
from consent.models import Custody
from sip.plans.access import TABLE, Do
from sip.plans.models import Need
from sip.plans.services import consents, private, registry
from sip.plans.services.requests import decline_request
from tests import lengths
from tests.access.addresses import NOWHERE, Address, Keys, every_address, keys_for
from tests.access.crowd import Crowd
from tests.access.relations import agencies_of, relations
from tests.world import STATES, World

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

READING, WRITING = ("GET", "HEAD"), ("POST",)
NEVER = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
METHODS = (*READING, *WRITING, *NEVER)
SPARED = 5  # in the suite, a method that nothing answers to is tried every so many times
CONSENTS = ("effective", "waiting", "withdrawn", "expired")
ELSEWHERE, NO_SUCH_METHOD = 302, 405
OPENED = {200, 302, 409, 422}
LOGIN = "/logga-in/"

Situation = tuple[str, str, bool]  # state, consent, protection
SITUATIONS: list[Situation] = list(product(("declined", *STATES), CONSENTS, (False, True)))


# What is expected


def expected(address: Address, keys: Keys, method: str, user: User | None, world: World) -> set[int]:
    """The statuses that are right, from the policy table and the person's relations alone."""
    if method in NEVER:
        return {405}
    who, do = address.policy.who, address.policy.do
    if who == "public":
        return _public(address, method)
    if user is None:
        return {302}
    if who == "staff" and not user.memberships.exists():
        return {404}
    if do is None and "plan_id" not in keys.values:
        return {*OPENED, 403, 404, 405}  # about no plan; for one role among staff or for all of them
    held = relations(user, world.plan)
    if not _may(held, Do.SEE_FRAME) and "desk" not in held:
        return {404}
    if do is None:
        return OPENED
    if not _may(held, do):
        return {403} if _may(held, Do.SEE_FRAME) else {404}
    right = _within(address, keys, method, user, world, held) if keys.is_own else {404}
    # A page without a form: for nobody then, which is seen to below.
    return right | {NO_SUCH_METHOD} if method in WRITING else right


def _may(held: set[str], do: Do) -> bool:
    return any({str(each) for each in needed} <= held for needed in TABLE[do].who)


def _public(address: Address, method: str) -> set[int]:
    if address.name in ("personas", "outbox", "persona", "demo_clock"):
        return {404, 405}  # the demo's own, and this is no demo
    if address.name == "guest":
        return {200, 302, 404}  # only a link that the program has signed opens anything (tests/web/test_guest.py)
    if method in READING:
        return {405} if address.name in ("logout", "csp_report", "language") else {200, 302, 503}
    return {200, 204, 302, 405, 422}


def _within(address: Address, keys: Keys, method: str, user: User, world: World, held: set[str]) -> set[int]:
    """What the page itself asks for beside its policy: the row's own agency, the meeting's chair."""
    needs = INNER.get(address.name)
    if needs is not None:
        return needs(keys, method, user, world, held)
    # A paper that was never made, or is void, is not there.
    return {*OPENED, 404} if "number" in address.arguments else OPENED


def _row_of_own_agency(keys: Keys, _method: str, user: User, world: World, held: set[str]) -> set[int]:
    agency = getattr(keys.row, "agency_id", None)
    if agency:
        # An action that consent no longer lets the plan share is not there, whoever asks.
        return OPENED if agency in agencies_of(user, world.plan) else {403, 404}
    return OPENED if {"coordinator", "participant"} <= held else {403}


def _meeting(_keys: Keys, method: str, _user: User, _world: World, held: set[str]) -> set[int]:
    if held <= {"guardian", "young"}:
        return {302}
    if "coordinator" in held:
        return OPENED
    return OPENED if _may(held, Do.READ) and method in READING else {403}


def _note(keys: Keys, _method: str, user: User, world: World, _held: set[str]) -> set[int]:
    """An agency's note is there for those who take part for it, and for nobody else."""
    return OPENED if keys.row.agency_id in agencies_of(user, world.plan) else {404}


def _consent_form(_keys: Keys, _method: str, _user: User, _world: World, held: set[str]) -> set[int]:
    """The form to sign on paper: for who asks and for those who are asked."""
    return {*OPENED, 404} if held & {"coordinator", "guardian", "young"} else {403}


Needs = Callable[[Keys, str, User, World, set[str]], set[int]]
INNER: dict[str, Needs] = {
    "edit_row": _row_of_own_agency,
    "outcome": lambda keys, *rest: {404} if isinstance(keys.row, Need) else _row_of_own_agency(keys, *rest),
    "meeting": _meeting,
    "edit_note": _note,
    "consent_form": _consent_form,
}


def writes_denial(address: Address, status: int) -> bool:
    """Whether this answer is a door that was shut on a plan: then the log holds one denied attempt, no more."""
    return status in (403, 404) and "plan_id" in address.arguments


# The walk


@pytest.mark.parametrize("is_protected", [False, True], ids=["open", "protected"])
@pytest.mark.parametrize("said", CONSENTS)
def test_every_door(said: str, is_protected: bool) -> None:
    crowd = Crowd.gather(is_protected=is_protected)
    reference: dict[tuple[str, str], Any] = {}
    wrong, tried = [], 0
    has_form: dict[str, set[bool]] = {}
    for state in _walked(crowd):
        with _as_it_was(), _consent_is(said, crowd):
            crowd.world.plan.refresh_from_db()
            cookies = crowd.cookies()
            for address, keys, method, person in _sample(crowd, (state, said, is_protected)):
                tried += 1
                right = expected(address, keys, method, crowd.people[person], crowd.world)
                status, what = _try(crowd, address, keys, method, person, cookies, reference, right)
                if right >= OPENED and method in WRITING and status != ELSEWHERE:
                    has_form.setdefault(address.name, set()).add(status != NO_SUCH_METHOD)
                if what:
                    wrong.append(f"{state}: {person} {method} {address.filled(**keys.values)} ({address.name}): {what}")
    assert not wrong, "\n".join(wrong)
    assert [name for name, said in has_form.items() if len(said) > 1] == [], "a form for some, and none for others"
    assert tried > len(METHODS) * len(crowd.people)


def _walked(crowd: Crowd) -> Iterator[str]:
    """Takes the plan through every state, giving each one's name on the way."""
    world = crowd.world
    steps: dict[str, list[Callable[[], Any]]] = {
        "requested": [world.request],
        "preparing": [world.accept],
        "consented": [crowd.open_in_emergency, world.consent],
        # Birgit saw the need and is not called by name: what she sees rests on that alone. For a protected child that
        # is nothing, and somebody must write for the school.
        "called": [lambda: world.call(named=_named(world))],
        "opened": [
            lambda: private.write_note(world.actor(world.per), world.plan, world.bup, text="Ring skolan."),
            world.open_meeting,
        ],
        "met": [world.write, world.close_meeting],
        "in_review": [world.review],
        "established": [world.establish],
        "following_up": [world.follow_up],
        "closed": [world.close],
    }
    for state in STATES:
        for step in steps[state]:
            step()
        world.plan.refresh_from_db()
        if state == "requested":
            with _as_it_was():
                decline_request(world.actor(world.nadja), world.plan, reason="En annan plan räcker.")
                world.plan.refresh_from_db()
                yield "declined"
            world.plan.refresh_from_db()
        yield state


def _named(world: World) -> dict[Any, list[User]]:
    schools = {world.school.pk: [world.birgit]} if world.child.is_protected else {}
    return {world.bup.pk: [world.per], world.clinic.pk: [world.hanna], **schools}


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Whatever happens inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _consent_is(said: str, crowd: Crowd) -> Iterator[None]:
    """Turn what the family has said, as far as it was asked: one no, one yet to answer, or one day over."""
    world, asked = crowd.world, crowd.world.plan.stamps.filter(to_state="called").exists()
    if said == "withdrawn" and world.plan.state not in ("requested", "declined"):
        consents.refuse_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup, world.soc])
    elif said == "waiting":
        registry.transfer_custody(world.child, crowd.father, Custody.JOINT)
    with clock.set_to(clock.now() + timedelta(days=366 if said == "expired" and asked else 0)):
        yield


@cache
def _everything(addresses: tuple[Address, ...], people: tuple[str, ...]) -> list[tuple[Address, str, str]]:
    return list(product(addresses, METHODS, people))


def _sample(crowd: Crowd, situation: Situation) -> Iterator[tuple[Address, Keys, str, str]]:
    """In the suite this situation's share of all there is to try, each with one set of keys; at length all of it."""
    everything = _everything(tuple(every_address()), tuple(crowd.people))
    is_long = lengths.is_long()
    here = SITUATIONS.index(situation)
    for number, (address, method, person) in enumerate(everything):
        place, left_over = divmod(number, len(SITUATIONS))
        is_spared = method in NEVER and place % SPARED
        if not is_long and (left_over != here or is_spared):
            continue
        ways = keys_for(address, crowd.world, crowd.other)
        for keys in ways if is_long else [ways[place % len(ways)]]:
            yield address, keys, method, person


def _try(
    crowd: Crowd, address: Address, keys: Keys, method: str, person: str, cookies: dict[str, Any],
    reference: dict[tuple[str, str], Any], right: set[int],
) -> tuple[int, str]:  # fmt: skip
    """Knock: the status, and "" when the answer is right, else what is wrong with it."""
    user = crowd.people[person]
    client = crowd.browser
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies[person].items()})
    with _as_it_was():
        before = AccessEvent.objects.filter(is_denied=True).count()
        response: Any = client.generic(method, address.filled(**keys.values), secure=True)
        denied = AccessEvent.objects.filter(is_denied=True).count() - before
    status = response.status_code
    if status not in right:
        return status, f"{status}, expected {sorted(right)}"
    # Elsewhere than on a plan the room itself decides what it notes (Loggkontroll does).
    if "plan_id" in keys.values and denied != writes_denial(address, status):
        return status, f"{status} with {denied} denied attempts in the log"
    is_sent_on = status == ELSEWHERE and address.policy.who != "public"
    if is_sent_on and response["Location"].startswith(LOGIN) != (user is None):
        return status, f"leads to {response['Location']}"
    if status == 404 and method != "HEAD" and "plan_id" in keys.values:
        room = address.pattern.split("/")[0]  # the top bar says in which room one is
        if (person, room) not in reference:
            reference[person, room] = _seen(client.get(f"/{room}/{NOWHERE}/", secure=True))
        if _seen(response) != reference[person, room]:
            return status, "this 404 is not the one of what does not exist"
    return status, ""


def _seen(response: HttpResponse) -> tuple[Any, ...]:
    """All that a person could tell two answers apart by: the status, the headers, every byte. Not the random tokens."""
    body = re.sub(rb'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": *)"\w+"', b"", response.content)
    headers = {
        name: value for name, value in response.headers.items() if name not in ("X-Correlation-ID", "Set-Cookie")
    }
    return response.status_code, sorted(headers.items()), sorted(response.cookies), body
