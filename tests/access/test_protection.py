"""Skyddade personuppgifter: markers are planted in everything that is protected, and looked for in everything told.

Attack 4: one guardian looks for the other's address. Attack 5: protection is switched on in the middle (security.md).
"""

import logging

import pytest
from django.core import mail
from django.urls import reverse

from agencies.models import Protection
from common import clock
from common.errors import NotThere, Refused
from consent.log.models import AccessEvent
from sip.documents import services as documents
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.services import protection, registry
from sip.signing import services as signing
from tests.access.protected import (
    GRANNY_PHONE,
    OF_CHILD,
    OF_JOHAN,
    OF_MEETING,
    PLACE,
    hits,
    marked,
    marked_after,
    told,
)
from tests.integration.markers import paper_text, text_of
from tests.world import World

pytestmark = pytest.mark.django_db

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
    for user in (world.sara.user, world.per, world.inga, world.dag):
        assert hits(told(world, user), (*OF_JOHAN, GRANNY_PHONE)) == set(), user.name
    page = text_of(world.client(world.nadja).get(reverse("protected", args=[world.plan.pk])))
    assert hits(page, OF_JOHAN) == set(OF_JOHAN)
    elsewhere = text_of(world.client(world.nadja).get(reverse("plan", args=[world.plan.pk])))
    assert hits(elsewhere, OF_JOHAN) == set()


@pytest.mark.parametrize("state", ["called", "in_review"])
def test_attack_4_one_guardian_does_not_learn_where_the_protected_other_will_be(state: str) -> None:
    world = World.build()
    registry.protect_guardian(world.johan, True)
    world = marked_after(world, state)
    assert hits(told(world, world.sara), OF_MEETING) == set()
    if state == "called":
        page = text_of(world.client(world.sara).get(reverse("family_plan", args=[world.plan.pk])))
        assert "Samordnaren berättar var mötet är." in page
        call = reverse("call_pdf", args=[world.plan.pk, 1])
        for who in (world.johan, world.per):
            page = world.client(who).get(reverse("plan", args=[world.plan.pk]), follow=True)
            assert hits(text_of(page), OF_MEETING) == set(OF_MEETING)
            assert hits(paper_text(world.client(who).get(call).content), OF_MEETING) == set(OF_MEETING)


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
    for user in (world.sara.user, world.nadja, world.per, world.inga, world.dag):
        text = told(world, user)
        assert hits(text, OF_CHILD) == set(), user.name
        assert bool(hits(text, OF_MEETING)) <= (user in (world.nadja, world.per)), user.name


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
    world.sign_on_paper(world.sara)
    assert world.version.signatures.get().how == "paper"
