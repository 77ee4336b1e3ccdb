"""The papers of many plans as one archive, for the record that an agency keeps.

Whoever sits at the agency's desk asks for it, a worker fetches one plan at a time through the same door as a single
plan's archive, and keeps each plan's part by itself. So memory is flat however many there are, a worker that dies loses
one plan's work and takes no plan twice, and what may not be had any more when the archive is fetched is not in it.
When the broker or the worker is away, whoever waits for the archive makes it.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import row_scope
from agencies.actor import DESK_ROLES, Actor
from agencies.models import Agency
from common import clock
from common.errors import NotThere, Problem, Refused, given
from common.waking import wake
from consent.log import services as log
from sip.documents import export, papers
from sip.documents import services as documents
from sip.documents.models import Export, ExportPart, ExportState
from sip.plans import access, held
from sip.plans.access import Denied, Do
from sip.plans.acting import act, as_actor
from sip.plans.grant_names import TAKE_PART, permission_id
from sip.plans.models import Plan, Version
from sip.plans.states import CLOSED_STATES, OPEN_STATES

logger = logging.getLogger(__name__)

TASK = "sip.documents.make_exports"
TAKE_EXPORT = "take_export"  # in the log, for each plan of an archive that was fetched
MOST = 250  # plans in one archive: it is handed out within the half minute that the web server gives a page
MOST_KEPT = 5  # archives that one person has at once
KEPT = timedelta(days=1)
LEASE = timedelta(minutes=2)  # who has not come a plan further within so long is dead
MOST_TRIES = 3
MOST_PAPERS = 50  # of one plan, that nobody has made when it is exported
# So long the worker has it to itself; then whoever waits makes a few plans each time the page asks.
WORKERS_OWN = timedelta(seconds=4)
PAGE_PATIENCE = 2.0  # seconds
_ALREADY = gettext_lazy("Ett arkiv görs redan åt dig. Vänta tills det är klart, eller ta bort det.")
_GIVEN_UP = Q(is_done=True, data=None, tries__gt=MOST_TRIES)  # else it holds nothing since it may not be had


@dataclass(frozen=True)
class Scope:
    """Which plans: all, those that go on or those that are over; with a version established within these days."""

    is_open: bool | None = None
    since: date | None = None
    until: date | None = None

    def values(self) -> dict[str, object]:
        """As plain values, to be kept."""
        return {
            "is_open": self.is_open,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True)
class Contents:
    """What has become of a finished archive: how many plans are in it, how many could not be made (and may be tried
    again), how many may not be had, and how many are protected.
    """

    inside: int
    failed: int
    left_out: int
    protected: int


def desks(actor: Actor) -> list[Agency]:
    """The agencies at whose desk the actor sits: for their records archives may be asked for."""
    return list({row.agency_id: row.agency for row in actor.memberships if row.role in DESK_ROLES}.values())


@act
def order(actor: Actor, agency: Agency, scope: Scope, *, reason: str) -> Export:
    """Ask for an archive of the agency's plans. The same asked twice, while it is made, is the one that is made.

    Raises Denied for an agency at whose desk the actor does not sit; Refused without a reason, for who has not just
    proved who they are, where no plan is meant or too many, and for who has an archive in the making or many already.
    """
    if agency.pk not in {desk.pk for desk in desks(actor)}:
        raise Denied(actor, Do.EXPORT, None)
    access.check_fresh(actor)
    if not reason.strip():
        raise Refused(Problem("reason", _("Skriv varför du behöver arkivet. Det står kvar i loggen."), "reason"))
    if scope.since and scope.until and scope.since > scope.until:
        raise Refused(Problem("until", _("Den sista dagen är före den första. Ändra en av dem."), "until"))
    if waiting := Export.objects.filter(by=actor.user, state=ExportState.WAITING).first():
        return _the_same(waiting, agency, scope)
    if own(actor, most=MOST_KEPT + 1)[MOST_KEPT - 1 :]:
        message = _("Du har redan %(most)s arkiv. Ta bort ett som du har hämtat först.")
        raise Refused(Problem("too_many", message % {"most": MOST_KEPT}))
    keys, protected = _meant(actor, agency, scope)
    made, is_new = Export.objects.get_or_create(
        by=actor.user,
        state=ExportState.WAITING,
        defaults={
            "agency": agency,
            "scope": scope.values(),
            "reason": reason.strip()[: log.REASON_MAX],
            "session": actor.session,
            "total": len(keys),
            "protected": protected,
            "expires_at": clock.now() + KEPT,
        },
    )
    if not is_new:  # somebody pressed twice, and the other press came first
        return _the_same(made, agency, scope)
    ExportPart.objects.bulk_create([ExportPart(export=made, plan_id=key) for key in keys])
    log.record(actor.first_for({agency.pk}), Do.EXPORT, child_id=None, object_type="export", object_id=made.pk)
    wake(TASK)
    return made


def _the_same(waiting: Export, agency: Agency, scope: Scope) -> Export:
    if (waiting.agency_id, waiting.scope) == (agency.pk, scope.values()):
        return waiting
    raise Refused(Problem("waiting", str(_ALREADY)))


def _meant(actor: Actor, agency: Agency, scope: Scope) -> tuple[list[UUID], int]:
    """The keys of the plans that are meant, and how many more there are of children with protected personal data."""
    at_desk = held.at_desk(actor, clock.today()).filter(permission_id=permission_id(TAKE_PART), group_id=agency.desk_id)
    states = OPEN_STATES if scope.is_open else CLOSED_STATES
    established = Version.objects.filter(plan=OuterRef("pk"), void_at=None, established_at__isnull=False)
    if scope.since:
        established = established.filter(established_at__gte=clock.at(scope.since))
    if scope.until:
        established = established.filter(established_at__lt=clock.at(scope.until + timedelta(days=1)))
    known = access.visible_to(actor).filter(Exists(established))
    if scope.is_open is not None:
        known = known.filter(state__in=states)
    protected = known.filter(child__is_protected=True).count()
    wanted = known.filter(pk__in=at_desk.order_by().values("content_object_id"), child__is_protected=False)
    keys = list(wanted.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if not keys:
        raise Refused(Problem("none", _("Ingen fastställd plan passar. Välj andra planer eller andra dagar.")))
    if len(keys) > MOST:
        message = _("Det är fler än %(most)s planer. Välj färre dagar, och hämta resten i ett arkiv till.")
        raise Refused(Problem("too_many_plans", message % {"most": MOST}, "since"))
    return keys, protected


def own(actor: Actor, *, most: int = MOST_KEPT) -> list[Export]:
    """The actor's archives that are there now, the newest first."""
    rows = Export.objects.filter(by=actor.user, expires_at__gt=clock.now()).select_related("agency")
    return list(rows.order_by("-asked_at", "-id")[:most])


