"""Papers asked for and found again: made once by a worker, kept by what they hold, handed out cheaply.

The broker only wakes the worker. When it is away, or the worker is, whoever waits for the paper makes it: a family is
never stopped by it.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from agencies import row_scope
from common import clock
from common.errors import given
from common.prepared import Prepared, Told
from common.waking import wake
from sip.documents import child, limits
from sip.documents.canonical import canonical_json
from sip.documents.models import Document, DocumentKind, Paper, PaperState
from sip.documents.orders import Order
from sip.documents.render import Kind
from sip.plans import access, changed
from sip.plans.models import Plan, Version

logger = logging.getLogger(__name__)

TASK = "sip.documents.make_papers"
# Who has taken a paper up and not made it within so long is dead: somebody else may have it.
LEASE = timedelta(seconds=2 * child.PATIENCE)
MOST_ATTEMPTS = 3
# So long the worker has the paper to itself; then whoever waits for it makes it.
WORKERS_OWN = timedelta(seconds=4)
# In a page there is less time: after half a minute the web server takes a request for dead.
PAGE_PATIENCE = 20  # seconds
PAGES_TURN = 0x5349505041504552  # any number that is no other lock's
KEPT = timedelta(days=7)  # after it was last handed out

# The papers that belong to a version and are kept for good.
PLAN: Kind = "sip"
RECEIPT: Kind = "kvittens"
KEPT_AS: dict[str, DocumentKind] = {PLAN: DocumentKind.PLAN, RECEIPT: DocumentKind.RECEIPT}
# What else is done to a version's paper before it is kept; signing.apps says how a receipt is sealed.
FINISHED_BY: dict[str, Callable[[bytes], bytes]] = {}


@dataclass(frozen=True)
class Progress:
    """How far a paper that is not made yet has come. `is_failed`: it was tried, and will not come."""

    key: str
    is_taken_up: bool
    is_failed: bool


class NotReady(Exception):
    """The paper is not made yet. Whoever catches this asks for it (`ask`): a verb that ends so writes nothing.

    `wanted`: what to make; or the version whose own paper of this `kind` is asked for already.
    """

    def __init__(self, plan: Plan, wanted: Order | Version, kind: Kind = PLAN) -> None:
        super().__init__("the paper is not made yet")
        self.plan, self.wanted, self.kind = plan, wanted, kind


_MADE = Prepared(lambda: Paper.objects.filter(pk=Told("key"), data__isnull=False).only("data", "used_on"))


def fetch(plan: Plan, order: Order) -> bytes:
    """The paper, if it is made; else NotReady is raised. Raises Refused where it is too much for one document."""
    if settings.RENDER_AT_ONCE:
        return order.made()
    with row_scope.everything():  # who has the content in hand has the key, and may have what is made of it
        paper = next(iter(_MADE(key=order.key(plan.pk))), None)
        if paper is None:
            raise NotReady(plan, order)
        if paper.used_on != clock.today():
            Paper.objects.filter(pk=paper.pk).update(used_on=clock.today())
    return bytes(given(paper.data))


def ask(waiting: NotReady) -> Progress | None:
    """Ask for what was not ready, if nobody has; how far it has come, or None when it is there by now.

    Raises Refused where it is too much for one document.
    """
    if isinstance(waiting.wanted, Version):
        paper = Paper.objects.filter(version=waiting.wanted, kind=waiting.kind).only("key").first()
        return progress(waiting.plan, paper.key) if paper else None
    key = waiting.wanted.key(waiting.plan.pk)
    _ask(waiting.plan, waiting.wanted, key, version=None)
    return progress(waiting.plan, key)


def hurry(waiting: NotReady) -> None:
    """Make what was not ready here and now, unless somebody is at it: for a worker that needs it for something else."""
    ask(waiting)
    wanted = waiting.wanted
    with row_scope.everything():
        rows = (
            Paper.objects.filter(version=wanted, kind=waiting.kind)
            if isinstance(wanted, Version)
            else (Paper.objects.filter(pk=wanted.key(waiting.plan.pk)))
        )
        paper = rows.only("key").first()
    if paper:
        _make_unclaimed(paper.key)


def ask_for_version(plan: Plan, version: Version, content: dict[str, Any]) -> None:
    """Ask for a version's own paper; the worker keeps it as the plan's revision 0. Raises Refused if it is too much."""
    _ask_of_version(plan, version, Order(PLAN, content))


def ask_for_receipt(plan: Plan, version: Version, content: dict[str, Any]) -> None:
    """Ask for a new receipt of the version, instead of one that waits: the newest tells all that it would have told.

    The caller holds the plan's lock. Raises Refused if it is too much.
    """
    with row_scope.everything():
        # Before its papers, as whoever keeps one does (`_keep`): else each would wait for the other.
        Version.objects.select_for_update(of=("self",)).only("pk").get(pk=version.pk)
        Paper.objects.filter(version=version, kind=RECEIPT).delete()
    _ask_of_version(plan, version, Order(RECEIPT, content))


def is_coming(version: Version, kind: Kind, *, or_failed: bool) -> bool:
    """Whether a paper of the version is asked for and not made yet; `or_failed`: or was tried, and will not come."""
    states = [PaperState.WAITING, PaperState.FAILED] if or_failed else [PaperState.WAITING]
    with row_scope.everything():
        return Paper.objects.filter(version=version, kind=kind, state__in=states).exists()


def _ask_of_version(plan: Plan, version: Version, order: Order) -> None:
    _ask(plan, order, sha256(f"{version.pk} {order.key(plan.pk)}".encode()).hexdigest(), version=version)


def progress(plan: Plan, key: str) -> Progress | None:
    """How far the plan's paper with this key has come; None when it is made, or there is none.

    What the worker has not taken up in time is made here and now.
    """
    paper = _row(plan, key)
    if paper and paper.state == PaperState.WAITING and paper.asked_at + WORKERS_OWN <= clock.now():
        _make_in_page(key)
        paper = _row(plan, key)
    if paper is None or paper.state == PaperState.MADE:
        return None
    return Progress(key, paper.claimed_until is not None, paper.state == PaperState.FAILED)


def _make_in_page(key: str) -> None:
    """Make it while its reader waits, but only one at a time in all the web servers: they have pages to show."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PAGES_TURN])
        if cursor.fetchone() == (True,):
            _make_unclaimed(key, patience=PAGE_PATIENCE)


