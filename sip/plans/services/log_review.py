"""Loggkontroll: the log reviewer's work (HSLF-FS 2016:40 4 kap. 9 §). Reads the access log of the own principal's
units, and no plan; what is decided is recorded, and reading here is an event like any other.

The parts that people had in a plan lie behind row-level security, which the reviewer is not let through: it is lifted
while they are looked up, and of what is found only the words for a part leave this file.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import Actor
from agencies.models import Agency, Role, User
from common import clock
from common.errors import Problem, Refused, refuse
from consent.log import flags
from consent.log import services as log
from consent.log.flags import Flag, Seen
from consent.log.models import AccessEvent, Judgement, LogReview
from consent.models import Child
from sip.plans.access import Denied, Do
from sip.plans.acting import act
from sip.plans.log_parts import Parts, parts
from sip.plans.models import EmergencyDecision, EmergencyOpening
from sip.plans.services.deviations import READ_DEVIATION

REVIEW_LOG = "review_log"
# What somebody does by their role alone, without a part in any plan.
BY_ROLE = frozenset({REVIEW_LOG, READ_DEVIATION})
_COLUMNS = ("id", "at", "user_id", "child_id", "act", "is_denied", "agency_id")
# What the reviewers themselves have read is drawn apart: it would crowd out everybody else's.
REVIEWERS_SAMPLE = 5


@dataclass(frozen=True)
class Reviewed:
    """One event as the reviewer sees it: why to look, the part that the person had, and what was said of it."""

    event: AccessEvent
    flags: tuple[Flag, ...]
    part: str
    review: LogReview | None


@dataclass(frozen=True)
class Month:
    """A unit's month: what waits to be looked at. `sample` is None until the month is over."""

    agency: Agency
    first: date
    openings: list[EmergencyOpening]
    flagged: list[tuple[Seen, tuple[Flag, ...]]]
    sample: list[Seen] | None
    total: int
    judged: frozenset[UUID]
    parts: Parts


def units(actor: Actor) -> QuerySet[Agency]:
    """The agencies whose log the actor reviews: every one of the principals that they review for."""
    principals = {row.agency.principal_id for row in actor.memberships if row.role == Role.LOG_REVIEWER}
    return Agency.objects.filter(principal__in=principals).order_by("name_key", "id")


@act
def open_month(actor: Actor, agency: Agency, first: date) -> Month:
    """What is to be looked at in the log of a unit in the month that begins on `first`.

    Raises Denied for a unit that is not the reviewer's.
    """
    if not units(actor).filter(pk=agency.pk).exists():
        raise Denied(actor, Do.READ_LOG, None)
    start, end = clock.at(first), clock.at(next_month(first))
    rows = AccessEvent.objects.filter(agency=agency, at__gte=start, at__lt=end)
    seen = [Seen(*row) for row in rows.order_by("id").values_list(*_COLUMNS).iterator()]
    known = _parts(seen)
    said = LogReview.objects.filter(event__agency=agency, event__at__gte=start, event__at__lt=end)
    judged = frozenset(said.values_list("event_id", flat=True))
    with row_scope.everything():
        openings = EmergencyOpening.objects.filter(agency=agency, at__gte=start, at__lt=end)
        opened = list(openings.select_related("plan__child", "user", "agency", "decided_by").order_by("-at", "-id"))
    return Month(
        agency=agency,
        first=first,
        openings=opened,
        flagged=sorted(flagged(seen, known), key=lambda one: one[0].id in judged),
        sample=_sample(seen, agency, first) if end <= clock.now() else None,
        total=len(seen),
        judged=judged,
        parts=known,
    )


