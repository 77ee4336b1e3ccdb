"""Reminders reckoned anew where no verb does it: a routine was changed, or time itself has changed who is told.

Each plan is locked as a verb locks it. Done twice, or begun again after a kill, it comes to the same.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from agencies.models import Routine
from common import clock
from sip.notices.models import Notice
from sip.plans import access, changed, grants
from sip.plans.models import Plan
from sip.plans.states import CLOSED_STATES
from sip.reminders import services, table

logger = logging.getLogger(__name__)

BATCH = 50  # plans in one transaction, each locked until its end
# Who works where may have changed since a reminder was written: what falls due within this time is looked through.
NEAR = timedelta(hours=3)
# Every open plan has its turn once in so many rounds (ten days), for what time alone brings within table.HORIZON.
TURNS = 256
ROUND = timedelta(hours=1)


def next_of_changed_routine() -> int:
    """Reckon the next open plans anew that a changed routine applies to; return how many. 0: there are none left.

    How far it has come stands on the routine's row, in the same transaction: nothing is lost with a worker. What
    somebody else is at work with is left to them.
    """
    with transaction.atomic(), access.for_nobody() as plans:
        changed = Routine.objects.select_for_update(skip_locked=True, of=("self",))
        routine = changed.filter(anew_after__isnull=False).order_by("changed_at", "id").first()
        if routine is None:
            return 0
        ahead = _kept_by(routine, plans.exclude(state__in=CLOSED_STATES)).filter(pk__gt=routine.anew_after)
        keys = list(ahead.order_by("pk").values_list("pk", flat=True)[:BATCH])
        _reckon(plans, keys, _whole)
        routine.anew_after = keys[-1] if len(keys) == BATCH else None
        routine.save(update_fields=["anew_after"])
        return max(len(keys), 1)  # a routine that nobody keeps plans by is done, too


def what_time_changed() -> int:
    """Reckon anew the plans with a reminder soon due, and those whose turn it is; return how many."""
    with access.for_nobody() as plans:
        soon = Notice.objects.filter(kind__in=table.KINDS, sent_at__isnull=True, dropped_at__isnull=True)
        keys = set(soon.filter(due_at__lte=clock.now() + NEAR).order_by().values_list("about", flat=True))
        keys |= set(_in_turn(plans.exclude(state__in=CLOSED_STATES)).order_by().values_list("pk", flat=True))
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        with transaction.atomic(), access.for_nobody() as plans:
            _reckon(plans, ordered[start : start + BATCH], lambda plan: services.sync(plan.pk))
    return len(ordered)


def _whole(plan: Plan) -> None:
    """A routine says who decides for a mature child, too: who is let in, and all that is counted from the plan."""
    with changed.following():
        changed.touch([plan.pk])
        grants.sync(plan)


def _reckon(plans: QuerySet[Plan], keys: Iterable[UUID], anew: Callable[[Plan], None]) -> None:
    """One plan that cannot be reckoned holds up no other; the error says which, and nothing of it."""
    for key in keys:
        try:
            with transaction.atomic():
                for plan in access.lock_all(plans.filter(pk=key)):
                    anew(plan)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the next round begins where this one ended
        except Exception as error:
            logger.error("reminders of plan %s not reckoned: %s", key, type(error).__name__)


def _kept_by(routine: Routine, plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """The plans that the routine may apply to: the region's own and those of its municipalities; by default all.

    And every wish that nobody has answered: by whose routine it is answered follows from who coordinates where today.
    """
    region = routine.principal_id
    if region is None:
        return plans
    principal = "coordinator_agency__principal"
    own = Q(**{principal: region}) | Q(**{f"{principal}__region": region})
    return plans.filter(own | Q(coordinator_agency__isnull=True))


def _in_turn(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Those whose key ends on this round's two digits; keys end at random."""
    rounds = int(clock.now().timestamp() // ROUND.total_seconds())
    return plans.annotate(as_text=Cast("pk", CharField())).filter(as_text__endswith=f"{rounds % TURNS:02x}")
