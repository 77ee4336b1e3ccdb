"""Verifying in a process of its own, with limits: a hostile file may ask for any memory and any time.

The file comes from anybody. A few kilobytes of PDF can unpack to gigabytes; the process that reads it is ended, and the
one that asked goes on.
"""

import logging
import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from django.utils import translation

from sip.signing.authority import Authority
from sip.signing.verify import Expected, Verdict, unreadable, verify

SECONDS = 20
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
    here, there = _FORK.Pipe(duplex=False)
    language = translation.get_language()
    child = _FORK.Process(target=_answer, args=(there, language, seconds, work, pdf, authority, expected), daemon=True)
    child.start()
    there.close()
    try:
        verdict = here.recv() if here.poll(seconds) else None
    except EOFError:  # it ended without a word
        verdict = None
    finally:
        here.close()
        child.kill()
        child.join()
    if not isinstance(verdict, Verdict):
        log.info("a PDF was not verified within its limits")
        return unreadable()
    return verdict


def _answer(
    answer: Connection,
    language: str | None,
    seconds: int,
    work: Callable[..., Verdict],
    pdf: bytes,
    authority: Authority,
    expected: Expected | None,
) -> None:
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with translation.override(language):
        answer.send(work(pdf, authority=authority, expected=expected))
