"""A protected colleague, and the pages where protection and relatives are written."""

import pytest
from django.urls import reverse

from agencies.models import Protection
from common.errors import NotThere, Refused
from common.keys import new_key
from consent.models import Relative
from sip.meetings import services as meetings
from sip.plans.services import protection, relatives
from sip.plans.services.relatives import NewRelative
from tests.access.protected import GRANNY_PHONE, WORK_EMAIL, WORK_PHONE, everybody_but, hits, marked, told, told_now
from tests.integration.markers import paper_text, text_of
from tests.world import World

pytestmark = pytest.mark.django_db

# Relatives


def test_a_relatives_number_is_the_coordinators_and_a_protected_one_is_not_on_the_call() -> None:
    world = marked("called")
    for user, sees in ((world.per, False), (world.nadja, True)):
        page = text_of(world.client(user).get(reverse("plan", args=[world.plan.pk])))
        assert (GRANNY_PHONE in page) == sees
    call = reverse("call_pdf", args=[world.plan.pk, 1])
    assert "Märta Ek" in paper_text(world.client(world.per).get(call).content)
    granny = world.child.relatives.get()
    protection.protect(world.actor(world.nadja), world.plan, granny, Protection.MARKED)
    assert "Märta Ek" not in paper_text(world.client(world.per).get(call).content)
    plan = text_of(world.client(world.nadja).get(reverse("plan", args=[world.plan.pk])))
    assert GRANNY_PHONE not in plan
    page = text_of(world.client(world.nadja).get(reverse("protected", args=[world.plan.pk])))
    assert GRANNY_PHONE in page


def test_the_family_names_a_relative_once_and_cannot_take_protection_or_a_number_away() -> None:
    world = World.build().to("called")
    client = world.client(world.sara)
    form = {
        "key": str(new_key()),
        "name": "Märta Ek",
        "relation": "farmor",
        "phone": GRANNY_PHONE,
        "is_protected": "on",
    }
    for _time in range(2):
        assert client.post(reverse("relatives", args=[world.plan.pk]), form).status_code == 302
    granny = world.child.relatives.get()
    assert granny.is_protected
    address = reverse("relative", args=[world.plan.pk, granny.pk])
    assert GRANNY_PHONE not in text_of(client.get(address))
    client.post(address, {"name": "Märta Ek", "relation": "farmor och granne", "phone": ""})
    granny.refresh_from_db()
    assert (granny.relation, granny.phone, granny.is_protected) == ("farmor och granne", GRANNY_PHONE, True)
    world.client(world.nadja).post(address, {"name": "Märta Ek", "relation": "farmor", "phone": ""})
    granny.refresh_from_db()
    assert (granny.phone, granny.is_protected) == ("", False)
    assert client.post(address, {"do": "remove"}).status_code == 302
    assert client.post(address, {"do": "remove"}).status_code == 404
    assert not world.child.relatives.exists()


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"relation": ""}, {"name": "x" * 5000}, {"phone": "1" * 500}, {"name": "a\u202eb"}]
)
def test_a_relative_that_lacks_something_is_asked_for_again_in_words(wrong: dict[str, str]) -> None:
    world = World.build().to("called")
    form = {"name": "Märta Ek", "relation": "farmor", **wrong}
    answer = world.client(world.nadja).post(reverse("relatives", args=[world.plan.pk]), form)
    assert answer.status_code == 422
    assert not world.child.relatives.exists()


def test_a_relative_is_of_this_child_and_there_are_not_endlessly_many() -> None:
    world = World.build().to("called")
    nadja = world.actor(world.nadja)
    sibling = world.sibling()
    other = Relative.objects.create(child=sibling.child, name="Någon Annan", relation="granne")
    with pytest.raises(NotThere):
        relatives.change_relative(nadja, world.plan, other, NewRelative("A", "B"))
    with pytest.raises(NotThere):
        protection.protect(nadja, world.plan, other, Protection.MARKED)
    for number in range(relatives.MOST):
        relatives.add_relative(nadja, world.plan, NewRelative(f"Granne {number}", "granne"), key=new_key())
    with pytest.raises(Refused, match="högst 20"):
        relatives.add_relative(nadja, world.plan, NewRelative("En till", "granne"), key=new_key())
    stranger = world.actor(world.birgit)
    with pytest.raises(Refused):
        relatives.add_relative(stranger, world.plan, NewRelative("En till", "granne"), key=new_key())


# Staff


