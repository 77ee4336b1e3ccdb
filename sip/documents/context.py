"""From the frozen plan to the words on its pages, in the language that is active; the template only places them."""

from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sip.documents import statutes, words
from sip.documents.canonical import content_hash
from sip.documents.first_page import FirstPage, split_rows, start_of
from sip.documents.printable import MISSING, direction, printable_content

Content = dict[str, Any]

AREAS = {
    "trygghet": gettext_lazy("Trygghet"),
    "larande": gettext_lazy("Lärande"),
    "halsa": gettext_lazy("Hälsa"),
    "familjen": gettext_lazy("Familjen"),
}
LEVELS = {
    "specialist": gettext_lazy("Specialistnivå"),
    "first_line": gettext_lazy("Första linjen"),
    "general": gettext_lazy("Generell nivå"),
}
OUTCOMES = {
    "fully": gettext_lazy("Helt genomfört"),
    "partly": gettext_lazy("Delvis genomfört"),
    "not": gettext_lazy("Inte genomfört"),
}
# Longer than this a name does not fit in the column of headings.
_LONG_NAME = 30
# Principals whose actions are the law's first and second content; what anybody else does is its third.
LAW_BOUND = ("region", "municipality")


def plan_context(content: Content, layout: FirstPage, *, is_extract: bool = False) -> Content:
    """What templates/documents/sip.html prints. `layout` says how much of it stands on the first page.

    `is_extract`: something is left out for this reader. Then nothing is said to be missing, which might be untrue,
    a heading with nothing beneath it is left out, and the law's numbers too where one of them would be skipped.
    """
    shown = printable_content(content)
    plan, child = shown["plan"], shown["child"]
    frozen_on = words.parse_day(plan["frozen_on"])
    groups = action_groups(shown, frozen_on.year)
    first_groups, later_groups = split_rows(groups, layout.actions)
    others = other_rows(shown, frozen_on.year)
    voice, more = _voice(shown), _more_on_actions(shown)
    return {
        "title": _("SIP för %(child)s, version %(number)s") % {"child": child["name"], "number": plan["version"]},
        "foot": _("%(child)s, SIP version %(number)s")
        % {"child": f"\u2068{child['name']}\u2069", "number": plan["version"]},
        "code": "" if is_extract else words.printed_code(content_hash(content)),
        "is_whole": not is_extract,
        "is_numbered": not is_extract or bool(groups and others),
        "made_at": plan["frozen_at"],
        "statute": statutes.SIP,
        "density": layout.density,
        "version": plan["version"],
        "frozen_on": words.day(frozen_on),
        "original_at": shown["original_at"],
        "held_by": plan["held_by"],
        "child": child,
        "facts": _facts(shown),
        "voice": voice,
        "voice_start": start_of(voice["paragraphs"], layout.voice),
        "groups": first_groups,
        "later_groups": later_groups,
        "others": others[: layout.others],
        "later_others": others[layout.others :] if layout.others is not None else [],
        "others_intro": _others_intro(shown),
        "areas": _areas(groups, others),
        "lead": shown["lead"],
        "coordinator": shown["coordinator"],
        "follow_up": _follow_up(shown),
        "call": _call(shown),
        "needs": _needs(shown),
        "has_needs": bool(shown["needs"]),
        "texts": _texts(shown),
        "wheel": [{**spoke, "label": _(spoke["label"])} for spoke in shown["wheel"]],
        "more": more,
        **{f"has_{column}": any(row[column] for row in more) for column in ("level", "if_not", "outcome")},
        "parties": [{**party, "area_label": AREAS.get(party["area"], "")} for party in shown["parties"]],
        "meeting": _meeting(shown),
        "has_missing": shown != content and MISSING in str(shown),
        "copies_to": shown["copies_to"],
        "signature_lines": [
            {"name": child["name"], "role": _("barnet")},
            *({"name": person["name"], "role": _("vårdnadshavare")} for person in _custodians(shown)),
        ],
    }


