"""What Celery wakes for the papers. The tasks carry no data: the table knows what waits."""

from celery import shared_task

from sip.documents import child, exports, papers


@shared_task(name=papers.TASK, ignore_result=True, soft_time_limit=10 * child.PATIENCE, time_limit=11 * child.PATIENCE)
def make_papers() -> int:
    """Make the papers that wait. May be delivered any number of times, to any number of workers."""
    return papers.make_all()


@shared_task(name="sip.documents.sweep_papers", ignore_result=True)
def sweep_papers() -> int:
    """Take away papers that nobody has asked for lately."""
    return papers.sweep_out()


@shared_task(name=exports.TASK, ignore_result=True, soft_time_limit=1800, time_limit=1900)
def make_exports() -> int:
    """Make the archives that wait, and take away those whose day is over. May be delivered any number of times."""
    exports.sweep_out()
    return exports.make_all()
