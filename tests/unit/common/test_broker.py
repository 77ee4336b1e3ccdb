"""The broker wakes whoever works; when it is away, a page goes on without it."""

from typing import Any

import pytest
from celery import Celery
from kombu.exceptions import OperationalError as BrokerAway


def test_nobody_waits_for_a_broker_that_is_away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def asleep(_seconds: float) -> None:
        pytest.fail("it waits, to try again")

    monkeypatch.setattr("kombu.utils.functional.sleep", asleep)
    with Celery(broker="redis+socket:///nobody/here.sock", set_as_current=False) as away:
        away.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        away.conf.task_publish_retry = settings.CELERY_TASK_PUBLISH_RETRY
        with pytest.raises(BrokerAway):
            away.send_task("x", expires=60, retry=False)
