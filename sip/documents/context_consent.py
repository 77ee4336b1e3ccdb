"""From the content of a consent to the words of the paper *Samtycke*, in the language that is active."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sip.documents import statutes, words
from sip.documents.printable import direction, printable_content

HOW = {
    "oral": gettext_lazy("muntligt"),
    "written": gettext_lazy("skriftligt"),
    "electronic": gettext_lazy("i tjänsten"),
}


def consent_context(content: dict[str, Any]) -> dict[str, Any]:
    """What templates/documents/samtycke.html prints: what is recorded, and room by hand for what is not."""
    shown = printable_content(content)
    child, decider = shown["child"]["name"], shown["decider"]
    answers = shown["answers"]
    yes = [row for row in answers if row["said"] == "given"]
    unanswered = [row for row in answers if not row["said"]]
    return {
        "title": _("Samtycke till SIP för %(child)s, %(decider)s") % {"child": child, "decider": decider["name"]},
        "foot": _("%(child)s, samtycke") % {"child": f"\u2068{child}\u2069"},
        "code": "",
        "made_at": shown["made_at"],
        "density": "",
        "made": words.day(words.parse_moment(shown["made_at"]).date()),
        "law": statutes.SIP,
        "child": child,
        "decider": decider["name"],
        "role": _("som planen gäller") if decider["is_child"] else _("vårdnadshavare"),
        "is_child": decider["is_child"],
        "asker": shown["asker"],
        "answers": [_row(row) for row in answers],
        "groups": _groups(yes),
        "is_one_group": len(_groups(yes)) == 1,
        "is_open": bool(unanswered) or not answers,
        "kinds": [_(kind) for kind in shown["kinds"]],
        "together": shown["how_many_decide"] > 1,
        "witnesses": sorted({row["recorded_by"] for row in answers if row["recorded_by"]}),
        "by_need": statutes.BY_NEED if any(row["not_required"] for row in answers) else "",
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "agency": row["agency"],
        "principal": row["principal"],
        "words": _said(row),
        "exempt": _exempt(row),
    }


def _said(row: dict[str, Any]) -> str:
    """What was answered, when and how; "" where nothing is."""
    if not row["said"]:
        return ""
    day = words.day(words.parse_moment(row["at"]).date())
    if row["said"] == "given":
        return _("Ja, %(day)s, %(how)s") % {"day": day, "how": HOW[row["how"]]}
    return (_("Nej, %(day)s") if row["said"] == "refused" else _("Tog tillbaka sitt ja %(day)s")) % {"day": day}


def _exempt(row: dict[str, Any]) -> str:
    if not row["not_required"]:
        return ""
    until = row["not_required_until"]
    if not until:
        return _("Samtycke behövs inte.")
    return _("Samtycke behövs inte till och med %(day)s.") % {"day": words.day(words.parse_day(until))}


def _groups(yes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The agencies with the same limits together, so that the same words are read once."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for row in yes:
        found.setdefault((tuple(row["covers"]), row["carve_out"], row["until"]), []).append(row["agency"])
    return [
        {
            "agencies": agencies,
            "covers": words.sentence(words.listing([_inside_sentence(kind) for kind in covers])),
            "carve_out": [line.strip() for line in carve_out.splitlines() if line.strip()],
            "direction": direction(carve_out),
            "until": words.day(words.parse_day(until)) if until else "",
        }
        for (covers, carve_out, until), agencies in found.items()
    ]


def _inside_sentence(kind: str) -> str:
    """A kind as it stands inside a sentence, in the language of the paper; one written freely as it was written."""
    known = words.sentence(kind)
    translated = _(known)
    return kind if translated == known else translated[:1].lower() + translated[1:]
