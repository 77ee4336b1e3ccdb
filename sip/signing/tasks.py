"""What Celery wakes for signatures. The task carries no data: the table knows what is waited for."""

from celery import shared_task

from sip.signing import attempts


@shared_task(name="sip.signing.go_on", ignore_result=True)
def go_on() -> int:
    """Ask the outside services for what is waited for; end what took too long. May come any number of times."""
    return attempts.go_on()
