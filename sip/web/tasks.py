"""What Celery wakes for the pages: Idag's index, looked through once a night and whenever beat starts."""

from typing import Any

from celery import shared_task
from celery.signals import beat_init

from sip.web.staff.waiting import index


@shared_task(name="sip.web.keep_waiting", ignore_result=True)
def keep_waiting() -> int:
    """Put right what the days alone have changed of what waits. May be delivered any number of times."""
    return index.keep_all()


@beat_init.connect
def fill_at_once(**_signal: Any) -> None:
    """A service that has just been renewed has plans, and perhaps no index yet."""
    keep_waiting.apply_async(expires=600)  # seconds
