"""A file that asks for all the memory, or all the time, is answered like any other that cannot be read."""

import os
import time
from multiprocessing.connection import Connection
from typing import Any

import pytest

from sip.signing.apart import MEMORY, apart, verify_apart
from sip.signing.authority import Authority
from sip.signing.verify import Verdict, unreadable, verify
from tests.unit.signing import papers


def test_the_answer_is_the_same_as_in_the_same_process(signed: papers.Signed, house: Authority) -> None:
    expected = signed.expected()
    apart = verify_apart(signed.sealed, authority=house, expected=expected)
    assert apart == verify(signed.sealed, authority=house, expected=expected)
    assert apart.holds


def _eats(_pdf: bytes, **_known: Any) -> Verdict:
    held = bytearray(2 * MEMORY)
    return Verdict(()) if held else unreadable()


def _turns_for_ever(_pdf: bytes, **_known: Any) -> Verdict:
    while True:
        time.monotonic()


def _ends(_pdf: bytes, **_known: Any) -> Verdict:
    os._exit(3)


@pytest.mark.parametrize("work", [_eats, _turns_for_ever, _ends])
def test_what_asks_for_too_much_cannot_be_read(work: Any, house: Authority) -> None:
    assert verify_apart(b"", authority=house, seconds=1, work=work) == unreadable()


def test_who_ends_in_the_middle_of_an_answer_has_said_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(answer: Connection, _value: object) -> None:
        os.write(answer.fileno(), (1_000).to_bytes(4, "big") + b"half")
        os._exit(0)

    monkeypatch.setattr(Connection, "send", half)
    assert apart(lambda: "all of it", 2) is None
