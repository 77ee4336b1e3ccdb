"""Where the family's consent stands, agency by agency, in words. Read-only; nothing is decided here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, MatureChild, User
from common import clock
from common.text import in_words
from consent import family
from consent.kinds import inside_sentence
from consent.models import Child, ConsentDecision, Custody, DecisionKind, Guardianship, MaturityAssessment
from consent.rules import CHILD, EXEMPTING, Standing, Status
from sip.plans import protection
from sip.plans.models import Plan
from sip.web.words import day_words
from sip.web.work.agency_list import by_keys

# A consent that ends within this time is said to run out soon: there is a meeting's time to ask again.
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Said:
    """What one decider last said about one agency, in words. `carve_out`: what is not to be shared."""

    who: str
    words: str
    carve_out: str = ""


@dataclass(frozen=True)
class ConsentRow:
    """One agency: where consent stands, whether it holds, and who said what.

    `soon`: that it runs out, "" when not soon. `note`: why consent is not required, and what the family says.
    """

    agency: Agency
    words: str
    is_effective: bool
    is_no: bool
    said: tuple[Said, ...]
    soon: str = ""
    notes: tuple[str, ...] = ()
    is_exempt: bool = False
    may_exempt: bool = False


@dataclass(frozen=True)
class Decider:
    """Somebody whose yes is asked for. A child without a log-in says it to the coordinator: no `user`."""

    user: User | None
    name: str
    key: str  # as consent.rules knows the decider

    @property
    def value(self) -> str:
        """The decider, as forms send it."""
        return str(self.user.pk) if self.user else self.key


def deciders(plan: Plan) -> list[Decider]:
    """Who decides for the child today: the guardians with custody, the young person, or both."""
    child = plan.child
    holders = family.custody_holders(child)
    known = {str(guardian.pk): Decider(guardian.user, guardian.name, str(guardian.pk)) for guardian in holders}
    known[CHILD] = Decider(child.user, child.name, CHILD)
    return [known[key] for key in family.deciders(child, holders)]


def who_decides(plan: Plan) -> list[str]:
    """Who decides and why, in sentences: custody, somebody appointed, an assessed maturity and the routine."""
    child = plan.child
    if family.is_adult(child):
        return [_("%(name)s är över 18 år och bestämmer själv.") % {"name": child.name}]
    said = []
    holders = family.custody_holders(child)
    names = in_words([guardian.name for guardian in holders])
    appointed = Guardianship.objects.filter(child=child, custody=Custody.APPOINTED).exists()
    if not holders:
        said.append(_("Ingen vårdnadshavare är registrerad."))
    elif appointed:
        said.append(_("%(names)s är förordnad att bestämma i föräldrarnas ställe.") % {"names": names})
    elif len(holders) > 1:
        said.append(_("%(names)s har vårdnaden tillsammans. Det behövs ja från alla.") % {"names": names})
    else:
        said.append(_("%(names)s har vårdnaden.") % {"names": names})
    assessment = family.newest_assessment(child)
    return [*said, *_maturity_words(child, assessment)] if assessment else said


_PRACTICE = {
    MatureChild.GUARDIANS: gettext_lazy("Enligt er rutin bestämmer vårdnadshavarna ändå."),
    MatureChild.TOGETHER: gettext_lazy(
        "Enligt er rutin bestämmer ni om samtycke tillsammans: också den unga ska säga ja."
    ),
    MatureChild.ALONE: gettext_lazy("Enligt er rutin bestämmer den unga själv. Vårdnadshavarna behöver inte säga ja."),
}


def _maturity_words(child: Child, assessment: MaturityAssessment) -> list[str]:
    facts = {"name": child.name, "day": day_words(assessment.at), "by": protection.staff_name(assessment.by)}
    if not assessment.is_mature:
        return [_("%(by)s bedömde den %(day)s att %(name)s inte är mogen att bestämma själv än.") % facts]
    words = _("%(by)s bedömde den %(day)s att %(name)s är mogen att ha ett eget ord.") % facts
    return [words, str(_PRACTICE[MatureChild(family.practice_of(assessment))])]


def rows(plan: Plan) -> list[ConsentRow]:
    """Every agency that the family has been asked about, every party, and the coordinator's own, by name."""
    keys = family.agencies_asked_about(plan.child) | set(plan.parties.values_list("agency_id", flat=True))
    if keys and plan.coordinator_agency_id:
        keys.add(plan.coordinator_agency_id)
    agencies = by_keys(keys)
    standings = family.standings(plan.child, [agency.pk for agency in agencies])
    deciding = deciders(plan)
    said = last_said(plan)
    is_minor = not family.is_adult(plan.child)
    return [_row(agency, standings[agency.pk], deciding, said, is_minor=is_minor) for agency in agencies]


LastSaid = dict[tuple[object, str], ConsentDecision]  # (agency, decider) → the newest