def find(actor: Actor, key: UUID) -> Export:
    """One of the actor's own archives, after making some of it if the worker has not. Raises NotThere."""
    found = _find(actor, key)
    if found.state == ExportState.WAITING and found.asked_at + WORKERS_OWN <= clock.now() and _claim(key):
        _go_on(key, patience=PAGE_PATIENCE)
        found = _find(actor, key)
    return found


def _find(actor: Actor, key: UUID) -> Export:
    rows = Export.objects.filter(pk=key, by=actor.user, expires_at__gt=clock.now()).select_related("agency")
    found = rows.first()
    if found is None:
        raise NotThere
    return found


def contents(actor: Actor, made: Export) -> Contents:
    """What has become of the actor's own finished archive, as far as it may be had now."""
    seen = made.parts.filter(plan__in=access.visible_to(actor).values("pk"))
    inside, failed = seen.filter(data__isnull=False).count(), seen.filter(_GIVEN_UP).count()
    return Contents(inside, failed, made.total - inside - failed, made.protected)


def incomplete(actor: Actor) -> list[tuple[Export, int]]:
    """The actor's finished archives that lack plans which could not be made, and how many each lacks."""
    made = [row for row in own(actor) if row.state == ExportState.MADE]
    return [(row, failed) for row in made if (failed := contents(actor, row).failed)]


