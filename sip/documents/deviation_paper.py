"""The paper *Avvikelse*: for the manager of the unit that it is about. No child's name, nothing of the plan."""

from typing import Any
from uuid import UUID

from agencies.actor import Actor
from common import clock
from sip.documents import papers
from sip.documents.orders import Order
from sip.documents.render import PLAIN, Look
from sip.plans import protection
from sip.plans.acting import act
from sip.plans.models import Deviation
from sip.plans.services.deviations import open_deviation


@act
def download_deviation(actor: Actor, deviation_id: UUID, look: Look = PLAIN) -> bytes:
    """The deviation with its answer, as PDF; the log says that it was read.

    Raises NotThere where the actor does not manage the unit.
    """
    row = open_deviation(actor, deviation_id)
    return papers.fetch(row.plan, Order("avvikelse", deviation_content(row), look))


def deviation_content(row: Deviation) -> dict[str, Any]:
    """The content (`sip-deviation/1`): what was told, where it stands, what the unit answered."""
    newest = max(moment for moment in (row.at, row.answered_at, row.closed_at) if moment)
    return {
        "schema": "sip-deviation/1",
        "id": str(row.pk),
        "made_at": clock.written(newest),
        "kind": row.kind,
        "agency": row.agency.name,
        "principal": row.agency.principal.name,
        "happened_on": row.happened_on.isoformat() if row.happened_on else None,
        "told_at": clock.written(row.at),
        "told_by": _teller(row),
        "text": row.text,
        "stands": "closed" if row.closed_at else "answered" if row.answered_at else "waiting",
        "answer": row.answer,
        "answered_at": clock.written(row.answered_at) if row.answered_at else None,
        "closed_at": clock.written(row.closed_at) if row.closed_at else None,
    }


def _teller(row: Deviation) -> dict[str, str]:
    """A colleague elsewhere by name; of the family only that it was one of them."""
    if row.reported_by is None:
        return {"kind": "meeting", "name": ""}
    if row.reported_for is None:
        return {"kind": "family", "name": ""}
    return {"kind": "staff", "name": protection.staff_name(row.reported_by, row.reported_for.name)}
