"""A worker killed with -9 in the middle of sending, again and again: nothing is lost, and nothing is told twice.

`make proofs` kills twenty times over two thousand notices; the suite does the same on a smaller scale.
"""

import os
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from sip.notices import services as notices
from sip.notices.models import Notice
from tests.database import Database
from tests.faults.sending import (
    Mailbox,
    assert_all_told_once,
    let_the_lease_run_out,
    read_until,
    seed,
    wake,
    with_mail,
    worker,
)
from tests.post import mail_server

pytestmark = [pytest.mark.faults, pytest.mark.proof]

AT_LENGTH = 1000  # examples, in the profile of `make proofs`
EACH = 5  # notices to a person


def test_workers_killed_while_they_send_lose_nothing_and_tell_nothing_twice(
    committed_db: Database, broker: str
) -> None:
    """Celery starts another process for each that is killed, and gives it the task that the dead one had."""
    kills, people = (20, 400) if hypothesis_settings().max_examples >= AT_LENGTH else (4, 40)
    seed(people, EACH)
    with mail_server(Mailbox()) as box:
        assert isinstance(box, Mailbox)
        with worker(with_mail(committed_db.environment, box), committed_db.name, "prefork") as process:
            read_until(process, "ready.")
            killed: set[int] = set()
            box.stop = lambda: _kill(process.pid, killed)
            box.stops = set(range(people // (kills + 1), people, people // (kills + 1))[:kills])
            wake(committed_db.name)
            while notices.next_due() is not None:
                let_the_lease_run_out()
                wake(committed_db.name)
                wake(committed_db.name)  # every task twice
                read_until(process, "succeeded")
                read_until(process, "succeeded")
        assert len(killed) == kills, "another process each time"
        written = Notice.objects.values("bundle").distinct().count()
        assert kills // 2 <= box.taken - written <= kills, "only what a kill hit went out again"
    assert_all_told_once(box, people * EACH)


def _kill(worker_pid: int, killed: set[int]) -> None:
    """Every other time before it hears that the letter was taken, else a moment after, wherever it then is."""

    def now() -> None:
        children = Path(f"/proc/{worker_pid}/task/{worker_pid}/children").read_text().split()
        (sender,) = (int(pid) for pid in children)
        killed.add(sender)
        os.kill(sender, signal.SIGKILL)

    if len(killed) % 2:
        threading.Timer(len(killed) / 1000, now).start()
    else:
        now()


def test_two_workers_at_once_share_the_work(committed_db: Database, broker: str) -> None:
    people = 30
    seed(people, EACH)
    with mail_server(Mailbox()) as box:
        assert isinstance(box, Mailbox)
        environment = with_mail(committed_db.environment, box)
        with worker(environment, committed_db.name) as one, worker(environment, committed_db.name) as other:
            for process in (one, other):
                read_until(process, "ready.")
            wake(committed_db.name)
            wake(committed_db.name)
            for process in (one, other):
                read_until(process, "succeeded")
    assert_all_told_once(box, people * EACH)
    assert box.taken == Notice.objects.values("bundle").distinct().count()
