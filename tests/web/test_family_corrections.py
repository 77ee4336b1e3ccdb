"""A correction from the family's page to the coordinator's answer and back, as pages; and a word about one line.

Fails when the answer does not come to the family's page, when a line is named that the reader may not read, when
anything typed is lost, or when somebody else reads the words.
"""

import pytest
from django.urls import reverse

from common.keys import new_key
from sip.plans.models import Comment, CommentKind, Section
from sip.plans.services import family, private
from tests.world import World

pytestmark = pytest.mark.django_db

REFUSED = 422


def page(world: World, who: object, name: str = "family_plan", *more: object, query: str = "") -> str:
    client = world.client(who)  # type: ignore[arg-type]
    return client.get(reverse(name, args=[world.plan.pk, *more]) + query).content.decode()


def test_from_the_line_to_the_answer_and_back() -> None:
    world = World.build().to("in_review")
    sara, nadja = world.client(world.sara), world.client(world.nadja)
    address = reverse("comment", args=[world.plan.pk])
    assert f"{address}?rad={world.assessment.pk}" in page(world, world.sara)
    form = sara.get(f"{address}?rad={world.assessment.pk}&som=rattelse").content.decode()
    assert "Bedömning av nedstämdhet" in form and f'value="{world.assessment.pk}"' in form
    sent = sara.post(
        address, {"kind": "rattelse", "text": "Per heter Pär.", "row": str(world.assessment.pk)}, follow=True
    ).content.decode()
    row = Comment.objects.get()
    assert (row.kind, row.row_id) == (CommentKind.CORRECTION, world.assessment.pk)
    assert "Nadja måste svara dig innan planen fastställs." in sent
    assert "Du får ett svar innan planen fastställs." in sent

    to_answer = reverse("answer_family", args=[world.plan.pk, row.pk])
    staffs = nadja.get(reverse("plan", args=[world.plan.pk])).content.decode()
    assert to_answer in staffs and "Ber om en rättelse" in staffs
    blocked = nadja.get(reverse("establish", args=[world.plan.pk])).content.decode()
    assert "De har bett om en rättelse." in blocked and "#familjen-skriver" in blocked
    assert 'type="submit">Fastställ planen' not in blocked
    opened = nadja.get(to_answer).content.decode()
    assert "Per heter Pär." in opened and "Bedömning av nedstämdhet" in opened
    done = nadja.post(to_answer, {"verdict": "changes", "answer": "Du har rätt."}, follow=True).content.decode()
    assert "Ändra planen nu, så får familjen läsa den på nytt." in done
    read = page(world, world.sara)
    assert "Ja, det ändras." in read and "Du har rätt." in read and "Nadja Öhman" in read
    assert "Du har rätt." not in page(world, world.johan)


def test_what_is_half_answered_or_answered_twice_loses_no_word() -> None:
    world = World.build().to("in_review")
    row = family.correct(world.actor(world.sara), world.plan, text="Fel.")
    nadja, address = world.client(world.nadja), reverse("answer_family", args=[world.plan.pk, row.pk])
    half = nadja.post(address, {"answer": "Jag tänker efter."})
    assert half.status_code == REFUSED
    assert "Välj om planen ändras eller inte." in half.content.decode()
    assert "Jag tänker efter." in half.content.decode()
    none = nadja.post(address, {"verdict": "stays", "answer": ""})
    assert none.status_code == REFUSED and "Skriv ditt svar till familjen." in none.content.decode()
    assert nadja.post(address, {"verdict": "stays", "answer": "Nej."}).status_code == 302
    late = nadja.post(address, {"verdict": "changes", "answer": "Jo, förresten."})
    assert late.status_code == REFUSED
    assert "redan besvarat" in late.content.decode() and "Jo, förresten." in late.content.decode()
    assert Comment.objects.get().answer == "Nej."


def test_a_line_that_is_gone_keeps_the_words_and_says_nothing_of_what_is_hidden() -> None:
    world = World.build().to("in_review")
    private.withhold(
        world.actor(world.per), world.plan, world.sara, Section.ACTION, action=world.assessment, reason="Far illa."
    )
    sara, address = world.client(world.sara), reverse("comment", args=[world.plan.pk])
    answers = []
    for key in (world.assessment.pk, new_key()):
        assert "Bedömning" not in sara.get(f"{address}?rad={key}").content.decode()
        answer = sara.post(address, {"kind": "rattelse", "text": "Det är fel.", "row": str(key)})
        assert answer.status_code == REFUSED
        body = answer.content.decode()
        assert "finns inte kvar i planen" in body and "Det är fel." in body and str(key) not in body
        answers.append(body)
    assert sara.post(address, {"kind": "rattelse", "text": "Det är fel.", "row": ""}).status_code == 302


@pytest.mark.parametrize("odd", ["x", "", "0" * 5000, "../../", "\x00", "%00"])
def test_an_odd_line_in_the_address_is_no_line(odd: str) -> None:
    world = World.build().to("in_review")
    answer = world.client(world.sara).get(reverse("comment", args=[world.plan.pk]), {"rad": odd, "som": odd})
    assert answer.status_code == 200 and "Du skriver om" not in answer.content.decode()


def test_a_question_is_answered_without_yes_or_no() -> None:
    world = World.build().to("established")
    row = family.comment(world.actor(world.sara), world.plan, text="När börjar det?")
    nadja, address = world.client(world.nadja), reverse("answer_family", args=[world.plan.pk, row.pk])
    assert "Ska planen ändras?" not in nadja.get(address).content.decode()
    assert nadja.post(address, {"answer": "På måndag."}).status_code == 302
    assert "På måndag." in page(world, world.sara)
    assert "På måndag." in page(world, world.sara, "comment")


def test_who_reads_the_plan_reads_no_correction() -> None:
    world = World.build().to("in_review")
    row = family.correct(world.actor(world.sara), world.plan, text="Sekretess.")
    for who in (world.per, world.hanna, world.inga, world.johan):
        assert "Sekretess." not in page(world, who, "plan")
        answer = world.client(who).get(reverse("answer_family", args=[world.plan.pk, row.pk]))
        assert answer.status_code == 403
    assert world.client(world.dag).get(reverse("answer_family", args=[world.plan.pk, row.pk])).status_code == 404
