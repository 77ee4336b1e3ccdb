"""A municipality is the same however it is written, and no other that begins alike."""

import pytest

from agencies import municipalities


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("Skurup", "Skurups kommun"),
        ("skurups kommun", "Skurups kommun"),
        ("Sjöbo", "Sjöbo kommun"),
        ("Borås", "Borås Stad"),
        ("Malmö", "Malmö stad"),
        ("Stockholm", "Stockholms stad"),
        ("Upplands-Bro", "Upplands-Bro kommun"),
        ("Mark", "Marks kommun"),
    ],
)
def test_a_place_is_its_municipality(place: str, name: str) -> None:
    assert municipalities.is_same(place, name)
    assert municipalities.is_same(name, place)
    assert name.lower() in municipalities.written([place])
    assert place.lower() in municipalities.written([name])


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("Mark", "Markaryds kommun"),
        ("Vara", "Varbergs kommun"),
        ("Upplands-Bro", "Upplands Väsby kommun"),
        ("Hall", "Hallsbergs kommun"),
        ("", "Skurups kommun"),
        ("", ""),
        ("kommun", "Skurups kommun"),
    ],
)
def test_what_only_begins_alike_is_another(place: str, name: str) -> None:
    assert not municipalities.is_same(place, name)
    assert name.lower() not in municipalities.written([place])
