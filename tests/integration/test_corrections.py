"""A correction that the family asks for: who is told, who may answer, what it stops, and what the answer binds to.

Fails when a plan is established over an unanswered correction, when a promised change is not made, when the answer
comes from somebody else or is changed afterwards, or when anybody but the two reads the words.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from agencies import row_scope
from common import clock
from common.errors import NotThere, Refused
from sip.documents import services as documents
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.access import NotAllowed
from sip.plans.acting import as_actor
from sip.plans.models import Comment, Plan, Section, Verdict
from sip.plans.services import consents, contents, family, private
from sip.signing import services as signing
from sip.web.staff.waiting import waiting_in
from tests.world import World

pytestmark = pytest.mark.django_db


def ask(world: World, text: str = "Per heter Pär.", **more: Any) -> Comment:
    return family.correct(world.actor(world.sara), world.plan, text=text, **more)


def answer(world: World, row: Comment, text: str = "Vi skriver om det.", verdict: str = Verdict.STAYS) -> Comment:
    return family.answer_correction(world.actor(world.nadja), world.plan, row.pk, text=text, verdict=verdict)


def refused(verb: Callable[[], object]) -> str:
    with pytest.raises(Refused) as no:
        verb()
    return no.value.message


def test_the_plan_is_not_established_before_the_family_has_its_answer_which_may_be_a_no() -> None:
    world = World.build().to("in_review")
    rows = [ask(world), ask(world, "Mötet var i maj.")]
    assert "De har bett om 2 rättelser." in refused(world.establish)
    answer(world, rows[0])
    assert "De har bett om en rättelse." in refused(world.establish)
    answer(world, rows[1])
    world.establish()
    assert Plan.objects.get(pk=world.plan.pk).state == "established"


def test_who_promised_to_change_changes_and_the_family_reads_anew() -> None:
    world = World.build().to("in_review")
    answer(world, ask(world), verdict=Verdict.CHANGES)
    assert "Du har svarat familjen att planen ändras." in refused(world.establish)
    contents.edit(world.actor(world.nadja), world.plan, world.goal, "text", "Alva är i skolan varje dag")
    documents.review(world.actor(world.nadja), world.plan)
    world.establish()
    assert world.version.number == 2


def test_a_comment_waits_for_no_answer_but_may_have_one() -> None:
    world = World.build().to("in_review")
    row = family.comment(world.actor(world.sara), world.plan, text="När är mötet?")
    assert "Svara utan att välja om planen ändras" in refused(lambda: answer(world, row))
    said = answer(world, row, "Den 4 juni.", "")
    assert (said.answer, said.answered_by) == ("Den 4 juni.", world.nadja)
    world.establish()


@pytest.mark.parametrize("who", ["per", "inga", "birgit", "chef", "dag", "sara", "johan"])
def test_nobody_but_the_coordinator_answers(who: str) -> None:
    world = World.build().to("in_review")
    row = ask(world)
    with pytest.raises((NotAllowed, NotThere)):
        family.answer_correction(world.actor(getattr(world, who)), world.plan, row.pk, text="Nej.", verdict="stays")
    assert Comment.objects.get(pk=row.pk).answered_at is None


def test_a_coordinator_without_consent_to_read_answers_nothing() -> None:
    world = World.build().to("in_review")
    row = ask(world)
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.soc])
    with pytest.raises(NotAllowed):
        answer(world, row)


def test_an_answer_is_given_once_and_sent_twice_it_is_one() -> None:
    world = World.build().to("in_review")
    row = ask(world)
    first, again = answer(world, row), answer(world, row)
    assert first.answered_at == again.answered_at
    assert "redan besvarat" in refused(lambda: answer(world, row, "Vi ångrar oss.", Verdict.CHANGES))
    assert Comment.objects.get(pk=row.pk).verdict == Verdict.STAYS
    assert Notice.objects.filter(kind="correction_answered").count() == 1


def test_what_is_no_correction_is_not_there_to_answer() -> None:
    world = World.build().to("in_review")
    dissent = signing.dissent(world.actor(world.sara), world.plan, text="Jag ser det annorlunda.")
    other = World.sibling(world).to("in_review")
    elsewhere = family.correct(other.actor(other.sara), other.plan, text="Fel.")
    for row in (dissent, elsewhere):
        with pytest.raises(NotThere):
            answer(world, row)


@pytest.mark.parametrize(
    ("text", "verdict", "said"), [("", "stays", "Skriv ditt svar"), ("Nej.", "", "Välj om planen")]
)
def test_half_an_answer_is_none(text: str, verdict: str, said: str) -> None:
    world = World.build().to("in_review")
    row = ask(world)
    assert said in refused(lambda: answer(world, row, text, verdict))
    assert Comment.objects.get(pk=row.pk).answered_at is None


def test_the_same_words_sent_twice_are_one_correction_and_later_they_are_another() -> None:
    world = World.build().to("in_review")
    assert ask(world).pk == ask(world).pk
    with clock.set_to(clock.now() + timedelta(hours=1)):
        assert ask(world).pk != Comment.objects.order_by("id")[0].pk
    assert Comment.objects.count() == 2


def test_a_line_is_a_goal_or_an_action_that_the_writer_may_read() -> None:
    world = World.build().to("in_review")
    other = World.sibling(world).to("in_review")
    for row in (world.goal, world.later, world.assessment, world.mornings):
        assert ask(world, f"Om {row.pk}", row_id=row.pk).row_id == row.pk
    private.withhold(
        world.actor(world.per), world.plan, world.sara, Section.ACTION, action=world.assessment, reason="Far illa."
    )
    for hidden in (world.assessment, world.need, other.goal, other.assessment):
        assert "finns inte kvar i planen" in refused(lambda key=hidden.pk: ask(world, "Fel.", row_id=key))


def test_the_coordinator_is_told_has_it_on_idag_and_in_the_end_their_manager_is_told() -> None:
    world = World.build().to("established")
    row = ask(world)
    asked = Notice.objects.get(kind="correction_asked")
    assert asked.recipient == world.nadja
    assert "Svara på en rättelse" in [item.what for item in waiting_in(world.plan, world.actor(world.nadja))]
    waits = set(
        Notice.objects.filter(sent_at=None, dropped_at=None, about=world.plan.pk).values_list("kind", flat=True)
    )
    assert {"correction_waiting", "correction_overdue"} <= waits
    answer(world, row)
    assert "Svara på en rättelse" not in [item.what for item in waiting_in(world.plan, world.actor(world.nadja))]
    still = Notice.objects.filter(kind__in=["correction_waiting", "correction_overdue"], sent_at=None, dropped_at=None)
    assert not still.exists()
    told = Notice.objects.get(kind="correction_answered")
    assert told.recipient == world.sara.user


def test_in_review_the_answer_comes_before_establishing() -> None:
    world = World.build().to("in_review")
    row = ask(world)
    assert [item.what for item in waiting_in(world.plan, world.actor(world.nadja))] == ["Svara på en rättelse"]
    answer(world, row)
    assert [item.what for item in waiting_in(world.plan, world.actor(world.nadja))] == ["Fastställ planen"]


def test_the_notices_hold_no_words_and_an_answered_one_is_not_asked_for() -> None:
    world = World.build().to("in_review")
    row = ask(world, "Pär på BUP")
    answer(world, row, "Nadja ändrar")
    with clock.set_to(clock.now() + timedelta(days=1)):
        notices.sweep()
    sent = {n.kind: n for n in Notice.objects.filter(sent_at__isnull=False)}
    assert "correction_answered" in sent and "correction_asked" not in sent
    for word in ("Pär", "BUP", "Nadja", "Alva"):
        assert word not in sent["correction_answered"].body


def test_the_database_hides_the_words_from_everybody_but_the_two() -> None:
    world = World.build().to("in_review")
    ask(world)
    family.comment(world.actor(world.sara), world.plan, text="Hej")
    signing.dissent(world.actor(world.sara), world.plan, text="Annorlunda")

    def seen(who: Any) -> list[str]:
        with as_actor(world.actor(who)):
            return sorted(Comment.objects.values_list("kind", flat=True))

    assert seen(world.sara) == seen(world.nadja) == ["comment", "correction", "dissent"]
    assert seen(world.johan) == seen(world.per) == ["dissent"]
    assert seen(world.dag) == []


def test_the_database_keeps_no_half_answer() -> None:
    world = World.build().to("in_review")
    row = ask(world)
    with pytest.raises(IntegrityError), transaction.atomic(), row_scope.everything():
        Comment.objects.filter(pk=row.pk).update(answered_at=clock.now())