def has_failed(version: Version) -> bool:
    """Whether the version's own paper was tried and will not come by itself."""
    with row_scope.everything():
        return Paper.objects.filter(version=version, kind=PLAN, state=PaperState.FAILED).exists()


def again(plan: Plan, key: str) -> None:
    """Have a paper that failed tried once more, for who may read the plan. What has not failed is left as it is.

    The program may have been mended since, or the machine have had more to do than it could bear.
    """
    _again([plan.pk], Q(pk=key))


def versions_again(plan_ids: Collection[UUID]) -> None:
    """The same of whatever failed of the versions' own papers in these plans."""
    _again(plan_ids, Q(version__isnull=False))


def _again(plan_ids: Collection[UUID], which: Q) -> None:
    with _changing(*plan_ids), row_scope.everything():
        failed = Paper.objects.filter(which, plan__in=plan_ids, state=PaperState.FAILED)
        is_failed = failed.update(
            state=PaperState.WAITING, attempts=MOST_ATTEMPTS - 1, claimed_until=None, asked_at=clock.now()
        )
    if is_failed:
        wake(TASK)


@contextmanager
def _changing(*plan_ids: UUID) -> Iterator[None]:
    """Within it a paper is given up, or tried again: where plans are followed (changed.py) that is looked at anew."""
    with transaction.atomic(), changed.following():
        if plan_ids:
            with access.for_nobody() as plans:
                access.lock_all(plans.filter(pk__in=plan_ids))
        yield


def _row(plan: Plan, key: str) -> Paper | None:
    with row_scope.everything():
        return Paper.objects.filter(plan=plan, pk=key).defer("data", "content").first()


def make_all() -> int:
    """Make what waits, oldest first; return how many were taken up. Any number of workers may do it at once."""
    made = 0
    while key := _claim():
        _make(key)
        made += 1
    return made


def sweep_out() -> int:
    """Take away what nobody has asked for lately; it is made again when somebody does. Returns how many.

    A version's own paper that failed goes when it will never be made: the version is void, or has it from elsewhere.
    """
    made = Document.objects.filter(version=OuterRef("version"), made_at__gte=OuterRef("asked_at"))
    kept_as = {kind: Exists(made.filter(kind=kept)) for kind, kept in KEPT_AS.items()}
    is_ready = Q(*(Q(kind=kind) & Q(exists) for kind, exists in kept_as.items()), _connector=Q.OR)
    with row_scope.everything():
        unused, _kinds = Paper.objects.filter(used_on__lt=clock.today() - KEPT, version=None).delete()
        failed = Paper.objects.filter(state=PaperState.FAILED).exclude(version=None)
        useless, _kinds = failed.filter(Q(version__void_at__isnull=False) | is_ready).delete()
    return unused + useless


def _ask(plan: Plan, order: Order, key: str, *, version: Version | None) -> None:
    limits.check_size(order.content)
    limits.check_people(order.content)
    defaults = {
        "plan": plan,
        "version": version,
        "kind": order.kind,
        "content": canonical_json(order.content).decode(),
        "look": order.look_values(),
    }
    with row_scope.everything():
        _paper, is_new = Paper.objects.get_or_create(key=key, defaults=defaults)
    if is_new:
        wake(TASK)


