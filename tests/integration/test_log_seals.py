"""Attack 24: a database administrator edits the log, and the broken seal is found. Real commits, the owner's role."""

# ruff: noqa: S608 — every statement is put together of our own words

import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from agencies.actor import Actor
from agencies.models import User
from common.keys import new_key
from consent.log import seals
from consent.log import services as log
from consent.log.models import AccessEvent, Seal
from consent.log.tasks import seal_log
from tests.database import Database

ROOT = Path(__file__).parents[2]
LIFT = """
    ALTER TABLE {0} DISABLE TRIGGER USER; {1}; SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {0} ENABLE TRIGGER USER
"""
EVENTS, SEALS = "consent_log_accessevent", "consent_log_seal"


def write(count: int = 3) -> list[UUID]:
    """So many events, as the program writes them."""
    actor = Actor(User.objects.first() or User.objects.create_user("n@example.se", "Nadja"))
    before = set(AccessEvent.objects.values_list("pk", flat=True))
    for _number in range(count):
        log.record(actor, "read", child_id=None, object_type="plan", object_id=new_key())
    return sorted(set(AccessEvent.objects.values_list("pk", flat=True)) - before)


def tamper(database: Database, table: str, statement: str) -> None:
    """What an administrator does who may lift the triggers."""
    with psycopg.connect(database.owner_url) as owner:
        owner.execute(LIFT.format(table, statement))  # type: ignore[arg-type]


def verified(head: str = "") -> tuple[bool, str]:
    """Whether verify_log finds the log whole, and what it says."""
    out = StringIO()
    try:
        call_command("verify_log", **({"head": head} if head else {}), stdout=out)
    except CommandError as error:
        assert error.returncode == 1
        return False, out.getvalue() + str(error)
    return True, out.getvalue()


@pytest.fixture
def sealed(committed_db: Database) -> Iterator[Database]:
    """A log of three blocks of three events."""
    for _block in range(3):
        write()
        assert seals.seal() == 3
    assert verified()[0]
    yield committed_db


def test_blocks_follow_each_other_and_hold_every_event_once(sealed: Database) -> None:
    blocks = list(Seal.objects.order_by("number"))
    assert [block.number for block in blocks] == [1, 2, 3]
    assert [block.previous for block in blocks] == ["", blocks[0].hash, blocks[1].hash]
    listed = [key for block in blocks for key in block.event_ids]
    assert sorted(listed) == sorted(AccessEvent.objects.values_list("pk", flat=True))
    assert seals.seal() == 0
    assert Seal.objects.count() == 3


def test_attack_24_a_changed_event_is_found(sealed: Database) -> None:
    key = Seal.objects.get(number=2).event_ids[1]
    tamper(sealed, EVENTS, f"UPDATE {EVENTS} SET reason = 'x' WHERE id = '{key}'")
    whole, said = verified()
    assert not whole
    assert "Ändrat: block 2" in said
    assert "block 1" not in said and "block 3" not in said


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "at - interval '1 microsecond'"),
        ("user_id", "NULL"),
        ("act", "'sign'"),
        ("object_type", "'x'"),
        ("object_id", "''"),
        ("object_version", "7"),
        ("is_denied", "true"),
        ("session", "'x'"),
        ("correlation", "'x'"),
    ],
)
def test_attack_24_every_column_is_sealed(sealed: Database, column: str, value: str) -> None:
    key = Seal.objects.get(number=1).event_ids[0]
    tamper(sealed, EVENTS, f"UPDATE {EVENTS} SET {column} = {value} WHERE id = '{key}'")
    assert "Ändrat: block 1" in verified()[1]


def test_attack_24_a_removed_event_is_found(sealed: Database) -> None:
    key = Seal.objects.get(number=3).event_ids[2]
    tamper(sealed, EVENTS, f"DELETE FROM {EVENTS} WHERE id = '{key}'")
    whole, said = verified()
    assert not whole
    assert "Saknas: 1 av händelserna i block 3" in said
    assert str(key) in said