def action_groups(shown: Content, year: int) -> list[Content]:
    """The law's contents 1 and 2: what region and municipality do, by goal; goals for now first.

    A goal for now stands here also when neither acts on it: what is most important must not fall away.
    """
    mine = [action for action in shown["actions"] if _is_law_bound(action)]
    groups = []
    for number, goal in enumerate(shown["goals"], start=1):
        rows = [_row(action, year) for action in mine if action["goal"] == goal["id"]]
        later = goal["when"] != "now"
        if rows or not later:
            label = _("Mål %(number)s, får vänta.") if later else _("Mål %(number)s.")
            groups.append({"label": label % {"number": number}, "text": goal["text"], "rows": rows})
    known = {goal["id"] for goal in shown["goals"]}
    loose = [_row(action, year) for action in mine if action["goal"] not in known]
    if loose:
        groups.append({"label": _("Utan eget mål") if groups else "", "text": "", "rows": loose})
    return groups


def other_rows(shown: Content, year: int) -> list[Content]:
    """The law's third content: what anybody else than region and municipality does."""
    return [_row(action, year) for action in shown["actions"] if not _is_law_bound(action)]


def _is_law_bound(action: Content) -> bool:
    responsible = action["responsible"]
    return responsible["kind"] == "agency" and responsible["principal_kind"] in LAW_BOUND


def _row(action: Content, year: int) -> Content:
    responsible = action["responsible"]
    is_family = responsible["kind"] == "family"
    area = "familjen" if is_family else responsible.get("area", "")
    unit = "" if is_family and action["contact"] else unit_of(responsible)
    return {
        "text": action["text"],
        "area": area if area in AREAS else "",
        "area_label": AREAS.get(area, ""),
        "unit": unit,
        "contact": action["contact"],
        "when": words.span_of_days(_day(action["start"]), _day(action["due"]), year=year),
    }


def unit_of(responsible: Content) -> str:
    """Who answers for an action, in words: principal and agency, the family, or somebody else by name."""
    if responsible["kind"] == "family":
        return _("Familjen")
    parts = (responsible["principal"], responsible["agency"]) if responsible["kind"] == "agency" else ()
    return ", ".join(part for part in parts if part) or str(responsible["name"])


def _day(text: str | None) -> date | None:
    return words.parse_day(text) if text else None


def _facts(shown: Content) -> list[Content]:
    """The line under the child's name. A protected child's place is nobody's business."""
    child = shown["child"]
    facts = [{"label": _("Född"), "values": [str(child["birth_year"])]}] if child["birth_year"] else []
    if not child["protected"]:
        if child["municipality"]:
            facts.append({"label": _("Kommun:"), "values": [child["municipality"]]})
        if child["school"]:
            facts.append({"label": _("Skola:"), "values": [child["school"]]})
    if guardians := [person["name"] for person in _custodians(shown)]:
        facts.append({"label": _("Vårdnadshavare:"), "values": guardians})
    if shown["meeting"]:
        facts.append({"label": _("SIP-möte"), "values": [words.day(words.parse_day(shown["meeting"]["held_on"]))]})
    return facts


def _custodians(shown: Content) -> list[Content]:
    return [person for person in shown["guardians"] if person["custody"] != "none"]


def _voice(shown: Content) -> Content:
    voice = shown["voice"]
    return {
        "label": label_of_words(words.genitive(shown["child"]["given_name"])),
        "paragraphs": quoted(_paragraphs(voice["child"])),
        "direction": direction(voice["child"]),
        "missing": voice["no_voice_because"],
    }


def label_of_words(owner: str) -> str:
    """Alvas egna ord; not in a language that has no such ending to put on a name."""
    is_swedish = get_language() in (None, "sv")
    return f"{owner} egna ord" if is_swedish and 0 < len(owner) <= _LONG_NAME else _("Barnets egna ord")


