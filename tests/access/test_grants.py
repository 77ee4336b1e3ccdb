"""Grants are always in step: whatever happens in whatever order, who is let in is what the rules, told anew, say.

Fails when a verb forgets to sync, or when consent, assignment, custody or protection stop counting.
"""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Role, User
from common import clock
from common.errors import NotThere, Refused
from consent.models import ConsentDecision, Custody, Guardianship
from sip.plans import access, acting, grants
from sip.plans.access import Do
from sip.plans.models import Assignment, Party, Plan, PlanAgencyGrant, PlanPersonGrant
from sip.plans.services import consents, registry, requests, taking_part
from sip.plans.states import Act
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

Happening = Callable[[World], None]
guardians = st.sampled_from(["sara", "johan"])
agencies = st.sampled_from(["bup", "clinic", "school", "soc"])


def _give(who: str, agency: str, days: int) -> Happening:
    return lambda w: consents.give_consent(
        w.actor(w.nadja), w.plan, getattr(w, who).user, [getattr(w, agency)],
        covers=["hälsa"], how="oral", until=clock.today() + timedelta(days=days),
    )  # type: ignore[return-value]  # fmt: skip


def _withdraw(who: str, agency: str) -> Happening:
    return lambda w: consents.withdraw_consent(w.actor(w.nadja), w.plan, getattr(w, who).user, [getattr(w, agency)])  # type: ignore[return-value]


def _say_no(who: str, agency: str) -> Happening:
    return lambda w: consents.refuse_consent(w.actor(w.nadja), w.plan, getattr(w, who).user, [getattr(w, agency)])  # type: ignore[return-value]


def _assign(name: str) -> Happening:
    return lambda w: taking_part.assign(w.actor(w.inga), w.plan, w.bup, [getattr(w, name)])


def _unassign(name: str) -> Happening:
    return lambda w: taking_part.unassign(w.actor(w.inga), w.plan, w.bup, [getattr(w, name)])


def _step(step: Act) -> Happening:
    """The step alone, as every verb takes it; most of them make no grants anew."""
    return lambda w: acting.move(w.actor(w.nadja), access.lock(w.plan), step)


happenings = st.one_of(
    st.builds(_give, guardians, agencies, st.integers(0, 3)),
    st.builds(_withdraw, guardians, agencies),
    st.builds(_say_no, guardians, agencies),
    st.builds(_assign, st.sampled_from(["per", "dag"])),
    st.builds(_unassign, st.sampled_from(["per", "dag"])),
    st.builds(lambda who, to: lambda w: registry.transfer_custody(w.child, getattr(w, who), to),
              guardians, st.sampled_from(list(Custody))),
    st.builds(lambda on: lambda w: registry.protect_child(w.child, on), st.booleans()),
    st.builds(lambda name: lambda w: registry.end_membership(getattr(w, name)),
              st.sampled_from(["per", "dag", "inga"])),
    st.builds(_step, st.sampled_from([Act.CLOSE_MEETING, Act.REVIEW, Act.REOPEN, Act.ESTABLISH, Act.CLOSE])),
)  # fmt: skip