def test_attack_24_an_event_put_in_is_found_at_once_when_it_is_old(sealed: Database) -> None:
    old = seals.key_at(seals.moment_of(Seal.objects.get(number=1).event_ids[0]) - 2 * seals.LOOK_BACK)
    copy = f"""INSERT INTO {EVENTS} (id, at, act, object_type, object_id, is_denied, reason, session, correlation)
        SELECT '{old}', at, act, object_type, object_id, is_denied, reason, session, correlation
        FROM {EVENTS} LIMIT 1"""
    with psycopg.connect(sealed.owner_url) as owner:
        owner.execute(copy)  # type: ignore[arg-type]
    assert seals.seal() == 0
    whole, said = verified()
    assert not whole
    assert "Inskjutet: 1 händelser" in said
    assert str(old) in said


def test_attack_24_an_event_from_the_future_does_not_blind_the_sealing(sealed: Database) -> None:
    ahead = UUID(int=(2**48 - 1) << 80)
    AccessEvent.objects.create(pk=ahead, act="read", object_type="plan")
    write()
    assert seals.seal() == 3
    write()
    assert seals.seal() == 3
    whole, said = verified()
    assert not whole and "Inskjutet: 1" in said and str(ahead) in said


def test_attack_24_a_block_taken_out_is_found(sealed: Database) -> None:
    tamper(sealed, SEALS, f"DELETE FROM {SEALS} WHERE number = 2")
    whole, said = verified()
    assert not whole
    assert "Saknas: 1 block från och med nummer 2" in said


def test_attack_24_a_block_made_again_without_the_key_is_found(sealed: Database) -> None:
    key = Seal.objects.get(number=2).event_ids[0]
    tamper(sealed, EVENTS, f"DELETE FROM {EVENTS} WHERE id = '{key}'")
    tamper(sealed, SEALS, f"UPDATE {SEALS} SET event_ids = event_ids[2:], count = 2 WHERE number = 2")
    whole, said = verified()
    assert not whole
    assert "Ändrat: block 2 är inte det som förseglades" in said
    with override_settings(LOG_KEY="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="):
        forged = Seal.objects.get(number=2)
        forged.contents = seals.contents_of(AccessEvent.objects.filter(pk__in=forged.event_ids).order_by("pk"))
        again = seals.hash_of(forged)
    tamper(sealed, SEALS, f"UPDATE {SEALS} SET hash = '{again}', contents = '{forged.contents}' WHERE number = 2")
    assert "Ändrat: block 2" in verified()[1]


def test_attack_24_a_cut_tail_is_found_with_the_head_that_was_logged(sealed: Database) -> None:
    last = Seal.objects.get(number=3)
    keys = ", ".join(f"'{key}'" for key in last.event_ids)
    assert verified(str(last))[0]
    tamper(sealed, SEALS, f"DELETE FROM {SEALS} WHERE number = 3")
    tamper(sealed, EVENTS, f"DELETE FROM {EVENTS} WHERE id IN ({keys})")
    assert verified()[0]  # what is left holds together: only what left the database can tell
    whole, said = verified(str(last))
    assert not whole
    assert "Avklippt: block 3" in said
    write()
    seals.seal()  # the tail grows again, and is another one
    assert "Avklippt: block 3" in verified(str(last))[1]


