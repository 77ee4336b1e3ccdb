"""Corrections, answers and establishing in the same moment, for real."""

from common.errors import Refused
from sip.plans.models import Comment, Plan
from sip.plans.services import family
from tests.database import Database
from tests.integration.test_at_once import at_once
from tests.world import World


def test_a_correction_in_the_moment_of_establishing_comes_before_it_or_after_never_lost(committed_db: Database) -> None:
    world = World.build().to("in_review")
    said, _done = at_once(
        lambda: family.correct(world.actor(world.sara), world.plan, text="Fel."),
        lambda: world.establish(),
    )
    assert isinstance(said, Comment)
    established = Plan.objects.get(pk=world.plan.pk).state == "established"
    assert established == (world.version.established_at is not None)
    assert Comment.objects.get().answered_at is None


def test_two_different_answers_at_once_are_one_and_a_no(committed_db: Database) -> None:
    world = World.build().to("in_review")
    row = family.correct(world.actor(world.sara), world.plan, text="Fel.")
    nadja = world.actor(world.nadja)
    results = at_once(
        lambda: family.answer_correction(nadja, world.plan, row.pk, text="Ja.", verdict="changes"),
        lambda: family.answer_correction(nadja, world.plan, row.pk, text="Nej.", verdict="stays"),
    )
    assert sorted(type(result).__name__ for result in results) == ["Comment", "Refused"]
    kept = next(result for result in results if isinstance(result, Comment))
    assert Comment.objects.get(pk=row.pk).answer == kept.answer
    assert any(isinstance(result, Refused) for result in results)


def test_a_correction_sent_twice_at_once_is_one(committed_db: Database) -> None:
    world = World.build().to("in_review")
    sara = world.actor(world.sara)

    def ask() -> object:
        return family.correct(sara, world.plan, text="Fel.")

    at_once(ask, ask, ask)
    assert Comment.objects.count() == 1
