"""Mina privata ord, arbetsanteckningar and Dölj för en vårdnadshavare, as people meet them in the browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from agencies.models import Membership, Role, User
from consent.models import Guardian
from sip.plans.models import PrivateWords, Withholding, WorkingNote
from sip.plans.services import private, registry, taking_part
from tests.integration.test_young_person import with_log_in
from tests.web.test_work_hostile import ODD
from tests.world import World
from tests.world_again import kept

pytestmark = pytest.mark.django_db

FULL, FORBIDDEN, MISSING, AGAIN, BOTH = 200, 403, 404, 422, 409


@pytest.fixture
@kept
def world() -> World:
    """A plan that is written, and Alva with her own log-in."""
    world = World.build()
    world.alva = with_log_in(world)  # type: ignore[attr-defined]
    return world.to("met")


def page(world: World, name: str) -> str:
    return {
        "words": f"/familj/{world.plan.pk}/mina-privata-ord/",
        "note": f"/planer/{world.plan.pk}/anteckning/ny/",
        "hide": f"/planer/{world.plan.pk}/dolj/",
        "plan": f"/planer/{world.plan.pk}/",
        "family": f"/familj/{world.plan.pk}/",
    }[name]


def read(client: Client, address: str) -> str:
    """The page's text, without tags."""
    response = client.get(address)
    assert response.status_code == FULL, (address, response.status_code)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def without_tags(answer: Any) -> str:
    """The page's text, where a word may be marked in the middle."""
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def fields(client: Client, address: str) -> dict[str, str]:
    """The hidden fields of the page's form, as a browser would send them."""
    main = client.get(address).content.decode().split("<main", 1)[1]  # above it is the choice of language
    found = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', main)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


# Who opens which page


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("words", {"alva": 200, "sara": 403, "johan": 403, "nadja": 403, "per": 403, "inga": 403, "dag": 404}),
        ("note", {"alva": 403, "sara": 403, "johan": 403, "nadja": 200, "per": 200, "inga": 200, "dag": 404}),
        ("hide", {"alva": 403, "sara": 403, "johan": 403, "nadja": 200, "per": 200, "inga": 200, "dag": 404}),
    ],
)
def test_exactly_these_open_the_page(world: World, name: str, expected: dict[str, int]) -> None:
    who: dict[str, User | Guardian] = {key: getattr(world, key) for key in expected}
    assert {key: world.client(user).get(page(world, name)).status_code for key, user in who.items()} == expected


def test_a_guardian_meets_the_same_no_whether_there_are_words_or_not(world: World) -> None:
    """Attack 9: neither the page's answer nor the family's page tells that there is anything."""
    sara = world.client(world.sara)

    def answers() -> Iterator[str]:
        for name in ("words", "family", "hide"):
            answer = sara.get(page(world, name))
            text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
            yield re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|kl\. [\d.]+", "", text)

    list(answers())  # the first visit differs from the ones that follow
    before = list(answers())
    alva = world.actor(world.alva)  # type: ignore[attr-defined]
    private.write_private_words(alva, world.plan, text="Hemligt", is_for_coordinator=True)
    private.write_note(world.actor(world.per), world.plan, world.bup, text="Hemligt")
    private.withhold(world.actor(world.per), world.plan, world.johan, "voice", reason="Hemligt")
    assert list(answers()) == before


# The young person's words


def test_the_young_person_writes_and_chooses_who_reads(world: World) -> None:
    alva, nadja = world.client(world.alva), world.client(world.nadja)  # type: ignore[attr-defined]
    assert "Till mina privata ord" in read(alva, page(world, "family"))
    assert "Till mina privata ord" not in read(world.client(world.sara), page(world, "family"))
    sent = {**fields(alva, page(world, "words")), "text": "Jag är rädd."}
    assert alva.post(page(world, "words"), sent).status_code == 302
    assert "Jag är rädd." in read(alva, page(world, "words"))
    assert "Jag är rädd." not in read(nadja, page(world, "plan"))
    sent = {**fields(alva, page(world, "words")), "text": "Jag är rädd.", "is_for_coordinator": "on"}
    assert alva.post(page(world, "words"), sent).status_code == 302
    assert "Jag är rädd." in read(nadja, page(world, "plan"))
    assert "Jag är rädd." not in read(world.client(world.per), page(world, "plan"))
    sent = {**fields(alva, page(world, "words")), "text": "Jag är rädd."}  # the tick is taken away
    alva.post(page(world, "words"), sent)
    assert "Jag är rädd." not in read(nadja, page(world, "plan"))


