"""Work in a process of its own, with limits: a hostile file may ask for any memory and any time.

The file comes from anybody. A few kilobytes of PDF can unpack to gigabytes; the process that reads it is ended, and the
one that asked goes on.
"""

import logging
import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar

from django.utils import translation

from sip.signing.authority import Authority
from sip.signing.verify import Expected, Verdict, unreadable, verify

R = TypeVar("R")

SECONDS = 5  # of the processor, for all that is done with a file that somebody verifies
ON_THE_CLOCK = 2  # times as much: a loaded machine gives a process half of its time
MEMORY = 512 * 1024 * 1024  # bytes, beside what the program has already
_FORK = multiprocessing.get_context("fork")  # a fresh Python would take seconds to wake

log = logging.getLogger(__name__)


def verify_apart(
    pdf: bytes,
    *,
    authority: Authority,
    expected: Expected | None = None,
    seconds: int = SECONDS,
    work: Callable[..., Verdict] = verify,
) -> Verdict:
    """The same answer as `verify`, or that the file cannot be read when it asks for more than `seconds` or `MEMORY`."""
    return apart(lambda: work(pdf, authority=authority, expected=expected), seconds) or unreadable()


def apart(work: Callable[[], R], seconds: int) -> R | None:
    """What `work` gives, in the language of the one who asks; None when it asks for more than it may, or falls.

    `seconds` are of the processor; `ON_THE_CLOCK` as many may pass.
    """
    here, there = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_answer, args=(there, translation.get_language(), seconds, work), daemon=True)
    child.start()
    there.close()
    answer: R | None = None
    try:
        if here.poll(seconds * ON_THE_CLOCK):
            answer = here.recv()
    except (EOFError, OSError, UnpicklingError):  # it ended without a word, or in the middle of one
        answer = None
    finally:
        here.close()
        child.kill()
        child.join()
    if answer is None:
        log.info("a file was not read within its limits")
    return answer


def _answer(answer: Connection, language: str | None, seconds: int, work: Callable[[], Any]) -> None:
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with translation.override(language):
        answer.send(work())
