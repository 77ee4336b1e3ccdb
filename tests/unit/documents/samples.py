"""Frozen contents that the document tests share. All people are invented."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from sip.documents.child_content import child_content
from sip.documents.sheets import Kind


def agency(principal: str, kind: str, name: str, area: str) -> dict[str, Any]:
    return {
        "kind": "agency", "principal": principal, "principal_kind": kind, "agency": name, "area": area, "name": "",
    }  # fmt: skip


REGION_BUP = agency("Region Exempel", "region", "BUP Ystad", "halsa")
SCHOOL = agency("Skurups kommun", "municipality", "Lärkskolan", "larande")
SOCIAL = agency("Skurups kommun", "municipality", "Socialtjänsten Skurup", "trygghet")
FAMILY = {"kind": "family", "principal": "", "principal_kind": "", "agency": "", "area": "", "name": ""}


def action(number: int, goal: str | None, text: str, responsible: dict[str, Any], contact: str, **more: Any):
    return {
        "id": f"a{number}", "goal": goal, "need": None, "text": text, "responsible": responsible,
        "contact": contact, "level": "general", "start": "2026-04-22", "due": "2026-06-12",
        "if_not": "", "outcome": "", "outcome_why": "", **more,
    }  # fmt: skip


_PLAN: dict[str, Any] = {
    "schema": "sip-plan/1",
    "plan": {
        "id": "0198c000-0000-7000-8000-000000000001", "version": 3, "frozen_at": "2026-04-28T09:30:00Z",
        "frozen_on": "2026-04-28", "held_by": "Socialtjänsten Skurup",
    },
    "child": {
        "name": "Alva Lind", "given_name": "Alva", "birth_year": 2014, "municipality": "Skurup",
        "school": "Lärkskolan", "protected": False,
    },
    "guardians": [{"name": "Sara Lind", "custody": "joint"}, {"name": "Johan Ek", "custody": "joint"}],
    "call": {
        "purpose": "Enas om vad som är viktigast för Alva i vår",
        "question": "Vad ska vi börja med, och vad får vänta?",
        "start": "2026-04-14T12:00:00Z", "end": "2026-04-14T13:00:00Z", "place": "Lärkskolan rum 4", "link": "",
    },
    "meeting": {
        "held_on": "2026-04-14",
        "present": [
            {"name": "Alva Lind", "role": "hela mötet"}, {"name": "BUP Ystad", "role": "psykolog"},
            {"name": "Lärkskolan", "role": "rektor"},
        ],
        "absent": [{"name": "Johan Ek", "reason": "arbete"}],
    },
    "voice": {
        "child": "Jag vill kunna äta lunch utan att alla tittar. Och jag vill sova, så jag orkar vara med mina "
        "kompisar. Fråga mig först. Inte bara mamma.",
        "no_voice_because": "",
        "guardians": "Vi orkar inte fyra möten i veckan.",
        "works_well": "Alva tycker om slöjd och sin mentor.",
        "situation": "Hög frånvaro sedan mars.\nSömnen är dålig.",
    },
    "wheel": [
        {"spoke": "trygg", "label": "Trygg", "mark": 3, "works": "Hemma hos mormor", "hard": "Matsalen"},
        {"spoke": "halsa", "label": "Hälsa", "mark": 2, "works": "", "hard": "Sover lite"},
        {"spoke": "aktiv", "label": "Aktiv", "mark": None, "works": "", "hard": ""},
    ],
    "needs": [{"id": "n1", "text": "Orka hela skoldagar"}, {"id": "n2", "text": "Lugn hemma"}],
    "goals": [
        {"id": "g1", "text": "Alva äter lunch i skolan tre dagar i veckan", "when": "now", "order": 1, "need": "n1"},
        {"id": "g2", "text": "Alva orkar hela skolveckan", "when": "now", "order": 2, "need": "n1"},
        {"id": "g3", "text": "Det är lugnt hemma på kvällarna", "when": "now", "order": 3, "need": "n2"},
        {"id": "g4", "text": "Alva börjar på simning igen", "when": "later", "order": 4, "need": None},
    ],
    "actions": [
        action(1, "g1", "Matplan som Alva är med och gör",
               {**REGION_BUP, "agency": "Barn- och ungdomskliniken"}, "Hanna Björk, dietist", due="2026-05-08"),
        action(2, "g1", "Lugnt rum vid lunchen, med en kompis", SCHOOL, "Birgit Åkesson, rektor",
               start="2026-04-27"),
        action(3, "g2", "Samtal om oro, tisdagar", REGION_BUP, "Per Lindqvist, psykolog", start="2026-05-05",
               due="2026-06-26", level="specialist", if_not="Per ringer Sara och föreslår en annan tid."),
        action(4, "g2", "Måndagar börjar kl. 9.30", SCHOOL, "Birgit Åkesson, rektor", start="2026-04-27"),
        action(5, "g2", "Samtal i skolan när det blir för mycket", {**SCHOOL, "agency": "Elevhälsan Skurup"},
               "Moa Sandell, kurator", start="2026-04-20"),
        action(6, "g3", "Familjestöd hemma, torsdagar", SOCIAL, "Nadja Öhman", start="2026-05-07",
               due="2026-06-25", level="first_line"),
        action(7, "g1", "Frukost tillsammans före skolan", FAMILY, "Sara Lind och Johan Ek", level=""),
        action(8, "g3", "Telefonerna ligger i köket efter kl. 20", FAMILY, "Sara Lind och Johan Ek", level=""),
    ],
    "lead": {"principal": "Skurups kommun", "agency": "Socialtjänsten Skurup", "person": "Nadja Öhman"},
    "coordinator": {"name": "Nadja Öhman", "agency": "Socialtjänsten Skurup", "phone": "040-628 04 12"},
    "parties": [
        {"agency": "BUP Ystad", "principal": "Region Exempel", "area": "halsa", "called": True},
        {"agency": "Lärkskolan", "principal": "Skurups kommun", "area": "larande", "called": False},
        {"agency": "Socialtjänsten Skurup", "principal": "Skurups kommun", "area": "trygghet", "called": True},
    ],
    "follow_up": {"date": "2026-06-09", "called_by": "Nadja Öhman"},
    "copies_to": ["Sara Lind", "Johan Ek", "BUP Ystad"],
    "original_at": "Socialtjänsten Skurup",
}  # fmt: skip

_CALL: dict[str, Any] = {
    "schema": "sip-call/1", "number": 1, "called_at": "2026-04-01T08:00:00Z",
    "child": {"name": "Alva Lind"}, "child_protected": False,
    "caller": {"agency": "Socialtjänsten Skurup", "person": "Nadja Öhman", "phone": "040-628 04 12"},
    "purpose": "Enas om vad som är viktigast för Alva i vår",
    "question": "Vad ska vi börja med, och vad får vänta?", "adaptations": "En paus mitt i, och någon som ritar.",
    "start": "2026-04-14T12:00:00Z", "end": "2026-04-14T13:00:00Z", "place": "Lärkskolan rum 4", "link": "",
    "answer_by": "2026-04-10",
    "called": [
        {"agency": "BUP Ystad", "principal": "Region Exempel", "people": ["Per Lindqvist"],
         "grounds": ["referral", "known"]},
        {"agency": "Socialtjänsten Skurup", "principal": "Skurups kommun", "people": [], "grounds": []},
    ],
    "invited": [{"agency": "Lärkskolan", "principal": "Skurups kommun", "people": ["Birgit Åkesson"]}],
    "family": ["Sara Lind", "Johan Ek", "Alva Lind"],
}  # fmt: skip

_RECEIPT: dict[str, Any] = {
    "schema": "sip-receipt/1",
    "plan": {
        "id": "0198c000-0000-7000-8000-000000000001", "version": 3, "child": "Alva Lind",
        "sha256": "7f3a91c20b5e" + "0123456789abcdef" * 3 + "0123", "established_on": "2026-04-30",
    },
    "made_at": "2026-04-30T10:00:00Z",
    "signatures": [
        {"name": "Sara Lind", "role": "vårdnadshavare", "status": "signed", "how": "local",
         "at": "2026-04-29T17:12:00Z", "witness": ""},
        {"name": "Alva Lind", "role": "barnet", "status": "signed", "how": "paper",
         "at": "2026-04-28T12:00:00Z", "witness": "Nadja Öhman"},
        {"name": "Johan Ek", "role": "vårdnadshavare", "status": "waiting", "how": "", "at": None, "witness": ""},
    ],
    "dissent": [
        {"name": "Johan Ek", "at": "2026-04-29T18:00:00Z",
         "text": "Jag tycker att simningen ska börja nu.\n<b>Inte sen.</b>"},
    ],
}  # fmt: skip

_NO_ANSWER: dict[str, Any] = {
    "said": "", "at": None, "how": "", "recorded_by": "", "covers": [], "carve_out": "", "until": None,
    "not_required": False, "not_required_until": None,
}  # fmt: skip
_YES = _NO_ANSWER | {
    "said": "given", "at": "2026-11-12T09:00:00Z", "how": "oral", "recorded_by": "Nadja Öhman",
    "covers": ["skola", "hälsa"], "carve_out": "Inget om min egen sjukskrivning.", "until": "2027-11-11",
}  # fmt: skip
_CONSENT: dict[str, Any] = {
    "schema": "sip-consent/1",
    "made_at": "2026-11-20T09:00:00Z",
    "child": {"name": "Alva Lind"}, "child_protected": False,
    "decider": {"name": "Sara Lind", "is_child": False},
    "how_many_decide": 2,
    "asker": {"person": "Nadja Öhman", "agency": "Socialtjänsten Skurup", "phone": "0411-55 01 02"},
    "answers": [
        {"agency": "BUP Ystad", "principal": "Region Exempel", **_YES},
        {"agency": "Lärkskolan", "principal": "Skurups kommun", **_YES},
        {"agency": "Socialtjänsten Skurup", "principal": "Skurups kommun", **_NO_ANSWER},
    ],
    "kinds": ["Skola", "Hälsa", "Familj"],
}  # fmt: skip


def plan() -> dict[str, Any]:
    """A plan of ordinary size; a copy that a test may change."""
    return deepcopy(_PLAN)


def call() -> dict[str, Any]:
    return deepcopy(_CALL)


def receipt() -> dict[str, Any]:
    return deepcopy(_RECEIPT)


def consent(*, all_answered: bool = False) -> dict[str, Any]:
    """What Sara has said: yes to two of three, or to all of them."""
    content = deepcopy(_CONSENT)
    if all_answered:
        content["answers"][2] |= deepcopy(_YES)
    return content


def follow_up() -> dict[str, Any]:
    """What came of the plan: every way that it can go."""
    done = {"outcome": "fully", "outcome_why": ""}
    return {
        "schema": "sip-follow-up/1", "number": 1, "held_on": "2026-06-09", "made_at": "2026-06-09T13:30:00Z",
        "recorded_by": "Nadja Öhman", "plan": {"id": _PLAN["plan"]["id"], "version": 3},
        "child": {"name": "Alva Lind"}, "child_protected": False,
        "goals": [
            {"text": "Alva äter lunch i skolan tre dagar i veckan", "when": "now", "outcome": "fully",
             "outcome_why": "", "actions": [
                {"text": "Matplan som Alva är med och gör", "who": {**REGION_BUP}, **done},
                {"text": "Lugnt rum vid lunchen, med en kompis", "who": SCHOOL, **done},
                {"text": "Frukost tillsammans före skolan", "who": FAMILY, "outcome": "partly",
                 "outcome_why": "Det går på helgerna."}]},
            {"text": "Alva orkar hela skolveckan", "when": "now", "outcome": "partly",
             "outcome_why": "Fyra dagar av fem.", "actions": [
                {"text": "Samtal om oro, tisdagar", "who": REGION_BUP, "outcome": "not",
                 "outcome_why": "Kön var lång. Ny tid är den 18 juni."},
                {"text": "Måndagar börjar kl. 9.30", "who": SCHOOL, "outcome": "", "outcome_why": ""}]},
            {"text": "Alva börjar på simning igen", "when": "later", "outcome": "", "outcome_why": "", "actions": []},
        ],
        "wheel": [
            {"spoke": "trygg", "label": "Trygg", "then": 3, "now": 4},
            {"spoke": "hälsa", "label": "Hälsa", "then": 2, "now": 2},
            {"spoke": "delaktig", "label": "Delaktig", "then": None, "now": 3},
        ],
        "next": {"date": "2026-09-15", "called_by": "Nadja Öhman"},
    }  # fmt: skip


def deviation() -> dict[str, Any]:
    """A deviation that the unit has answered and closed."""
    return {
        "schema": "sip-deviation/1", "id": "0198c000-0000-7000-8000-000000000009", "made_at": "2026-05-12T09:00:00Z",
        "kind": "not_followed", "agency": "BUP Ystad", "principal": "Region Exempel", "happened_on": "2026-05-05",
        "told_at": "2026-05-06T08:00:00Z", "told_by": {"kind": "staff", "name": "Nadja Öhman, Socialtjänsten Skurup"},
        "text": "Samtalen som skulle börja den 5 maj har inte börjat.\nFamiljen har inte fått någon ny tid.",
        "stands": "closed", "answer": "Vi hade fel adress. En ny tid är skickad, den 19 maj.",
        "answered_at": "2026-05-11T12:00:00Z", "closed_at": "2026-05-12T09:00:00Z",
    }  # fmt: skip


def child_page() -> dict[str, Any]:
    """The plan that a child's page is made of, with a mark on every spoke but one."""
    marks = {"trygg": 4, "hälsa": 2, "utvecklas": 3, "omvårdnad": 5, "aktiv": 2, "respekterad": 3, "delaktig": 3}
    wheel = [
        {"spoke": spoke, "label": spoke.capitalize(), "mark": mark, "works": "", "hard": ""}
        for spoke, mark in marks.items()
    ]
    return child_content({**plan(), "wheel": wheel})


# One of every kind, as `render` names them.
ALL: dict[Kind, Callable[[], dict[str, Any]]] = {
    "sip": plan,
    "kallelse": call,
    "kvittens": receipt,
    "samtycke": consent,
    "uppfoljning": follow_up,
    "avvikelse": deviation,
    "barnets-sida": child_page,
}