def quoted(paragraphs: list[str]) -> list[str]:
    """The paragraphs inside one pair of Swedish quotation marks, unless they bring their own."""
    if not paragraphs or paragraphs[0][0] in '”"“»':
        return paragraphs
    quoted = [*paragraphs]
    quoted[0] = f"”{quoted[0]}"
    quoted[-1] = f"{quoted[-1]}”"
    return quoted


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _others_intro(shown: Content) -> str:
    kinds = {action["responsible"]["kind"] for action in shown["actions"] if not _is_law_bound(action)}
    return _("Det familjen själv har valt att göra.") if kinds == {"family"} else ""


def _areas(groups: list[Content], others: list[Content]) -> list[Content]:
    """The legend: the areas that have a row, in the order that the program always names them."""
    used = {row["area"] for group in groups for row in group["rows"]} | {row["area"] for row in others}
    return [{"area": area, "label": label} for area, label in AREAS.items() if area in used]


def _follow_up(shown: Content) -> Content | None:
    if not shown["follow_up"] or not shown["follow_up"]["date"]:
        return None
    return {
        "when": words.sentence(words.weekday(words.parse_day(shown["follow_up"]["date"]))),
        "called_by": shown["follow_up"]["called_by"],
    }


def _call(shown: Content) -> Content | None:
    call = shown["call"]
    if not call:
        return None
    start, end = words.parse_moment(call["start"]), words.parse_moment(call["end"])
    place = "" if shown["child"]["protected"] else call["place"]
    return {
        "purpose": text_of(call["purpose"]),
        "question": text_of(call["question"]),
        "when": words.sentence(words.span_of_time(start, end)),
        "place": place,
    }


def text_of(text: str) -> Content:
    """The paragraphs of a text and which way it runs."""
    return {"paragraphs": _paragraphs(text), "direction": direction(text)}


def _needs(shown: Content) -> list[Content]:
    """Each need with the goals that answer it; goals without a need come last, under an empty one."""
    numbered = [{**goal, "label": _goal_label(number, goal)} for number, goal in enumerate(shown["goals"], start=1)]
    rows = [
        {"text": need["text"], "goals": [goal for goal in numbered if goal["need"] == need["id"]]}
        for need in shown["needs"]
    ]
    known = {need["id"] for need in shown["needs"]}
    if free := [goal for goal in numbered if goal["need"] not in known]:
        rows.append({"text": "", "goals": free})
    return rows


def _goal_label(number: int, goal: Content) -> str:
    return (_("Mål %(number)s:") if goal["when"] == "now" else _("Mål %(number)s, får vänta:")) % {"number": number}


def _texts(shown: Content) -> list[Content]:
    voice = shown["voice"]
    sections = (
        (_("Det här fungerar bra"), voice["works_well"]),
        (_("Så är det nu"), voice["situation"]),
        (_("Vårdnadshavarna säger"), voice["guardians"]),
    )
    return [{"heading": heading, **text_of(text)} for heading, text in sections if text]


def _more_on_actions(shown: Content) -> list[Content]:
    """Rows on what stands beyond the law's four contents: level, what if it does not work, how it went."""
    needs = {need["id"]: need["text"] for need in shown["needs"]}
    rows = []
    for action in shown["actions"]:
        outcome = OUTCOMES.get(action["outcome"], "")
        # An action's need is told by its goal already, unless it has none.
        need = "" if action["goal"] else needs.get(action["need"], "")
        if action["level"] or action["if_not"] or outcome or need:
            rows.append(
                {
                    "text": action["text"],
                    "need": need,
                    "level": LEVELS.get(action["level"], ""),
                    "if_not": action["if_not"],
                    "outcome": outcome,
                    "outcome_why": action["outcome_why"],
                }
            )
    return rows


def _meeting(shown: Content) -> Content | None:
    meeting = shown["meeting"]
    if not meeting:
        return None
    return {
        "held_on": words.sentence(words.weekday(words.parse_day(meeting["held_on"]))),
        "present": meeting["present"],
        "absent": meeting["absent"],
    }
