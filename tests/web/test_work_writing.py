"""Writing in the plan: voice, wheel, needs, goals, actions; and two who write at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import clock
from common.history import history_of
from sip.plans.models import Action, Goal, Need, Voice, WheelMark
from sip.plans.services import contents
from tests.world import CHILD_WORDS, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A meeting that goes on, with a whole plan written."""
    world = World.build().to("opened")
    world.write()
    return world


@pytest.fixture
def nadja(world: World) -> Client:
    """The coordinator's browser."""
    return world.client(world.nadja)


def url(world: World, name: str, *args: object) -> str:
    return reverse(name, args=[world.plan.pk, *args])


def as_read(client: Client, address: str) -> dict[str, str]:
    """The form as a browser would send it back unchanged."""
    form = client.get(address).context["form"]
    sent = {"version": str(form["version"].value())}
    for name in form.guarded:
        value = form[name].value()
        sent[name] = sent[f"initial-{name}"] = "" if value is None else str(value)
    return sent


# The child's voice


def test_the_childs_words_are_written_and_read_back(world: World, nadja: Client) -> None:
    sent = as_read(nadja, url(world, "voice"))
    assert sent["child_words"] == CHILD_WORDS
    done = nadja.post(url(world, "voice") + "?till=mote", {**sent, "child_words": "Jag vill sova."})
    assert done["Location"] == url(world, "meeting") + "#egna-ord"
    assert Voice.objects.get().child_words == "Jag vill sova."


def test_either_the_words_or_why_they_are_missing(world: World, nadja: Client) -> None:
    response = nadja.post(
        url(world, "voice"), {**as_read(nadja, url(world, "voice")), "no_voice_because": "För liten."}
    )
    assert response.status_code == 422
    assert "inte båda" in response.content.decode() and "För liten." in response.content.decode()


def test_the_first_words_of_two_writers_are_both_seen() -> None:
    world = World.build().to("opened")
    nadja = world.client(world.nadja)
    empty = as_read(nadja, url(world, "voice"))
    contents.set_voice(world.actor(world.nadja), world.plan, child_words="Först")
    response = nadja.post(url(world, "voice"), {**empty, "child_words": "Sedan"})
    assert response.status_code == 409
    assert "Först" in response.content.decode() and "Sedan" in response.content.decode()


# The wheel


def test_the_wheel_keeps_what_is_marked(world: World, nadja: Client) -> None:
    sent = as_read(nadja, url(world, "wheel"))
    nadja.post(url(world, "wheel"), {**sent, "trygg-mark": "2", "hälsa-works": "Cyklar", "delaktig-mark": "5"})
    marks = {row.spoke: (row.mark, row.works) for row in WheelMark.objects.all()}
    assert marks == {"trygg": (2, ""), "hälsa": (None, "Cyklar"), "delaktig": (5, "")}
    again = as_read(nadja, url(world, "wheel"))
    assert again["trygg-mark"] == "2"
    nadja.post(url(world, "wheel"), {**again, "trygg-mark": ""})
    assert WheelMark.objects.get(spoke="trygg").mark is None


@pytest.mark.parametrize("mark", ["0", "6", "-1", "1e309", "fem"])
def test_a_mark_is_one_to_five(world: World, nadja: Client, mark: str) -> None:
    response = nadja.post(url(world, "wheel"), {"version": "0", "trygg-mark": mark})
    assert response.status_code == 422 and "Siffran ska vara 1 till 5" in response.content.decode()


def test_two_who_fill_in_different_spokes_do_not_meet(world: World, nadja: Client) -> None:
    sent = as_read(nadja, url(world, "wheel"))
    contents.set_wheel(world.actor(world.nadja), world.plan, marks={"aktiv": 4}, works={}, hard={})
    assert nadja.post(url(world, "wheel"), {**sent, "trygg-mark": "2"}).status_code == 302
    assert {row.spoke: row.mark for row in WheelMark.objects.all()} == {"aktiv": 4, "trygg": 2}


# New rows


NEW: dict[str, tuple[type[Any], Callable[[World], dict[str, Any]]]] = {
    "new_need": (Need, lambda _world: {"text": "Sova gott"}),
    "new_goal": (Goal, lambda _world: {"text": "Sover åtta timmar", "when": "later"}),
    "new_action": (Action, lambda world: {"text": "Läsa högt", "responsible": "family", "goal": str(world.goal.pk)}),
}


