"""What it costs that every reminder is asked of the plan once more when it is sent.

The same letters are swept as reminders, each reckoned anew from its plan, and as a kind of notice that asks nothing.
"""

import time
from collections.abc import Iterator

from django.db import connection, transaction

from benchmarks.measure import Row, p50
from benchmarks.sweep import KIND, NOON, known
from common import clock
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans import access
from sip.plans.states import CLOSED_STATES
from sip.reminders import services

PLANS = 300
ROUNDS = 3
_AGAIN = """
UPDATE notices_notice
SET sent_at = NULL, attempts = 0, locked_until = NULL, bundle = NULL, channel = '', address = '', subject = '',
    body = '', kind = CASE WHEN %(asks)s THEN split_part(dedup_key, ':', 1) ELSE %(kind)s END
WHERE id = ANY(%(ids)s)
"""


def reminders() -> Iterator[Row]:
    """All the reminders that are due in some hundred open plans, with and without the question."""
    known()
    Notice.objects.all().delete()
    with clock.set_to(NOON):
        with transaction.atomic(), access.for_nobody() as plans:
            goes_on = plans.exclude(state__in=CLOSED_STATES).order_by("id")
            keys = list(goes_on.values_list("pk", flat=True)[:: max(1, goes_on.count() // PLANS)])
        for key in keys:
            with transaction.atomic():
                services.sync(key)
        due = list(notices.waiting().filter(due_at__lte=NOON).values_list("pk", flat=True))
        asked, unasked = [], []
        for _round in range(ROUNDS + 1):
            asked.append(_swept(due, asks=True))
            unasked.append(_swept(due, asks=False))
    name = f"Svep: {len(due)} påminnelser om {len(keys)} planer, mot samma brev utan frågan"
    ours, floor = p50(asked[1:]), p50(unasked[1:])  # the first round warms
    yield Row(name, round(ours, 1), "ms", round(floor, 1), round(ours / floor, 2), None)


def _swept(due: list[object], *, asks: bool) -> float:
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, {"ids": due, "asks": asks, "kind": KIND})
        cursor.execute("UPDATE notices_letterbox SET last_letter_at = NULL")
    began = time.perf_counter()
    notices.sweep()
    seconds = time.perf_counter() - began
    told = Notice.objects.filter(pk__in=due, sent_at__isnull=False).count()
    if told != len(due):
        raise AssertionError(f"{told} of {len(due)} were told")
    return 1000 * seconds
