"""What waits in a plan of the bench, as sip/web/staff/waiting/index.py would have kept it: seed.py compares them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from agencies.routines import Rules
from benchmarks.people import House
from benchmarks.tables import Tables
from common import clock
from sip.plans import routine_limits
from sip.plans.models.waiting import ALWAYS
from sip.web.staff.waiting.agency import SOON
from sip.web.staff.waiting.coordinator import FOLLOW_UP_SHOWS, MEETING_SHOWS, MISSING_FROM
from sip.web.staff.waiting.item import Kind, What

COLUMNS = "plan_id what kind about agency_id user_id desk_id due shows hides until"


@dataclass
class Waits:
    """One plan's rows. `persons`: who takes part for a house; `until`: the last day of all but the coordinator's."""

    tables: Tables
    rules: Rules
    plan: str
    coordinator: str
    own: House
    until: date | None
    is_protected: bool
    persons: dict[str, list[str]] = field(default_factory=dict)
    has_somebody: set[str] = field(default_factory=set)

    def coordinate(
        self, what: What, kind: Kind, about: str, due: date | datetime, shows: date = ALWAYS, hides: date | None = None
    ) -> None:
        """Something that the coordinator does."""
        self._add(what, kind, about, self.own, due, shows, hides, self.coordinator, None, None)

    def limit(self, kind: Kind, start: date, what: str) -> None:
        """The plan's next step, by the routine."""
        self.coordinate(What.NEXT, kind, self.plan, self.rules.last_day(what, start) or start)

    def take_part(
        self,
        what: What,
        kind: Kind,
        about: str,
        house: House,
        due: date | datetime,
        shows: date = ALWAYS,
        hides: date | None = None,
    ) -> None:
        """Something that those do who take part for a house; its desk, where nobody does."""
        for user in self.persons.get(house.key, ()):
            self._add(what, kind, about, house, due, shows, hides, user, None, self.until)
        if house.key not in self.has_somebody and not self.is_protected:
            self._add(what, kind, about, house, due, shows, hides, None, house.desk, self.until)

    def answer(self, invitation: str, house: House, due: date, meets: date) -> None:
        """A call without an answer: theirs, the coordinator's from the day before, and of a protected child to name.

        `meets`: the meeting's day, after which there is nothing to answer.
        """
        self.coordinate(What.UNANSWERED, Kind.CALL, invitation, due, due - MISSING_FROM, meets)
        self.take_part(What.ANSWER, Kind.CALL, invitation, house, due, hides=meets)
        if self.is_protected and house.key not in self.has_somebody:
            self._add(What.CHOOSE, Kind.CALL, invitation, house, due, ALWAYS, meets, None, house.desk, self.until)

    def attend(self, party: str, house: House, start: datetime, end: datetime) -> None:
        """The meeting's day, for everybody but the coordinator."""
        day = clock.local(start).date()
        for user in self.persons.get(house.key, ()):
            if user != self.coordinator:
                self._add(What.ATTEND, Kind.MEETING, party, house, end, day, day, user, None, self.until)

    def hold(self, meeting: str, start: datetime) -> None:
        """The meeting itself."""
        self.coordinate(What.HOLD, Kind.MEETING, meeting, start, clock.local(start).date() - MEETING_SHOWS)

    def outcome(self, action: str, house: House, due: date) -> None:
        """What an action led to."""
        self.take_part(What.OUTCOME, Kind.ACTION, action, house, due, due - SOON)

    def follow_up(self, day: date) -> None:
        """The follow-up that is planned."""
        self.coordinate(What.FOLLOW_UP, Kind.FOLLOW_UP, self.plan, day, day - FOLLOW_UP_SHOWS)

    def _add(
        self, what: What, kind: Kind, about: str, house: House, due: date | datetime, shows: date, hides: date | None,
        user: str | None, desk: int | None, until: date | None,
    ) -> None:  # fmt: skip
        moment = due if isinstance(due, datetime) else routine_limits.last_moment(due)
        row = (self.plan, str(what), str(kind), about, house.key, user, desk, moment, shows, hides, until)
        self.tables.add("plans_waiting", *row)