@pytest.mark.parametrize("page", NEW)
def test_a_double_click_makes_one_row(world: World, nadja: Client, page: str) -> None:
    kind, form = NEW[page]
    before = kind.objects.count()
    key = str(nadja.get(url(world, page)).context["form"]["key"].value())
    for _press in range(2):
        assert nadja.post(url(world, page), {**form(world), "key": key}).status_code == 302
    assert kind.objects.count() == before + 1


@pytest.mark.parametrize("page", NEW)
def test_a_key_that_another_plan_has_is_not_given_away(world: World, nadja: Client, page: str) -> None:
    kind, form = NEW[page]
    taken = {"new_need": world.need, "new_goal": world.goal, "new_action": world.schedule}[page].pk
    # In the same plan the row is taken for the one that was sent already; in another plan it is a new row.
    nadja.post(url(world, page), {**form(world), "key": str(taken)})
    assert kind.objects.get(pk=taken).plan_id == world.plan.pk


@pytest.mark.parametrize("page", NEW)
def test_an_empty_row_is_not_written(world: World, nadja: Client, page: str) -> None:
    kind, form = NEW[page]
    before = kind.objects.count()
    response = nadja.post(url(world, page), {**form(world), "text": " \n\t "})
    assert response.status_code == 422 and "Skriv" in response.content.decode()
    assert kind.objects.count() == before


def test_a_fourth_goal_now_is_refused_in_words(world: World, nadja: Client) -> None:
    for text in ("Ett", "Två"):
        nadja.post(url(world, "new_goal"), {"text": text, "when": "now"})
    response = nadja.post(url(world, "new_goal"), {"text": "Ett för mycket", "when": "now"})
    assert response.status_code == 422
    assert "Lägg det här till senare" in response.content.decode()
    assert nadja.get(url(world, "new_goal")).context["form"]["when"].value() == "later"


def test_an_action_says_what_is_wrong_with_it(world: World, nadja: Client) -> None:
    action = {"text": "Läsa", "responsible": "other", "start": "2026-10-02", "due": "2026-10-01"}
    response = nadja.post(url(world, "new_action"), action)
    assert response.status_code == 422 and "Skriv vem som gör det" in response.content.decode()
    response = nadja.post(url(world, "new_action"), {**action, "other_name": "Scouterna"})
    assert response.status_code == 422 and "slutar innan den börjar" in response.content.decode()


def test_nobody_writes_anothers_actions(world: World, nadja: Client) -> None:
    response = nadja.post(url(world, "new_action"), {"text": "x", "responsible": str(world.bup.pk)})
    assert response.status_code == 422
    per = world.client(world.per)
    assert per.post(url(world, "new_action"), {"text": "x", "responsible": "family"}).status_code == 422
    assert per.get(url(world, "edit_row", world.schedule.pk)).status_code == 403
    assert per.post(url(world, "edit_row", world.goal.pk), {"text": "x"}).status_code == 403
    assert per.get(url(world, "new_goal")).status_code == 403


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=400), when=st.text(max_size=10), need=st.text(max_size=40))
def test_any_text_at_all_is_saved_or_refused(world: World, nadja: Client, text: str, when: str, need: str) -> None:
    before = Goal.objects.count()
    sent = {"text": text.encode("utf-8", "surrogatepass").decode("latin-1"), "when": when, "need": need}
    response = nadja.post(url(world, "new_goal"), sent)
    assert response.status_code in (302, 422)
    assert Goal.objects.count() == before + (response.status_code == 302)


# Changing a row


def test_a_row_is_changed(world: World, nadja: Client) -> None:
    address = url(world, "edit_row", world.mornings.pk)
    due = clock.today() + timedelta(days=60)
    nadja.post(address, {**as_read(nadja, address), "text": "Varje morgon", "due": due.isoformat(), "level": ""})
    world.mornings.refresh_from_db()
    assert (world.mornings.text, world.mornings.due, world.mornings.version) == ("Varje morgon", due, 2)


def test_saving_without_changing_changes_nothing(world: World, nadja: Client) -> None:
    for row in (world.need, world.goal, world.mornings):
        address = url(world, "edit_row", row.pk)
        assert nadja.post(address, as_read(nadja, address)).status_code == 302
        row.refresh_from_db()
        assert row.version == 1


def test_a_row_of_another_plan_is_not_there(world: World, nadja: Client) -> None:
    for stranger in (world.plan.pk, world.child.pk, world.bup.pk):
        assert nadja.get(url(world, "edit_row", stranger)).status_code == 404
        assert nadja.post(url(world, "edit_row", stranger), {"text": "x"}).status_code == 404


