"""The demo's clock: moved forward by a button on every page, never back; web, worker and beat read the same file.

How far it is ahead stands in a file beside the demo's database (`settings.DEMO_CLOCK`). Without DEMO nothing of this
is there, and `common.clock` tells the real time.
"""

import fcntl
import logging
import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError as BrokerAway

from agencies.calendar import next_working_day
from common import clock
from sip.celery import app
from sip.web.doors.entering import next_page
from sip.web.doors.personas import demo_only
from sip.web.pages import public
from sip.web.words import hour_words, weekday_words

logger = logging.getLogger(__name__)

DAYS = {"dag": 1, "vecka": 7}
HOUR = "timme"
WORKDAY = "vardag"  # until offices open
OPENS = 9
FARTHEST = timedelta(days=5 * 366)  # the demo's children grow up meanwhile


def ahead() -> timedelta:
    """How far the demo's clock is ahead of the real time; nothing before it was first moved."""
    return timedelta(seconds=_seconds(Path(settings.DEMO_CLOCK)))


def mark() -> str:
    """Where the clock stands, for the button's form: pressed twice, it moves once."""
    return str(_seconds(Path(settings.DEMO_CLOCK)))


def move(step: str, seen: str) -> bool:
    """Move the clock forward by `step`; False when it has been moved since `seen`, or can be moved no further.

    A day is from an hour to the same hour, also in the nights when clocks are changed.
    """
    file = Path(settings.DEMO_CLOCK)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if seen != mark():
            return False
        target = _later(clock.now(), step)
        seconds = _seconds(file) + round((target - clock.now()).total_seconds())
        if timedelta(seconds=seconds) > FARTHEST:
            return False
        fresh = file.with_suffix(".new")
        fresh.write_text(f"{seconds}\n")
        os.replace(fresh, file)  # whoever reads meanwhile reads the whole of the one or the other
    return True


def _later(now: datetime, step: str) -> datetime:
    if step == HOUR:
        return now + timedelta(hours=1)
    wall = clock.local(now)
    if step == WORKDAY:
        return clock.at(next_working_day(wall.date() + timedelta(days=1)), OPENS)
    later = clock.at(wall.date() + timedelta(days=DAYS[step]), wall.hour, wall.minute)
    return later + timedelta(seconds=wall.second, microseconds=wall.microsecond)


def _seconds(file: Path) -> int:
    try:
        return max(0, int(file.read_text()))
    except (OSError, ValueError):
        return 0


@public
@require_POST
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Move the clock and come back; then everything that waits for its hour is asked for at once."""
    demo_only()
    step, seen = request.POST.get("steg", ""), request.POST.get("sedd", "")
    if step not in (HOUR, WORKDAY, *DAYS):
        message = _("Välj hur långt fram klockan ska gå: en timme, till nästa vardag, en dag eller en vecka.")
        messages.error(request, message)
    elif move(step, seen):
        messages.success(request, _("Nu är det %(when)s. Det som har hunnit bli dags för kommer strax.") % _now())
        _wake()
    else:
        messages.info(request, _("Klockan är redan flyttad. Nu är det %(when)s.") % _now())
    return redirect(next_page(request))


def _now() -> dict[str, str]:
    now = clock.now()
    return {"when": f"{weekday_words(now)} {hour_words(now)}"}


def _wake() -> None:
    """Everything that beat does at its hours: in the real time those are far away. The sweep finds the rest itself."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        with suppress(BrokerAway):
            app.send_task(entry["task"], expires=60)  # seconds