def test_two_screens_of_the_young_person_show_both_texts_and_promise_no_history(world: World) -> None:
    alva = world.client(world.alva)  # type: ignore[attr-defined]
    stale = fields(alva, page(world, "words"))
    alva.post(page(world, "words"), {**stale, "text": "Från telefonen."})
    answer = alva.post(page(world, "words"), {**stale, "text": "Från datorn."})
    assert answer.status_code == BOTH
    told = without_tags(answer)
    assert "Från telefonen." in told and "Från datorn." in told and "historiken" not in told
    assert PrivateWords.objects.get().text == "Från telefonen."


def test_closing_the_plan_leaves_the_words_to_be_read_by_their_writer(world: World) -> None:
    actor = world.actor(world.alva)  # type: ignore[attr-defined]
    private.write_private_words(actor, world.plan, text="Mina ord.", is_for_coordinator=False)
    for step in (world.review, world.establish, world.close):
        step()
    alva = world.client(world.alva)  # type: ignore[attr-defined]
    assert "Mina ord." in read(alva, page(world, "words"))
    assert alva.post(page(world, "words"), {"text": "Nytt."}).status_code in (AGAIN, BOTH)
    assert PrivateWords.objects.get().text == "Mina ord."


# Working notes


def test_an_agency_writes_changes_and_loses_its_notes_with_its_part(world: World) -> None:
    per, inga = world.client(world.per), world.client(world.inga)
    assert "Det här är inte journal" in read(per, page(world, "note"))
    assert per.post(page(world, "note"), {**fields(per, page(world, "note")), "text": "Ring hem."}).status_code == 302
    note = WorkingNote.objects.get()
    edit = f"/planer/{world.plan.pk}/anteckning/{note.pk}/"
    assert "Ring hem." in read(inga, page(world, "plan"))
    inga.post(edit, {**fields(inga, edit), "text": "Ring hem på fredag."})
    assert "Ring hem på fredag." in read(per, page(world, "plan"))
    for other in (world.nadja, world.hanna, world.birgit):
        assert "Ring hem" not in read(world.client(other), page(world, "plan"))
        assert world.client(other).get(edit).status_code == MISSING
        assert world.client(other).post(edit, {"text": "Ändrat."}).status_code == MISSING
    taking_part.unassign(world.actor(world.inga), world.plan, world.bup, [world.per])
    assert per.get(edit).status_code == MISSING
    assert "Ring hem på fredag." in read(inga, page(world, "plan"))


def test_a_note_is_written_for_the_agency_that_is_named_and_no_other(world: World) -> None:
    Membership.objects.create(user=world.per, agency=world.clinic, role=Role.INTAKE, starts=world.child.born)
    per = world.client(world.per)
    for agency in (world.bup, world.clinic):
        per.post(f"{page(world, 'note')}?for={agency.pk}", {"text": f"För {agency.name}"})
    per.post(f"{page(world, 'note')}?for={world.school.pk}", {"text": "Inte för skolan"})
    assert not WorkingNote.objects.filter(agency=world.school).exists()
    assert "För BUP" not in read(world.client(world.hanna), page(world, "plan"))
    assert "För Barn- och ungdomskliniken" in read(world.client(world.hanna), page(world, "plan"))


def test_two_colleagues_in_one_note_see_both_texts(world: World) -> None:
    note = private.write_note(world.actor(world.per), world.plan, world.bup, text="Först.")
    edit = f"/planer/{world.plan.pk}/anteckning/{note.pk}/"
    per, inga = world.client(world.per), world.client(world.inga)
    stale = fields(per, edit)
    inga.post(edit, {**fields(inga, edit), "text": "Ingas."})
    answer = per.post(edit, {**stale, "text": "Pers."})
    assert answer.status_code == BOTH and "Ingas." in without_tags(answer) and "Pers." in without_tags(answer)


def test_a_protected_colleague_who_was_first_is_not_named(world: World) -> None:
    note = private.write_note(world.actor(world.per), world.plan, world.bup, text="Först.")
    edit = f"/planer/{world.plan.pk}/anteckning/{note.pk}/"
    per = world.client(world.per)
    stale = fields(per, edit)
    private.edit_note(world.actor(world.inga), world.plan, note, text="Nytt.")
    registry.protect_user(world.inga, True)
    told = without_tags(per.post(edit, {**stale, "text": "Pers."}))
    assert "En medarbetare" in told and world.inga.name not in told
    shown = read(per, page(world, "plan"))
    assert "av En medarbetare." in shown and world.inga.name not in shown


