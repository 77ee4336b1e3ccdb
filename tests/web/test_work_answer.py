"""Svara, förvänta, utse kollegor: what the called agencies do before the meeting."""

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import Refused
from sip.meetings.models import Invitation, Reply
from sip.plans.models import Assignment, Party
from sip.plans.services.taking_part import set_expectation
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A meeting that is called: BUP and the clinic are called, the school is invited."""
    return World.build().to("called")


@pytest.fixture
def per(world: World) -> Client:
    """Per at BUP, called by name."""
    return world.client(world.per)


def url(world: World, name: str) -> str:
    return reverse(name, args=[world.plan.pk])


def bups(world: World) -> Invitation:
    return Invitation.objects.get(agency=world.bup)


def test_a_teacher_answers_in_one_form(world: World, per: Client) -> None:
    page = per.get(url(world, "answer"))
    assert "Vad ska vi börja med, och vad får vänta?" in page.content.decode()
    assert page.context["form"]["who"].value() == "Per Lindqvist"
    lines = {"expects": "Att skolan berättar.", "can_do": "En bedömning.", "version": "1"}
    done = per.post(url(world, "answer"), {"answer": "come", "who": "Per Lindqvist", **lines}, follow=True)
    assert bups(world).reply == Reply.COME
    page = done.content.decode()
    assert "Att skolan berättar." in page and "En bedömning." in page  # beside the others', on the plan's page
    party = Party.objects.get(agency=world.bup)
    assert (party.expects, party.can_do, party.version) == ("Att skolan berättar.", "En bedömning.", 2)


@pytest.mark.parametrize(
    ("answer", "leads_on"), [({"answer": "come"}, True), ({"answer": "decline", "reason": "Sjuka"}, False)]
)
def test_the_receipt_is_what_one_lands_on(world: World, per: Client, answer: dict[str, str], leads_on: bool) -> None:
    sent = per.post(url(world, "answer"), answer)
    assert sent["Location"] == url(world, "plan")  # no fragment: the receipt stands at the top
    receipt = per.get(url(world, "plan")).content.decode().split('class="messages"')[1].split("</div>")[0]
    assert "Tack. Samordnaren ser ert svar." in receipt
    assert (f'<a href="{url(world, "plan")}#forvantningar">' in receipt) is leads_on


def test_who_says_not_us_lands_on_what_became_of_it(world: World, per: Client) -> None:
    sent = per.post(url(world, "answer"), {"answer": "not_us", "instead": str(world.dental.pk)}, follow=True)
    assert sent.redirect_chain == [(url(world, "plan"), 302)]
    assert "Familjen har inte sagt ja till" in sent.content.decode().split('class="messages"')[1].split("</div>")[0]


def test_who_is_asked_already_is_not_offered_in_ones_place(world: World, per: Client) -> None:
    offered = set(per.get(url(world, "answer")).context["form"].by_key)
    there = {str(one.pk) for one in (world.bup, world.clinic, world.school, world.soc)}  # the last one calls
    assert not offered & there and str(world.dental.pk) in offered
    late = {"answer": "not_us", "instead": str(world.school.pk)}  # from a page drawn before they were asked
    for _press in range(2):
        assert "är redan kallade" in per.post(url(world, "answer"), late, follow=True).content.decode()
    assert per.get(url(world, "answer")).context["form"]["instead"].value() == str(world.school.pk)
    assert str(world.school.pk) in per.get(url(world, "answer")).context["form"].by_key


def test_the_others_lines_stand_beside_ones_own(world: World, per: Client) -> None:
    said = {"answer": "come", "expects": "Att vården lyssnar.", "can_do": "", "version": "1"}
    world.client(world.birgit).post(url(world, "answer"), said)
    assert "Att vården lyssnar." in per.get(url(world, "answer")).content.decode()


def test_an_answer_without_lines_leaves_those_that_stand(world: World, per: Client) -> None:
    first = {"answer": "come", "expects": "Att skolan berättar.", "can_do": "", "version": "1"}
    per.post(url(world, "answer"), first)
    per.post(url(world, "answer"), {"answer": "decline", "reason": "Sjuka"})
    assert (bups(world).reply, Party.objects.get(agency=world.bup).expects) == ("decline", "Att skolan berättar.")
    emptied = per.post(url(world, "answer"), {"answer": "come", "expects": "", "can_do": "", "version": "2"})
    assert emptied.status_code == 302 and Party.objects.get(agency=world.bup).expects == ""


def test_a_colleagues_lines_meanwhile_are_shown_and_the_answer_stands(world: World, per: Client) -> None:
    read = {"version": "1", "initial-expects": "", "initial-can_do": ""}
    world.client(world.inga).post(url(world, "expectation"), {**read, "expects": "Ingas rad", "can_do": ""})
    mine = {"answer": "come", "expects": "Pers rad", "can_do": "", "version": "1"}
    answer = per.post(url(world, "answer"), mine)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Ingas rad" in page and "Pers rad" in page
    assert (bups(world).reply, Party.objects.get(agency=world.bup).expects) == ("come", "Ingas rad")
    again = {**mine, "expects": "Ingas rad. Pers rad", "version": str(answer.context["form"]["version"].value())}
    assert per.post(url(world, "answer"), again).status_code == 302
    assert Party.objects.get(agency=world.bup).expects == "Ingas rad. Pers rad"


def test_a_substitute_comes_with_a_mandate(world: World, per: Client) -> None:
    answer = {"answer": "substitute", "substitute": "Eva Holm", "mandate": "Får lova tider", "reason": "glömd text"}
    per.post(url(world, "answer"), answer | {"who": "Per Lindqvist"})  # as the page had filled it in
    row = bups(world)
    assert (row.who, row.mandate, row.reason) == ("Eva Holm", "Får lova tider", "")


def test_a_substitutes_name_is_kept_for_a_substitute_alone(world: World, per: Client) -> None:
    def filled_in() -> tuple[str, str]:
        form = per.get(url(world, "answer")).context["form"]
        return form["who"].value(), form["substitute"].value()

    assert filled_in() == ("Per Lindqvist", "")
    per.post(url(world, "answer"), {"answer": "substitute", "substitute": "Eva Holm", "mandate": "Får lova tider"})
    assert filled_in() == ("Per Lindqvist", "Eva Holm")
    per.post(url(world, "answer"), {"answer": "come", "who": "Per Lindqvist", "substitute": "Eva Holm"})
    assert (filled_in(), bups(world).who, bups(world).mandate) == (("Per Lindqvist", ""), "Per Lindqvist", "")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({}, "Välj ett av svaren"),
        ({"answer": "kanske"}, "Välj i listan"),
        ({"answer": "decline"}, "Skriv skälet till att ni inte kan komma"),
        ({"answer": "substitute", "substitute": "Eva Holm"}, "Skriv vilket mandat ersättaren har"),
        ({"answer": "substitute", "mandate": "Allt", "who": "Per Lindqvist"}, "Skriv vem som kommer i stället"),
        (
            {"answer": "substitute", "substitute": "per  lindqvist, psykolog", "mandate": "Allt"},
            "kan inte vara sin egen ersättare",
        ),
        ({"answer": "come", "who": "x" * 201}, "högst 200 tecken"),
        ({"answer": "not_us"}, "Välj vilka som ska frågas i stället"),
        ({"answer": "not_us", "instead": "0190-zzz"}, "Välj i listan"),
        ({"answer": "come", "expects": "x" * 501, "version": "1"}, "högst 500 tecken"),
    ],
)
def test_an_answer_that_lacks_something_is_not_sent(
    world: World, per: Client, answer: dict[str, str], words: str
) -> None:
    response = per.post(url(world, "answer"), answer)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert bups(world).reply == ""


def test_an_answer_may_be_changed_until_the_meeting_begins(world: World, per: Client) -> None:
    per.post(url(world, "answer"), {"answer": "decline", "reason": "Sjuka"})
    page = per.get(url(world, "answer"))
    assert page.context["form"]["answer"].value() == "decline" and "Ändra svaret" in page.content.decode()
    per.post(url(world, "answer"), {"answer": "come"})
    assert (bups(world).reply, bups(world).reason) == (Reply.COME, "")
    world.open_meeting()
    assert "Mötet har redan börjat" in per.get(url(world, "answer")).content.decode()
    late = per.post(url(world, "answer"), {"answer": "decline", "reason": "x"})
    assert late.status_code == 422 and "Mötet har redan börjat" in late.content.decode()


def test_whoever_is_not_called_has_nothing_to_answer(world: World) -> None:
    assert "är inte kallad" in world.client(world.nadja).get(url(world, "answer")).content.decode()
    assert world.client(world.dag).get(url(world, "answer")).status_code == 404
    assert world.client(world.sara).get(url(world, "answer")).status_code == 403
    world.open_meeting()
    world.close_meeting()
    assert "ingen kallelse att svara på" in world.client(world.per).get(url(world, "answer")).content.decode()


def test_expectations_stand_side_by_side(world: World, per: Client) -> None:
    per.post(url(world, "expectation"), {"version": "1", "expects": "Att skolan berättar.", "can_do": "En bedömning."})
    page = world.client(world.birgit).get(url(world, "expectation")).content.decode()
    assert "Att skolan berättar." in page and "En bedömning." in page
    assert "Inget skrivet än" in page  # the others


def test_an_expectation_says_something_or_is_taken_away(world: World, per: Client) -> None:
    with pytest.raises(Refused, match="Skriv vad ni förväntar er"):
        set_expectation(world.actor(world.per), world.plan, world.bup, expects="", can_do="")
    per.post(url(world, "expectation"), {"version": "1", "expects": "x"})
    assert Party.objects.get(agency=world.bup).expects == "x"
    emptied = per.post(url(world, "expectation"), {"version": "2", "expects": "", "can_do": ""})
    assert emptied.status_code == 302
    assert Party.objects.get(agency=world.bup).expects == ""


def test_two_colleagues_who_write_at_once_lose_no_word(world: World, per: Client) -> None:
    read = {"version": "1", "initial-expects": "", "initial-can_do": ""}
    world.client(world.inga).post(url(world, "expectation"), {**read, "expects": "Ingas rad", "can_do": ""})
    conflict = per.post(url(world, "expectation"), {**read, "expects": "Pers rad", "can_do": ""})
    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "Ingas" in page and "Pers" in page
    assert Party.objects.get(agency=world.bup).expects == "Ingas rad"


def test_what_one_did_not_touch_is_kept_from_the_other(world: World, per: Client) -> None:
    read = {"version": "1", "initial-expects": "", "initial-can_do": ""}
    world.client(world.inga).post(url(world, "expectation"), {**read, "expects": "Ingas rad", "can_do": ""})
    per.post(url(world, "expectation"), {**read, "expects": "", "can_do": "Pers rad"})
    party = Party.objects.get(agency=world.bup)
    assert (party.expects, party.can_do) == ("Ingas rad", "Pers rad")


def test_expectations_are_written_before_the_meeting(world: World) -> None:
    world.open_meeting()
    world.write()
    world.close_meeting()
    world.review()
    assert "före mötet" in world.client(world.per).get(url(world, "expectation")).content.decode()


def test_the_intake_names_colleagues_and_lets_them_go(world: World) -> None:
    inga = world.client(world.inga)
    people = {"agency": str(world.bup.pk), "do": "assign", "assign-people": [str(world.dag.pk)]}
    for _press in range(2):
        assert inga.post(url(world, "people"), people).status_code == 302
    assert world.client(world.dag).get(url(world, "plan")).status_code == 200
    gone = {"agency": str(world.bup.pk), "do": "unassign", "unassign-people": [str(world.dag.pk)]}
    for _press in range(2):
        assert inga.post(url(world, "people"), gone).status_code == 302
    assert world.client(world.dag).get(url(world, "plan")).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"assign-people": []},
        {"assign-people": ["x"]},
        {"do": "steal"},
        {"do": ""},
        {"agency": ""},
        {"agency": "00000000-0000-7000-8000-000000000000"},
    ],
)
def test_nobody_is_named_by_a_broken_form(world: World, change: dict[str, object]) -> None:
    before = Assignment.objects.count()
    people = {"agency": str(world.bup.pk), "do": "assign", "assign-people": [str(world.dag.pk)], **change}
    response = world.client(world.inga).post(url(world, "people"), people)
    assert response.status_code == 422
    assert Assignment.objects.count() == before


def test_managers_log_reviewers_and_people_of_other_agencies_cannot_be_named(world: World) -> None:
    for stranger in (world.chef, world.vera, world.hanna, world.sara.user):
        people = {"agency": str(world.bup.pk), "do": "assign", "assign-people": [str(stranger.pk)]}
        assert world.client(world.inga).post(url(world, "people"), people).status_code == 422


def test_who_reviews_the_log_is_offered_in_no_list(world: World) -> None:
    assert "Vera Granskare" not in world.client(world.inga).get(url(world, "people")).content.decode()


def test_who_reviews_the_log_is_not_called_by_name() -> None:
    world = World.build().to("consented")
    assert "Vera Granskare" not in world.client(world.nadja).get(url(world, "call")).content.decode()
    with pytest.raises(Refused, match="arbetar inte"):
        world.call(named={world.bup.pk: [world.vera]})


def test_a_desk_names_only_for_its_own_agency(world: World) -> None:
    people = {"agency": str(world.clinic.pk), "do": "assign", "assign-people": [str(world.dag.pk)]}
    assert world.client(world.inga).post(url(world, "people"), people).status_code == 422
    assert world.client(world.per).get(url(world, "people")).status_code == 403


def test_a_protected_child_is_not_told_of_to_the_desk_that_names() -> None:
    world = World.build(is_protected=True).to("called")
    inga = world.client(world.inga)
    page = inga.get(url(world, "people")).content.decode()
    assert "skyddade uppgifter" in page and "Alva" not in page and "Mackleanskolan rum 4" not in page
    assert inga.get(url(world, "plan")).status_code == 404
    people = {"agency": str(world.bup.pk), "do": "assign", "assign-people": [str(world.dag.pk)]}
    assert inga.post(url(world, "people"), people).status_code == 302
    assert world.client(world.dag).get(url(world, "plan")).status_code == 200
