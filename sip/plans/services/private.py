"""What not everybody around the plan reads: withholding from a guardian, private words, working notes.

Who reads it is said in sip/plans/audience.py. None of it makes a version void, is frozen, or is told in a notice.
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.actor import Actor
from agencies.models import Agency
from common import clock
from common.errors import NotThere, Problem, Refused, refuse
from common.keys import new_key
from consent import family
from consent.log import services as log
from consent.models import Custody, Guardian
from sip.plans import access
from sip.plans.access import Denied, Do, NotAllowed, Relation, Standing
from sip.plans.acting import act
from sip.plans.models import Action, Plan, PrivateWords, Section, Withholding, WorkingNote
from sip.plans.newest import check_newest
from sip.plans.sharing import effective_agencies

NOTES_MAX = 200
REASON_MAX = 2_000  # characters


@act
def withhold(
    actor: Actor, plan: Plan, guardian: Guardian, section: str, *, action: Action | None = None, reason: str
) -> Withholding:
    """Withhold a section, or one action, from a guardian, since the child would come to serious harm (OSL 12:3).

    By the responsible professional: an action by those who act for its agency (the family's own and others' by the
    coordinator); the child's words and the situation by the coordinator, or by somebody who takes part for health
    care or social services, whose duty the judgement is. What is withheld already stays as it was. Logged; the
    guardian is not told. Raises Denied, NotAllowed, or Refused with everything that is missing.
    """
    plan = access.lock(plan)
    found = access.require(actor, Do.WITHHOLD, plan)
    refuse(_problems(plan, guardian, section, action, reason))
    agency_id = responsible_agency(plan, found, section, action)
    if agency_id is None:
        raise NotAllowed(Denied(actor, Do.WITHHOLD, plan), _not_yours(action))
    in_force = Withholding.objects.filter(plan=plan, guardian=guardian, lifted_at__isnull=True)
    known = in_force.filter(section=section, action=action).first()
    if known:
        return known
    row = Withholding.objects.create(
        plan=plan,
        guardian=guardian,
        section=section,
        action=action,
        reason=reason,
        by=actor.user,
        agency_id=agency_id,
        at=clock.now(),
    )
    _log(actor, plan, "withholding", row)
    return row


def _problems(plan: Plan, guardian: Guardian, section: str, action: Action | None, reason: str) -> list[Problem]:
    problems = []
    custody = {row.guardian_id for row in family.all_guardians(plan.child) if row.custody != Custody.NONE}
    if guardian.pk not in custody:
        problems.append(Problem("guardian", _("Välj en av barnets vårdnadshavare."), "guardian"))
    is_known = section in Section.values and (section == Section.ACTION) == (action is not None)
    if not is_known or (action is not None and action.plan_id != plan.pk):
        problems.append(Problem("section", _("Välj vad som ska döljas."), "what"))
    if not reason.strip():
        problems.append(Problem("reason", _("Skriv varför. En annan handläggare ska förstå bedömningen."), "reason"))
    elif len(reason) > REASON_MAX:
        problems.append(
            Problem("reason", _("Korta skälet till högst %(most)s tecken.") % {"most": REASON_MAX}, "reason")
        )
    return problems


def responsible_agency(plan: Plan, found: Standing, section: str, action: Action | None = None) -> UUID | None:
    """The agency for which somebody of this standing may withhold the section or the action; None when for none."""
    own = found.agency_ids
    if action is not None and action.agency_id is not None:
        return action.agency_id if action.agency_id in own else None
    if Relation.COORDINATOR in found.relations and plan.coordinator_agency_id in own:
        return plan.coordinator_agency_id
    if section == Section.ACTION:
        return None
    by_duty = Agency.objects.filter(pk__in=own, kind__may_share_by_need=True).order_by("name_key", "id")
    return by_duty.values_list("pk", flat=True).first()


def _not_yours(action: Action | None) -> str:
    if action is None:
        return _("Barnets ord och läget kan samordnaren, hälso- och sjukvården eller socialtjänsten dölja.")
    return _("En insats kan bara döljas av verksamheten som ansvarar för den.")


@act
def lift(actor: Actor, plan: Plan, withholding: Withholding) -> Withholding:
    """Show the guardian again what was withheld. By the agency that withheld it: it knows what the harm would be.

    When that agency no longer takes part, by the coordinator. Lifted twice, it stays as it was. Logged.
    """
    plan = access.lock(plan)
    found = access.require(actor, Do.WITHHOLD, plan)
    row = Withholding.objects.select_for_update(of=("self",)).filter(plan=plan, pk=withholding.pk).first()
    if row is None:
        raise NotThere
    if not may_lift(plan, found, row):
        message = _("Bara den verksamhet som dolde det kan visa det igen.")
        raise NotAllowed(Denied(actor, Do.WITHHOLD, plan), message)
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by = clock.now(), actor.user
        row.save(update_fields=["lifted_at", "lifted_by"])
        _log(actor, plan, "withholding_lifted", row)
    return row


def may_lift(plan: Plan, found: Standing, row: Withholding) -> bool:
    """Whether somebody of this standing may show it again."""
    if row.agency_id in found.agency_ids:
        return True
    if not {Relation.COORDINATOR, Relation.PARTICIPANT} <= found.relations:
        return False
    return row.agency_id not in effective_agencies(plan) | {plan.coordinator_agency_id}


def _log(actor: Actor, plan: Plan, what: str, row: Withholding) -> None:
    """The log names the row, where the reason stands; the log itself holds no words about a child."""
    log.record(actor, Do.WITHHOLD, child_id=plan.child_id, object_type=what, object_id=row.pk)


@act
def write_private_words(
    actor: Actor, plan: Plan, *, text: str, is_for_coordinator: bool, version: int | None = None
) -> PrivateWords:
    """The young person's own words, for nobody else; `is_for_coordinator` lets the coordinator read them.

    `version` is the one that was read (0: none). Raises Conflict when newer words were saved on another screen.
    """
    plan = access.lock(plan)
    access.require(actor, Do.WRITE_PRIVATE, plan)
    row = PrivateWords.objects.select_related("changed_by").filter(plan=plan).first()
    if row is None:
        row = PrivateWords(plan=plan, by=actor.user, version=0)
    else:
        check_newest(row, version, "text", mine=text, theirs=row.text)
    row.text, row.is_for_coordinator = text, is_for_coordinator
    row.version += 1
    row.changed_by, row.changed_at = actor.user, clock.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # written from another log-in of the same child, which PostgreSQL hides from this
        raise Refused(Problem("taken", _("Det gick inte att spara. Fråga samordnaren om din inloggning."))) from error
    return row


@act
def write_note(actor: Actor, plan: Plan, agency: Agency, *, text: str, key: UUID | None = None) -> WorkingNote:
    """Write a working note for an agency that the actor takes part for. `key`: sent twice, it makes one note."""
    plan = access.lock(plan)
    access.require(actor, Do.WRITE_NOTE, plan, agency_id=agency.pk)
    own = WorkingNote.objects.filter(plan=plan, agency=agency)
    if key and (known := own.filter(pk=key).first()):
        return known
    refuse(_note_problems(text))
    if own.count() >= NOTES_MAX:
        raise Refused(Problem("full", _("Ni har redan %(most)s anteckningar här.") % {"most": NOTES_MAX}))
    now = clock.now()
    signed = {"by": actor.user, "changed_by": actor.user, "at": now, "changed_at": now}
    note = WorkingNote(id=key or new_key(), plan=plan, agency=agency, text=text, **signed)
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError:  # the key is some other row's, which PostgreSQL hides from this agency
        note.pk = new_key()
        note.save(force_insert=True)
    return note


@act
def edit_note(actor: Actor, plan: Plan, note: WorkingNote, *, text: str, version: int | None = None) -> WorkingNote:
    """Change a working note of one's own agency. Raises Conflict when a colleague saved a newer text."""
    plan = access.lock(plan)
    access.require(actor, Do.WRITE_NOTE, plan, agency_id=note.agency_id)
    row = WorkingNote.objects.select_related("changed_by").filter(plan=plan, agency=note.agency_id, pk=note.pk).first()
    if row is None:
        raise NotThere
    check_newest(row, version, "text", mine=text, theirs=row.text)
    refuse(_note_problems(text))
    row.text = text
    row.version += 1
    row.changed_by, row.changed_at = actor.user, clock.now()
    row.save(update_fields=["text", "version", "changed_by", "changed_at"])
    return row


def _note_problems(text: str) -> list[Problem]:
    return [] if text.strip() else [Problem("text", _("Skriv anteckningen."), "text")]