# Two at once


@pytest.fixture
def conflict(world: World, nadja: Client) -> Callable[..., Any]:
    """Nadja reads a goal, somebody else saves it, and she sends hers; with a choice when she is asked."""
    address = url(world, "edit_row", world.goal.pk)
    read = as_read(nadja, address)
    contents.edit(world.actor(world.nadja), world.plan, world.goal, "text", "Deras text", version=1)

    def send(**extra: str) -> Any:
        return nadja.post(address, {**read, "text": "Min text", **extra})

    return send


def test_both_texts_are_shown_side_by_side(world: World, conflict: Callable[..., Any]) -> None:
    response = conflict()
    page = response.content.decode()
    assert response.status_code == 409
    assert "Min" in page and "Deras" in page and "Nadja Öhman" in page
    world.goal.refresh_from_db()
    assert world.goal.text == "Deras text"


def test_taking_mine(world: World, conflict: Callable[..., Any]) -> None:
    assert conflict(choice="mine", field="text", seen="2").status_code == 302
    world.goal.refresh_from_db()
    assert world.goal.text == "Min text"
    assert _was(world, "Deras text")


def test_taking_theirs_keeps_mine_in_the_history(world: World, conflict: Callable[..., Any]) -> None:
    assert conflict(choice="theirs", field="text", seen="2").status_code == 302
    world.goal.refresh_from_db()
    assert world.goal.text == "Deras text"
    assert _was(world, "Min text")


def _was(world: World, text: str) -> bool:
    return history_of(world.goal).filter(text=text).exists()


def test_keeping_both_opens_the_form_with_both(world: World, conflict: Callable[..., Any], nadja: Client) -> None:
    response = conflict(choice="both", field="text", seen="2")
    form = response.context["form"]
    assert response.status_code == 200
    assert form["text"].value() == "Min text\n\nDeras text"
    sent = {"version": form["version"].value(), "when": "now", "order": "1", "text": form["text"].value()}
    assert nadja.post(url(world, "edit_row", world.goal.pk), sent).status_code == 302
    world.goal.refresh_from_db()
    assert world.goal.text == "Min text\n\nDeras text"


def test_a_choice_made_on_a_text_that_changed_again_is_asked_anew(world: World, conflict: Callable[..., Any]) -> None:
    contents.edit(world.actor(world.nadja), world.plan, world.goal, "text", "En tredje text", version=2)
    response = conflict(choice="mine", field="text", seen="2")
    assert response.status_code == 409
    assert "tredje" in response.content.decode()


@pytest.mark.parametrize(
    "choice", [{"choice": "x"}, {"choice": "mine", "field": "id"}, {"choice": "mine", "seen": "x"}]
)
def test_a_choice_that_is_none_is_asked_anew(conflict: Callable[..., Any], choice: dict[str, str]) -> None:
    assert conflict(**{"field": "text", "seen": "2", **choice}).status_code == 409


def test_what_each_changed_alone_is_kept_without_asking(world: World, conflict: Callable[..., Any]) -> None:
    response = conflict(text="Alva är i skolan fyra dagar av fem före jul", order="2")  # only the order is mine
    assert response.status_code == 302
    world.goal.refresh_from_db()
    assert (world.goal.text, world.goal.order) == ("Deras text", 2)


# States


@pytest.mark.parametrize("page", ["voice", "wheel", "new_need", "new_goal", "new_action", "lead", "follow_up_date"])
def test_an_established_plan_is_not_written_in(page: str) -> None:
    world = World.build().to("in_review")
    world.establish()
    nadja = world.client(world.nadja)
    assert "Starta en uppföljning" in nadja.get(url(world, page)).content.decode()
    sent = {"text": "x", "when": "now", "responsible": "family", "version": "0", "child_words": "Nytt",
            "trygg-mark": "1", "date": (clock.today() + timedelta(days=9)).isoformat(),
            "lead": f"{world.bup.pk}:{world.per.pk}"}  # fmt: skip
    assert nadja.post(url(world, page), sent).status_code in (409, 422)


def test_writing_during_review_says_first_that_the_version_falls() -> None:
    world = World.build().to("in_review")
    nadja = world.client(world.nadja)
    assert "behöver de läsa och skriva under på nytt" in nadja.get(url(world, "new_need")).content.decode()
    nadja.post(url(world, "new_need"), {"text": "Något vi glömde"})
    assert world.version.is_void