@act
def again(actor: Actor, key: UUID) -> None:
    """Have the plans tried once more that could not be made; what is in the archive stays there.

    Raises NotThere for what is not the actor's own, and Refused for who has not just proved who they are, and while
    another archive is made for them.
    """
    found = _find(actor, key)
    access.check_fresh(actor)
    seen = found.parts.filter(_GIVEN_UP, plan__in=access.visible_to(actor).values("pk"))
    plans = set(seen.values_list("plan_id", flat=True))
    papers.versions_again(plans)
    try:
        with transaction.atomic():
            Export.objects.select_for_update().get(pk=key)
            failed = found.parts.filter(_GIVEN_UP, plan__in=plans).update(is_done=False, tries=0)
            if failed == 0:  # somebody pressed twice
                return
            rows = Export.objects.filter(pk=key)
            rows.update(state=ExportState.WAITING, done=F("done") - failed, expires_at=clock.now() + KEPT)
    except IntegrityError:
        raise Refused(Problem("waiting", str(_ALREADY))) from None
    log.record(actor.first_for({found.agency_id}), Do.EXPORT, child_id=None, object_type="export", object_id=key)
    wake(TASK)


@act
def remove(actor: Actor, key: UUID) -> None:
    """Take the actor's own archive away, made or not. Raises NotThere."""
    found = _find(actor, key)
    with row_scope.everything():  # also the parts of plans that are not to be seen any more
        found.delete()


@act
def take(actor: Actor, key: UUID) -> Iterator[bytes]:
    """The archive, piece by piece. Each plan is asked for anew, and written in the log, just before its piece.

    Raises NotThere for what is not the actor's own or not made, and Refused ("fresh") for who has not just proved who
    they are.
    """
    made = _find(actor, key)
    if made.state != ExportState.MADE:
        raise NotThere
    access.check_fresh(actor)
    parts = made.parts.filter(data__isnull=False).order_by("plan_id").values_list("pk", flat=True)
    return export.stream(_folders(replace(actor, reason=made.reason), made, list(parts)))


def _folders(actor: Actor, made: Export, parts: list[UUID]) -> Iterator[tuple[str, export.Files]]:
    """One plan at a time, each in a transaction of its own: the page's is over when this is asked."""
    for key in parts:
        with as_actor(actor):
            part = ExportPart.objects.filter(pk=key).first()
            may_be_had = part is not None and _may_still_be_had(actor, made, part)
        if part is not None and may_be_had:
            yield str(part.plan_id), export.unpacked(bytes(given(part.data)))


def _may_still_be_had(actor: Actor, made: Export, part: ExportPart) -> bool:
    """Whether this plan's part is handed out now, which is then in the log. What has ended since is left out."""
    plan = _plan_for(actor, made, part.plan_id)
    if plan is None:
        return False
    found = access.standing(actor, plan)
    for version in export.versions(plan):
        if version.number in part.versions and documents.not_handed_out(plan, version, actor.user, found):
            return False
    access.require(actor, Do.EXPORT, plan, agency_id=made.agency_id, logged_as=TAKE_EXPORT)
    return True


def _plan_for(actor: Actor, made: Export, key: UUID) -> Plan | None:
    """The plan, if the actor may have it in the agency's archive now; asked without leaving a trace of a no."""
    rows = access.visible_to(actor).select_related("child", "coordinator_agency__kind", "coordinator")
    plan = rows.filter(pk=key, child__is_protected=False).first()
    if plan is None:
        return None
    found = access.standing(actor, plan)
    may = found.may_now(Do.EXPORT) and made.agency_id in found.agency_ids & found.desk_agency_ids
    return plan if may else None


def make_all() -> int:
    """Make the archives that wait; return how many rounds were taken up. Any number of workers may do it at once."""
    rounds = 0
    while key := _claim():
        _go_on(key)
        rounds += 1
    return rounds