def test_a_protected_colleague_is_told_of_by_agency_and_never_by_name() -> None:
    world = marked("established")
    world.client(world.per).get(reverse("plan", args=[world.plan.pk]))
    protection.protect_oneself(world.actor(world.per), Protection.REGISTERED)
    meetings_before = world.plan.version
    assert meetings_before
    # The paper that is made from now on.
    world.follow_up()
    world.review()
    # Inga is not asked: the own agency's desk appoints its own colleagues, and knows them.
    for user in (world.sara.user, world.birgit, world.dag):
        text = told_now(world, user)
        assert hits(text, ("Per Lindqvist", WORK_PHONE, WORK_EMAIL)) == set(), user.name
    assert "En medarbetare på BUP Ystad" in told_now(world, world.sara)
    page = text_of(world.client(world.nadja).get(reverse("protected", args=[world.plan.pk])))
    assert hits(page, ("Per Lindqvist", WORK_PHONE, WORK_EMAIL)) == {"Per Lindqvist", WORK_PHONE, WORK_EMAIL}
    assert "Per Lindqvist" in told_now(world, world.per)


def test_a_protected_coordinator_goes_by_the_agency_on_every_page_and_paper() -> None:
    world = marked("met")
    protection.protect_oneself(world.actor(world.nadja), Protection.MARKED)
    world.review()
    world.establish()
    for user in (world.sara.user, world.birgit):
        assert hits(told(world, user), ("Nadja", "Öhman", "0411-55 01 02", "nadja@skurup")) == set(), user.name
    assert "Fråga efter den som samordnar planen" in paper_text(
        world.client(world.sara).get(reverse("pdf", args=[world.plan.pk, 1])).content
    )


def test_a_protected_colleague_logs_in_writes_and_is_appointed_as_before_but_not_called_by_strangers() -> None:
    world = marked("consented")
    protection.protect_oneself(world.actor(world.per), Protection.FICTITIOUS)
    assert "Per Lindqvist" not in text_of(world.client(world.nadja).get(reverse("call", args=[world.plan.pk])))
    world.call()
    assert world.client(world.per).get(reverse("plan", args=[world.plan.pk])).status_code == 200
    said = meetings.Answer("come", who="Per Lindqvist, psykolog")
    meetings.answer_call(world.actor(world.per), world.plan, world.bup, said)
    for name in ("plan", "meeting"):
        page = text_of(world.client(world.birgit).get(reverse(name, args=[world.plan.pk])))
        assert "En medarbetare" in page
        assert "Per Lindqvist" not in page
    assert "Per Lindqvist" in text_of(world.client(world.inga).get(reverse("people", args=[world.plan.pk])))


def test_one_says_it_of_oneself_after_the_password_and_only_who_works_somewhere() -> None:
    world = World.build().to("called")
    client = world.client(world.per)
    session = client.session
    session["authenticated_at"] = 0
    session.save()
    asked = client.post(reverse("my_details"), {"kind": "marked"})
    assert "lösenord" in text_of(asked)
    world.per.refresh_from_db()
    assert not world.per.is_protected
    assert world.client(world.per).post(reverse("my_details"), {"kind": "marked"}).status_code == 302
    world.per.refresh_from_db()
    assert (world.per.is_protected, world.per.protection) == (True, "marked")
    assert world.client(world.per).post(reverse("my_details"), {"kind": "trasig"}).status_code == 422
    assert world.client(world.sara).get(reverse("my_details")).status_code == 404
    world.client(world.per).post(reverse("my_details"), {"kind": "inga"})
    world.per.refresh_from_db()
    assert (world.per.is_protected, world.per.protection) == (False, "")


# Setting it in the browser


def test_the_coordinator_reads_what_will_happen_and_nobody_else_may_do_it() -> None:
    world = World.build().to("in_review")
    address = reverse("protect", args=[world.plan.pk, world.child.pk])
    page = text_of(world.client(world.nadja).get(address))
    for words in ("loggas ut", "på papper", "med namn", "Skola och kommun", "slutar gälla", "ingen länk"):
        assert words in page, words
    for user in everybody_but(world, world.nadja):
        answer = world.client(user).post(address, {"kind": "marked"})
        assert answer.status_code in (403, 404), user.name
    world.child.refresh_from_db()
    assert not world.child.is_protected
    for wrong in ({}, {"kind": ""}, {"kind": "\x00"}, {"kind": "x" * 9999}):
        assert world.client(world.nadja).post(address, wrong).status_code == 422
    assert world.client(world.nadja).post(address, {"kind": "registered"}).status_code == 302
    world.child.refresh_from_db()
    assert (world.child.is_protected, world.child.protection) == (True, "registered")
    stranger = reverse("protect", args=[world.plan.pk, new_key()])
    assert world.client(world.nadja).get(stranger).status_code == 404


def test_it_asks_for_the_password_once_more() -> None:
    world = World.build().to("called")
    client = world.client(world.nadja)
    session = client.session
    session["authenticated_at"] = 0
    session.save()
    answer = client.post(reverse("protect", args=[world.plan.pk, world.johan.pk]), {"kind": "marked"})
    assert "lösenord" in text_of(answer)
    world.johan.refresh_from_db()
    assert not world.johan.is_protected
