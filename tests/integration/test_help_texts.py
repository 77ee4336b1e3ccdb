"""Help texts in the family's language: who writes them, of which Swedish text, and that what is hidden stays hidden."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from agencies.models import User
from common.errors import Conflict, Refused
from common.history import kept_of
from consent.log.models import AccessEvent
from consent.models import Guardian
from sip.documents import services as documents
from sip.documents.render import Look
from sip.documents.services import _with_help, frozen
from sip.meetings import guests
from sip.meetings.translating import NewHelp, longest, still_right, swedish_of, write_help
from sip.plans import help_texts
from sip.plans.access import Do, NotAllowed
from sip.plans.audience import EVERYTHING, audience_of
from sip.plans.help_texts import Key, Swedish
from sip.plans.models import HelpText, Section
from sip.plans.services import consents, contents, family, private
from sip.web.templatetags.sip_told import old_words
from tests.world import World

pytestmark = pytest.mark.django_db

GOAL = "ألفا في المدرسة أربعة أيام من خمسة"


def swedish(world: World, key: Key) -> Swedish:
    """The Swedish text as it stands."""
    return next(each for each in swedish_of(world.plan, EVERYTHING) if each.key == key)


def write(world: World, who: User, key: Key, text: str, *, version: int = 0, language: str = "ar") -> HelpText:
    """Write one help text."""
    new = NewHelp(key, text, swedish(world, key).fingerprint, version)
    return write_help(world.actor(who), world.plan, language, [new], translator="staff")[0]


def read_by(world: World, who: Guardian | User) -> dict[Key, help_texts.Help]:
    """What somebody reads in Arabic."""
    reader = audience_of(world.actor(who), world.plan)
    return dict(help_texts.helps(world.plan, "ar", swedish_of(world.plan, reader)).by_key)


@pytest.fixture
def world() -> World:
    """A plan that is in force."""
    return World.build().to("established")


def test_the_coordinator_translates_all_and_an_agency_its_own_actions(world: World) -> None:
    goal, own, theirs = (row.pk for row in (world.goal, world.assessment, world.schedule))
    write(world, world.nadja, (goal, "text"), GOAL)
    write(world, world.nadja, (theirs, "text"), "خطة")
    assert write(world, world.per, (own, "text"), "تقييم").agency_id == world.bup.pk
    for key in ((goal, "text"), (theirs, "text"), (world.mornings.pk, "text")):
        with pytest.raises(NotAllowed):
            write(world, world.per, key, "لا", version=1)
    assert set(read_by(world, world.sara)) == {(goal, "text"), (theirs, "text"), (own, "text")}
    assert AccessEvent.objects.filter(act=Do.TRANSLATE, is_denied=False).count() == 3
    assert AccessEvent.objects.filter(act=Do.TRANSLATE, is_denied=True).count() == 3


@pytest.mark.parametrize("who", ["sara", "dag", "chef"])
def test_nobody_else_does(world: World, who: str) -> None:
    with pytest.raises(Exception) as refused:
        write(world, getattr(world, who), (world.goal.pk, "text"), GOAL)
    assert type(refused.value).__name__ in ("NotAllowed", "Denied")
    assert not HelpText.objects.exists()


def test_it_is_no_part_of_the_plan(world: World) -> None:
    before = (world.plan.state, world.plan.version, world.version.sha256)
    write(world, world.nadja, (world.goal.pk, "text"), GOAL)
    world.plan.refresh_from_db()
    assert (world.plan.state, world.plan.version, world.version.sha256) == before
    assert GOAL not in world.version.content
    assert GOAL not in json.dumps(frozen(world.version), ensure_ascii=False)


def test_a_swedish_text_that_changes_takes_the_old_help_from_the_family_until_it_is_seen_to() -> None:
    world = World.build().to("met")
    key = (world.goal.pk, "text")
    write(world, world.nadja, key, GOAL)
    contents.edit(world.actor(world.nadja), world.plan, world.goal, "text", "Alva är i skolan tre dagar")
    assert read_by(world, world.sara)[key] == help_texts.Help("", is_old=True)
    assert help_texts.on_paper(world.plan, "ar", swedish_of(world.plan, EVERYTHING)) == {}
    nadja = world.actor(world.nadja)
    with pytest.raises(Refused):
        still_right(nadja, world.plan, "ar", key, of=help_texts.fingerprint("Något annat"))
    still_right(nadja, world.plan, "ar", key, of=swedish(world, key).fingerprint)
    assert read_by(world, world.sara)[key] == help_texts.Help(GOAL)


def test_a_text_of_a_swedish_text_that_changed_meanwhile_is_refused(world: World) -> None:
    new = NewHelp((world.goal.pk, "text"), GOAL, help_texts.fingerprint("Så stod det förut"))
    with pytest.raises(Refused) as refused:
        write_help(world.actor(world.nadja), world.plan, "ar", [new], translator="staff")
    assert [problem.code for problem in refused.value.problems] == ["changed"]


def test_the_second_of_two_does_not_write_over_the_first(world: World) -> None:
    key = (world.assessment.pk, "text")
    write(world, world.per, key, "أ")
    with pytest.raises(Conflict) as both:
        write(world, world.nadja, key, "ب")
    assert (both.value.mine, both.value.theirs) == ("ب", "أ")
    write(world, world.nadja, key, "ب", version=1)
    assert [row.text for row in kept_of(HelpText).order_by("pgh_id")] == ["أ", "ب"]


def _too_long(world: World) -> NewHelp:
    text = swedish(world, (world.goal.pk, "text"))
    return NewHelp(text.key, "x" * (longest(text) + 1), text.fingerprint)


@pytest.mark.parametrize(
    ("made", "language"),
    [
        (_too_long, "ar"),
        (lambda world: NewHelp((world.goal.pk, "text"), GOAL, help_texts.fingerprint(world.goal.text)), "sv"),
        (lambda world: NewHelp((world.goal.pk, "text"), GOAL, help_texts.fingerprint(world.goal.text)), "tlh"),
        (lambda world: NewHelp((world.goal.pk, "version"), GOAL, help_texts.fingerprint("1")), "ar"),
        (lambda _world: NewHelp((uuid4(), "text"), GOAL, ""), "ar"),
    ],
    ids=["too long", "Swedish", "no language", "no text", "no row"],
)
def test_what_is_refused(world: World, made: Callable[[World], NewHelp], language: str) -> None:
    with pytest.raises(Refused):
        write_help(world.actor(world.nadja), world.plan, language, [made(world)], translator="staff")
    assert not HelpText.objects.exists()


def test_another_plans_row_is_not_there(world: World) -> None:
    other = world.sibling().to("met")
    new = NewHelp((other.goal.pk, "text"), GOAL, help_texts.fingerprint(other.goal.text))
    with pytest.raises(Refused):
        write_help(world.actor(world.nadja), world.plan, "ar", [new], translator="staff")


def test_what_is_withheld_from_a_guardian_takes_its_help_text_with_it(world: World) -> None:
    voice = world.plan.voice.pk
    keys = [(world.assessment.pk, "text"), (voice, "child_words"), (voice, "situation"), (world.need.pk, "text")]
    for key in keys:
        write(world, world.nadja, key, "سر")
    assert set(keys) <= set(read_by(world, world.johan))
    per, johan = world.actor(world.per), world.johan
    private.withhold(per, world.plan, johan, Section.ACTION, action=world.assessment, reason="Hot.")
    private.withhold(world.actor(world.nadja), world.plan, johan, Section.VOICE, reason="Hot.")
    private.withhold(world.actor(world.nadja), world.plan, johan, Section.SITUATION, reason="Hot.")
    assert not set(keys) & set(read_by(world, johan))
    assert set(keys) <= set(read_by(world, world.sara))
    content = audience_of(world.actor(johan), world.plan).of_plan(frozen(world.version))
    assert help_texts.on_paper(world.plan, "ar", help_texts.of_content(world.plan, content)) == {}


def test_what_is_no_longer_shared_takes_its_help_text_with_it(world: World) -> None:
    key = (world.assessment.pk, "text")
    write(world, world.per, key, "تقييم")
    consents.withdraw_consent(world.actor(world.sara), world.plan, world.sara.user, [world.bup])
    assert key not in read_by(world, world.sara)
    with pytest.raises(Refused):
        write_help(
            world.actor(world.nadja), world.plan, "ar", [NewHelp(key, "x", "", version=1)], translator="interpreter"
        )


def test_a_closed_plan_is_not_translated() -> None:
    world = World.build().to("closed")
    with pytest.raises(Refused) as refused:
        write(world, world.nadja, (world.goal.pk, "text"), GOAL)
    assert "avslutad" in refused.value.message


def test_the_familys_languages(world: World) -> None:
    assert help_texts.languages_of_family(world.plan) == []
    User.objects.filter(pk=world.sara.user_id).update(language="ar")
    world.child.language = "so"
    world.child.save(update_fields=["language"])
    fresh = type(world.plan).objects.select_related("child__user").get(pk=world.plan.pk)
    assert set(help_texts.languages_of_family(fresh)) == {"ar", "so"}


def test_the_paper_of_another_language_has_the_help_text_and_the_binding_one_has_not(world: World) -> None:
    write(world, world.nadja, (world.goal.pk, "text"), GOAL)

    def texts(**look: Any) -> Mapping[str, str]:
        stands = partial(help_texts.of_content, world.plan, frozen(world.version))
        return _with_help(world.plan, Look(**look), stands).texts

    assert texts(language="ar") == {world.goal.text: GOAL}
    assert texts(language="uk") == texts(is_large=True) == {}
    with override("ar"):  # the page's language is not the paper's
        assert texts() == {}


def arabic_page(world: World, who: Guardian, name: str) -> str:
    """A page of the plan, as somebody who reads Arabic gets it."""
    User.objects.filter(pk=who.user_id).update(language="ar")
    said: str = world.client(who).get(reverse(name, args=[world.plan.pk])).content.decode()
    return said


def test_two_versions_are_compared_in_the_readers_language_too() -> None:
    world = World.build().to("in_review")
    write(world, world.nadja, (world.goal.pk, "text"), GOAL)
    write(world, world.per, (world.assessment.pk, "text"), "تقييم")
    nadja, changed = world.actor(world.nadja), "Alva är i skolan varje dag"
    contents.edit(nadja, world.plan, world.goal, "text", changed)
    contents.edit(world.actor(world.per), world.plan, world.assessment, "contact", "Anna Berg")
    documents.review(nadja, world.plan)
    page = arabic_page(world, world.sara, "compare_family")
    assert "تقييم" in page
    with override("ar"):
        assert page.count(GOAL) == page.count(old_words()) > 0  # of what stood there, not of what stands there now
    private.withhold(
        world.actor(world.per), world.plan, world.johan, Section.ACTION, action=world.assessment, reason="Hot."
    )
    page = arabic_page(world, world.johan, "compare_family")
    assert GOAL in page and "تقييم" not in page


def test_what_the_family_wrote_about_is_told_in_its_language(world: World) -> None:
    write(world, world.nadja, (world.goal.pk, "text"), GOAL)
    family.comment(world.actor(world.sara), world.plan, text="Bra", row_id=world.goal.pk)
    for name in ("comment", "family_plan"):
        about = arabic_page(world, world.sara, name).split('class="own-about"')[1]
        assert GOAL in about.split("</p>")[0]


def test_a_guest_reads_the_coordinators_line_in_another_language() -> None:
    world = World.build().to("called")
    asked = {"name": "Mormor", "role": "relative", "note": "Ta med boken"}
    guest = guests.invite_guest(world.actor(world.nadja), world.plan, key=uuid4(), **asked)
    new = NewHelp((guest.pk, "note"), "أحضري الكتاب", help_texts.fingerprint("Ta med boken"))
    with pytest.raises(Refused):  # nobody else knows of it
        write_help(world.actor(world.per), world.plan, "ar", [new], translator="staff")
    write_help(world.actor(world.nadja), world.plan, "ar", [new], translator="staff")
    browser, link = Client(), reverse("guest", args=[guests.token_of(guest)])
    assert "أحضري الكتاب" not in browser.get(link).content.decode()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    page = browser.get(link).content.decode()
    assert "أحضري الكتاب" in page and "Ta med boken" in page
