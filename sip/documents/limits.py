"""What a document may hold: how much (attack 12 in security.md), and about whom (protected identity)."""

from typing import Any

from django.utils.translation import gettext as _

from common.errors import Problem, Refused
from common.text import TEXT_MAX

MAX_ROWS = 300
MAX_CHARACTERS = 100_000
MAX_TEXT = TEXT_MAX
# A receipt must never be too large: what stands in it is said and kept, and nobody can shorten it. What each person may
# say is limited where it is said (sip/plans/services/family.py); here is room for a family of twenty-five of them.
RECEIPT = "sip-receipt/1"
RECEIPT_ROWS = 1_000
RECEIPT_CHARACTERS = 400_000

# What the frozen content may say of a person. Anything else (a number, an address, a phone) would travel in the
# PDF's attachment even though no template prints it.
_PERSON_KEYS = {
    "child": {"name", "given_name", "birth_year", "municipality", "school", "protected"},
    "guardians": {"name", "custody"},
}
_PLACES = (("child", "school"), ("call", "place"), ("call", "link"))


def check_size(content: dict[str, Any]) -> None:
    """Raise Refused, in Swedish, where the content is too much for one document. The draft is untouched."""
    problems: list[Problem] = []
    is_receipt = content.get("schema") == RECEIPT
    rows, most = _count_rows(content), RECEIPT_ROWS if is_receipt else MAX_ROWS
    if rows > most:
        problems.append(
            Problem(
                "too_many_rows",
                _(
                    "Planen har %(rows)s rader. Ett dokument rymmer högst %(most)s. "
                    "Ta bort eller slå ihop några. Det du har skrivit finns kvar."
                )
                % {"rows": rows, "most": most},
            )
        )
    lengths = [len(text) for text in _texts(content)]
    most = RECEIPT_CHARACTERS if is_receipt else MAX_CHARACTERS
    if sum(lengths) > most or max(lengths, default=0) > MAX_TEXT:
        problems.append(
            Problem(
                "too_much_text",
                _(
                    "Texten är för lång för ett dokument: en text får ha högst %(one)s tecken och alla tillsammans "
                    "högst %(all)s. Korta den längsta. Det du har skrivit finns kvar."
                )
                % {"one": MAX_TEXT, "all": most},
            )
        )
    if problems:
        raise Refused(problems)


def check_people(content: dict[str, Any]) -> None:
    """Raise ValueError where content made for a document says more of a person than a document may.

    A protected child's document has no school and no place (security.md, Protected identity). This is the last
    lock: the one who freezes the content leaves these out; if not, there is no document.
    """
    for section, allowed in _PERSON_KEYS.items():
        held = content.get(section) or []
        for person in [held] if isinstance(held, dict) else held:
            if extra := set(person) - allowed:
                raise ValueError(f"a document must not hold {sorted(extra)} of {section}")
    child = content.get("child")
    if isinstance(child, dict) and (child.get("protected") or content.get("child_protected")):
        told = [f"{section}.{key}" for section, key in _PLACES if (content.get(section) or {}).get(key)]
        told += [key for key in ("place", "link") if content.get(key)]
        if told:
            raise ValueError(f"a protected child's document must not hold {told}")


def _count_rows(value: object) -> int:
    match value:
        case dict():
            return sum(_count_rows(inner) for inner in value.values())
        case list():
            return len(value) + sum(_count_rows(inner) for inner in value)
        case _:
            return 0


def _texts(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for inner in value.values() for text in _texts(inner)]
        case list():
            return [text for inner in value for text in _texts(inner)]
        case _:
            return []
