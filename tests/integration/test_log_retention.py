"""The log is kept for at least five years; what is older goes as whole blocks, and the chain still holds."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from agencies.actor import Actor
from agencies.models import User
from common import clock
from common.errors import Refused
from consent import retention
from consent.log import seals
from consent.log import services as log
from consent.log.models import AccessEvent, Judgement, LogReview, Seal
from tests.database import Database
from tests.integration.test_log_seals import EVENTS, verified

ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)


def years_ago(years: int, days: int = 0) -> datetime:
    """That long ago, and so many days more."""
    return retention.limit_of(years) - days * DAY if years >= 5 else clock.now() - years * 365 * DAY


def block(at: datetime, count: int = 2) -> list[AccessEvent]:
    """A sealed block of events from that moment."""
    actor = Actor(User.objects.first() or User.objects.create_user("n@example.se", "Nadja"))
    known = set(AccessEvent.objects.values_list("pk", flat=True))
    with clock.set_to(at):
        for _number in range(count):
            log.record(actor, "read", child_id=None, object_type="plan")
    seals.seal()
    return [event for event in AccessEvent.objects.order_by("pk") if event.pk not in known]


def purge(database: Database, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    command = [sys.executable, "manage.py", "purge_log", *options]
    return subprocess.run(command, cwd=ROOT, env=database.environment, capture_output=True, text=True, timeout=120)


def test_what_is_older_than_five_years_goes_and_the_chain_holds(committed_db: Database) -> None:
    for at in (years_ago(7), years_ago(5, days=1), years_ago(5) + DAY, clock.now()):
        block(at)
    before = list(Seal.objects.order_by("number").values())
    done = purge(committed_db)
    assert (done.returncode, "Gallrat: 4 händelser." in done.stdout) == (0, True), done.stderr
    assert AccessEvent.objects.count() == 4
    assert min(AccessEvent.objects.values_list("at", flat=True)) >= retention.limit_of(5)
    assert list(Seal.objects.order_by("number").values())[:4] == before
    mark = Seal.objects.get(number=5)
    assert (mark.purged_to, mark.count, mark.previous) == (2, 0, before[3]["hash"])
    whole, said = verified(str(mark))
    assert whole, said
    assert "4 gallrade" in said
    assert "Gallrat: 0 händelser." in purge(committed_db).stdout
    assert Seal.objects.count() == 5
    block(clock.now())
    assert verified()[0]


def test_a_purge_and_a_theft_are_not_the_same(committed_db: Database) -> None:
    """Attack 24: whoever only removes old events, or says in a mark of their own that they were purged, is found."""
    block(years_ago(7))
    block(clock.now())
    lifted = f"ALTER TABLE {EVENTS} DISABLE TRIGGER USER"
    with psycopg.connect(committed_db.owner_url) as owner:
        owner.execute(lifted)  # type: ignore[arg-type]
        owner.execute("DELETE FROM consent_log_accessevent WHERE at < now() - interval '6 years'")
    assert "Saknas: 2" in verified()[1]
    with psycopg.connect(committed_db.owner_url) as owner:
        owner.execute(
            "INSERT INTO consent_log_seal (number, previous, hash, contents, count, event_ids, purged_to, sealed_at) "
            "SELECT 3, hash, repeat('0', 64), contents, 0, '{}', 1, now() FROM consent_log_seal WHERE number = 2"
        )
    whole, said = verified()
    assert not whole
    assert "Ändrat: block 3" in said


def test_what_was_purged_and_comes_back_is_found(committed_db: Database) -> None:
    old = block(years_ago(7))[0]
    block(clock.now())
    purge(committed_db)
    AccessEvent.objects.create(pk=old.pk, at=old.at, act=old.act, object_type=old.object_type, user=old.user)
    whole, said = verified()
    assert not whole
    assert "gallrade men finns" in said


def test_a_block_with_something_young_in_it_waits_whole_and_so_does_what_is_under_review(
    committed_db: Database,
) -> None:
    old = block(years_ago(6))
    LogReview.objects.create(event=old[0], judgement=Judgement.TO_INVESTIGATE, by=User.objects.get())
    assert "Gallrat: 0 händelser." in purge(committed_db).stdout
    assert AccessEvent.objects.count() == 2


def test_reviews_go_with_the_events_they_are_about(committed_db: Database) -> None:
    old = block(years_ago(7))
    with clock.set_to(years_ago(6)):
        LogReview.objects.create(event=old[0], judgement=Judgement.JUSTIFIED, by=User.objects.get())
    assert "Gallrat: 2 händelser." in purge(committed_db).stdout
    assert not LogReview.objects.exists()
    assert verified()[0]


@pytest.mark.parametrize("years", ["4", "0", "-1"])
def test_fewer_than_five_years_is_refused(committed_db: Database, years: str) -> None:
    block(years_ago(6))
    done = purge(committed_db, "--years", years)
    assert done.returncode == 1
    assert "minst 5 år. Inget är gallrat." in done.stderr
    assert AccessEvent.objects.count() == 2


def test_the_setting_cannot_say_fewer_either(committed_db: Database) -> None:
    block(years_ago(6))
    environment = {**committed_db.environment, "ACCESS_LOG_YEARS": "3"}
    command = [sys.executable, "manage.py", "purge_log"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "minst 5 år" in done.stderr


def test_the_applications_own_role_purges_nothing(committed_db: Database) -> None:
    block(years_ago(6))
    with pytest.raises(DatabaseError, match="must be owner"):
        retention.purge(5)
    assert AccessEvent.objects.count() == 2
    assert verified()[0]


def test_years_that_no_calendar_has_are_refused_in_words() -> None:
    with pytest.raises(CommandError):
        call_command("purge_log", "--years=många")
    with pytest.raises(Refused):
        retention.limit_of(10_000)


def test_five_years_from_a_leap_day() -> None:
    with clock.set_to(clock.at(datetime(2028, 2, 29).date(), 12)):  # noqa: DTZ001
        assert clock.local(retention.limit_of(5)).date().isoformat() == "2023-02-28"
