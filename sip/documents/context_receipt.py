"""From a receipt's content to the words of the underskriftskvittens, in the language that is active."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sip.documents import words
from sip.documents.printable import direction, printable_content

STATUSES = {
    "signed": gettext_lazy("Har skrivit under"),
    "refused": gettext_lazy("Har sagt nej till att skriva under"),
    "waiting": gettext_lazy("Har inte skrivit under än"),
}
HOW = {"local": gettext_lazy("Elektronisk underskrift i tjänsten"), "paper": gettext_lazy("På papper"), "": ""}


def receipt_context(content: dict[str, Any]) -> dict[str, Any]:
    """What templates/documents/kvittens.html prints: who signed, refused or has not yet; dissent word by word."""
    shown = printable_content(content)
    plan = shown["plan"]
    established = plan["established_on"]
    return {
        "title": _("Underskriftskvittens för %(child)s, SIP version %(number)s")
        % {"child": plan["child"], "number": plan["version"]},
        "foot": _("%(child)s, kvittens för SIP version %(number)s")
        % {"child": f"\u2068{plan['child']}\u2069", "number": plan["version"]},
        "code": words.printed_code(plan["sha256"]) if plan["sha256"] else "",
        "made_at": shown["made_at"],
        "density": "",
        "child": plan["child"],
        "version": plan["version"],
        "sha256": plan["sha256"],
        "made": words.moment(words.parse_moment(shown["made_at"])),
        "established_on": words.day(words.parse_day(established[:10])) if established else "",
        "summary": _summary(shown["signatures"]),
        "signatures": [_signature(signature) for signature in shown["signatures"]],
        "dissent": [
            {
                "name": view["name"],
                "at": words.moment(words.parse_moment(view["at"])),
                "paragraphs": view["text"].splitlines(),
                "direction": direction(view["text"]),
            }
            for view in shown["dissent"]
        ],
    }


def _summary(everybody: list[dict[str, Any]]) -> str:
    signatures = [row for row in everybody if row.get("asked", True)]
    if not signatures:
        return _("Ingen har tillfrågats om underskrift.")
    signed = sum(signature["status"] == "signed" for signature in signatures)
    if signed == len(signatures):
        return _("Alla som har tillfrågats har skrivit under.")
    return _("%(signed)s av %(asked)s som har tillfrågats har skrivit under.") % {
        "signed": signed,
        "asked": len(signatures),
    }


def _signature(signature: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": signature["name"],
        "role": _(signature["role"]) if signature["role"] else "",
        "status": STATUSES[signature["status"]],
        "how": HOW[signature["how"]],
        "witness": signature["witness"],
        "when": _when(signature["at"], signature["how"]) if signature["at"] else "",
    }


def _when(at: str, how: str) -> str:
    """The moment; of a signature on paper the day, which is what the witness wrote down."""
    return words.day(words.day_of(at)) if how == "paper" else words.moment(words.parse_moment(at))
