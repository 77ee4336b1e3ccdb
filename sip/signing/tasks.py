"""What Celery wakes for signatures. The task carries no data: the table knows what is waited for."""

from celery import shared_task

from sip.signing import attempts, sweeping


@shared_task(name="sip.signing.go_on", ignore_result=True)
def go_on() -> int:
    """Ask the outside services for what is waited for; end what took too long. May come any number of times."""
    return attempts.go_on()


@shared_task(name="sip.signing.sweep", ignore_result=True)
def sweep() -> int:
    """Take away codes and attempts that are of no use any more."""
    return sweeping.sweep_out()