def next_month(first: date) -> date:
    """The first day of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _parts(seen: Iterable[Seen]) -> Parts:
    with row_scope.everything():
        return parts({(event.user_id, event.child_id) for event in seen if event.user_id and event.child_id})


def _sample(seen: Sequence[Seen], agency: Agency, first: date) -> list[Seen]:
    by_key = {event.id: event for event in seen if event.child_id and not event.is_denied}
    secret, where = base64.b64decode(settings.LOG_KEY), f"{agency.pk} {first:%Y-%m}"
    reviewers = {key for key, event in by_key.items() if event.act == REVIEW_LOG}
    keys = flags.drawn(by_key.keys() - reviewers, secret=secret, where=where)
    keys += flags.drawn(reviewers, secret=secret, where=f"{where} reviewers", count=REVIEWERS_SAMPLE)
    return [by_key[key] for key in keys]


def flagged(seen: Sequence[Seen], known: Parts) -> list[tuple[Seen, tuple[Flag, ...]]]:
    """The events that ask for a look, the gravest and then the newest first, each with why.

    What reviewers read here counts as reading of many, at night and of who is protected for nobody: it is their work.
    """
    at_work = [event for event in seen if event.act != REVIEW_LOG]
    crowded, turned_away = flags.crowded(at_work), flags.turned_away(seen)
    pairs = {(event.user_id, event.child_id) for event in seen if event.user_id and event.child_id}
    of_pair = _of_pairs(pairs)
    found = []
    for event in seen:
        why, is_review = set[Flag](), event.act == REVIEW_LOG
        if event.user_id and event.child_id:
            why |= of_pair.get((event.user_id, event.child_id), set())
            why -= {Flag.PROTECTED} if is_review else set()
        why |= {Flag.MANY_CHILDREN} if event.id in crowded else set()
        why |= {Flag.MANY_DENIALS} if event.id in turned_away else set()
        why |= {Flag.NIGHT} if flags.is_night(event.at) and event.child_id and not is_review else set()
        if known.opening(event):
            why.add(Flag.EMERGENCY)
        elif event.child_id and event.act not in BY_ROLE and not known.words(event):
            why.add(Flag.NO_ASSIGNMENT)
        if why:
            found.append((event, tuple(sorted(why, key=list(Flag).index))))
    order = list(Flag)
    newest = sorted(found, key=lambda one: (one[0].at, one[0].id), reverse=True)
    return sorted(newest, key=lambda one: order.index(one[1][0]))


def _of_pairs(pairs: set[tuple[UUID, UUID]]) -> Mapping[tuple[UUID, UUID], set[Flag]]:
    """What follows from who the two are, and not from when."""
    children = Child.objects.filter(pk__in={child for _user, child in pairs})
    by_child = {row.pk: row for row in children.prefetch_related("guardianships__guardian__user")}
    users = User.objects.filter(pk__in={user for user, _child in pairs}).select_related("guardian")
    by_user = {row.pk: row for row in users}
    found = {}
    for pair in pairs:
        user, child = by_user[pair[0]], by_child[pair[1]]
        guardians = [row.guardian for row in child.guardianships.all()]
        own = getattr(user, "guardian", None)
        why = {Flag.PROTECTED} if child.is_protected else set()
        if flags.share_surname(user.name, [child.name, *(guardian.name for guardian in guardians)]):
            why.add(Flag.SAME_NAME)
        homes = [text for guardian in guardians for text in (guardian.address, guardian.user.phone)]
        if flags.share_address([user.phone, own.address if own else ""], homes):
            why.add(Flag.SAME_ADDRESS)
        found[pair] = why
    return found


@act
def show(actor: Actor, month: Month, rows: Sequence[tuple[Seen, tuple[Flag, ...]]]) -> list[Reviewed]:
    """These events in full, in the order given; one event of our own for each child that they are about."""
    keys = [event.id for event, _why in rows]
    events = AccessEvent.objects.filter(pk__in=keys).select_related("user", "agency", "child").in_bulk()
    newest = {row.event_id: row for row in LogReview.objects.filter(event__in=keys).select_related("by").order_by("id")}
    children = {event.child_id for event in events.values() if event.child_id}
    children |= {opening.plan.child_id for opening in month.openings}
    log.record_for_children(actor, REVIEW_LOG, sorted(children), object_type="access_event")
    return [
        Reviewed(events[event.id], why, month.parts.words(event), newest.get(event.id))
        for event, why in rows
        if event.id in events
    ]


@act
def open_event(actor: Actor, event_id: UUID) -> tuple[Reviewed, list[LogReview]]:
    """One event, and what reviewers have said of it, oldest first. Raises Denied for what is not the reviewer's."""
    event = _own(actor, event_id)
    reviews = list(LogReview.objects.filter(event=event).select_related("by").order_by("id"))
    near = AccessEvent.objects.filter(user=event.user_id, agency=event.agency_id)
    around = near.filter(at__gte=event.at - flags.DAY, at__lte=event.at + flags.DAY).order_by("id")
    all_seen = [Seen(*row) for row in around.values_list(*_COLUMNS)]
    known = _parts(all_seen)
    seen, why = next(
        ((one, why) for one, why in flagged(all_seen, known) if one.id == event.pk),
        (next(one for one in all_seen if one.id == event.pk), ()),
    )
    log.record_for_children(actor, REVIEW_LOG, filter(None, [event.child_id]), object_type="access_event")
    return Reviewed(event, why, known.words(seen), reviews[-1] if reviews else None), reviews


