"""The broker or the database goes away in the middle, and comes back: what is due still goes out, once."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.db import connection

from sip.embedded import broker as brokers
from sip.embedded import layout, postgres, processes
from sip.notices.models import Notice
from tests import servers
from tests.database import Database
from tests.faults.sending import (
    ROOT,
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

pytestmark = pytest.mark.faults

PEOPLE, EACH = 10, 3
ENOUGH = 30  # seconds


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for servers of this test's own, which it may end as it likes."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    yield home
    processes.end_all(home)
    shutil.rmtree(layout.sockets(home), ignore_errors=True)


@contextmanager
def beat(environment: dict[str, str], folder: Path) -> Iterator[None]:
    """The real beat, which wakes the sweep as soon as it starts."""
    command = [sys.executable, "-m", "celery", "-A", "sip", "beat", "-s", str(folder / "beat"), "--pidfile", ""]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as it:
        try:
            yield
        finally:
            it.kill()


@pytest.fixture
def own_postgres(committed_db: Database, folder: Path) -> Iterator[dict[str, str]]:
    """A PostgreSQL that may be restarted, with the migrated tables; the test and its programs are turned to it."""
    shutil.copytree(servers._prepared() / "postgres", folder / "postgres")
    postgres.start(folder, postgres.FAST)
    shared = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"HOST": str(layout.sockets(folder)), "NAME": layout.DATABASE}
    yield {**committed_db.environment, **layout.environment(folder)}
    connection.close()
    connection.settings_dict |= shared


def test_the_broker_away_for_a_while_and_emptied_loses_nothing(committed_db: Database, folder: Path) -> None:
    url = layout.environment(folder)["REDIS_URL"]
    brokers.start(folder)
    with mail_server(Mailbox()) as box:
        assert isinstance(box, Mailbox)
        environment = {**with_mail(committed_db.environment, box), "REDIS_URL": url}
        with worker(environment, "celery") as process:
            read_until(process, "ready.")
            processes.end_all(folder)
            seed(PEOPLE, EACH)  # what is due is written while there is no broker at all
            brokers.start(folder)
            read_until(process, "Connected to")
            with beat(environment, folder):
                read_until(process, "sip.notices.sweep[")
                read_until(process, "succeeded")
        assert_all_told_once(box, PEOPLE * EACH)
    # What had been sent is forgotten: a worker that starts then hears nothing, until beat sends again.
    with mail_server(Mailbox()) as box:
        assert isinstance(box, Mailbox)
        Notice.objects.update(sent_at=None, attempts=0, bundle=None)
        Celery("elsewhere", broker=url, set_as_current=False).send_task("sip.notices.sweep")
        redis.Redis(unix_socket_path=str(layout.broker_socket(folder))).flushall()
        environment = with_mail(environment, box)
        with worker(environment, "celery") as process:
            read_until(process, "ready.")
            with beat(environment, folder):
                read_until(process, "succeeded")
        assert_all_told_once(box, PEOPLE * EACH)


def test_the_database_restarted_in_the_middle_of_a_letter_loses_nothing(
    own_postgres: dict[str, str], folder: Path, broker: str
) -> None:
    seed(PEOPLE, EACH)
    queue = folder.parent.name
    with mail_server(Mailbox()) as box:
        assert isinstance(box, Mailbox)
        in_the_middle, restarted = threading.Event(), threading.Event()

        def stop() -> None:
            in_the_middle.set()
            restarted.wait(ENOUGH)

        box.stop, box.stops = stop, {PEOPLE // 2}
        environment = {**with_mail(own_postgres, box), "REDIS_URL": broker}
        with worker(environment, queue) as process:
            read_until(process, "ready.")
            wake(queue)
            assert in_the_middle.wait(ENOUGH)
            connection.close()
            processes.end_all(folder)
            postgres.start(folder, postgres.FAST)
            restarted.set()
            read_until(process, "OperationalError")
            assert Notice.objects.filter(sent_at=None).exists()
            let_the_lease_run_out()
            wake(queue)
            read_until(process, "succeeded")
    assert_all_told_once(box, PEOPLE * EACH)
    assert box.taken == PEOPLE + 1, "the letter that nobody could mark went out again, under its first key"