def sweep_out() -> int:
    """Take away the archives whose day is over; return how many."""
    with row_scope.everything():
        rows = Export.objects.filter(expires_at__lte=clock.now())
        gone = rows.count()
        rows.delete()
    return gone


def _claim(key: UUID | None = None) -> UUID | None:
    """Take up one archive, the one with `key` or the one that has waited longest; None when there is none to take."""
    now = clock.now()
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    with transaction.atomic(), row_scope.everything():
        rows = Export.objects.filter(free, state=ExportState.WAITING, expires_at__gt=now)
        rows = rows.filter(pk=key) if key else rows.order_by("asked_at")
        found = rows.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
        if found:
            Export.objects.filter(pk=found).update(claimed_until=now + LEASE)
        return found


def _go_on(key: UUID, *, patience: float | None = None) -> None:
    """See to the plans of an archive that was taken up, for `patience` seconds or to the end."""
    with row_scope.everything():
        parts = list(
            ExportPart.objects.filter(export=key, is_done=False).order_by("plan_id").values_list("pk", flat=True)
        )
    began = time.monotonic()
    for part in parts:
        _see_to(key, part)
        if patience is not None and time.monotonic() - began > patience:
            break
    with transaction.atomic(), row_scope.everything():
        rest = ExportPart.objects.filter(export=key, is_done=False).exists()
        state = ExportState.WAITING if rest else ExportState.MADE
        ended = {} if rest else {"expires_at": clock.now() + KEPT}
        Export.objects.filter(pk=key).update(state=state, claimed_until=None, **ended)


def _see_to(key: UUID, part_key: UUID) -> None:
    """Fetch one plan's files. In the log and in the archive, or in neither: one transaction."""
    with row_scope.everything():
        # Counted before it is tried: what takes the whole process with it is given up too, and the rest is made.
        ExportPart.objects.filter(pk=part_key).update(tries=F("tries") + 1)
    try:
        with transaction.atomic():
            with row_scope.everything():
                rows = ExportPart.objects.select_for_update(of=("self",), skip_locked=True)
                rows = rows.select_related("export__by")
                part = rows.filter(pk=part_key, is_done=False).first()
            if part is None:  # somebody else has it
                return
            files = _files(part) if part.tries <= MOST_TRIES else []
            with row_scope.everything():
                part.is_done, part.data = True, export.packed(files) if files else None
                part.save(update_fields=["is_done", "data", "versions"])
                Export.objects.filter(pk=key).update(done=F("done") + 1, claimed_until=clock.now() + LEASE)
    except DatabaseError:
        raise  # nothing to do about it here: taken up again when the lease is over
    except Exception as error:  # one plan that cannot be had does not hold up the others
        logger.error("a plan was not exported: %s", type(error).__name__)


def _files(part: ExportPart) -> export.Files:
    """The plan's files as who asked may have them now; none where they may not."""
    made = part.export
    # That it was the same person was proved when the archive was asked for.
    actor = Actor.of(made.by, reason=made.reason, session=made.session, is_fresh=True).first_for({made.agency_id})
    try:
        with as_actor(actor):
            plan = _plan_for(actor, made, part.plan_id)
            if plan is None:
                return []
            access.require(actor, Do.EXPORT, plan, agency_id=made.agency_id)
            files = _all_made(actor, plan)
            if not files:
                raise NotThere  # and nothing was read either
            numbers = [version.number for version in export.versions(plan)]
            part.versions = [number for number in numbers if f"sip-v{number}.pdf" in dict(files)]
            return files
    except (NotThere, Refused):
        return []


def _all_made(actor: Actor, plan: Plan) -> export.Files:
    """The plan's files. A paper that nobody has made yet, as a receipt just after a signature, is made here."""
    for _paper in range(MOST_PAPERS):
        try:
            return export.plan_files(actor, plan)
        except papers.NotReady as waiting:
            papers.hurry(waiting)
    return export.plan_files(actor, plan)
