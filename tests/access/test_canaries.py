"""Leak canaries: a marker in every text of two families, random events, random visitors at every address. No marker
ever comes to somebody whom it is not for: not in a page, a header, a PDF, a calendar file, a mail or a log line.

Two parts, so that both cores work; `make canaries N=100000` walks far.
"""

import logging
import os
import sys
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.canary.walk import HAPPENINGS, Dice, Walk
from tests.world import STATES

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

TOTAL = int(os.environ.get("CANARIES", "2000"))
IS_LONG = TOTAL > 2000
# Requests in one world. To make a world takes as long as a hundred requests: far away, more happens in each instead.
EACH = 500 if IS_LONG else 200
PARTS = 2
WORLDS = -(-TOTAL // (EACH * PARTS))

stories = st.lists(st.sampled_from(sorted(HAPPENINGS)), min_size=2, max_size=12 if IS_LONG else 8)
# The later, the more there is to see; hypothesis tries the first ones most.
states = st.sampled_from(("established", "called", "in_review", "following_up", *STATES))


@pytest.mark.parametrize("part", range(PARTS))
def test_no_marker_comes_to_whom_it_is_not_for(part: int, caplog: pytest.LogCaptureFixture) -> None:
    done, seen = 0, Counter[str]()

    @settings(max_examples=WORLDS, phases=[Phase.generate], deadline=None, database=None,
              suppress_health_check=list(HealthCheck), derandomize=not IS_LONG)  # fmt: skip
    @given(states, states, st.integers(0, 4).map(lambda odds: 4 - odds), stories, st.integers(0, 2**32))
    def walk_about(mine: str, theirs: str, odds: int, story: list[str], seed: int) -> None:
        nonlocal done
        with transaction.atomic(), caplog.at_level(logging.DEBUG, logger="sip"):
            walk = Walk(Dice(f"{seed}{part}"))
            walk.build(mine, theirs, is_protected=odds == 0)
            for name in story:
                walk.knock(EACH // (len(story) + 1))
                walk.happen(name)
            walk.knock(EACH - walk.requests)
            walk.look()
            walk.told()
            walk.judge("everybody", "a log line", caplog.text)
            caplog.clear()
            transaction.set_rollback(True)
        done += walk.requests
        seen.update(walk.seen)
        if IS_LONG:
            sys.__stdout__.write(f"part {part}: {done} requests, {len(walk.leaks)} leaks\n")  # type: ignore[union-attr]
        assert not walk.leaks, "\n".join(sorted({str(leak) for leak in walk.leaks}))

    walk_about()
    assert done >= TOTAL // PARTS
    # The markers are found where they may be: otherwise nothing was looked at.
    wanted = ("Child.name", "Voice.child_words", "Action.text") if TOTAL >= 2000 else ("Child.name",)
    assert [kind for kind in wanted if not seen[kind]] == []