def last_said(plan: Plan) -> LastSaid:
    """What each decider last said about each agency; what the coordinator recorded of exceptions is no such word."""
    own = plan.child.consent_decisions.exclude(kind__in=EXEMPTING)
    decisions = own.select_related("guardian", "recorded_by").order_by("at", "id")
    return {(row.agency_id, str(row.guardian_id) if row.guardian_id else CHILD): row for row in decisions}


def _row(agency: Agency, standing: Standing, deciding: list[Decider], said: LastSaid, *, is_minor: bool) -> ConsentRow:
    lines = [
        _said(decider.name, said[agency.pk, decider.key]) for decider in deciding if (agency.pk, decider.key) in said
    ]
    is_exempt = standing.status is Status.NOT_REQUIRED
    return ConsentRow(
        agency=agency,
        words=standing_words(standing, deciding, agency, said),
        is_effective=standing.is_effective,
        is_no=standing.has_ended,
        said=tuple(lines),
        soon=_soon(standing),
        notes=tuple(_exempt_notes(standing, deciding, agency, said)) if is_exempt else (),
        is_exempt=is_exempt,
        may_exempt=is_minor and agency.kind.may_share_by_need and not is_exempt,
    )


def _soon(standing: Standing) -> str:
    """That it runs out, while there is still time to ask."""
    if not standing.is_effective or standing.until is None or standing.until > clock.today() + SOON:
        return ""
    if standing.until == clock.today():
        return _("Sista dagen idag. Fråga familjen igen.")
    return _("Går snart ut. Fråga familjen igen.")


def _exempt_notes(standing: Standing, deciding: list[Decider], agency: Agency, said: LastSaid) -> Iterator[str]:
    if standing.reason:
        yield _("Skäl: %(reason)s") % {"reason": standing.reason}
    if standing.beside in (Status.REFUSED, Status.WITHDRAWN):
        no = _ended(Standing(standing.beside), deciding, agency, said)
        yield _("%(no)s. Det stoppar inte verksamheten så länge samtycke inte behövs.") % {"no": no}


def standing_words(
    standing: Standing, deciding: list[Decider], agency: Agency | None = None, said: LastSaid | None = None
) -> str:
    """Where consent stands, in a sentence: "Väntar på den andra vårdnadshavaren, Johan Ek"."""
    names = {decider.key: decider.name for decider in deciding}
    waiting = [names[key] for key in standing.waiting_for if key in names]
    if standing.status is Status.EFFECTIVE:
        return _("Gäller till och med %(day)s") % {"day": day_words(standing.until)} if standing.until else _("Gäller")
    if standing.status is Status.NOT_REQUIRED:
        words = _("Behövs inte, till och med %(day)s") if standing.until else _("Behövs inte")
        return words % {"day": day_words(standing.until)} if standing.until else words
    if standing.status is Status.WAITING:
        if len(waiting) == 1 and len(deciding) > 1 and CHILD not in standing.waiting_for:
            return _("Väntar på den andra vårdnadshavaren, %(name)s") % {"name": waiting[0]}
        return _("Väntar på %(names)s") % {"names": in_words(waiting)}
    if standing.status is Status.NEVER_ASKED:
        return _("Ingen har svarat än") if deciding else _("Ingen som kan samtycka är registrerad")
    return _ended(standing, deciding, agency, said or {})


def _ended(standing: Standing, deciding: list[Decider], agency: Agency | None, said: LastSaid) -> str:
    kinds = {Status.REFUSED: DecisionKind.REFUSED, Status.WITHDRAWN: DecisionKind.WITHDRAWN}
    who = [
        decider.name
        for decider in deciding
        if agency
        and (agency.pk, decider.key) in said
        and said[agency.pk, decider.key].kind == kinds.get(standing.status)
    ]
    if standing.status is Status.REFUSED:
        return _("%(names)s har sagt nej") % {"names": in_words(who)} if who else _("Familjen har sagt nej")
    if standing.status is Status.WITHDRAWN:
        return _("%(names)s har tagit tillbaka sitt ja") % {"names": in_words(who)} if who else _("Återkallat")
    return _("Har gått ut. Fråga familjen igen.")


def _said(name: str, decision: ConsentDecision) -> Said:
    day = day_words(decision.at)
    if decision.kind == DecisionKind.GIVEN:
        words = _("Ja den %(day)s, %(how)s. Gäller %(covers)s till och med %(until)s.") % {
            "day": day,
            "how": decision.get_how_display(),
            "covers": in_words([inside_sentence(kind) for kind in decision.covers]),
            "until": day_words(decision.until) if decision.until else _("tills vidare"),
        }
        return Said(name, f"{words} {_recorded(decision)}".strip(), decision.carve_out)
    words = _("Nej den %(day)s.") if decision.kind == DecisionKind.REFUSED else _("Tog tillbaka sitt ja den %(day)s.")
    return Said(name, f"{words % {'day': day}} {_recorded(decision)}".strip())


def _recorded(decision: ConsentDecision) -> str:
    """Who wrote it down; nothing where the decider did it in the program."""
    return (
        _("Antecknat av %(name)s.") % {"name": protection.staff_name(decision.recorded_by)}
        if decision.recorded_by
        else ""
    )
