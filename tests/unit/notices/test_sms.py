"""A number as people write it, as the gateway wants it."""

import pytest

from sip.notices.sms import international


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
