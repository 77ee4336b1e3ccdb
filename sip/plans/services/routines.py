"""The region's routine, as its administrator writes it. It says how plans are kept, and shows nothing of any.

A change holds from the moment it is saved; what is reckoned from it in open plans follows within minutes, and nobody
is told the same thing twice (sip/reminders/anew.py).
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from agencies import routines
from agencies.actor import Actor
from agencies.models import (
    LegalStatus,
    LimitName,
    MatureChild,
    Principal,
    Routine,
    RoutineLimit,
    StartEvent,
)
from agencies.routines import Rules
from common import clock
from common.errors import NotThere, Problem, Refused, refuse
from common.text import LINE_MAX
from consent.log import services as log
from sip.plans.access import Denied, Do
from sip.plans.acting import act

CHANGE_ROUTINE = "change_routine"
MOST_DAYS = 730  # two years: nothing in a SIP waits longer
# What each limit may be counted from; the others are counted from one thing alone.
STARTS: dict[str, tuple[StartEvent, ...]] = {
    LimitName.FIRST_CONTACT: (StartEvent.REQUEST_RECEIVED, StartEvent.NEED_SEEN),
    LimitName.MEETING_HELD: (StartEvent.NEED_SEEN, StartEvent.REQUEST_RECEIVED, StartEvent.CONSENT_COMPLETE),
}
# A statute is nothing that a region writes: what is law stands in the default routine alone.
STATUSES = (LegalStatus.AGREEMENT, LegalStatus.TARGET, LegalStatus.GUIDANCE, LegalStatus.DEFAULT)
# Every plan's row ends after this one: reckoning anew begins before the first.
FROM_THE_FIRST = UUID(int=0)


@dataclass(frozen=True)
class RegionsRoutine:
    """What the administrator keeps: the region, its rules as they apply, which limits are its own, and the version."""

    region: Principal
    rules: Rules
    own: frozenset[str]
    version: int


@act
def open_routine(actor: Actor) -> RegionsRoutine:
    """The routine of the actor's region. Raises Denied for whoever administers none."""
    region = _region(actor)
    routine = routines.of_region(region)
    own = frozenset(routine.limits.values_list("what", flat=True)) if routine else frozenset()
    return RegionsRoutine(region, routines.rules_for(region), own, routine.version if routine else 0)


@act
def set_limit(
    actor: Actor, what: str, *, days: int | None, start_event: str, status: str, source: str, version: int
) -> None:
    """Write the region's own limit: so many calendar days from a start event, how binding, and by what source.

    `version`: of the routine that was read. Raises Refused for what is no limit, for a statute's, and when somebody
    else changed the routine meanwhile; NotThere for a limit that there is not.
    """
    routine = _locked(actor, version)
    before = _limit(what, routine)
    refuse(_limit_problems(what, days, start_event, status, source))
    start = start_event if starts_of(what) else before.start_event
    values = {"days": days, "start_event": start, "status": status, "source": source}
    RoutineLimit.objects.update_or_create(
        routine=routine, what=what, defaults={**values, "agency_kind": before.agency_kind}
    )
    _changed(actor, routine)


@act
def reset_limit(actor: Actor, what: str, *, version: int) -> None:
    """Go back to the default routine's limit. Raises as `set_limit`."""
    routine = _locked(actor, version)
    _limit(what, routine)
    RoutineLimit.objects.filter(routine=routine, what=what).delete()
    _changed(actor, routine)


@act
def set_ways(actor: Actor, *, mature_child: str, squeeze_days_off: bool, version: int) -> None:
    """Write who consents for a mature child, and whether offices are closed on squeeze days. Raises as `set_limit`."""
    routine = _locked(actor, version)
    if mature_child not in MatureChild.values:
        raise Refused(Problem("mature_child", _("Välj vem som bestämmer."), "mature_child"))
    routine.mature_child, routine.squeeze_days_off = mature_child, squeeze_days_off
    routine.save(update_fields=["mature_child", "squeeze_days_off"])
    _changed(actor, routine)


def _region(actor: Actor) -> Principal:
    region = actor.administered_region
    if region is None:
        raise Denied(actor, Do.SEE_FRAME, None)
    return region


def _locked(actor: Actor, version: int) -> Routine:
    """The region's own routine, locked; made when it has none yet. Two at once make one, and one of them is refused."""
    region = _region(actor)
    first = routines.default()
    name = _("Rutin för %(region)s") % {"region": region.name}
    values = {
        "name": name[:LINE_MAX],
        "mature_child": first.mature_child,
        "squeeze_days_off": first.squeeze_days_off,
        "version": 0,
    }
    Routine.objects.get_or_create(principal=region, defaults=values)
    routine = Routine.objects.select_for_update().get(principal=region)
    if routine.version != version:
        message = _("Någon annan har ändrat rutinen sedan du öppnade sidan. Läs vad som gäller nu, och ändra igen.")
        raise Refused(Problem("version", message))
    return routine


def _limit(what: str, routine: Routine) -> RoutineLimit:
    """The limit as it is. Raises NotThere where there is none, Refused where a statute sets it."""
    rows = RoutineLimit.objects.filter(what=what)
    row = rows.filter(routine=routine).first() or rows.filter(routine__principal__isnull=True).first()
    if row is None:
        raise NotThere
    if row.status == LegalStatus.LAW:
        raise Refused(Problem("status", _("Den här tiden står i lagen. Regionen kan inte ändra den.")))
    return row


def starts_of(what: str) -> tuple[StartEvent, ...]:
    """What the limit may be counted from; () where there is nothing to choose."""
    return STARTS.get(what, ())


def _limit_problems(what: str, days: int | None, start_event: str, status: str, source: str) -> list[Problem]:
    problems = []
    if days is None or not 1 <= days <= MOST_DAYS:
        message = _("Skriv antalet dagar, mellan 1 och %(most)s.") % {"most": MOST_DAYS}
        problems.append(Problem("days", message, "days"))
    if starts_of(what) and start_event not in starts_of(what):
        problems.append(Problem("start_event", _("Välj från när dagarna räknas."), "start_event"))
    if status not in STATUSES:
        problems.append(Problem("status", _("Välj hur bindande tiden är."), "status"))
    if not source:
        problems.append(Problem("source", _("Skriv var det står, till exempel vilken överenskommelse."), "source"))
    elif len(source) > LINE_MAX:
        problems.append(Problem("source", _("Skriv kortare, högst %(most)s tecken.") % {"most": LINE_MAX}, "source"))
    return problems


def _changed(actor: Actor, routine: Routine) -> None:
    """Written in the log, and every open plan that it applies to is reckoned anew from the first."""
    Routine.objects.filter(pk=routine.pk).update(
        version=F("version") + 1, changed_at=clock.now(), anew_after=FROM_THE_FIRST
    )
    log.record(
        actor, CHANGE_ROUTINE, child_id=None, object_type="routine", object_id=routine.pk,
        object_version=routine.version + 1,
    )  # fmt: skip
