"""What not everybody reads, written by two in the same moment, for real."""

from collections.abc import Callable

from common.errors import Conflict, Refused
from common.keys import new_key
from sip.plans.models import PrivateWords, Withholding, WorkingNote
from sip.plans.services import private
from sip.signing import services as signing
from tests.database import Database
from tests.integration.markers import hide
from tests.integration.test_at_once import at_once
from tests.integration.test_young_person import with_log_in
from tests.world import World


def test_two_who_withhold_the_same_make_one_row(committed_db: Database) -> None:
    world = World.build().to("met")
    results = at_once(
        lambda: hide(world, "voice", by=world.per),
        lambda: hide(world, "voice", by=world.nadja),
        lambda: hide(world, "voice", by=world.hanna),
    )
    assert [type(result) for result in results] == [list, list, list]
    assert Withholding.objects.count() == 1


def test_two_screens_of_the_young_person_lose_no_word(committed_db: Database) -> None:
    world = World.build()
    alva = with_log_in(world)
    world.to("met")
    actor = world.actor(alva)
    private.write_private_words(actor, world.plan, text="Först.", is_for_coordinator=False)

    def write(text: str) -> Callable[[], object]:
        return lambda: private.write_private_words(actor, world.plan, text=text, is_for_coordinator=False, version=1)

    results = at_once(write("Ena."), write("Andra."))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "PrivateWords"]
    row = PrivateWords.objects.get()
    lost = next(result for result in results if isinstance(result, Conflict))
    assert {row.text, lost.mine} == {"Ena.", "Andra."} and row.version == 2


def test_a_note_sent_twice_is_one_note(committed_db: Database) -> None:
    world = World.build().to("met")
    key = new_key()

    def note() -> object:
        return private.write_note(world.actor(world.per), world.plan, world.bup, text="En gång.", key=key)

    assert all(isinstance(result, WorkingNote) for result in at_once(note, note, note))
    assert WorkingNote.objects.count() == 1


def test_a_signature_and_a_withholding_in_the_same_moment(committed_db: Database) -> None:
    """Either the guardian had signed what he could read all of, or he is told that it is done on paper."""
    world = World.build().to("in_review")
    signed, hidden = at_once(lambda: signing.sign(world.actor(world.johan), world.plan), lambda: hide(world, "voice"))
    assert isinstance(hidden, list)
    assert not isinstance(signed, Exception) or (isinstance(signed, Refused) and "papper" in signed.message)
