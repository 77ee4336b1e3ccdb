"""Who at an agency takes part, and what the agency expects and can do."""

from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from agencies.actor import WORKS_WITH_CHILDREN, Actor
from agencies.models import Agency, Membership, User
from common import clock
from common.errors import Conflict, Problem, Refused, refuse
from sip.notices import services as notices
from sip.plans import access, grants
from sip.plans.access import Do
from sip.plans.acting import act
from sip.plans.models import Assignment, AssignmentReason, Party, Plan


@act
def assign(actor: Actor, plan: Plan, agency: Agency, people: Sequence[User]) -> None:
    """Let colleagues take part for the agency. By its intake or coordinators; the colleagues must work there."""
    plan = access.lock(plan)
    access.require(actor, Do.ASSIGN, plan, agency_id=agency.pk)
    check_colleagues(agency, people)
    add_assignments(plan, agency, people, AssignmentReason.ASSIGNED)
    grants.sync(plan)
    newcomers = [user for user in people if user.pk != actor.user.pk]
    notices.queue("assigned", newcomers, about=plan.pk, occasion=f"{agency.pk}:{clock.today()}")


@act
def unassign(actor: Actor, plan: Plan, agency: Agency, people: Sequence[User]) -> None:
    """End colleagues' part for the agency, however they came to it. They lose the plan at the next click."""
    plan = access.lock(plan)
    access.require(actor, Do.ASSIGN, plan, agency_id=agency.pk)
    open_rows = Assignment.objects.filter(plan=plan, agency=agency, user__in=people, ended_at__isnull=True)
    taking_part = set(open_rows.values_list("user_id", flat=True))
    absent = [user.name for user in people if user.pk not in taking_part]
    if absent:
        raise Refused(Problem("people", _("%(names)s är inte med i planen.") % {"names": ", ".join(absent)}, "people"))
    open_rows.update(ended_at=clock.now())
    grants.sync(plan)


def add_assignments(plan: Plan, agency: Agency, people: Sequence[User], reason: AssignmentReason) -> None:
    """Write open assignments; who has one for the same reason keeps it. The caller syncs the grants."""
    Assignment.objects.bulk_create(
        (Assignment(plan=plan, agency=agency, user=user, reason=reason, since=clock.now()) for user in people),
        ignore_conflicts=True,
    )


def check_colleagues(agency: Agency, people: Sequence[User]) -> None:
    """Raise Refused without anybody, and for each who does not work with children at the agency today."""
    if not people:
        raise Refused(Problem("people", _("Välj minst en kollega."), "people"))
    rows = Membership.objects.active().filter(agency=agency, user__in=people)
    roles: dict[object, set[str]] = {}
    for row in rows:
        roles.setdefault(row.user_id, set()).add(row.role)
    strangers = [user.name for user in people if user.pk not in roles]
    outside = [user.name for user in people if user.pk in roles and not roles[user.pk] & WORKS_WITH_CHILDREN]
    works_elsewhere = _("%(name)s arbetar inte på %(agency)s.")
    takes_no_part = _("%(name)s är chef eller har en annan roll som inte tar del i barns planer.")
    refuse(
        [Problem("people", works_elsewhere % {"name": name, "agency": agency.name}, "people") for name in strangers]
        + [Problem("people", takes_no_part % {"name": name}, "people") for name in outside]
    )


@act
def set_expectation(
    actor: Actor, plan: Plan, agency: Agency, *, expects: str, can_do: str, version: int | None = None
) -> Party:
    """Write what the own agency expects and can contribute: two lines, shown side by side before the meeting.

    `version`: the one that was read; a stale one raises Conflict, so that a colleague's words are not lost.
    """
    plan = access.lock(plan)
    access.require(actor, Do.EXPECT, plan, agency_id=agency.pk)
    party = Party.objects.select_for_update().filter(plan=plan, agency=agency).first()
    if party is None:
        raise Refused(Problem("agency", _("%(agency)s är inte kallad till planen.") % {"agency": agency.name}))
    if not (expects or can_do or party.expects or party.can_do):  # what stands there may be taken away
        raise Refused(Problem("expects", _("Skriv vad ni förväntar er eller vad ni kan bidra med."), "expects"))
    if version is not None and version != party.version:
        raise Conflict(
            Problem("stale", _("Texten har ändrats av en kollega medan du skrev."), "expects"),
            mine=f"{expects}\n{can_do}",
            theirs=f"{party.expects}\n{party.can_do}",
            version=party.version,
            changed_by=agency.name,
        )
    party.expects, party.can_do = expects, can_do
    party.version += 1
    party.save(update_fields=["expects", "can_do", "version"])
    return party


def forget_expectations(plan: Plan) -> None:
    """Let every party write anew, before another meeting. Part of the verb that leads on from the one that was."""
    written = Party.objects.filter(plan=plan).exclude(expects="", can_do="")
    written.update(expects="", can_do="", version=F("version") + 1)
