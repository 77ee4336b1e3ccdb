"""Which routine applies: a principal's own, else its region's, else the default one; and the last day of each limit.

A routine's rows stand one by one before the default's, so that a region writes only what it does otherwise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies import calendar
from agencies.models import LegalStatus, MatureChild, Principal, Routine
from common.prepared import AnyTold, Prepared


@dataclass(frozen=True)
class Limit:
    """So many calendar `days` from a start event. `kind` is the slug of the agencies it is for; "" for every plan."""

    what: str
    days: int
    start_event: str
    status: str
    source: str
    kind: str = ""

    @property
    def is_law(self) -> bool:
        """Whether a statute sets it. Its last day is never moved."""
        return self.status == LegalStatus.LAW


@dataclass(frozen=True)
class Rules:
    """What applies somewhere: the limits by name, who consents for a mature child, whether squeeze days are free."""

    limits: Mapping[str, Limit]
    mature_child: str = MatureChild.TOGETHER
    squeeze_days_off: bool = False

    def days(self, what: str) -> int | None:
        """How many calendar days the limit gives; None when there is no such limit."""
        limit = self.limits.get(what)
        return limit.days if limit else None

    def last_day(self, what: str, start: date | None) -> date | None:
        """The last day of the limit when it began on `start`, as it is told to people; None when it has not begun.

        What falls on a day when offices are closed is told for the next one. The law's own limits stay where they are.
        """
        limit = self.limits.get(what)
        if limit is None or start is None:
            return None
        day = start + timedelta(days=limit.days)
        return day if limit.is_law else self.next_working_day(day)

    def next_working_day(self, day: date) -> date:
        """`day`, or the first working day after it."""
        return calendar.next_working_day(day, squeeze_days_off=self.squeeze_days_off)

    def last_working_day(self, day: date) -> date:
        """`day`, or the last working day before it."""
        return calendar.last_working_day(day, squeeze_days_off=self.squeeze_days_off)


def rules_for(principal: Principal | None) -> Rules:
    """What applies to a plan that a coordinator of `principal` keeps; to one that nobody keeps yet (None) the default.

    One query.
    """
    return rules_for_many([principal])[principal.pk if principal else None]


def rules_for_many(principals: Iterable[Principal | None]) -> dict[UUID | None, Rules]:
    """As `rules_for`, for many in the same query: {principal key: rules}, the default's under None."""
    asked = _asked(principals)
    found = _layers(_keys(asked))
    layers = {key: [found.get(None), found.get(region), found.get(key)] for key, region in asked.items()}
    return {key: _laid_over(row for row in rows if row is not None) for key, rows in layers.items()}


def _said() -> QuerySet[Routine, tuple[Any, ...]]:
    rows = Routine.objects.filter(Q(principal__isnull=True) | Q(principal=AnyTold("principals")))
    limit = ("what", "days", "start_event", "status", "source", "agency_kind_id")
    columns = ("id", "principal_id", "mature_child", "squeeze_days_off", *(f"limits__{name}" for name in limit))
    return rows.order_by("-name", "id").values_list(*columns)  # of several default ones the first by name


_SAID = Prepared(_said)


def _asked(principals: Iterable[Principal | None]) -> dict[UUID | None, UUID | None]:
    """Each of them with its region; the default one's under None."""
    asked: dict[UUID | None, UUID | None] = {None: None}
    return asked | {row.pk: row.region_id for row in principals if row is not None}


def _keys(asked: Mapping[UUID | None, UUID | None]) -> list[UUID]:
    return sorted({key for pair in asked.items() for key in pair if key is not None})


def _layers(principals: list[UUID]) -> dict[UUID | None, Rules]:
    """What each routine says itself, by its principal. ⚡ One query, also of a routine that has no limit."""
    said = _SAID(principals=principals)
    limits: dict[UUID, dict[str, Limit]] = {}
    found: dict[UUID | None, Rules] = {}
    for key, principal, mature_child, squeeze_days_off, what, days, start_event, status, source, kind in said:
        own = limits.setdefault(key, {})
        if what is not None:
            own[what] = Limit(what, days, start_event, status, source, kind or "")
        found[principal] = Rules(own, mature_child, squeeze_days_off)
    return found


def of_region(region: Principal) -> Routine | None:
    """The region's own routine; None when it works by the default one."""
    return Routine.objects.filter(principal=region).first()


def default() -> Routine:
    """The default routine, which a migration made. Raises Routine.DoesNotExist when somebody took it away."""
    return Routine.objects.filter(principal__isnull=True).order_by("name")[:1].get()


def _laid_over(layers: Iterable[Rules]) -> Rules:
    """The rules of these routines, each laid over those before it."""
    rules = Rules({})
    for layer in layers:
        rules = replace(layer, limits={**rules.limits, **layer.limits})
    return rules
