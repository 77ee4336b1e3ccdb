"""Killed with -9 at each step of signing: afterwards the person has signed or has not, and never half."""

import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sip.documents.models import Document
from sip.plans.models import Version
from sip.signing import expecting
from sip.signing.models import Signature, SigningCode
from tests.database import Database
from tests.faults.sign_and_die import STEPS
from tests.world import World

pytestmark = [pytest.mark.faults]

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds


@dataclass(frozen=True)
class Traces:
    """All that a signature leaves."""

    signatures: int
    papers: tuple[tuple[str, int], ...]
    is_sealed: bool
    codes_used: int


def traces(version: Version) -> Traces:
    """What there is now."""
    version.refresh_from_db()
    papers = Document.objects.filter(version=version).order_by("kind", "revision").values_list("kind", "revision")
    return Traces(
        Signature.objects.filter(version=version).count(),
        tuple(papers),
        version.sealed_at is not None,
        SigningCode.objects.filter(used_at__isnull=False).count(),
    )


def test_killed_at_each_step_it_is_signed_or_it_is_not(committed_db: Database) -> None:
    """Sara is the last to sign an established plan: her word brings a revision, a receipt and the seal, or nothing."""
    world = World.build().to("in_review")
    world.sign(world.johan)
    world.establish()
    version = world.version
    unsigned = traces(version)
    signed = Traces(2, (("plan", 0), ("plan", 1), ("plan", 2), ("plan", 3), ("receipt", 1), ("receipt", 2)), True, 1)
    for step in STEPS:
        words = [sys.executable, "-m", "tests.faults.sign_and_die", step, str(world.plan.pk), str(world.sara.user_id)]
        ended = subprocess.run(
            words, cwd=ROOT, env=committed_db.environment, capture_output=True, text=True, timeout=PATIENCE
        )
        assert ended.returncode == -signal.SIGKILL, (step, ended.stdout, ended.stderr)
        assert traces(version) == (signed if step == STEPS[-1] else unsigned), step
    newest = Document.objects.filter(version=version, kind="plan").order_by("-revision")[0]
    assert expecting.examine(bytes(newest.data)).verdict.holds
