"""When a notice may go out: quiet hours, the hour between two letters, the day's one letter. Pure; no database.

Three rules, and what each gives way to:
  quiet hours   nothing between 21 and 07 in Stockholm, but for what is due later the same day
  the hour      at least an hour between two letters to one person, but for a call whose moment comes before that
  once a day    who has chosen it gets one letter at 08, but for what is compulsory or due before the next one
What is urgent (a code that somebody sits and waits for) gives way to none of them, and goes in a letter of its own.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from common import clock

QUIET_FROM = 21  # o'clock in Stockholm
QUIET_UNTIL = 7
DAILY_AT = 8
BETWEEN_LETTERS = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """What is known of one notice when it is decided whether it goes out now."""

    id: UUID
    due_at: datetime
    deadline: datetime | None = None
    is_compulsory: bool = False
    is_urgent: bool = False


@dataclass(frozen=True)
class Pace:
    """How one person gets letters: once a day or as things happen, and when the last one went out."""

    is_daily: bool = False
    last_letter_at: datetime | None = None


def may_go(now: datetime, notice: Due, pace: Pace) -> datetime:
    """The first moment, from `now` on, when this notice may go out by itself."""
    moment = now
    if notice.is_urgent:
        return moment
    moment = with_the_days_letter(moment, notice, pace)
    if pace.last_letter_at is not None:
        after = pace.last_letter_at + BETWEEN_LETTERS
        if not (notice.is_compulsory and _comes_before(notice, now, after)):
            moment = max(moment, after)
    if is_quiet(moment) and not is_due_that_day(notice, moment):
        moment = _next_wall(moment, QUIET_UNTIL)
    return moment


def with_the_days_letter(now: datetime, notice: Due, pace: Pace) -> datetime:
    """The first moment, from `now` on, that who has chosen a letter a day lets it come; `now` for everybody else."""
    if notice.is_urgent or notice.is_compulsory or not pace.is_daily:
        return now
    slot = _next_wall(notice.due_at, DAILY_AT)
    # Judged by when it fell due: a deadline that passes while it is held must not hold it longer.
    return now if _comes_before(notice, notice.due_at, slot) else max(now, slot)


def share_out(now: datetime, notices: list[Due], pace: Pace) -> tuple[list[UUID], dict[UUID, datetime]]:
    """What goes out to one person now, in one letter, and until when each of the others is held back.

    When a letter goes out at all, whatever else has fallen due goes along, so that there are fewer letters; at night
    only what is due that day. What is urgent goes alone, and the rest is looked at again when it has gone.
    """
    urgent = [notice.id for notice in notices if notice.is_urgent]
    if urgent:
        return urgent, {notice.id: may_go(now, notice, pace) for notice in notices if not notice.is_urgent}
    moments = {notice.id: may_go(now, notice, pace) for notice in notices}
    if all(moment > now for moment in moments.values()):
        return [], moments
    goes = {
        notice.id
        for notice in notices
        if moments[notice.id] <= now or not is_quiet(now) or is_due_that_day(notice, now)
    }
    later = Pace(pace.is_daily, now)
    held = {notice.id: may_go(now, notice, later) for notice in notices if notice.id not in goes}
    return [notice.id for notice in notices if notice.id in goes], held


def is_quiet(moment: datetime) -> bool:
    """Whether Swedish wall clocks show an hour when nobody is to be woken."""
    return not time(QUIET_UNTIL) <= clock.local(moment).time() < time(QUIET_FROM)


def is_due_that_day(notice: Due, moment: datetime) -> bool:
    """Whether the deadline lies still ahead on the same day in Stockholm."""
    deadline = notice.deadline
    return deadline is not None and deadline >= moment and clock.local(deadline).date() == clock.local(moment).date()


def _comes_before(notice: Due, now: datetime, moment: datetime) -> bool:
    """Whether the deadline lies ahead, but passes before that moment."""
    return notice.deadline is not None and now <= notice.deadline < moment


def _next_wall(moment: datetime, hour: int) -> datetime:
    """The first moment from this one on when Swedish wall clocks show that hour; days may have 23 or 25 hours."""
    day = clock.local(moment).date()
    found = clock.at(day, hour)
    return found if found >= moment else clock.at(day + DAY, hour)
