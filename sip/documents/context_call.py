"""From the content of a call to the words of the kallelse, in the language that is active."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sip.documents import statutes, words
from sip.documents.printable import direction, printable_content

GROUNDS = {
    "competence": gettext_lazy("Ni kan området"),
    "referral": gettext_lazy("Remiss är skickad till er"),
    "known": gettext_lazy("Barnet är känt hos er"),
}
PLACE_IN_SERVICE = gettext_lazy("Platsen står i tjänsten. Du ser den när du har loggat in.")
PLACE_IS_TOLD = gettext_lazy("Samordnaren berättar var mötet är.")


def call_context(content: dict[str, Any]) -> dict[str, Any]:
    """What templates/documents/kallelse.html prints. Where no place may stand, it says how the reader learns it."""
    shown = printable_content(content)
    start, end = words.parse_moment(shown["start"]), words.parse_moment(shown["end"])
    protected = shown["child_protected"]
    return {
        "title": _("Kallelse %(number)s till SIP-möte för %(child)s")
        % {"number": shown["number"], "child": shown["child"]["name"]},
        "foot": _("%(child)s, kallelse %(number)s")
        % {"child": f"\u2068{shown['child']['name']}\u2069", "number": shown["number"]},
        "code": "",
        "made_at": shown["called_at"],
        "density": "",
        "child": shown["child"],
        "number": shown["number"],
        "law": statutes.SIP,
        "caller": shown["caller"],
        "purpose": _text(shown["purpose"]),
        "question": _text(shown["question"]),
        "adaptations": _text(shown.get("adaptations", "")),
        "when": words.sentence(words.span_of_time(start, end)),
        "place": "" if protected else shown["place"],
        "link": "" if protected else shown["link"],
        "place_note": _place_note(shown),
        "answer_by": words.weekday(words.parse_day(shown["answer_by"][:10])) if shown["answer_by"] else "",
        "called": [_unit(unit) for unit in shown["called"]],
        "invited": [_unit(unit) for unit in shown["invited"]],
        "family": shown["family"],
        "has_grounds": any(unit.get("grounds") for unit in shown["called"]),
    }


def _place_note(shown: dict[str, Any]) -> str:
    if shown["child_protected"]:
        return str(PLACE_IN_SERVICE)
    return str(PLACE_IS_TOLD) if shown.get("place_withheld") else ""


def _unit(unit: dict[str, Any]) -> dict[str, Any]:
    return {
        "agency": unit["agency"],
        "principal": unit["principal"],
        "people": unit["people"],
        "grounds": [GROUNDS[ground] for ground in unit.get("grounds", [])],
    }


def _text(text: str) -> dict[str, Any]:
    return {"paragraphs": [line.strip() for line in text.splitlines() if line.strip()], "direction": direction(text)}
