"""Has the worker told that a paper or an archive waits. The table knows which; losing the message loses nothing."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway

logger = logging.getLogger(__name__)


def wake(task: str) -> None:
    """Tell the worker as soon as this transaction is done: the task of that name."""
    transaction.on_commit(partial(tell, task))


def tell(task: str) -> None:
    """Tell the worker now. Without a broker nothing happens: the beat and whoever waits find what is to be made."""
    try:
        current_app.send_task(task, expires=60, retry=False)
    except (BrokerAway, OSError) as error:
        logger.warning("the broker is away: %s", type(error).__name__)
