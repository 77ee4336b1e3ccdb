"""Skyddade personuppgifter: markers are planted in everything that is protected, and looked for in everything told.

Attack 4: one guardian looks for the other's address. Attack 5: protection is switched on in the middle (security.md).
"""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agencies.models import Protection, User
from common import clock
from common.errors import NotThere, Refused
from common.keys import new_key
from consent.log.models import AccessEvent
from consent.models import Child, Guardian, Relative
from sip.documents import services as documents
from sip.meetings import services as meetings
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.services import protection, registry, relatives
from sip.plans.services.relatives import NewRelative
from sip.signing import services as signing
from tests.integration.markers import paper_text, text_of
from tests.world import World

pytestmark = pytest.mark.django_db

ADDRESS, PHONE, EMAIL = "Gömmavägen 7", "070-174 06 05", "gomd@familj.example"
PLACE, LINK = "Hemliga salen", "https://video.example/gomd-rum"
SCHOOL, TOWN = "Gömda skolan", "Gömlinge"
GRANNY_PHONE = "070-174 06 09"
WORK_PHONE, WORK_EMAIL = "040-628 04 10", "per.gomd@region.example"
OF_JOHAN = (ADDRESS, PHONE, EMAIL)
OF_MEETING = (PLACE, LINK)
OF_CHILD = (SCHOOL, TOWN)


def marked(state: str, *, is_protected: bool = False) -> World:
    """A world where everything that may be protected is a word that stands nowhere else."""
    world = World.build(is_protected=is_protected)
    Guardian.objects.filter(pk=world.johan.pk).update(address=ADDRESS)
    User.objects.filter(pk=world.johan.user_id).update(phone=PHONE, email=EMAIL)
    User.objects.filter(pk=world.per.pk).update(phone=WORK_PHONE, email=WORK_EMAIL)
    Relative.objects.create(child=world.child, name="Märta Ek", relation="farmor", phone=GRANNY_PHONE)
    original = world.call
    world.call = lambda **changes: original(place=PLACE, link=LINK, **changes)  # type: ignore[method-assign]
    world.to(state)
    Child.objects.filter(pk=world.child.pk).update(school=SCHOOL, municipality=TOWN)
    for row in (world.johan, world.per, world.child, world.plan):
        row.refresh_from_db()
    return world


