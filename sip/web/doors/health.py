"""For machines: `/halsa` says that the process lives, `/redo` that everything it needs is there. No personal data."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerAway

from common import clock
from sip.celery import app
from sip.notices import operations
from sip.notices import services as notices
from sip.web.pages import public

BROKER_PATIENCE = 1  # seconds
UNAVAILABLE = 503


@public
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "lives"})


@public
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, tables, broker and beat are all there; else 503, and which of them is not."""
    found = {"database": "away", "migrations": "unknown", "beat": "unknown", "broker": _broker()}
    facts: dict[str, str | int | None] = {"last_tick": None, "oldest_due_notice": None, "failing_notices": None}
    try:
        found |= _database()
        if found["migrations"] == "ok":
            tick, oldest = notices.last_tick(), notices.oldest_due()
            facts = {
                "last_tick": tick.isoformat() if tick else None,
                "oldest_due_notice": oldest.isoformat() if oldest else None,
                "failing_notices": operations.failing(),
            }
            found["beat"] = "ok" if tick and clock.now() - tick < operations.SILENCE else "silent"
    except Error:
        found["database"] = "away"
    is_ready = all(state == "ok" for state in found.values())
    status = 200 if is_ready else UNAVAILABLE
    return JsonResponse({"status": "ready" if is_ready else "not ready", **found, **facts}, status=status)


def _database() -> dict[str, str]:
    connection.ensure_connection()
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {"database": "ok", "migrations": "waiting" if waiting else "ok"}


def _broker() -> str:
    try:
        with app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE)
    except (BrokerAway, OSError):
        return "away"
    return "ok"