def test_events_that_nobody_seals_are_told_of(sealed: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    write(2)
    assert verified()[0]
    later = seals.database_now() + 1.5 * seals.LOOK_BACK
    monkeypatch.setattr("consent.log.verifying.database_now", lambda: later)
    whole, said = verified()
    assert not whole
    assert "Oförseglat: 2 händelser" in said


@pytest.mark.parametrize("head", ["3", "x:y", "3:abc", "-1:" + "0" * 64, "9" * 30 + ":" + "0" * 64, "\x00"])
def test_a_head_that_cannot_be_read_is_refused_in_words(sealed: Database, head: str) -> None:
    whole, said = verified(head)
    assert not whole and "NUMMER:KONTROLLSUMMA" in said


def test_an_event_that_came_to_light_late_is_sealed_all_the_same(committed_db: Database) -> None:
    """Its key is older than those of the block that was made while its transaction was open."""
    write(1)
    with psycopg.connect(committed_db.app_url) as slow:
        late = new_key()
        slow.execute(
            f"INSERT INTO {EVENTS} (id, at, act, object_type, object_id, is_denied, reason, session, correlation) "
            "VALUES (%s, now(), 'read', 'plan', '', false, '', '', '')",
            [late],
        )
        write(1)
        assert seals.seal() == 2
        slow.commit()
    assert seals.seal() == 1
    assert Seal.objects.get(number=2).event_ids == [late]
    assert seals.seal() == 0
    assert verified()[0]


def test_a_backlog_becomes_several_blocks_and_nothing_is_left(
    committed_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "BLOCK", 4)
    write(11)
    assert seals.seal() == 11
    assert list(Seal.objects.order_by("number").values_list("count", flat=True)) == [4, 4, 3]
    assert verified()[0]


def test_two_sealers_at_once_make_one_block(committed_db: Database) -> None:
    write(40)
    barrier = Barrier(4)
    done: list[int] = []

    def run() -> None:
        try:
            barrier.wait(timeout=30)
            done.append(seals.seal())
        finally:
            connection.close()

    threads = [Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(done) == [0, 0, 0, 40]
    assert list(Seal.objects.values_list("number", "count")) == [(1, 40)]
    assert verified()[0]


def test_who_comes_while_another_seals_does_nothing(committed_db: Database) -> None:
    write()
    with psycopg.connect(committed_db.app_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [seals._LOCK])
        assert seals.seal() == 0
    assert seals.seal() == 3


def test_a_task_delivered_twice_seals_once(committed_db: Database) -> None:
    write()
    assert (seal_log.apply().get(), seal_log.apply().get()) == (3, 0)
    assert Seal.objects.count() == 1


def test_the_head_leaves_the_database_in_the_log(committed_db: Database) -> None:
    said: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger = logging.getLogger("consent.log")
    handler = Kept()
    logger.addHandler(handler)
    try:
        write()
        seals.seal()
    finally:
        logger.removeHandler(handler)
    found = re.findall(r"block ([0-9]+:[0-9a-f]{64})", " ".join(said))
    assert found == [str(Seal.objects.get())]
    assert verified(found[0])[0]


def test_beat_seals_each_minute(settings: Any) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["seal_log"]
    assert (entry["task"], entry["schedule"]) == (seal_log.name, 60.0)


def test_verify_log_as_a_program_ends_with_status_one(sealed: Database) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", "verify_log"]
        return subprocess.run(command, cwd=ROOT, env=sealed.environment, capture_output=True, text=True, timeout=120)

    assert (run().returncode, "Åtkomstloggen är hel." in run().stdout) == (0, True)
    tamper(sealed, EVENTS, f"DELETE FROM {EVENTS}")
    done = run()
    assert done.returncode == 1
    assert "Åtkomstloggen är inte hel: 3 fel." in done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("table", [EVENTS, SEALS, "consent_log_logreview"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET {1} = {1}",
        "DELETE FROM {0}",
        "TRUNCATE {0} CASCADE",
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "DROP TRIGGER append_only_rows ON {0}",
        "CREATE TRIGGER mine BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION consent_log_refuse()",
        "SET session_replication_role = replica",
    ],
)
def test_attack_24_the_applications_role_can_only_add(table: str, statement: str) -> None:
    write()
    seals.seal()
    first = "number" if table == SEALS else "id"
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, first))
    assert "permission denied" in str(error.value) or "must be owner" in str(error.value)


@pytest.mark.parametrize("table", [EVENTS, SEALS])
def test_even_the_owner_is_refused_while_the_trigger_stands(sealed: Database, table: str) -> None:
    with psycopg.connect(sealed.owner_url) as owner, pytest.raises(psycopg.Error, match="append-only"):
        owner.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