def addresses(world: World, patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    """Every address that may tell something of the plan, with each of its keys filled in."""
    people = [world.child.pk, world.sara.pk, world.johan.pk, *world.child.relatives.values_list("pk", flat=True)]
    keys: dict[str, list[Any]] = {
        "plan_id": [world.plan.pk],
        "number": [1],
        "row_id": [row.pk for row in (*world.plan.actions.all(), *world.plan.goals.all())],
        "person_id": people,
        "relative_id": people,
    }
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(world, pattern.url_patterns, route)
            continue
        found = [route]
        for name in re.findall(r"<\w+:(\w+)>", route):
            found = [re.sub(rf"<\w+:{name}>", str(key), each) for each in found for key in keys.get(name, [])]
        yield from found


def told(world: World, who: User | Guardian) -> str:
    """Everything that somebody gets out of the program: each page, paper and calendar file, opened and sent."""
    client = world.client(who)
    client.raise_request_exception = False
    pages = []
    for address in addresses(world, get_resolver().url_patterns):
        pages.append(text_of(client.get(address, follow=True)))
    for name in ("plan", "answer", "sign", "relatives"):
        pages.append(text_of(client.post(reverse(name, args=[world.plan.pk]), {"odd": "\x00"}, follow=True)))
    pages.append(text_of(client.post(reverse("find_plan"), {"q": "20140918-2399"}, follow=True)))
    return "\n".join(pages)


def hits(text: str, markers: tuple[str, ...]) -> set[str]:
    """The markers that stand in the text, however it writes its spaces."""
    plain = re.sub(r"\s+", " ", text.replace("\r\n ", ""))
    return {mark for mark in markers if mark in plain}


def everybody_but(world: World, *seeing: User) -> list[User]:
    """All who can log in and are none of these."""
    return [user for user in User.objects.order_by("pk") if user not in seeing]


# Attack 4


def test_attack_4_one_guardian_finds_nothing_of_the_other_and_no_log_line_holds_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = marked("established")
    with caplog.at_level(logging.DEBUG):
        assert hits(told(world, world.sara), OF_JOHAN) == set()
    assert hits(caplog.text, (*OF_JOHAN, *OF_MEETING, *OF_CHILD)) == set()


def test_attack_4_nobody_but_the_coordinator_learns_how_to_reach_a_protected_guardian() -> None:
    world = marked("in_review")
    registry.protect_guardian(world.johan, True)
    for user in everybody_but(world, world.nadja):
        assert hits(told(world, user), OF_JOHAN) == set(), user.name
    page = text_of(world.client(world.nadja).get(reverse("protected", args=[world.plan.pk])))
    assert hits(page, OF_JOHAN) == set(OF_JOHAN)
    elsewhere = text_of(world.client(world.nadja).get(reverse("plan", args=[world.plan.pk])))
    assert hits(elsewhere, OF_JOHAN) == set()


@pytest.mark.parametrize("state", ["called", "opened", "met", "in_review"])
def test_attack_4_one_guardian_does_not_learn_where_the_protected_other_will_be(state: str) -> None:
    world = World.build()
    registry.protect_guardian(world.johan, True)
    world = marked_after(world, state)
    assert hits(told(world, world.sara), OF_MEETING) == set()
    if state == "called":
        page = text_of(world.client(world.sara).get(reverse("family_plan", args=[world.plan.pk])))
        assert "Samordnaren berättar var mötet är." in page
        assert hits(told(world, world.johan), OF_MEETING) == set(OF_MEETING)
        assert hits(told(world, world.per), OF_MEETING) == set(OF_MEETING)


def marked_after(world: World, state: str) -> World:
    """The world taken to a state with a place and a link that are looked for."""
    original = world.call
    world.call = lambda **changes: original(place=PLACE, link=LINK, **changes)  # type: ignore[method-assign]
    return world.to(state)


def test_attack_4_a_paper_made_before_goes_no_more_to_the_other_and_nobody_signs_it_unread() -> None:
    world = marked("established")
    client = world.client(world.sara)
    address = reverse("pdf", args=[world.plan.pk, 1])
    assert PLACE in paper_text(client.get(address).content)
    registry.protect_guardian(world.johan, True)
    refused = client.get(address)
    assert refused.status_code in (404, 422)
    assert PLACE not in text_of(refused)
    with pytest.raises(Refused, match="lämnas inte ut längre"):
        signing.sign(world.actor(world.sara), world.plan)
    for who in (world.johan, world.per, world.nadja):
        assert PLACE in paper_text(world.client(who).get(address).content)


def test_attack_4_a_new_paper_tells_neither_the_place_nor_that_the_protected_guardian_was_there() -> None:
    world = marked("met")
    registry.protect_guardian(world.sara, True)
    world.review()
    _version, data = documents.download_plan(world.actor(world.per), world.plan)
    text = paper_text(data)
    assert hits(text, OF_MEETING) == set()
    present = documents.frozen(world.version)["meeting"]
    assert "Sara Lind" not in str(present)
    assert "Johan Ek" in str(present)
    assert "Sara Lind" in text  # the one who has custody is told of, and signs as before
    world.sign(world.sara, world.johan)
    assert world.version.signatures.count() == 2


# Relatives


def test_a_relatives_number_is_the_coordinators_and_a_protected_one_is_not_on_the_call() -> None:
    world = marked("called")
    for user in everybody_but(world, world.nadja):
        assert GRANNY_PHONE not in told(world, user), user.name
    assert GRANNY_PHONE in told(world, world.nadja)
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
    at_the_desk = {world.inga}  # the own agency's desk appoints its own colleagues, and knows them
    for user in everybody_but(world, world.per, world.nadja, *at_the_desk):
        text = told_now(world, user)
        assert hits(text, ("Per Lindqvist", WORK_PHONE, WORK_EMAIL)) == set(), user.name
    assert "En medarbetare på BUP Ystad" in told_now(world, world.sara)
    page = text_of(world.client(world.nadja).get(reverse("protected", args=[world.plan.pk])))
    assert hits(page, ("Per Lindqvist", WORK_PHONE, WORK_EMAIL)) == {"Per Lindqvist", WORK_PHONE, WORK_EMAIL}
    assert "Per Lindqvist" in told_now(world, world.per)


def told_now(world: World, who: User | Guardian) -> str:
    """As `told`, of the newest paper only: one that was made before is what it was."""
    client = world.client(who)
    old = {reverse(name, args=[world.plan.pk, 1]) for name in ("pdf", "receipt")}
    pages = [address for address in addresses(world, get_resolver().url_patterns) if address not in old]
    newest = reverse("pdf", args=[world.plan.pk, world.version.number])
    return "\n".join(text_of(client.get(address, follow=True)) for address in (*pages, newest))


def test_a_protected_coordinator_goes_by_the_agency_on_every_page_and_paper() -> None:
    world = marked("met")
    protection.protect_oneself(world.actor(world.nadja), Protection.MARKED)
    world.review()
    world.establish()
    for user in (world.sara.user, world.per, world.birgit, world.chef):
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
    assert "Per Lindqvist" not in told(world, world.birgit)
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


# Attack 5


def test_attack_5_protection_in_the_middle_stops_everything_at_once() -> None:
    world = marked("in_review")
    nadja = world.actor(world.nadja)
    family = world.client(world.sara)
    link = reverse("family_plan", args=[world.plan.pk])
    assert family.get(link).status_code == 200
    mail.outbox.clear()
    notices.sweep()
    notices.queue("signature_asked", [world.sara.user], about=world.plan.pk, occasion="i kö", detail=world.version.pk)
    protection.protect(nadja, world.plan, world.child, Protection.MARKED)
    world.child.refresh_from_db()
    # The session is closed, the link is dead also after a new log-in, and nothing is found by searching.
    assert family.get(link).status_code == 302
    assert "_auth_user_id" not in family.session
    for who in (world.sara, world.johan):
        who.user.refresh_from_db()
        again = world.client(who)
        assert {again.get(address).status_code for address in (link, reverse("sign", args=[world.plan.pk]))} == {404}
    # What waited is dropped; what is told has no link, and no name.
    assert Notice.objects.get(dedup_key__contains="i kö").dropped_at
    told_of = Notice.objects.filter(kind="protection_changed")
    assert {row.recipient for row in told_of} == {world.per, world.hanna, world.birgit}
    notices.sweep()
    for row in told_of.all():
        assert row.sent_at
        assert "http" not in row.body
        assert hits(row.subject + row.body, ("Alva", "Lind", "BUP", *OF_CHILD, *OF_MEETING)) == set()
    # The version that was being read told school and place: it is void, and its paper is not handed out.
    assert world.plan.versions.get().void_at
    for user in everybody_but(world):
        text = told(world, user)
        assert hits(text, OF_CHILD) == set(), user.name
        sees_place = user in (world.nadja, world.per, world.hanna, world.birgit)
        assert bool(hits(text, OF_MEETING)) <= sees_place, user.name


@pytest.mark.parametrize("state", ["called", "established"])
def test_attack_5_place_stands_on_the_handlers_pages_and_on_no_paper(state: str) -> None:
    world = marked(state)
    registry.protect_child(world.child, True)
    world.plan.refresh_from_db()
    client = world.client(world.per)
    if state == "called":
        assert hits(text_of(client.get(reverse("plan", args=[world.plan.pk]))), OF_MEETING)
    for name in ("call_pdf", "call_ics", "pdf", "receipt"):
        answer = client.get(reverse(name, args=[world.plan.pk, 1]))
        assert hits(text_of(answer), (*OF_MEETING, *OF_CHILD, "Alva" if name == "call_ics" else PLACE)) == set()
        assert "Alva" not in answer.headers.get("Content-Disposition", "")
    ics = text_of(client.get(reverse("call_ics", args=[world.plan.pk, 1])))
    assert "/planer/" not in ics


def test_attack_5_told_by_a_register_the_coordinator_hears_of_it_too() -> None:
    world = marked("called")
    registry.protect_child(world.child, True)
    told_of = Notice.objects.filter(kind="protection_changed")
    assert {row.recipient for row in told_of} == {world.nadja, world.per, world.hanna, world.birgit}
    Notice.objects.filter(kind="protection_changed").delete()
    registry.protect_guardian(world.johan, True)
    assert {row.recipient for row in Notice.objects.filter(kind="protection_changed")} >= {world.nadja}


def test_attack_5_only_a_closed_session_of_this_family_ends() -> None:
    world = marked("called")
    johan, nadja, per = world.client(world.johan), world.client(world.nadja), world.client(world.per)
    registry.protect_child(world.child, True)
    assert johan.get(reverse("family")).status_code == 302
    assert nadja.get(reverse("today")).status_code == 200
    assert per.get(reverse("today")).status_code == 200


def test_attack_5_grants_come_back_when_the_protection_goes() -> None:
    world = marked("called")
    nadja = world.actor(world.nadja)
    protection.protect(nadja, world.plan, world.child, Protection.MARKED)
    world.plan.refresh_from_db()
    with pytest.raises(Refused, match="Skriv varför"):
        protection.protect(nadja, world.plan, world.child, Protection.NONE)
    world.child.refresh_from_db()
    protection.protect(world.actor(world.nadja), world.plan, world.child, Protection.NONE)
    world.child.refresh_from_db()
    assert (world.child.is_protected, world.child.protection) == (False, "")
    for who in (world.sara, world.johan, world.inga, world.birgit):
        assert world.client(who).get(reverse("plan", args=[world.plan.pk]), follow=True).status_code == 200


def test_every_read_of_a_protected_childs_plan_leaves_its_reason() -> None:
    world = marked("established", is_protected=True)
    AccessEvent.objects.all()
    since = clock.now()
    for who in (world.per, world.nadja):
        client = world.client(who)
        for name, number in (("plan", ()), ("history", ()), ("pdf", (1,)), ("call_pdf", (1,)), ("call_ics", (1,))):
            client.get(reverse(name, args=[world.plan.pk, *number]))
    rows = AccessEvent.objects.filter(child_id=world.child.pk, at__gte=since, is_denied=False)
    assert rows.count() >= 10
    assert {row.reason for row in rows} == {"Prövning"}


def test_signing_is_on_paper_at_the_meeting_only() -> None:
    world = marked("in_review", is_protected=True)
    with pytest.raises(NotThere):
        signing.sign(world.actor(world.sara), world.plan)
    signing.sign_on_paper(world.actor(world.nadja), world.plan, world.sara)
    assert world.version.signatures.get().how == "paper"


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
