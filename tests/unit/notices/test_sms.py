"""A number as people write it, as the gateway wants it."""

import pytest

from sip.notices.sms import international, reaches


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("070-174 06 05", "+46701740605"),
        ("0701740605", "+46701740605"),
        ("+46 (0)70 174 06 05", "+46701740605"),
        ("0046 70 174 06 05", "+46701740605"),
        ("+358 40 123 4567", "+358401234567"),
        ("08-508 000 00", "+46850800000"),
        ("", ""),
        ("ring växeln", ""),
        ("112", ""),
        ("+", ""),
        ("070-174 06 05, kvällstid", ""),
        ("+46701740605\r\nX-Evil: 1", ""),
        ("0" * 5000, ""),
        ("+4٦701740605", ""),
    ],
)
def test_what_people_write(written: str, number: str) -> None:
    assert international(written) == number


@pytest.mark.parametrize(
    ("written", "arrives"),
    [
        ("070-174 06 05", True),
        ("+46 79 102 34 56", True),
        ("+358 40 123 4567", True),  # of other countries' numbers nobody can tell
        ("0411-55 01 02", False),
        ("+46 8 508 000 00", False),
        ("020-22 40 00", False),
        ("ring växeln", False),
        ("", False),
    ],
)
def test_a_text_arrives_at_mobiles(written: str, arrives: bool) -> None:
    assert reaches(written) is arrives
