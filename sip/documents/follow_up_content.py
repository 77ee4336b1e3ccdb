"""What came of the plan, as the content of the paper *Uppföljning* (`sip-follow-up/1`).

It starts from the version that was followed up, as it was frozen and as this reader may read it, and adds how each goal
and action went and the child's marks: as they stand now or, of a follow-up that another plan or another follow-up came
after, as they stood then. The change history knows.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import override

from common import clock
from common.history import kept_of
from sip.plans import protection
from sip.plans.audience import Audience
from sip.plans.models import Action, FollowUp, Goal, Plan, Section, WheelMark
from sip.plans.spokes import SPOKES

Content = dict[str, Any]


@dataclass(frozen=True)
class Since:
    """What came after a follow-up that is not the newest: the moment it was over, and the day of the next one held."""

    over_at: datetime
    next_on: date | None


def follow_up_content(
    plan: Plan, held: FollowUp, number: int, version: Content, reader: Audience, since: Since | None = None
) -> Content:
    """The content for `reader`. `version`: the frozen content that was followed up, without what is not for them."""
    until = since.over_at if since else None
    with override(None):
        return {
            "schema": "sip-follow-up/1",
            "number": number,
            "held_on": held.held_on.isoformat(),
            "made_at": clock.written(held.at),
            "recorded_by": protection.staff_name(held.by),
            "plan": {"id": str(plan.pk), "version": version["plan"]["version"]},
            "child": {"name": plan.child.name},
            "child_protected": plan.child.is_protected,
            "goals": _goals(plan, version, until),
            "wheel": _wheel(plan, version, until) if reader.may_read(Section.VOICE) else [],
            "next": _next(plan, held, since),
        }


def _next(plan: Plan, held: FollowUp, since: Since | None) -> Content:
    """The next follow-up: the one that was held, or the one that is planned and who calls to it."""
    if since:
        return {"date": since.next_on.isoformat() if since.next_on else None, "called_by": ""}
    is_planned = plan.follow_up_on and plan.follow_up_on > held.held_on
    return {
        "date": plan.follow_up_on.isoformat() if plan.follow_up_on and is_planned else None,
        "called_by": protection.coordinator_name(plan),
    }


def _goals(plan: Plan, version: Content, until: datetime | None) -> list[Content]:
    """Each goal with its actions; actions without a goal come last, under none."""
    goals, actions = _told(Goal, plan, until), _told(Action, plan, until)
    told = [
        {
            "text": goal["text"],
            "when": goal["when"],
            **_outcome(goals.get(goal["id"])),
            "actions": _actions(version, goal["id"], actions),
        }
        for goal in version["goals"]
    ]
    if loose := _actions(version, None, actions):
        told.append({"text": "", "when": "now", "outcome": "", "outcome_why": "", "actions": loose})
    return told


def _told(model: type[Goal] | type[Action], plan: Plan, until: datetime | None) -> dict[str, Any]:
    """The rows by key as they stand; or, where something was told of them before `until`, as they stood then."""
    if until is None:
        return {str(row.pk): row for row in model.objects.filter(plan=plan)}
    past = kept_of(model).filter(plan=plan, outcome_at__lt=until).order_by("pgh_id")
    return {str(row.pgh_obj_id): row for row in past}


def _actions(version: Content, goal: str | None, live: dict[str, Any]) -> list[Content]:
    known = {row["id"] for row in version["goals"]}
    return [
        {"text": row["text"], "who": row["responsible"], **_outcome(live.get(row["id"]))}
        for row in version["actions"]
        if row["goal"] == goal or (goal is None and row["goal"] not in known)
    ]


def _outcome(row: Any) -> dict[str, str]:
    """How it went, as it has been told; "" where nobody has, or where the row is taken out of the plan since."""
    return {"outcome": row.outcome if row else "", "outcome_why": row.outcome_why if row else ""}


def _wheel(plan: Plan, version: Content, until: datetime | None) -> list[Content]:
    """The marks in the version and now (or then), of the spokes that have one of them."""
    then = {spoke["spoke"]: spoke["mark"] for spoke in version["wheel"]}
    marks: QuerySet[Any] = WheelMark.objects.filter(plan=plan)
    if until is not None:
        marks = kept_of(WheelMark).filter(plan=plan, changed_at__lt=until).order_by("pgh_id")
    now = dict(marks.values_list("spoke", "mark"))
    return [
        {"spoke": spoke, "label": str(label), "then": then.get(spoke), "now": now.get(spoke)}
        for spoke, label in SPOKES.items()
        if then.get(spoke) or now.get(spoke)
    ]
