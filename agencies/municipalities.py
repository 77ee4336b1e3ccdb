"""Which municipality is meant: "Skurup", "Skurups kommun" and "Borås stad" as people and registers write them.

A child's municipality is written as a place, a principal's name as its municipality; the one place where they meet.
Whole words are compared: Mark is not Markaryd.
"""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Lower

from agencies.models import Principal, PrincipalKind
from common.text import folded

_WORDS = ("kommun", "stad")


def keys_of(name: str) -> frozenset[str]:
    """What a municipality may be known by, folded: with and without the s of its genitive. None for no name."""
    place = folded(name).strip()
    for word in _WORDS:
        place = place.removesuffix(f" {word}")
    return frozenset({place, place.removesuffix("s")} - {""})


def is_same(one: str, other: str) -> bool:
    """Whether both names mean the same municipality; nothing is the same as no name."""
    return not keys_of(one).isdisjoint(keys_of(other))


def is_of(principal: Principal, place: str) -> bool:
    """Whether the principal is the municipality of that place."""
    return principal.kind == PrincipalKind.MUNICIPALITY and is_same(principal.name, place)


def written(names: Iterable[str]) -> set[str]:
    """Every way to write these municipalities, in lower case: for a comparison with lower(…) in the database."""
    bare = {form for name in names for key in keys_of(name) for form in (key, f"{key}s")}
    return bare | {f"{form} {word}" for form in bare for word in _WORDS}


def principals_of(place: str) -> QuerySet[Principal]:
    """The municipality of that place as a principal; none when no place is known."""
    rows = Principal.objects.filter(kind=PrincipalKind.MUNICIPALITY).annotate(written=Lower("name"))
    return rows.filter(written__in=sorted(written([place])))
