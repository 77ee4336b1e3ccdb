"""What Celery wakes. No task carries data: the tables know what is to be reckoned anew."""

import time

from celery import shared_task

from sip.reminders import anew

AT_MOST = 45  # seconds; the next tick goes on where this one stopped


@shared_task(name="sip.reminders.routines", ignore_result=True)
def routines() -> int:
    """Reckon open plans anew where a routine was changed. May be delivered any number of times."""
    until = time.monotonic() + AT_MOST
    done = 0
    while (batch := anew.next_of_changed_routine()) and time.monotonic() < until:
        done += batch
    return done


@shared_task(name="sip.reminders.time", ignore_result=True)
def time_passes() -> int:
    """Reckon anew what time alone has changed. May be delivered any number of times."""
    return anew.what_time_changed()
