"""What happens to the family's records: decisions, custody, protection. No plan is known here.

The verbs that people call live in sip/plans/consents.py: they check access, move grants and send notices in the
same transaction as these.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from common import clock, identity
from common.errors import Problem, Refused, refuse
from common.keys import new_key
from common.once import forget
from common.text import in_words
from consent.models import Child, ConsentDecision, Custody, DecisionKind, Guardian, Guardianship, How, Relative

KINDS_MAX = 20


def lock(child: Child) -> Child:
    """Lock the child's row and read it anew: the first lock of whatever counts in all the child's plans, also the next.

    Always before the plans' own locks. Whoever only refers to the child is not held up (FOR NO KEY UPDATE).
    """
    list(Child.objects.select_for_update(no_key=True).filter(pk=child.pk).values_list("pk"))
    forget()
    return Child.objects.select_related("user").get(pk=child.pk)


def record_decision(
    child: Child,
    guardian: Guardian | None,
    agencies: Sequence[Agency],
    kind: DecisionKind,
    *,
    covers: Sequence[str] = (),
    carve_out: str = "",
    how: str = "",
    until: date | None = None,
    recorded_by: User | None = None,
    key: UUID | None = None,
) -> list[ConsentDecision]:
    """Add one decision per agency; `guardian` None means that the child decided.

    `key` is the form's, when there is one: sent twice, it is written once. Raises Refused when a
    yes lacks its limits: agencies, kinds of information, how, and a last day that is not past.
    """
    refuse(list(_decision_problems(agencies, kind, covers, how, until, recorded_by)))
    said = [
        ConsentDecision(
            child=child,
            agency=agency,
            guardian=guardian,
            kind=kind,
            covers=list(covers),
            carve_out=carve_out,
            how=how,
            until=until,
            recorded_by=recorded_by,
            at=clock.now(),
        )
        for agency in agencies
    ]
    return _add_once(said, key)


def _add_once(said: Sequence[ConsentDecision], key: UUID | None) -> list[ConsentDecision]:
    """Add the rows; what this form has said already, and what still is the last word, is not added again.

    A form that comes back with another answer is another answer: it is never lost behind the first.
    """
    rows = []
    for row in said:
        last = ConsentDecision.objects.filter(child=row.child, agency=row.agency, guardian=row.guardian)
        newest = last.order_by("-at", "-id").first()
        row.pk = _decision_key(key, row)
        if newest is not None and newest.pk == row.pk:
            rows.append(newest)
            continue
        if last.filter(pk=row.pk).exists():  # said before, and something else since
            row.pk = new_key()
        row.save(force_insert=True)
        rows.append(row)
    return rows


def _decision_key(key: UUID | None, row: ConsentDecision) -> UUID:
    """The row's key: made of the form's and of everything that the row says, so that no other row can have it."""
    if key is None:
        return new_key()
    what = [row.child_id, row.guardian_id, row.agency_id, row.kind, row.covers, row.carve_out, row.how, row.until]
    return uuid5(key, repr([str(each) for each in [*what, row.reason]]))


def _decision_problems(
    agencies: Sequence[Agency],
    kind: DecisionKind,
    covers: Sequence[str],
    how: str,
    until: date | None,
    recorded_by: User | None,
) -> list[Problem]:
    problems = []
    if not agencies:
        problems.append(Problem("agencies", _("Välj vilka verksamheter samtycket gäller."), "to"))
    if kind is not DecisionKind.GIVEN:
        return problems
    if not [word for word in covers if word.strip()] or len(covers) > KINDS_MAX:
        problems.append(Problem("covers", _("Välj vilka slags uppgifter samtycket gäller."), "covers"))
    if how not in How.values:
        problems.append(Problem("how", _("Välj hur samtycket gavs: muntligt, skriftligt eller i tjänsten."), "how"))
    elif how != How.ELECTRONIC and recorded_by is None:
        problems.append(Problem("recorded_by", _("Skriv vem som tog emot samtycket."), "recorded_by"))
    if until is None:
        problems.append(Problem("until", _("Skriv till vilken dag samtycket gäller."), "until"))
    elif until < clock.today():
        problems.append(Problem("until", _("Samtyckets sista dag har redan varit. Skriv en dag som kommer."), "until"))
    return problems


def record_exemption(
    child: Child,
    agencies: Sequence[Agency],
    kind: DecisionKind,
    *,
    reason: str,
    until: date | None = None,
    recorded_by: User,
    key: UUID | None = None,
) -> list[ConsentDecision]:
    """Record that consent is not required for these agencies, or is again: no word of the family's (OSL 25:12, 26:9).

    `key` as in `record_decision`. Raises Refused without a reason or, for "not required", without a last day; for
    another kind of agency than health care and social services (never school); from the day the child turns 18.
    """
    refuse(list(_exemption_problems(child, agencies, kind, reason, until)))
    said = [
        ConsentDecision(
            child=child,
            agency=agency,
            kind=kind,
            reason=reason,
            until=until,
            recorded_by=recorded_by,
            at=clock.now(),
        )
        for agency in agencies
    ]
    return _add_once(said, key)


def _exemption_problems(
    child: Child, agencies: Sequence[Agency], kind: DecisionKind, reason: str, until: date | None
) -> list[Problem]:
    problems = []
    if not agencies:
        problems.append(Problem("agencies", _("Välj vilka verksamheter det gäller."), "to"))
    if not reason.strip():
        problems.append(Problem("reason", _("Skriv skälet, så att familjen och andra förstår varför."), "reason"))
    if kind is not DecisionKind.NOT_REQUIRED:
        return problems
    if child.comes_of_age <= clock.today():
        message = _("Den som har fyllt 18 år bestämmer själv. Då behövs alltid samtycke.")
        return [*problems, Problem("adult", message, "to")]
    never = [agency.name for agency in agencies if not agency.kind.may_share_by_need]
    if never:
        message = _("%(agencies)s får bara vara med om familjen har sagt ja.") % {"agencies": in_words(never)}
        problems.append(Problem("kind", message, "to"))
    if until is None:
        problems.append(Problem("until", _("Skriv till vilken dag det gäller."), "until"))
    elif until < clock.today():
        problems.append(Problem("until", _("Den sista dagen har redan varit. Skriv en dag som kommer."), "until"))
    elif until >= child.comes_of_age:
        problems.append(Problem("until", _("Välj en dag innan barnet fyller 18 år. Sedan krävs samtycke."), "until"))
    return problems


def set_custody(child: Child, guardian: Guardian, custody: Custody) -> None:
    """Record what the population register says. Sole custody for one ends the others'.

    Somebody appointed stands in the parents' place as long as it is registered; the parents' rows stay as they are.
    """
    row, _created = Guardianship.objects.get_or_create(
        child=child, guardian=guardian, defaults={"custody": custody, "changed_at": clock.now()}
    )
    Guardianship.objects.filter(pk=row.pk).update(custody=custody, changed_at=clock.now())
    if custody == Custody.SOLE:
        others = Guardianship.objects.filter(child=child).exclude(pk=row.pk)
        others.update(custody=Custody.NONE, changed_at=clock.now())


def protect(person: Child | Guardian | Relative | User, is_protected: bool, kind: str = "") -> None:
    """Mark or unmark somebody as having protected personal data; `kind` (Protection) where it is known."""
    person.is_protected, person.protection = is_protected, kind if is_protected else ""
    person.save(update_fields=["is_protected", "protection"])


def end_family_sessions(child: Child) -> None:
    """Log out everybody in the family, at their next request: those with custody, and the young person."""
    holders = Guardianship.objects.filter(child=child).exclude(custody=Custody.NONE)
    users = User.objects.filter(Q(guardian__guardianships__in=holders) | Q(pk=child.user_id)).values("pk")
    User.objects.filter(pk__in=users).update(session_epoch=F("session_epoch") + 1)


def register_guardian(
    *, name: str, number: str, email: str = "", phone: str = "", address: str = "", language: str = "sv",
    is_protected: bool = False,
) -> Guardian:  # fmt: skip
    """The guardian with this identity number; made, with a user of their own, when not known before.

    Raises Refused when the number is none, or when the e-mail belongs to somebody else.
    """
    try:
        checked = identity.parse(number)
    except ValueError as error:
        raise Refused(Problem("number", str(error), "number")) from error
    known = _guardian_with(checked)
    if known:
        return known
    if email_is_taken(checked, email):
        raise Refused(Problem("email", _("E-postadressen används redan av någon annan."), "email"))
    try:
        with transaction.atomic():
            user = User.objects.create_user(email or None, name, phone=phone, language=language or "sv")
            return Guardian.objects.create(
                user=user,
                name=name,
                number=checked.normal,
                number_index=identity.index(checked.normal),
                address=address,
                is_protected=is_protected,
            )
    except IntegrityError as error:  # registered by somebody else in the same moment
        twin = _guardian_with(checked)
        if twin:
            return twin
        raise Refused(Problem("email", _("E-postadressen används redan av någon annan."), "email")) from error


def email_is_taken(number: identity.IdentityNumber, email: str) -> bool:
    """Whether the address is another person's than the guardian's with this identity number."""
    others = User.objects.exclude(guardian__number_index=identity.index(number.normal))
    return bool(email) and others.filter(email=email.lower()).exists()


def _guardian_with(number: identity.IdentityNumber) -> Guardian | None:
    return Guardian.objects.filter(number_index=identity.index(number.normal)).select_related("user").first()
