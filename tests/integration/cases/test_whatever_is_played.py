"""Whatever a case asks for, each step goes through or is refused in words. Never a fault of the program (a 500)."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from sip.cases import schema
from sip.cases.player import prepare
from sip.cases.reader import read
from sip.cases.values import (
    Day,
    ElementOf,
    IdOf,
    Kind,
    ListOf,
    Moment,
    NewElementId,
    Number,
    OneOf,
    PrincipalName,
    TableOf,
    Words,
    YesNo,
)
from sip.cases.world import Step
from tests import lengths

CASE = read(Path(__file__).parents[3] / "cases" / "demo" / "7-hugo-simrishamn.yaml")
# Where the random steps begin: nothing asked for, requested, prepared, called, met, established, followed up.
STAGES = (0, 1, 2, 5, 17, 24, 28, len(CASE.steps))

PEOPLE = [CASE.child.id, *(each.id for each in (*CASE.people, *CASE.guardians))]
AGENCIES = [agency.id for agency in CASE.agencies]
ELEMENTS = ["n1", "g1", "g2", "a1", "a3", "borta"]
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31)) | st.sampled_from(
    [CASE.today + timedelta(days=days) for days in (-1, 0, 20, 100)]
)
WORDS = st.text(max_size=20) | st.sampled_from(
    [
        *("", " ", "Hej", "\0", "\ud800", "\u202etxet", "\u200b", "å" * 201, "ord " * 2000, "😀", "ع"),
        *("%s", "{x}", "<b>", "uteblev", "https://video.example/rum", "2026-02-30"),
        *("now", "text", "due", "order", "state", *AGENCIES),
    ]
)


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Anything that the reader could have made of a field of this kind."""
    match kind:
        case Words():
            return WORDS
        case Day():
            return DAYS
        case Moment():
            return DAYS.map(lambda day: datetime(day.year, day.month, day.day, 14, tzinfo=clock.STOCKHOLM))
        case Number():
            return st.integers(0, 999_999)
        case YesNo():
            return st.booleans()
        case OneOf():
            return st.sampled_from(sorted(kind.codes.values()))
        case IdOf():
            names = (AGENCIES if "agency" in kind.groups else []) + (PEOPLE if "person" in kind.groups else [])
            return st.sampled_from(names or [guardian.id for guardian in CASE.guardians])
        case ElementOf() | NewElementId():
            return st.sampled_from(ELEMENTS)
        case PrincipalName():
            return st.sampled_from([principal.name for principal in CASE.principals])
        case ListOf():
            return st.lists(values(kind.kind), max_size=3, unique=True).map(tuple)
        case TableOf():
            return st.dictionaries(values(kind.key), values(kind.value), max_size=3)
    raise AssertionError(kind)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    verb = draw(st.sampled_from(sorted(schema.VERBS)))
    fields = {
        name: draw(values(field.kind) if field.is_required else st.none() | values(field.kind))
        if not isinstance(field.kind, ListOf | TableOf)
        else draw(values(field.kind))
        for name, field in schema.VERBS[verb].items()
    }
    by = fields.pop("by", "")
    return Step(0, 0, verb, CASE.steps[-1].at, by, fields, draw(st.sampled_from([None, True])))


@pytest.mark.proof
@pytest.mark.django_db
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=lengths.examples(12, 400))
@given(st.sampled_from(STAGES), st.lists(steps(), min_size=1, max_size=6))
def test_no_step_is_more_than_the_program_can_take(stage: int, wild: list[Step]) -> None:
    with transaction.atomic():
        play = prepare(CASE)
        for step in CASE.steps[:stage]:
            play.take(step)
        for step in wild:
            play.attempt(step)
        transaction.set_rollback(True)
