"""From a deviation's content to the words of the paper *Avvikelse*, in the language that is active."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sip.documents import words
from sip.documents.context import text_of
from sip.documents.printable import printable_content

WHAT = {
    "no_show": gettext_lazy("Kom inte till mötet"),
    "not_initiated": gettext_lazy("SIP startades inte"),
    "treatment": gettext_lazy("Dåligt bemötande"),
    "not_followed": gettext_lazy("Planen följdes inte"),
}
STANDS = {
    "waiting": gettext_lazy("Väntar på svar"),
    "answered": gettext_lazy("Besvarad"),
    "closed": gettext_lazy("Avslutad"),
}


def deviation_context(content: dict[str, Any]) -> dict[str, Any]:
    """What templates/documents/avvikelse.html prints: what was told of a unit, and what the unit answered."""
    shown = printable_content(content)
    what = str(WHAT[shown["kind"]])
    return {
        "title": _("Avvikelse: %(what)s, %(agency)s") % {"what": what, "agency": shown["agency"]},
        "foot": _("%(agency)s, avvikelse") % {"agency": f"\u2068{shown['agency']}\u2069"},
        "code": "",
        "made_at": shown["made_at"],
        "density": "",
        "what": what,
        "agency": shown["agency"],
        "principal": shown["principal"],
        "stands": str(STANDS[shown["stands"]]),
        "happened": words.weekday(words.parse_day(shown["happened_on"])) if shown["happened_on"] else "",
        "told": words.moment(words.parse_moment(shown["told_at"])),
        "told_by": _told_by(shown["told_by"]),
        "is_from_list": shown["told_by"]["kind"] == "meeting",
        "text": text_of(shown["text"]),
        "answer": text_of(shown["answer"]),
        "answered": words.moment(words.parse_moment(shown["answered_at"])) if shown["answered_at"] else "",
        "closed": words.moment(words.parse_moment(shown["closed_at"])) if shown["closed_at"] else "",
    }


def _told_by(teller: dict[str, str]) -> str:
    if teller["kind"] == "staff":
        return teller["name"]
    return _("Mötets närvarolista") if teller["kind"] == "meeting" else _("Familjen")
