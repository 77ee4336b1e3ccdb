"""The list of plans that somebody may know of: filtered, searched, a page at a time, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.core import signing
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock
from common.text import sort_key
from sip.meetings.models import Meeting
from sip.plans import access, listing, protection
from sip.plans.models import Plan
from sip.plans.states import CLOSED_STATES, OPEN_STATES, State
from sip.web.staff.waiting.item import about
from sip.web.words import as_day, day_words

PAGE = 25
_place_key = lru_cache(maxsize=1000)(sort_key)  # the same three hundred names on every page
OPEN = "pagaende"
OVER = "avslutade"
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


def page(actor: Actor, wanted: Wanted) -> Page:
    """One page in Swedish order of name. A child with protected personal data has no name here, and comes last."""
    seen = listing.Seen.by(actor, wanted.states)
    after = _place_of(wanted.after)
    keys = seen.keys(PAGE + 1, municipality=wanted.municipality, name=wanted.name, after=after)
    plans = _shown([key for _name, key in keys[:PAGE]])
    return Page(
        rows=tuple(_row(plan) for plan in plans),
        plans=tuple(plans),
        after=_mark(keys[PAGE - 1]) if len(keys) > PAGE else "",
        places=tuple(sorted(seen.places(), key=_place_key)),
    )


def sees_place(actor: Actor, municipality: str) -> bool:
    """Whether the actor sees any plan from there, whatever its state."""
    return any(municipality in listing.Seen.by(actor, states).places() for states in (OPEN_STATES, CLOSED_STATES))


# ⚡ What a row shows, and nothing else: no identity number is decrypted, no long text is read.
_COLUMNS = (
    *("state", "follow_up_on", "child__name", "child__born", "child__municipality", "child__is_protected"),
    *("coordinator__name", "coordinator__is_protected", "coordinator_agency__name"),
)


def _shown(keys: list[UUID]) -> list[Plan]:
    """The plans, in the order of their keys."""
    if not keys:
        return []
    coming = Meeting.objects.filter(plan=OuterRef("pk"), closed_at__isnull=True).order_by("-number")
    rows = access.shown(keys).annotate(meeting_at=Subquery(coming.values("start")[:1]))
    rows = rows.select_related("child", "coordinator", "coordinator_agency").only(*_COLUMNS)
    found = {plan.pk: plan for plan in rows}
    return [found[key] for key in keys if key in found]


def _place_of(mark: str) -> listing.Place | None:
    """Where the page before ended; None for a mark that is not ours, as if there were none."""
    if not mark:
        return None
    try:
        name_key, plan_id = signing.loads(mark, salt=_SALT)
    except signing.BadSignature:
        return None
    return name_key, UUID(plan_id)


def _mark(last: listing.Place) -> str:
    """Where the next page begins. Signed, since it names a place in the order."""
    name_key, plan_id = last
    return signing.dumps([name_key, str(plan_id)], salt=_SALT)


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
    meeting_at: datetime | None = vars(plan)["meeting_at"]  # asked for in `_shown`
    if not plan.is_open:
        return ""
    if meeting_at and as_day(meeting_at) >= clock.today():
        return _("Möte %(day)s") % {"day": day_words(meeting_at)}
    follow_up: date | None = plan.follow_up_on
    return _("Uppföljning %(day)s") % {"day": day_words(follow_up)} if follow_up else ""
