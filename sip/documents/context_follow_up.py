"""From a follow-up's content to the words of the paper *Uppföljning*, in the language that is active."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sip.documents import words
from sip.documents.context import AREAS, unit_of
from sip.documents.printable import printable_content

OUTCOMES = {
    "fully": gettext_lazy("Helt genomfört"),
    "partly": gettext_lazy("Delvis genomfört"),
    "not": gettext_lazy("Inte genomfört"),
    "": gettext_lazy("Inget skrivet än"),
}
REACHED = {
    "fully": gettext_lazy("Målet är nått"),
    "partly": gettext_lazy("Målet är delvis nått"),
    "not": gettext_lazy("Målet är inte nått"),
}


def follow_up_context(content: dict[str, Any]) -> dict[str, Any]:
    """What templates/documents/uppfoljning.html prints: how it went, by goal; the wheel then and now; what comes."""
    shown = printable_content(content)
    child, following = shown["child"]["name"], shown["next"]
    held_on = words.parse_day(shown["held_on"])
    return {
        "title": _("Uppföljning %(number)s av SIP för %(child)s") % {"number": shown["number"], "child": child},
        "foot": _("%(child)s, uppföljning %(number)s") % {"child": f"\u2068{child}\u2069", "number": shown["number"]},
        "code": "",
        "made_at": shown["made_at"],
        "density": "",
        "child": child,
        "number": shown["number"],
        "version": shown["plan"]["version"],
        "held_on": words.weekday(held_on),
        "recorded_by": shown["recorded_by"],
        "summary": _summary(shown["goals"]),
        "goals": [_goal(number, goal) for number, goal in enumerate(shown["goals"], start=1)],
        "wheel": [{**spoke, "label": _(spoke["label"]), "change": _change(spoke)} for spoke in shown["wheel"]],
        "next_on": words.sentence(words.weekday(words.parse_day(following["date"]))) if following["date"] else "",
        "called_by": following["called_by"],
    }


def _summary(goals: list[dict[str, Any]]) -> str:
    """How many of the actions are done, in a sentence."""
    rows = [row for goal in goals for row in goal["actions"]]
    done = sum(row["outcome"] == "fully" for row in rows)
    if not rows:
        return ""
    message = ngettext(
        "%(done)s av %(all)s insats är helt genomförd.", "%(done)s av %(all)s insatser är helt genomförda.", len(rows)
    )
    return message % {"done": done, "all": len(rows)}


def _goal(number: int, goal: dict[str, Any]) -> dict[str, Any]:
    label = ""
    if goal["text"]:
        label = (_("Mål %(number)s.") if goal["when"] == "now" else _("Mål %(number)s, får vänta.")) % {
            "number": number
        }
    return {
        "label": label or _("Utan eget mål"),
        "text": goal["text"],
        "reached": str(REACHED.get(goal["outcome"], "")),
        "why": goal["outcome_why"],
        "went": goal["outcome"] or "unsaid",
        "rows": [_row(row) for row in goal["actions"]],
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    area = "familjen" if row["who"]["kind"] == "family" else row["who"].get("area", "")
    return {
        "text": row["text"],
        "area": area if area in AREAS else "",
        "area_label": str(AREAS.get(area, "")),
        "unit": unit_of(row["who"]),
        "went": row["outcome"] or "unsaid",
        "outcome": str(OUTCOMES[row["outcome"]]),
        "why": row["outcome_why"],
    }


def _change(spoke: dict[str, Any]) -> str:
    """What has become of a mark, in a word: the numbers alone ask the reader to count."""
    then, now = spoke["then"], spoke["now"]
    if not then or not now:
        return ""
    return _("Samma") if then == now else _("Upp") if now > then else _("Ner")
