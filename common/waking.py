"""Has the worker told that something waits. The tables know what it is; losing the message loses nothing."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def wake(task: str) -> None:
    """Tell the worker as soon as this transaction is done: the task of that name."""
    transaction.on_commit(partial(tell, task))


def tell(task: str) -> None:
    """Tell the worker now. A broker that is away, or full, is no harm: the beat and whoever waits find what is to be
    done, and what has been committed is done whatever the broker says."""
    try:
        current_app.send_task(task, expires=60, retry=False)  # seconds
    except Exception as error:
        logger.warning("the broker is away: %s", type(error).__name__)
