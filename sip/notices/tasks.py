"""What Celery wakes. The task carries no data: the table knows what is due."""

from typing import Any

from celery import shared_task
from celery.signals import beat_init

from sip.notices import services


@shared_task(name="sip.notices.sweep", ignore_result=True)
def sweep() -> int:
    """Send what is due, and leave a sign of life. May be delivered any number of times."""
    services.note_tick()
    return services.sweep()


@beat_init.connect
def sweep_at_once(**_signal: Any) -> None:
    """When beat starts, do not wait for its first interval: what fell due meanwhile goes out now."""
    sweep.apply_async(expires=60)  # seconds
