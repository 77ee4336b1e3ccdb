"""What every test stands on. The parts live beside this file; see tests/database.py for the fixtures."""

import gc
import os

import pytest
from hypothesis import settings

from tests import servers

pytest_plugins = ["tests.database", "tests.hostile", "tests.post"]

# Two cores shared with others: a slow example is no failure. `make proofs` takes the long one.
settings.register_profile("short", deadline=None)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile("short")


def _leads(config: pytest.Config) -> bool:
    """Whether this process leads the session: no worker, and not started by another session's test."""
    return not hasattr(config, "workerinput") and os.environ["SIP_TEST_RUN"] == str(os.getpid())


def pytest_sessionstart(session: pytest.Session) -> None:
    """Clear away what a killed session left running."""
    if _leads(session.config):
        servers.sweep()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is imported and collected stays to the end: spare the collector from walking it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End this session's servers."""
    if _leads(config):
        servers.stop()