def _waiting(now: datetime) -> QuerySet[Paper]:
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return Paper.objects.filter(free, state=PaperState.WAITING)


def _claim(key: str = "") -> str:
    """Take up one paper, the one with `key` or the one that has waited longest; "" when there is none to take."""
    _give_up()
    with transaction.atomic(), row_scope.everything():
        now = clock.now()
        rows = _waiting(now).filter(pk=key) if key else _waiting(now).order_by("asked_at")
        paper = rows.select_for_update(skip_locked=True).only("key", "attempts").first()
        if paper is None:
            return ""
        taken = Paper.objects.filter(pk=paper.pk)
        taken.update(claimed_until=now + LEASE, attempts=F("attempts") + 1)
        return paper.pk


def _give_up() -> None:
    """What killed whoever made it, so many times, will not come: it must not stand first in the queue for ever."""
    with row_scope.everything():
        dead = _waiting(clock.now()).filter(attempts__gte=MOST_ATTEMPTS)
        plans = set(dead.values_list("plan_id", flat=True))
    if plans:
        with _changing(*plans), row_scope.everything():
            dead.filter(plan__in=plans).update(state=PaperState.FAILED, claimed_until=None)


def _make_unclaimed(key: str, *, patience: float = child.PATIENCE) -> None:
    """Make a paper that nobody is at, where a transaction is open: what was taken up there would be held until its end.

    Who signs meanwhile asks for another receipt in its place, and waits for nobody.
    """
    _give_up()
    with row_scope.everything():
        is_free = _waiting(clock.now()).filter(pk=key).exists()
    if is_free:
        _make(key, patience=patience, is_claimed=False)


def _make(key: str, *, patience: float = child.PATIENCE, is_claimed: bool = True) -> None:
    """Make the paper that was taken up. The same bytes come of it whoever makes it, so the last to finish may win."""
    with row_scope.everything():
        paper = Paper.objects.filter(pk=key, state=PaperState.WAITING).first()
    if paper is None:
        return
    paper.attempts += not is_claimed  # which counted it already
    try:
        data = child.make_apart(paper.kind, paper.content, paper.look, patience=patience)
    except child.NotMade as error:
        logger.error("a paper was not made: %s", error)
        _put_back(paper, counts=patience == child.PATIENCE or not isinstance(error, child.TookTooLong))
        return
    if paper.version_id is not None:
        _keep_or_put_back(paper, data)
        return
    with transaction.atomic(), row_scope.everything():
        fingerprint = sha256(data).hexdigest()
        Paper.objects.filter(pk=key).update(
            state=PaperState.MADE, data=data, sha256=fingerprint, content="", claimed_until=None
        )


def _keep_or_put_back(paper: Paper, data: bytes) -> None:
    try:
        with transaction.atomic(), row_scope.everything():
            _keep(paper, data)
    except Exception as error:  # the keys that seal are away: nobody else's paper is held up by it
        logger.error("a paper was not kept: %s", type(error).__name__)
        _put_back(paper, counts=True)


def _keep(paper: Paper, data: bytes) -> None:
    """The version's own paper, once: revision 0 of the plan, or one more receipt.

    Of a version that an edit made void there is none; nor of what somebody else has made, or asked for anew, meanwhile.
    """
    version = Version.objects.select_for_update(of=("self",)).filter(pk=given(paper.version_id), void_at=None).first()
    still_waits = Paper.objects.select_for_update().filter(pk=paper.pk).only("key").first() is not None
    if version is not None and still_waits:
        kept = Document(version=version, kind=KEPT_AS[paper.kind], revision=0, data=data)
        if paper.kind == RECEIPT:
            earlier = Document.objects.filter(version=version, kind=kept.kind).aggregate(last=Max("revision"))
            kept.revision, kept.data = (earlier["last"] or 0) + 1, FINISHED_BY[RECEIPT](data)
        kept.sha256 = sha256(kept.data).hexdigest()
        kept.save(force_insert=True)
    Paper.objects.filter(pk=paper.pk).delete()


def _put_back(paper: Paper, *, counts: bool) -> None:
    """Let somebody else try, until it has been tried often enough. A page's own lack of time does not count."""
    attempts = paper.attempts if counts else paper.attempts - 1
    state = PaperState.FAILED if attempts >= MOST_ATTEMPTS else PaperState.WAITING
    given_up = [paper.plan_id] if state == PaperState.FAILED else []
    with _changing(*given_up), row_scope.everything():
        # Somebody else may have taken it up, and made it, if we were away longer than our lease.
        ours = Paper.objects.filter(pk=paper.pk, state=PaperState.WAITING, claimed_until=paper.claimed_until)
        ours.update(state=state, attempts=attempts, claimed_until=None)
