"""What the fault tests of the sweep stand on: many notices, a real worker, a mail server that lets the test act."""

import asyncio
import email
import email.policy
import re
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db.models import F

from agencies.models import User
from common import clock
from common.keys import new_key
from sip.celery import app
from sip.notices.claiming import LEASE
from sip.notices.models import Notice
from tests.faults import told_kind
from tests.post import HERE, Post

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0  # seconds until a hang is called one; a busy machine starts a worker slowly
TOLD = re.compile(rf"{told_kind.MARK}([0-9a-f-]{{36}})")


class Mailbox(Post):
    """Keeps which letters told of what. At each letter in `stops` it lets the test act before it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: dict[UUID, set[str]] = defaultdict(set)  # notice → the Message-IDs that told of it
        self.taken = 0
        self.stops: set[int] = set()
        self.stop: Callable[[], None] = lambda: None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a letter; what has been taken is out of the house, whatever becomes of our answer."""
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = message.get_body(("plain",))
        assert part is not None
        for told in TOLD.findall(part.get_content()):
            self.letters[UUID(told)].add(str(message["Message-ID"]))
        self.taken += 1
        if self.taken in self.stops:
            await asyncio.to_thread(self.stop)
        return "250 OK"


def seed(people: int, each: int) -> None:
    """So many people with so many notices each, all due."""
    users = User.objects.bulk_create(
        User(email=f"{n}@example.org", name=f"Nummer {n}", name_key=str(n)) for n in range(people)
    )
    due = clock.now() - timedelta(minutes=1)
    Notice.objects.bulk_create(
        Notice(
            dedup_key=f"{user.pk}:{n}", kind=told_kind.NAME, recipient=user, about=user.pk, detail=new_key(), due_at=due
        )
        for user in users
        for n in range(each)
    )


def let_the_lease_run_out() -> None:
    """As if five minutes had passed since whoever has taken up something did."""
    Notice.objects.filter(locked_until__isnull=False, sent_at=None).update(locked_until=F("locked_until") - LEASE)


@contextmanager
def worker(environment: dict[str, str], queue: str, pool: str = "solo") -> Iterator[subprocess.Popen[str]]:
    """Run one Celery worker that listens to a queue of its own; killed at the end, should it still live."""
    command = [sys.executable, "-m", "celery", "-A", "sip", "worker", "--pool", pool, "-c", "1", "--loglevel", "INFO"]
    process = subprocess.Popen(
        [*command, "-Q", queue, "-I", "tests.faults.told_kind", "--without-gossip", "--without-mingle"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if pool != "solo":
            process.terminate()  # it ends its children itself
        else:
            process.kill()
        process.communicate(timeout=PATIENCE)


def with_mail(environment: dict[str, str], box: Post) -> dict[str, str]:
    """The environment of a program that sends its mail to this server."""
    return {**environment, "EMAIL_URL": f"smtp://{HERE}:{box.port}"}


def wake(queue: str) -> None:
    """As beat does."""
    app.send_task("sip.notices.sweep", queue=queue)


def read_until(process: subprocess.Popen[str], words: str) -> None:
    """Read what a program says until it says these words; one that ends first fails the test."""
    assert process.stdout is not None
    said = []
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        for line in process.stdout:
            said.append(line)
            if words in line:
                return
    finally:
        watch.cancel()
    pytest.fail("it ended:\n" + "".join(said[-20:]))


def assert_all_told_once(box: Mailbox, many: int) -> None:
    """None lost, none twice inside; towards the mail server the same letter bears the same key each time."""
    rows = Notice.objects.filter(kind=told_kind.NAME)
    assert rows.filter(sent_at__isnull=False).count() == rows.count() == many
    assert set(rows.values_list("attempts", flat=True)) == {1}, "each was marked once"
    assert set(box.letters) == set(rows.values_list("pk", flat=True)), "each came out, and nothing else"
    assert {key: keys for key, keys in box.letters.items() if len(keys) > 1} == {}, "none in two letters"
    sent = {f"<{bundle}@sip.invalid>" for bundle in rows.values_list("bundle", flat=True)}
    assert {next(iter(keys)) for keys in box.letters.values()} == sent
