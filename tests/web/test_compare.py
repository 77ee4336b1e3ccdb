"""Two versions side by side, as pages: what was changed is told; what the reader may not read is on neither side."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from common import clock
from sip.documents import services as documents
from sip.plans.models import Section
from sip.plans.services import consents, contents, frame, private, registry
from tests.world import World

pytestmark = pytest.mark.django_db


def changed(world: World | None = None) -> World:
    """Version 1 was read, then changed: a goal reworded, an action with another contact, one new, another day."""
    world = world or World.build().to("in_review")
    nadja = world.actor(world.nadja)
    contents.edit(nadja, world.plan, world.goal, "text", "Alva är i skolan varje dag före jul")
    contents.edit(world.actor(world.per), world.plan, world.assessment, "contact", "Anna Berg")
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Eget rum")
    contents.add_action(
        nadja, world.plan, contents.NewAction("Sara ringer skolan", goal=world.goal, need=world.need, contact="Sara")
    )
    frame.set_follow_up_date(nadja, world.plan, day=clock.today() + timedelta(days=100))
    documents.review(nadja, world.plan)
    return world


def page(world: World, who: Any, name: str = "compare_family", query: str = "") -> str:
    response = world.client(who).get(reverse(name, args=[world.plan.pk]) + query)
    assert response.status_code == 200
    body: str = response.content.decode()
    return body


@pytest.mark.parametrize(("who", "name"), [("sara", "compare_family"), ("nadja", "compare")])
def test_what_was_changed_is_told_and_what_was_not_is_not(who: str, name: str) -> None:
    world = changed()
    body = page(world, getattr(world, who), name)
    assert "4 saker är ändrade och 1 sak är ny." in body
    assert "<ins>varje dag</ins>" in body and "<del>fyra dagar av fem</del>" in body
    assert "Sara ringer skolan" in body and "Nytt" in body
    assert "Alva deltar på idrotten" not in body
    assert "Anna" in body and "Per Lindqvist" in body


def test_a_version_that_was_void_is_for_the_family_and_the_coordinator_alone() -> None:
    """The reason why it was void is often that somebody had something put right (GDPR article 16)."""
    world = changed()
    for query in ("", "?fran=1&till=2"):
        body = page(world, world.per, "compare", query)
        assert "Här finns inget att jämföra än" in body and "fyra dagar" not in body


@pytest.mark.parametrize(
    "text", ["Kurator Per Lindqvist", "Anna Berg och PER  LINDQVIST", "Pér Lindqvist ringer, sedan Per Lindqvist"]
)
def test_a_colleague_protected_since_is_not_named_wherever_the_name_stands(text: str) -> None:
    world = World.build().to("in_review")
    contents.edit(world.actor(world.per), world.plan, world.assessment, "contact", text)
    documents.review(world.actor(world.nadja), world.plan)
    contents.edit(world.actor(world.per), world.plan, world.assessment, "contact", "Växeln")
    documents.review(world.actor(world.nadja), world.plan)
    assert "lindqvist" in page(world, world.sara).casefold()
    registry.protect_user(world.per, True)
    body = page(world, world.sara).casefold()
    assert "en medarbetare" in body and "lindqvist" not in body


def test_the_way_there_is_open_once_there_is_something_to_compare() -> None:
    world = World.build().to("in_review")
    link = reverse("compare_family", args=[world.plan.pk])
    assert link not in world.client(world.sara).get(reverse("family_plan", args=[world.plan.pk])).content.decode()
    assert "Här finns inget att jämföra än" in page(world, world.sara)
    changed(world)
    for name in ("family_plan", "sign"):
        link = reverse("compare_family", args=[world.plan.pk])
        assert link in world.client(world.sara).get(reverse(name, args=[world.plan.pk])).content.decode()
    staffs = world.client(world.per).get(reverse("plan", args=[world.plan.pk])).content.decode()
    assert reverse("compare", args=[world.plan.pk]) in staffs


def test_what_is_withheld_from_a_guardian_is_on_neither_side() -> None:
    world = changed()
    hide = {"plan": world.plan, "guardian": world.sara, "reason": "Far illa."}
    private.withhold(world.actor(world.per), section=Section.ACTION, action=world.assessment, **hide)
    private.withhold(world.actor(world.nadja), section=Section.SITUATION, **hide)
    body = page(world, world.sara)
    assert "Anna" not in body and "Per Lindqvist" not in body and "nedstämdhet" not in body
    assert "3 saker är ändrade och 1 sak är ny." in body
    assert "Anna" in page(world, world.johan)


def test_what_consent_covers_no_more_is_on_neither_side() -> None:
    world = changed()
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    for who, name in ((world.nadja, "compare"), (world.sara, "compare_family")):
        body = page(world, who, name)
        assert "nedstämdhet" not in body and "Anna" not in body and "Eget rum" in body
    assert world.client(world.per).get(reverse("compare", args=[world.plan.pk])).status_code in (403, 404)


@pytest.mark.parametrize(
    "query",
    ["?fran=1&till=2", "?fran=2&till=1", "?fran=1&till=1", "?fran=x&till=99", "?fran=%00", "?till=" + "9" * 3000],
)
def test_whatever_the_address_asks_for_the_older_stands_first(query: str) -> None:
    world = changed()
    body = page(world, world.sara, query=query)
    assert body.index("Version 1,") < body.index("Version 2,") and "<ins>varje dag</ins>" in body


def test_a_flood_of_text_is_shown_unmarked_and_soon() -> None:
    world = World.build().to("in_review")
    nadja = world.actor(world.nadja)
    fields = ("child_words", "works_well", "situation", "guardians_view")
    contents.set_voice(nadja, world.plan, **dict.fromkeys(fields, "ja nej " * 700))
    documents.review(nadja, world.plan)
    body = page(world, world.sara)
    assert "ja nej ja nej" in body and "<ins>" not in body


def test_words_in_the_plan_are_text() -> None:
    world = World.build().to("in_review")
    script = "<script>alert(1)</script>"
    contents.edit(world.actor(world.nadja), world.plan, world.goal, "text", script)
    documents.review(world.actor(world.nadja), world.plan)
    assert script not in page(world, world.sara) and script not in page(world, world.per, "compare")


@pytest.mark.parametrize(("who", "name"), [("sara", "compare_family"), ("nadja", "compare")])
def test_an_agency_that_got_another_name_is_told_in_words_and_once(who: str, name: str) -> None:
    world = World.build().to("in_review")
    world.bup.name = "Barnhälsan <b>Syd</b>"
    world.bup.save()
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", "Eget rum")
    documents.review(world.actor(world.nadja), world.plan)
    body = page(world, getattr(world, who), name)
    assert "2 saker är ändrade." in body
    assert "<bdi>BUP Ystad</bdi> heter nu <bdi>Barnhälsan &lt;b&gt;Syd&lt;/b&gt;</bdi>" in body
    assert "Nytt" not in body and "Borttaget" not in body and "Ansvarar" not in body
