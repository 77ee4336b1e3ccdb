"""The list of plans that somebody may know of: filtered, searched, a page at a time, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.core import signing
from django.db import connection
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import Actor
from common import clock
from common.text import sort_key
from sip.meetings.models import Meeting
from sip.plans import access, protection
from sip.plans.models import Plan
from sip.plans.states import CLOSED_STATES, OPEN_STATES, State
from sip.web.staff.waiting.item import about
from sip.web.words import as_day, day_words

PAGE = 25
_place_key = lru_cache(maxsize=1000)(sort_key)  # the same three hundred names on every page
OPEN = "pagaende"
OVER = "avslutade"
_LAST = "\U0010ffff"  # sorts after every other character
_SALT = "planer"


@dataclass(frozen=True)
class Wanted:
    """What to list: a state or a group of states, a municipality, the beginning of a name, and after which row."""

    state: str = OPEN
    municipality: str = ""
    name: str = ""
    after: str = ""

    @property
    def states(self) -> tuple[str, ...]:
        """The states that are meant."""
        if self.state == OVER:
            return CLOSED_STATES
        return (self.state,) if self.state in State.values else OPEN_STATES


@dataclass(frozen=True)
class Row:
    """One plan in the list."""

    name: str
    href: str
    state: str
    coordinator: str
    next_date: str
    municipality: str


@dataclass(frozen=True)
class Page:
    """A page of the list; `after` leads to the next one and is empty on the last. `plans` are the rows' plans.

    `places`: the municipalities to choose from, in Swedish order: those of the plans in the states that are wanted.
    """

    rows: tuple[Row, ...]
    plans: tuple[Plan, ...]
    after: str
    places: tuple[str, ...]


# ⚡ Whom the plans are about is looked up once, for the rows and for the municipalities together: a third of the time.
_SEEN = """
WITH seen (id, name_key, place, is_protected) AS MATERIALIZED ({seen}),
found AS (SELECT id, name_key FROM seen WHERE {wanted} ORDER BY name_key, id LIMIT %s)
SELECT id, NULL FROM found UNION ALL SELECT NULL, place FROM seen WHERE NOT is_protected GROUP BY place
"""


def page(actor: Actor, wanted: Wanted) -> Page:
    """One page in Swedish order of name. A child with protected personal data has no name here, and comes last."""
    with row_scope.many():
        keys, places = _find(actor, wanted)
    plans = list(_listed(actor, keys))
    shown = plans[:PAGE]
    more = len(plans) > PAGE
    return Page(
        rows=tuple(_row(plan) for plan in shown),
        plans=tuple(shown),
        after=_mark(shown[-1]) if more else "",
        places=tuple(sorted(places, key=_place_key)),
    )


def sees_place(actor: Actor, municipality: str) -> bool:
    """Whether the actor sees any plan from there, whatever its state."""
    plans = access.visible_to(actor).filter(child__municipality=municipality, child__is_protected=False)
    return plans.exists()


def _find(actor: Actor, wanted: Wanted) -> tuple[list[UUID], list[str]]:
    """The keys of the page's plans and of one more where there are more; and the municipalities."""
    plans = access.visible_to(actor).filter(state__in=wanted.states).annotate(name_key=_NAME_KEY).order_by()
    seen, values = plans.values_list(
        "pk", "name_key", "child__municipality", "child__is_protected"
    ).query.sql_with_params()
    conditions, asked = _conditions(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_SEEN.format(seen=seen, wanted=" AND ".join(conditions)), [*values, *asked, PAGE + 1])
        rows = cursor.fetchall()
    return [key for key, _place in rows if key], [place for key, place in rows if not key]


def _conditions(wanted: Wanted) -> tuple[list[str], list[str | UUID]]:
    """SQL on what is seen, and its values."""
    conditions, values = ["TRUE"], list[str | UUID]()
    if wanted.municipality:
        conditions.append("NOT is_protected AND place = %s")
        values.append(wanted.municipality)
    if wanted.name:
        start = sort_key(wanted.name)
        conditions.append("NOT is_protected AND name_key >= %s AND name_key < %s")
        values += [start, start + _LAST]
    if after := _place_of(wanted.after):
        conditions.append("(name_key, id) > (%s, %s)")
        values += after
    return conditions, values


# Nothing of a protected child may be read out of the order that the list comes in.
_NAME_KEY = Case(When(child__is_protected=True, then=Value(_LAST)), default=F("child__name_key"))


def _listed(actor: Actor, keys: list[UUID]) -> QuerySet[Plan]:
    coming = Meeting.objects.filter(plan=OuterRef("pk"), closed_at__isnull=True).order_by("-number")
    rows = access.visible_to(actor, keys).annotate(name_key=_NAME_KEY, meeting_at=Subquery(coming.values("start")[:1]))
    rows = rows.select_related("child", "coordinator", "coordinator_agency").order_by("name_key", "pk")
    return rows.defer("child__number", "hand_over")  # not shown: not decrypted 25 times, not read


def _place_of(mark: str) -> tuple[str, UUID] | None:
    """Where the page before ended; None for a mark that is not ours, as if there were none."""
    if not mark:
        return None
    try:
        name_key, plan_id = signing.loads(mark, salt=_SALT)
    except signing.BadSignature:
        return None
    return name_key, UUID(plan_id)


def _mark(plan: Plan) -> str:
    """Where the next page begins. Signed, since it names a place in the order."""
    return signing.dumps([plan.name_key, str(plan.pk)], salt=_SALT)  # type: ignore[attr-defined]


def _row(plan: Plan) -> Row:
    child = plan.child
    return Row(
        name=about(child),
        href=reverse("plan", args=[plan.pk]),
        state=str(State(plan.state).label),
        coordinator=protection.coordinator_name(plan),
        next_date=_next_date(plan),
        municipality=protection.municipality_of(child),
    )


def _next_date(plan: Plan) -> str:
    """The meeting that is called, else the follow-up that is planned; nothing that is over."""
    meeting_at = plan.meeting_at  # type: ignore[attr-defined]
    if not plan.is_open:
        return ""
    if meeting_at and as_day(meeting_at) >= clock.today():
        return _("Möte %(day)s") % {"day": day_words(meeting_at)}
    follow_up: date | None = plan.follow_up_on
    return _("Uppföljning %(day)s") % {"day": day_words(follow_up)} if follow_up else ""
