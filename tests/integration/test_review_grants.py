"""Who is let in follows at once, for all of the child's plans, also for whoever was waiting for a lock meanwhile."""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from django.db import connection, transaction

from agencies.models import Membership, Role, User
from common import clock
from common.errors import NotThere, Refused
from consent.models import Custody
from sip.notices.models import Notice
from sip.plans import access
from sip.plans.access import Do
from sip.plans.models import Plan, PlanPersonGrant, Request
from sip.plans.services import consents, frame, reading, registry, requests
from tests.database import Database
from tests.world import World


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees who works as it first looked
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
        cursor.execute(waiting, [connection.settings_dict["NAME"]])
        return bool(cursor.fetchone()[0])


def _meanwhile(first: Callable[[], object], then: Callable[[], object]) -> object:
    """Do `first`, and commit it when `then`, in another connection, waits for it; give what `then` came to."""
    found: list[object] = []
    start = Event()

    def wait_for_it() -> None:
        start.wait(30)
        try:
            with transaction.atomic():
                found.append(then())
        finally:
            connection.close()

    waiter = Thread(target=wait_for_it)
    waiter.start()
    with transaction.atomic():
        first()
        start.set()
        until = monotonic() + 10
        while not _somebody_waits() and waiter.is_alive() and monotonic() < until:
            sleep(0.02)
    waiter.join(30)
    return found[0] if found else None


def test_who_waited_for_the_lock_sees_that_the_child_became_protected(committed_db: Database) -> None:
    world = World.build().to("called")
    protect = lambda: registry.protect_child(world.child, True)  # noqa: E731
    assert _meanwhile(protect, lambda: access.lock(world.plan).child.is_protected) is True


def _wish(world: World) -> Request:
    return requests.request_plan(world.actor(world.birgit), world.child, seen_on=clock.today(), why="Behov.")


def _readers(plan: Plan) -> set[User]:
    return {row.user for row in PlanPersonGrant.objects.filter(content_object=plan)}


@pytest.mark.parametrize("state", ["nothing", "closed"])
def test_a_plan_made_while_custody_moves_lets_the_new_guardian_in_and_not_the_old(
    committed_db: Database, state: str
) -> None:
    """Fails when a new plan does not wait for the child: there is no older plan of it to wait for."""
    world = World.build()
    if state == "closed":
        world.to("closed")
    lose = lambda: registry.transfer_custody(world.child, world.johan, Custody.NONE)  # noqa: E731
    made = _meanwhile(lose, lambda: _wish(world))
    assert isinstance(made, Request)
    assert _readers(made.plan) == {world.sara.user, world.birgit}


def test_a_plan_made_while_the_child_becomes_protected_is_nobodys(committed_db: Database) -> None:
    world = World.build()
    made = _meanwhile(lambda: registry.protect_child(world.child, True), lambda: _wish(world))
    assert isinstance(made, Request)
    assert _readers(made.plan) == set()


def test_custody_that_moves_while_a_plan_is_made_reaches_it(committed_db: Database) -> None:
    """The other way round: the plan is made first, and is there for whoever waited."""
    world = World.build()
    _meanwhile(lambda: _wish(world), lambda: registry.transfer_custody(world.child, world.johan, Custody.NONE))
    assert _readers(Plan.objects.get()) == {world.sara.user, world.birgit}


def test_a_plan_made_while_an_answer_is_withdrawn_knows_of_it(committed_db: Database) -> None:
    world = World.build().to("closed")
    old = world.plan
    no = lambda: consents.refuse_consent(world.actor(world.sara), old, world.sara.user, [world.school])  # noqa: E731
    made = _meanwhile(no, lambda: _wish(world))
    assert isinstance(made, Request)
    assert world.birgit not in _readers(made.plan)


@pytest.mark.django_db
def test_consent_withdrawn_in_the_new_plan_closes_the_old_one_too() -> None:
    world = World.build().to("closed")
    old = world.plan
    assert access.can(world.actor(world.per), Do.READ, old)
    world.request()
    world.accept()
    assert world.plan != old
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    with pytest.raises(NotThere):
        reading.open_plan(world.actor(world.per), old.pk)


@pytest.mark.django_db
def test_what_was_not_given_is_not_withdrawn_and_strangers_learn_nothing() -> None:
    world = World.build().to("called")
    with pytest.raises(NotThere):
        consents.withdraw_consent(world.actor(world.dag), world.plan, world.sara.user, [world.dental])
    with pytest.raises(Refused, match="inget samtycke att återkalla"):
        consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.dental])


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["closed", "declined"])
def test_a_plan_that_is_over_is_not_handed_over(state: str) -> None:
    world = World.build().to("closed" if state == "closed" else "requested")
    if state == "declined":
        requests.decline_request(world.actor(world.nadja), world.plan, reason="Behovet är löst.")
    with pytest.raises(Refused, match="Skriv en ny önskan"):
        frame.hand_over_plan(world.actor(world.nadja), world.plan, world.nadja)
    assert Plan.objects.get(pk=world.plan.pk).coordinator == (world.nadja if state == "closed" else None)


@pytest.mark.django_db
def test_reminders_follow_whoever_takes_the_plan_over() -> None:
    world = World.build().to("called")
    new = User.objects.create_user("ny@skurup.example", "Nils Ny")
    Membership.objects.create(user=new, agency=world.soc, role=Role.COORDINATOR, starts=clock.today())
    frame.hand_over_plan(world.actor(world.nadja), world.plan, new)
    kinds = set(Notice.objects.filter(recipient=new, sent_at=None).values_list("kind", flat=True))
    assert {"meeting_soon", "answer_overdue", "assigned"} <= kinds
    waiting = Notice.objects.filter(about=world.plan.pk, sent_at=None, dropped_at=None)
    assert not waiting.filter(recipient=world.nadja).exists()


@pytest.mark.django_db
def test_a_coordinator_chosen_by_somebody_else_is_told() -> None:
    world = World.build().to("requested")
    new = User.objects.create_user("ny@skurup.example", "Nils Ny")
    Membership.objects.create(user=new, agency=world.soc, role=Role.COORDINATOR, starts=clock.today())
    requests.accept_request(world.actor(world.nadja), world.plan, new)
    assert Notice.objects.filter(kind="assigned", recipient=new).count() == 1


@pytest.mark.django_db
def test_from_eighteen_the_guardians_ask_no_more() -> None:
    world = World.build()
    with clock.set_to(clock.at(world.child.comes_of_age, 9)), pytest.raises(NotThere):
        requests.request_plan(world.actor(world.sara), world.child, seen_on=clock.today(), why="Behov.")
