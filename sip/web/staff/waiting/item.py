"""One thing that waits: what to do, about whom, by when, and the way there."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from common import clock
from consent.models import Child
from sip.plans import protection, routine_limits
from sip.plans.models.waiting import ALWAYS
from sip.web.parts import TodoRow, Verb
from sip.web.words import as_day, deadline


class Kind(StrEnum):
    """What kind of thing waits; the filter's names."""

    REQUEST = "onskan"
    CONSENT = "samtycken"
    CALL = "kallelser"
    MEETING = "moten"
    PLAN = "planer"
    ACTION = "insatser"
    FOLLOW_UP = "uppfoljningar"
    DEVIATION = "avvikelser"

    @property
    def label(self) -> str:
        """The kind's name in the filter."""
        return str(_LABELS[self])


_LABELS = {
    Kind.REQUEST: pgettext_lazy("filter", "Önskan om SIP"),
    Kind.CONSENT: pgettext_lazy("filter", "Samtycken"),
    Kind.CALL: pgettext_lazy("filter", "Kallelser"),
    Kind.MEETING: pgettext_lazy("filter", "Möten"),
    Kind.PLAN: pgettext_lazy("filter", "Planer att få klara"),
    Kind.ACTION: pgettext_lazy("filter", "Insatser"),
    Kind.FOLLOW_UP: pgettext_lazy("filter", "Uppföljningar"),
    Kind.DEVIATION: pgettext_lazy("filter", "Avvikelser"),
}


class What(StrEnum):
    """What is to be done, as the rows of Idag's index know it. Whose each one is: `index.holders`."""

    # the own agency's part
    ANSWER = "answer"
    CHOOSE = "choose"
    TIMES = "times"
    EXPECT = "expect"
    ATTEND = "attend"
    OUTCOME = "outcome"
    # who coordinates
    NEXT = "next"
    CONSENT_ENDED = "consent_ended"
    UNANSWERED = "unanswered"
    HOLD = "hold"
    SIGNATURES = "signatures"
    FOLLOW_UP = "follow_up"
    CORRECTION = "correction"
    PAPER = "paper"
    OTHERS_OUTCOME = "others_outcome"
    # everybody else's: found where they stand, not by the index
    REQUEST = "request"
    DEVIATION = "deviation"
    UNIT = "unit"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class Item:
    """One thing that waits. `due` is a day or a moment; `opens_here` when its page can open beneath its row.

    `about` is the row that it is about: an invitation, an action …; the plan itself for its next step. It shows from
    the day `shows` through `hides`.
    """

    what_to_do: What
    about: UUID
    kind: Kind
    what: str
    person: str
    detail: str
    due: date | datetime
    href: str
    label: str
    opens_here: bool = False
    shows: date = ALWAYS
    hides: date | None = None

    @property
    def moment(self) -> datetime:
        """When it is late: a day's last minute, or the moment itself."""
        return self.due if isinstance(self.due, datetime) else routine_limits.last_moment(self.due)

    @property
    def is_shown(self) -> bool:
        """Whether it waits already, and still."""
        today = clock.today()
        return self.shows <= today and (self.hides is None or today <= self.hides)

    def row(self, number: int) -> TodoRow:
        """The item as a row of the page; `number` makes the id of what opens beneath it."""
        panel = f"rad-{number}" if self.opens_here else ""
        verb = Verb(self.label, self.href, about=self.person, panel=panel)
        return TodoRow(self.what, self.person, self.detail, deadline(self.due), verb)


@dataclass(frozen=True, kw_only=True)
class PlanItem(Item):
    """One that stands in the index: something to do in a plan. `agency_id`: for which agency; None for nobody's."""

    plan_id: UUID
    agency_id: UUID | None


@dataclass(frozen=True)
class Group:
    """Rows under one heading. `slug` is the group's id on the page."""

    slug: str
    heading: str
    items: tuple[Item, ...]


def by_urgency(items: list[Item]) -> list[Item]:
    """The most urgent first; what is due at once in a stable order."""
    return sorted(items, key=lambda item: (item.moment, item.what, item.person, str(item.about)))


def grouped(items: list[Item]) -> list[Group]:
    """Late, today, this week (to Sunday), next week, later; groups without anything are left out."""
    now, today = clock.now(), clock.today()
    sunday = today + timedelta(days=6 - today.weekday())
    next_sunday = sunday + timedelta(days=7)
    late = [item for item in items if item.moment < now]
    rest = [item for item in items if item.moment >= now]
    groups = [
        Group("forsenat", _("Försenat"), tuple(late)),
        Group("idag", _("Ska vara klart idag"), tuple(i for i in rest if as_day(i.due) == today)),
        Group("veckan", _("Den här veckan"), tuple(i for i in rest if today < as_day(i.due) <= sunday)),
        Group("nasta-vecka", _("Nästa vecka"), tuple(i for i in rest if sunday < as_day(i.due) <= next_sunday)),
        Group("senare", _("Senare"), tuple(i for i in rest if as_day(i.due) > next_sunday)),
    ]
    return [group for group in groups if group.items]


def about(child: Child) -> str:
    """ "Alva Lind, 12 år". A child with protected personal data has no name outside the opened plan."""
    if not protection.may_stand_in_lists(child):
        return _("Barn med skyddade uppgifter")
    return _("%(name)s, %(age)s år") % {"name": child.name, "age": child.age}


def detail(child: Child, text: str) -> str:
    """A sentence about the plan; none about a protected child's, which is opened with a reason or not at all."""
    return text if protection.may_stand_in_lists(child) else ""
