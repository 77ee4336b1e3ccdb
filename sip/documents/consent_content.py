"""What one decider has said about consent, as the content of the paper *Samtycke* (`sip-consent/1`)."""

from typing import Any

from django.utils.translation import override

from agencies.models import Agency
from common import clock
from consent import family, kinds
from consent.models import ConsentDecision, DecisionKind, Guardian
from consent.rules import Standing, Status
from sip.plans import protection
from sip.plans.models import Party, Plan, Request


def consent_content(plan: Plan, decider: Guardian | None) -> dict[str, Any]:
    """The content for one decider, a guardian or (None) the young person.

    It holds that decider's own answers and carve-out and nobody else's, and neither school, place nor number. Where
    nothing is said yet there is room to say it by hand.
    """
    with override(None):
        return _consent_content(plan, decider)


def _consent_content(plan: Plan, decider: Guardian | None) -> dict[str, Any]:
    said = family.newest_decisions(plan.child, decider)
    agencies = _agencies(plan, set(said))
    standings = family.standings(plan.child, [agency.pk for agency in agencies])
    deciding = family.deciders(plan.child)
    asker, agency = plan.coordinator, plan.coordinator_agency
    return {
        "schema": "sip-consent/1",
        "made_at": clock.written(clock.at(clock.today())),  # the day is all it tells: one paper a day
        "child": {"name": plan.child.name},
        "child_protected": plan.child.is_protected,
        "decider": {"name": decider.name if decider else plan.child.name, "is_child": decider is None},
        "how_many_decide": len(deciding),
        "asker": {
            "person": protection.name_beside_agency(asker),
            "agency": agency.name if agency else "",
            "phone": protection.staff_phone(asker, agency),
        },
        "answers": [_answer(row, said.get(row.pk), standings[row.pk]) for row in agencies],
        "kinds": [str(name) for name in kinds.KINDS.values()],
    }


def _agencies(plan: Plan, answered: set[Any]) -> list[Agency]:
    """Those that the family was asked about, the parties, the coordinator's own and the one that raised the need."""
    keys = answered | family.agencies_asked_about(plan.child)
    keys |= set(Party.objects.filter(plan=plan).order_by().values_list("agency_id", flat=True))
    first = Request.objects.filter(plan=plan, opened_plan=True).first()
    keys |= {key for key in (plan.coordinator_agency_id, first.agency_id if first else None) if key}
    return list(Agency.objects.filter(pk__in=keys).select_related("principal").order_by("name_key", "id"))


def _answer(agency: Agency, said: ConsentDecision | None, standing: Standing) -> dict[str, Any]:
    """One agency: the decider's newest word. One that ran out is no answer any more: it is asked for anew."""
    exempt = standing.status is Status.NOT_REQUIRED
    if said and said.kind == DecisionKind.GIVEN and said.until and said.until < clock.today():
        said = None
    is_yes = said is not None and said.kind == DecisionKind.GIVEN
    return {
        "agency": agency.name,
        "principal": agency.principal.name,
        "said": said.kind if said else "",
        "at": clock.written(said.at) if said else None,
        "how": said.how if said else "",
        "recorded_by": protection.staff_name(said.recorded_by) if said and said.recorded_by else "",
        "covers": [kinds.inside_sentence(kind) for kind in said.covers] if said and is_yes else [],
        "carve_out": said.carve_out if said and is_yes else "",
        "until": said.until.isoformat() if said and is_yes and said.until else None,
        "not_required": exempt,
        "not_required_until": standing.until.isoformat() if exempt and standing.until else None,
    }
