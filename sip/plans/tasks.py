"""What Celery wakes for the plans. The task carries no data: the tables and the calendar know what has changed."""

from celery import shared_task

from sip.plans import grants


@shared_task(name="sip.plans.new_day", ignore_result=True)
def new_day() -> int:
    """Let in and out whom the calendar alone lets in and out. May be delivered any number of times."""
    return grants.sync_for_today()