def told_anew(world: World) -> set[str]:
    """Who may read, worked out from the rows in plain loops and without the code under test."""
    holders = {
        row.guardian_id: row.guardian.user
        for row in Guardianship.objects.filter(child=world.child).select_related("guardian__user")
        if row.custody != "none"
    }
    appointed = set(
        Guardianship.objects.filter(child=world.child, custody="appointed").values_list("guardian", flat=True)
    )
    holders = {key: user for key, user in holders.items() if not appointed or key in appointed}
    last: dict[tuple[Any, Any], ConsentDecision] = {}
    for row in ConsentDecision.objects.filter(child=world.child).order_by("at", "id"):
        last[row.agency_id, row.guardian_id] = row
    today = clock.today()

    def agreed(agency: Any) -> bool:
        said = [last.get((agency, holder)) for holder in holders]
        return bool(said) and all(row and row.kind == "given" and (not row.until or row.until >= today) for row in said)

    readers = set()
    world.child.refresh_from_db()
    if not world.child.is_protected:
        readers |= {user.name for user in holders.values()}
    for user in User.objects.filter(guardian__isnull=True):
        works = {m.agency_id: m.role for m in user.memberships.all() if m.ends is None or m.ends > today}
        for party in Party.objects.filter(plan=world.plan):
            if not agreed(party.agency_id) or party.agency_id not in works:
                continue
            at_desk = works[party.agency_id] in (Role.INTAKE, Role.COORDINATOR) and not world.child.is_protected
            reasons = Assignment.objects.filter(
                plan=world.plan, agency_id=party.agency_id, user=user, ended_at__isnull=True
            ).values_list("reason", flat=True)
            named = [reason for reason in reasons if reason != "initiator" or not world.child.is_protected]
            if at_desk or named:
                readers.add(user.name)
    if agreed(world.soc.pk):  # called: the coordinator's own agency is a party like any other
        readers.add(world.nadja.name)
    return readers


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=settings().max_examples // 8)
@given(st.lists(st.tuples(happenings, st.integers(0, 2)), max_size=8))
def test_grants_are_what_the_rules_say(db: None, story: list[tuple[Happening, int]]) -> None:
    start = clock.at(clock.today(), 9)
    with transaction.atomic(), clock.set_to(start):
        world = World.build().to("called")
        now = start
        for happening, days in story:
            now += timedelta(days=days)
            with clock.set_to(now):
                try:
                    with transaction.atomic():
                        happening(world)
                except (Refused, NotThere):
                    pass  # a step that the rules refuse changes nothing
                world.plan = grants.Plan.objects.select_related("child__user").get(pk=world.plan.pk)
                _check_in_step(world)
            # Now, and on days when nothing has happened since: what runs out must not need a job to run.
            for later in (0, 1, 4):
                with clock.set_to(now + timedelta(days=later)):
                    readers = {
                        user.name for user in User.objects.all() if access.can(world.actor(user), Do.READ, world.plan)
                    }
                    assert readers == told_anew(world)
        transaction.set_rollback(True)


def _check_carried(world: World) -> None:
    """Every grant carries what plan and child say now; of a protected child no name and no place."""
    plan = Plan.objects.select_related("child").get(pk=world.plan.pk)
    hidden = plan.child.is_protected
    told = (plan.state, "\U0010ffff" if hidden else plan.child.name_key, "" if hidden else plan.child.municipality)
    for grant in (PlanPersonGrant, PlanAgencyGrant):
        carried = grant.objects.filter(content_object=plan).values_list("state", "list_key", "place")
        assert {*carried} <= {told}


@pytest.mark.parametrize("is_protected", [False, True])
def test_the_grants_carry_what_the_list_shows_all_the_way(is_protected: bool) -> None:
    world = World.build(is_protected=is_protected)
    steps = [world.request, world.accept]
    if not is_protected:
        steps += [world.consent, world.call, world.open_meeting, world.write, world.close_meeting, world.review]
        steps += [world.establish, world.follow_up, world.close]
    for step in steps:
        step()
        _check_carried(world)
    last = "preparing" if is_protected else "closed"
    assert PlanPersonGrant.objects.filter(content_object=world.plan, state=last).exists()


@pytest.mark.parametrize("is_protected", [False, True])
def test_grants_from_before_are_filled_by_the_migration(is_protected: bool) -> None:
    world = World.build(is_protected=is_protected).to("preparing")
    PlanPersonGrant.objects.update(state="", list_key="", place="")
    backfill = import_module("sip.plans.migrations.0008_lists_from_the_grants").BACKFILL
    with connection.cursor() as cursor:
        cursor.execute(backfill.format(grant="plans_planpersongrant"))
    assert PlanPersonGrant.objects.filter(state="preparing").exists()
    _check_carried(world)


def test_a_declined_request_is_carried_as_declined() -> None:
    world = World.build().to("requested")
    requests.decline_request(world.actor(world.nadja), world.plan, reason="Ingen SIP behövs.")
    assert {*PlanPersonGrant.objects.values_list("state", flat=True)} == {"declined"}
    _check_carried(world)


def _check_in_step(world: World) -> None:
    """Writing the grants anew changes nothing about who is let in today."""
    _check_carried(world)
    people, desks = grants.desired(world.plan)
    today = clock.today()
    written = {
        (row.user_id, row.permission.codename, row.agency_id)
        for row in PlanPersonGrant.objects.filter(content_object=world.plan).select_related("permission")
        if row.until is None or row.until >= today
    }
    assert written == {key for key, lasts in people.items() if lasts.until is None or lasts.until >= today}
    at_desk = {
        (row.group_id, row.permission.codename)
        for row in PlanAgencyGrant.objects.filter(content_object=world.plan).select_related("permission")
        if row.until is None or row.until >= today
    }
    assert at_desk == {key for key, until in desks.items() if until is None or until >= today}
