"""What came of the plan, as the content of the paper *Uppföljning* (`sip-follow-up/1`).

It starts from the version that was followed up, as it was frozen and as this reader may read it, and adds how each goal
and action went and the child's marks as they stand now.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import override

from sip.plans import protection
from sip.plans.audience import Audience
from sip.plans.models import Action, FollowUp, Goal, Plan, Section, WheelMark
from sip.plans.spokes import SPOKES

Content = dict[str, Any]


def follow_up_content(plan: Plan, held: FollowUp, number: int, version: Content, reader: Audience) -> Content:
    """The content for `reader`. `version`: the frozen content that was followed up, without what is not for them."""
    with override(None):
        return {
            "schema": "sip-follow-up/1",
            "number": number,
            "held_on": held.held_on.isoformat(),
            "made_at": _moment(held.at),
            "recorded_by": protection.staff_name(held.by),
            "plan": {"id": str(plan.pk), "version": version["plan"]["version"]},
            "child": {"name": plan.child.name},
            "child_protected": plan.child.is_protected,
            "goals": _goals(plan, version),
            "wheel": _wheel(plan, version) if reader.may_read(Section.VOICE) else [],
            "next": {
                "date": plan.follow_up_on.isoformat()
                if plan.follow_up_on and plan.follow_up_on > held.held_on
                else None,
                "called_by": protection.coordinator_name(plan),
            },
        }


def _goals(plan: Plan, version: Content) -> list[Content]:
    """Each goal with its actions; actions without a goal come last, under none."""
    goals = {str(row.pk): row for row in Goal.objects.filter(plan=plan)}
    actions = {str(row.pk): row for row in Action.objects.filter(plan=plan)}
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


def _actions(version: Content, goal: str | None, live: dict[str, Action]) -> list[Content]:
    known = {row["id"] for row in version["goals"]}
    return [
        {"text": row["text"], "who": row["responsible"], **_outcome(live.get(row["id"]))}
        for row in version["actions"]
        if row["goal"] == goal or (goal is None and row["goal"] not in known)
    ]


def _outcome(row: Goal | Action | None) -> dict[str, str]:
    """How it went, as it has been told; "" where nobody has, or where the row is taken out of the plan since."""
    return {"outcome": row.outcome if row else "", "outcome_why": row.outcome_why if row else ""}


def _wheel(plan: Plan, version: Content) -> list[Content]:
    """The marks in the version and now, of the spokes that have one of them."""
    then = {spoke["spoke"]: spoke["mark"] for spoke in version["wheel"]}
    now = dict(WheelMark.objects.filter(plan=plan).values_list("spoke", "mark"))
    return [
        {"spoke": spoke, "label": str(label), "then": then.get(spoke), "now": now.get(spoke)}
        for spoke, label in SPOKES.items()
        if then.get(spoke) or now.get(spoke)
    ]


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
