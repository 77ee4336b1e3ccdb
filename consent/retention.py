"""How long the access log is kept, and how what is older leaves it without breaking the chain.

Whole blocks go, oldest first, each only when everything in it is older than the limit. A block of its own at the end
of the chain says up to where was purged, so that a purge and a theft are not the same thing (consent/log/seals.py).
Only the tables' owner can do it.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from common import clock
from common.errors import Problem, Refused
from consent.log import seals
from consent.log.models import AccessEvent, LogReview, Seal

LEAST_YEARS = 5  # HSLF-FS 2016:40 4 kap. 9 §: the log is kept for at least five years
MOST_YEARS = 100
_BLOCKS = 100  # in one transaction, while which nothing is added to the log

_LIFT = "ALTER TABLE {table} DISABLE TRIGGER append_only_rows"
_PUT_BACK = "ALTER TABLE {table} ENABLE TRIGGER append_only_rows"
_TABLES = ("consent_log_logreview", "consent_log_accessevent")


def purge(years: int) -> int:
    """Remove events older than `years` and say how many. Run as the tables' owner.

    Raises Refused when that is less than the five years that the log must be kept; django.db.DatabaseError for any
    other role than the owner.
    """
    limit = limit_of(years)
    purged = 0
    while (removed := _purge_some(limit)) is not None:
        purged += removed
    return purged


def limit_of(years: int) -> datetime:
    """What is older than this may go. Raises Refused under five years, and for more than the calendar has."""
    if not LEAST_YEARS <= years <= MOST_YEARS:
        said = {"years": LEAST_YEARS, "most": MOST_YEARS}
        message = _("Åtkomstloggen ska sparas i minst %(years)s år. Inget är gallrat. Skriv %(years)s–%(most)s.") % said
        raise Refused(Problem("years", message))
    today = clock.today()
    try:
        day = today.replace(year=today.year - years)
    except ValueError:  # 29 February
        day = today.replace(year=today.year - years, day=28)
    return clock.at(day)


@transaction.atomic
def _purge_some(limit: datetime) -> int | None:
    """The oldest blocks, as far as they are older than the limit; None when there are none left."""
    seals.wait_for_turn()
    done = Seal.objects.aggregate(most=Max("purged_to"))["most"] or 0
    blocks = []
    for block in Seal.objects.filter(number__gt=done).order_by("number")[:_BLOCKS]:
        if not _is_older(block, limit):
            break
        blocks.append(block)
    if not any(block.count for block in blocks):
        return None
    keys = [key for block in blocks for key in block.event_ids]
    seals.add_block([], purged_to=blocks[-1].number)
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(_LIFT.format(table=table))
        cursor.execute("DELETE FROM consent_log_logreview WHERE event_id = ANY (%s)", [keys])
        cursor.execute("DELETE FROM consent_log_accessevent WHERE id = ANY (%s)", [keys])
        removed: int = cursor.rowcount
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the triggers of the keys are still to come
        for table in _TABLES:
            cursor.execute(_PUT_BACK.format(table=table))
    return removed


def _is_older(block: Seal, limit: datetime) -> bool:
    """Whether the block, its events and what reviewers said of them are all older than the limit."""
    if block.sealed_at >= limit and not block.count:
        return False
    newest = AccessEvent.objects.filter(pk__in=block.event_ids).aggregate(most=Max("at"))["most"]
    said = LogReview.objects.filter(event__in=block.event_ids, at__gte=limit).exists()
    return (newest is None or newest < limit) and not said
