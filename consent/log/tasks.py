"""What Celery wakes for the log. The task carries no data: the tables know what is not sealed yet."""

from celery import shared_task

from consent.log import seals


@shared_task(name="consent.log.seal", ignore_result=True)
def seal_log() -> int:
    """Seal the new events. May be delivered any number of times, and to several workers at once."""
    return seals.seal()