def test_another_rows_key_makes_a_note_of_its_own(world: World) -> None:
    theirs = private.write_note(world.actor(world.birgit), world.plan, world.school, text="Skolans.")
    per = world.client(world.per)
    assert per.post(page(world, "note"), {"key": str(theirs.pk), "text": "BUP:s."}).status_code == 302
    theirs.refresh_from_db()
    assert theirs.text == "Skolans." and WorkingNote.objects.count() == 2


# Withholding


def test_a_section_is_withheld_and_shown_again_in_the_browser(world: World) -> None:
    per, johan = world.client(world.per), world.client(world.johan)
    form = {"guardian": str(world.johan.pk), "what": str(world.assessment.pk), "reason": "Hon far illa."}
    assert world.assessment.text in read(johan, page(world, "family"))
    assert per.post(page(world, "hide"), form).status_code == 302
    assert per.post(page(world, "hide"), form).status_code == 302  # the button pressed twice
    row = Withholding.objects.get()
    assert (row.by, row.agency, row.section) == (world.per, world.bup, "action")
    assert world.assessment.text not in read(johan, page(world, "family"))
    assert world.assessment.text in read(world.client(world.sara), page(world, "family"))
    for who in (world.per, world.nadja):
        assert "Hon far illa." in read(world.client(who), page(world, "plan"))
    ask = f"{page(world, 'hide')}?visa={row.pk}"
    assert "Visa det för Johan Ek igen?" in read(per, ask)
    assert world.client(world.birgit).get(ask).status_code == 302  # not theirs to show
    assert per.post(ask).status_code == 302
    assert world.assessment.text in read(johan, page(world, "family"))
    assert "Hon far illa." not in read(per, page(world, "plan"))


def test_only_what_is_ones_own_to_withhold_is_offered(world: World) -> None:
    def offered(who: User) -> set[str]:
        return set(
            re.findall(r'name="what" value="([^"]+)"', world.client(who).get(page(world, "hide")).content.decode())
        )

    assert offered(world.nadja) == {"voice", "situation", str(world.mornings.pk)}
    assert offered(world.per) == {"voice", "situation", str(world.assessment.pk)}
    assert offered(world.hanna) == {"voice", "situation"}
    assert offered(world.birgit) == {str(world.schedule.pk)}
    sent = {"guardian": str(world.johan.pk), "what": "voice", "reason": "Nej."}
    assert world.client(world.birgit).post(page(world, "hide"), sent).status_code == AGAIN
    assert not Withholding.objects.exists()


# What nobody should send


def sent_to(name: str) -> tuple[str, ...]:
    return {
        "words": ("version", "text", "is_for_coordinator", "initial-text", "initial-is_for_coordinator", "choice",
                  "field", "seen"),
        "note": ("key", "text"),
        "hide": ("guardian", "what", "reason"),
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", ["words", "note", "hide"])
def test_odd_input_is_refused_or_kept_but_never_breaks(world: World, name: str) -> None:
    client = world.client(world.alva if name == "words" else world.per)  # type: ignore[attr-defined]
    for what, value in ODD.items():
        answer: Any = client.post(page(world, name), dict.fromkeys(sent_to(name), value))
        assert answer.status_code in (302, BOTH, AGAIN), what
        assert client.get(f"{page(world, name)}?visa={value[:50]}&for={value[:50]}").status_code in (FULL, 302), what
    many = QueryDict(mutable=True)
    for field in sent_to(name):
        many.setlist(field, ["x", "", "<b>", str(world.plan.pk)] * 3)
    answer = client.post(page(world, name), many.urlencode(), "application/x-www-form-urlencoded")
    assert answer.status_code in (302, BOTH, AGAIN)
    assert (
        "<script>alert"
        not in client.get(page(world, "family" if name == "words" else "plan"), follow=True).content.decode()
    )


def test_an_empty_form_saves_nothing(world: World) -> None:
    for name, who in (("note", world.per), ("hide", world.per)):
        assert world.client(who).post(page(world, name), {}).status_code == AGAIN
    world.client(world.alva).post(page(world, "words"), {})  # type: ignore[attr-defined]
    assert not (WorkingNote.objects.exists() or Withholding.objects.exists())
    assert not PrivateWords.objects.exclude(text="").exists()
