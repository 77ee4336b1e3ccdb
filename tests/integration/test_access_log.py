"""The log is added to and never changed, by the very role that the application has; and no event means no read."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from common import clock
from consent.log.models import AccessEvent
from sip.plans.models import Stamp
from sip.plans.services import reading
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_log_accessevent SET act = 'x'",
        "DELETE FROM consent_log_accessevent",
        "TRUNCATE consent_log_accessevent",
        "ALTER TABLE consent_log_accessevent DISABLE TRIGGER ALL",
        "DROP TRIGGER append_only_rows ON consent_log_accessevent",
    ],
)
def test_the_applications_role_cannot_change_the_log(statement: str) -> None:
    World.build().to("requested")
    before = list(AccessEvent.objects.order_by("id").values())
    assert before
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AccessEvent.objects.order_by("id").values()) == before


def test_the_applications_role_owns_no_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)


def test_a_read_that_cannot_be_logged_is_no_read(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build().to("called")

    def broken(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError("log away")

    monkeypatch.setattr(AccessEvent, "save", broken)
    with pytest.raises(DatabaseError):
        reading.open_plan(world.actor(world.per), world.plan.pk)


def test_every_act_of_the_process_leaves_its_event_and_its_stamp() -> None:
    world = World.build().to("closed")
    acts = list(
        AccessEvent.objects.filter(child=world.child, is_denied=False).order_by("id").values_list("act", flat=True)
    )
    for act in ("request", "decide_request", "record_consent", "call", "run_meeting", "review", "establish", "close"):
        assert act in acts
    stamps = Stamp.objects.filter(plan=world.plan).order_by("id").values_list("act", flat=True)
    assert list(stamps) == [
        "request", "accept", "call", "close_meeting", "review", "establish", "follow_up", "close",
    ]  # fmt: skip


def test_the_log_holds_no_text_and_no_names() -> None:
    world = World.build().to("closed")
    told = " ".join(str(value) for row in AccessEvent.objects.values() for value in row.values())
    for secret in ("Alva", "Lind", "20140918", "gympan", "BUP", world.need.text):
        assert secret not in told


def test_the_time_is_the_databases_and_not_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A web server whose clock is a year wrong writes the right time. Fails when the program's clock is asked."""
    wrong = clock.now() + timedelta(days=365)
    monkeypatch.setattr(clock, "now", lambda: wrong)
    world = World.build().to("requested")
    reading.open_plan(world.actor(world.nadja), world.plan.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (right,) = cursor.fetchone()
    newest = AccessEvent.objects.order_by("-id")[0]
    assert abs(newest.at - right) < timedelta(minutes=5)


def test_nobody_chooses_what_their_request_is_called_in_the_log() -> None:
    world = World.build().to("called")
    client = world.client(world.per)
    answer = client.get(f"/planer/{world.plan.pk}/", headers={"X-Correlation-ID": "somebody-elses-id"})
    assert answer["X-Correlation-ID"] != "somebody-elses-id"
    assert AccessEvent.objects.filter(correlation=answer["X-Correlation-ID"], user=world.per).count() == 1
