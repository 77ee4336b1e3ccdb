"""A signature on paper is for the version that the paper is, of who signed it, and can be undone while it is new."""

import re
from datetime import timedelta

import pytest

from common import clock
from common.errors import NotThere, Refused
from consent.models import MaturityAssessment
from sip.documents import services as documents
from sip.documents.canonical import content_hash
from sip.documents.context_receipt import receipt_context
from sip.notices.models import Notice
from sip.plans.services import contents
from sip.signing import on_paper, receipt
from sip.signing import services as signing
from sip.signing.models import Signature, SignatureStatus, SignedHow
from tests.integration.markers import hide, paper_text
from tests.world import CHILD_WORDS, World

pytestmark = pytest.mark.django_db


def test_the_paper_of_an_older_version_signs_nothing() -> None:
    world = World.build().to("in_review")
    printed = on_paper.mark_of(world.plan, world.version, world.sara)
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Något helt annat")
    world.review()
    for mark in (printed, "", "1", "2", "x" * 40, "💥"):
        with pytest.raises(Refused) as refused:
            world.sign_on_paper(world.sara, mark=mark)
        assert refused.value.problems[0].field == "mark", mark
    assert not Signature.objects.exists()
    code = on_paper.mark_of(world.plan, world.version, world.sara)
    assert (
        world.sign_on_paper(world.sara, mark=f" {code.lower().replace(' ', '-')}.").paper_sha256 == world.version.sha256
    )


def test_whoever_may_read_less_gets_and_signs_an_exemplar_of_their_own() -> None:
    world = World.build().to("met")
    hide(world, "voice")
    world.review()
    nadja = world.actor(world.nadja)
    own = on_paper.download_exemplar(nadja, world.plan, world.johan.pk)
    assert CHILD_WORDS not in re.sub(r"\s+", " ", paper_text(own)) and "Kontrollkod" not in paper_text(own)
    assert own == documents.download_plan(world.actor(world.johan), world.plan)[1]
    assert on_paper.download_exemplar(nadja, world.plan, world.sara.pk) == documents.download_plan(nadja, world.plan)[1]
    for somebody in (world.per, world.sara):
        with pytest.raises((Refused, NotThere)):
            on_paper.download_exemplar(world.actor(somebody), world.plan, world.johan.pk)
    with pytest.raises(NotThere):
        on_paper.download_exemplar(nadja, world.plan, world.plan.pk)
    with pytest.raises(Refused, match="inte gjort för Johan Ek"):
        world.sign_on_paper(world.johan, mark=on_paper.mark_of(world.plan, world.version, world.sara))
    signed = world.sign_on_paper(world.johan, mark="1")
    assert signed.paper_sha256 not in ("", world.version.sha256, content_hash({}))


def test_a_refusal_stands_until_the_witness_says_that_it_is_changed_and_is_then_remembered() -> None:
    world = World.build().to("established")
    signing.refuse_to_sign(world.actor(world.johan), world.plan)
    refused_at = Signature.objects.get().at
    with pytest.raises(Refused, match="Johan Ek har sagt nej i tjänsten") as refused:
        world.sign_on_paper(world.johan)
    assert refused.value.problems[0].field == "changed_mind"
    signed = world.sign_on_paper(world.johan, changed_mind=True)
    assert (signed.status, signed.refused_at) == (SignatureStatus.SIGNED, refused_at)
    assert [row.recipient for row in Notice.objects.filter(kind="signed_on_paper")] == [world.johan.user]
    on_paper.take_back(world.actor(world.nadja), world.plan, signed.pk)
    word = Signature.objects.get()
    assert (word.status, word.how, word.at, word.refused_at) == (SignatureStatus.REFUSED, "", refused_at, None)
    assert Notice.objects.get(kind="signed_on_paper").dropped_at
    (row,) = [row for row in receipt.content(world.plan, world.version)["signatures"] if row["name"] == "Johan Ek"]
    assert row["status"] == "refused"
    world.sign_on_paper(world.johan, changed_mind=True)
    assert Notice.objects.filter(kind="signed_on_paper").count() == 2


def test_only_who_recorded_it_takes_it_back_within_a_day_and_not_once_sealed() -> None:
    world = World.build().to("established")
    nadja = world.actor(world.nadja)
    signed = world.sign_on_paper(world.johan)
    for somebody in (world.per, world.johan):
        with pytest.raises((Refused, NotThere)):
            on_paper.take_back(world.actor(somebody), world.plan, signed.pk)
    world.sign(world.sara)
    with pytest.raises(Refused, match="går inte att ta tillbaka"):  # the plan is sealed
        on_paper.take_back(nadja, world.plan, signed.pk)
    assert Signature.objects.count() == 2


def test_after_a_day_it_stands() -> None:
    world = World.build().to("in_review")
    nadja, signed = world.actor(world.nadja), world.sign_on_paper(world.johan)
    with clock.set_to(clock.now() + timedelta(hours=25)), pytest.raises(Refused, match="går inte att ta tillbaka"):
        on_paper.take_back(nadja, world.plan, signed.pk)
    on_paper.take_back(nadja, world.plan, signed.pk)
    assert not Signature.objects.exists()
    with pytest.raises(Refused):
        on_paper.take_back(nadja, world.plan, None)


def test_the_receipt_states_the_day_and_no_hour_that_nobody_wrote_down() -> None:
    world = World.build().to("established")
    day = clock.today()
    with clock.set_to(clock.now() + timedelta(days=2)):
        signed = world.sign_on_paper(world.johan, signed_on=day + timedelta(days=1))
        assert clock.local(signed.at).date() == day + timedelta(days=2)
        told = receipt.content(world.plan, world.version)
    (row,) = [row for row in told["signatures"] if row["how"] == SignedHow.PAPER]
    assert row["at"] == (day + timedelta(days=1)).isoformat()
    (said,) = [one for one in receipt_context(told)["signatures"] if one["name"] == "Johan Ek"]
    assert "kl." not in said["when"] and str((day + timedelta(days=1)).year) in said["when"]


def test_a_child_signs_when_somebody_has_judged_that_it_may_and_counts_as_nobody_asked() -> None:
    world = World.build().to("established")
    with pytest.raises(Refused, match="Ingen har bedömt om barnet är moget") as refused:
        world.sign_on_paper(world.child)
    assert refused.value.problems[0].field == "understands"
    assert world.sign_on_paper(world.child, understands=True).guardian is None
    told = receipt.content(world.plan, world.version)
    assert receipt_context(told)["summary"].startswith("0 av 2 som har tillfrågats")
    Signature.objects.all().delete()
    MaturityAssessment.objects.create(child=world.child, is_mature=True, why="Förstår.", by=world.nadja)
    assert world.sign_on_paper(world.child).guardian is None
