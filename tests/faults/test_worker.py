"""A real worker on a real broker and a real database: woken, it sends; woken twice, it sends once."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sip.notices.models import Notice
from sip.notices.tasks import sweep
from tests.database import Database
from tests.world import World

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]


@contextmanager
def worker(database: Database) -> Iterator[subprocess.Popen[str]]:
    """Run one Celery worker on the test's database until the block ends."""
    command = [sys.executable, "-m", "celery", "-A", "sip", "worker", "--pool", "solo", "--loglevel", "INFO"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=database.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def read_until(process: subprocess.Popen[str], *words: str) -> None:
    """Read what the worker says until it says these words in one line; a worker that ends first fails the test."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if all(each in line for each in words):
            return
    pytest.fail("the worker ended:\n" + "".join(said[-20:]))


def test_a_worker_sends_what_is_due_and_being_woken_twice_changes_nothing(committed_db: Database, broker: str) -> None:
    world = World.build().to("called")
    with worker(committed_db) as process:
        read_until(process, "ready.")
        sweep.delay()
        sweep.delay()
        for _time in range(2):  # the world has had the worker woken for papers too
            read_until(process, "sip.notices.sweep[", "succeeded")
    call = Notice.objects.get(kind="call", recipient=world.per)
    assert (call.attempts, call.sent_at is not None) == (1, True)
    assert not Notice.objects.filter(attempts__gt=1).exists()
