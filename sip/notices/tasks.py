"""What Celery wakes. The task carries no data: the table knows what is due."""

import logging
from typing import Any

from celery import shared_task
from celery.signals import beat_init
from django.db import transaction

from sip.notices import services

logger = logging.getLogger(__name__)


@shared_task(name="sip.notices.sweep", ignore_result=True)
def sweep() -> int:
    """Send what is due, and leave a sign of life. May be delivered any number of times."""
    services.note_tick()
    return services.sweep()


def wake() -> None:
    """Send what is urgent as soon as this transaction is done, and not at the next interval.

    A broker that is away is no harm: the interval comes.
    """
    transaction.on_commit(_wake_now)


def _wake_now() -> None:
    try:
        sweep.apply_async(expires=60, retry=False)  # seconds
    except Exception as error:
        logger.info("the sweep was not woken: %s", type(error).__name__)


@beat_init.connect
def sweep_at_once(**_signal: Any) -> None:
    """When beat starts, do not wait for its first interval: what fell due meanwhile goes out now."""
    sweep.apply_async(expires=60)  # seconds
