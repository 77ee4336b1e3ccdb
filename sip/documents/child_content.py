"""What stands on *Barnets sida* (`sip-child/1`): out of the frozen plan, and no more of it than is printed."""

from typing import Any

Content = dict[str, Any]


def child_content(plan: Content) -> Content:
    """The part of `plan` (`sip-plan/2`, as the reader may read it) that the child's page is made of.

    The page is shown to friends and put on a wall: the data that travels inside it holds nothing of the rest.
    """
    return {
        "schema": "sip-child/1",
        "plan": {key: plan["plan"][key] for key in ("id", "version", "frozen_at")},
        "child": {key: plan["child"][key] for key in ("name", "given_name")},
        "voice": {"child": plan["voice"]["child"]},
        "goals": [{"text": goal["text"], "when": goal["when"]} for goal in plan["goals"]],
        "actions": [
            {"text": action["text"], "contact": action["contact"], "responsible": action["responsible"]}
            for action in plan["actions"]
        ],
        "wheel": [{"spoke": spoke["spoke"], "mark": spoke["mark"]} for spoke in plan["wheel"] if spoke["mark"]],
        "follow_up": plan["follow_up"],
        "coordinator": plan["coordinator"],
    }