@act
def judge(actor: Actor, event_id: UUID, judgement: str, note: str = "") -> LogReview:
    """Record what the reviewer says of an event. A new word is a new row; the newest holds. Said twice is said once.

    Raises Denied for what is not the reviewer's, Refused for their own events, and without a note where one is due.
    """
    event = _own(actor, event_id)
    refuse(_problems(actor, event.user_id, judgement != Judgement.JUSTIFIED, note))
    if judgement not in Judgement.values:
        raise Refused(Problem("judgement", _("Välj vad du kom fram till."), "judgement"))
    _alone_with(event.pk)
    last = LogReview.objects.filter(event=event).order_by("-id").first()
    if last and (last.by_id, last.judgement, last.note) == (actor.user.pk, judgement, note):
        return last
    return LogReview.objects.create(event=event, judgement=judgement, note=note, by=actor.user, at=clock.now())


@act
def open_opening(actor: Actor, opening_id: UUID) -> EmergencyOpening:
    """One emergency opening. Raises Denied for what is not the reviewer's."""
    opening = _own_opening(actor, opening_id)
    log.record_for_children(actor, REVIEW_LOG, [opening.plan.child_id], object_type="emergency_opening")
    return opening


@act
def judge_opening(actor: Actor, opening_id: UUID, decision: str, note: str = "") -> EmergencyOpening:
    """Decide whether an emergency opening was right, once. Raises Refused where a colleague has decided already."""
    _alone_with(opening_id)
    opening = _own_opening(actor, opening_id)
    if opening.decision:
        if (opening.decided_by_id, opening.decision, opening.note) == (actor.user.pk, decision, note):
            return opening
        raise Refused(Problem("decided", _("Nödöppningen är redan bedömd.")))
    refuse(_problems(actor, opening.user_id, decision != EmergencyDecision.RIGHT, note))
    if decision not in EmergencyDecision.values:
        raise Refused(Problem("decision", _("Välj vad du kom fram till."), "decision"))
    opening.decision, opening.note = decision, note
    opening.decided_by, opening.decided_at = actor.user, clock.now()
    with row_scope.everything():
        opening.save(update_fields=["decision", "note", "decided_by", "decided_at"])
    log.record(actor, REVIEW_LOG, child_id=opening.plan.child_id, object_type="emergency_opening", object_id=opening.pk)
    return opening


def _problems(actor: Actor, who: UUID | None, needs_note: bool, note: str) -> list[Problem]:
    if who == actor.user.pk:
        return [Problem("own", _("Du kan inte bedöma det du själv har gjort. Be en annan logggranskare."))]
    if needs_note and not note.strip():
        return [Problem("note", _("Skriv vad du såg och vad som händer nu."), "note")]
    return []


def _own(actor: Actor, event_id: UUID) -> AccessEvent:
    rows = AccessEvent.objects.filter(pk=event_id, agency__in=units(actor))
    event = rows.select_related("user", "agency", "child").first()
    if event is None:
        raise Denied(actor, Do.READ_LOG, None)
    return event


def _own_opening(actor: Actor, opening_id: UUID) -> EmergencyOpening:
    with row_scope.everything():
        rows = EmergencyOpening.objects.filter(pk=opening_id, agency__in=units(actor))
        opening = rows.select_related("plan__child", "user", "agency", "decided_by").first()
    if opening is None:
        raise Denied(actor, Do.READ_LOG, None)
    return opening


def _alone_with(key: UUID) -> None:
    """Two presses of one button come in turn: the log's own rows cannot be locked, since they cannot be changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])


def months(today: date, count: int = 60) -> list[date]:
    """The first days of this month and those before it, the newest first: as far as the log is sure to be kept."""
    number = today.year * 12 + today.month - 1
    return [date((number - back) // 12, (number - back) % 12 + 1, 1) for back in range(count)]


def when_drawn(first: date) -> datetime:
    """When the month is over, and its sample can be drawn."""
    return clock.at(next_month(first))
