"""Attacks 7 and 8 of security.md: whose custody ended signs; consent is withdrawn between draft and share."""

import io

import pikepdf
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agencies.models import User
from common.errors import Refused
from consent import services as consent
from consent.models import Custody, Guardian
from sip.documents import services as documents
from sip.notices import registry as kinds
from sip.notices.models import Notice
from sip.plans.access import NotAllowed
from sip.plans.models import Version
from sip.plans.services import consents, registry, taking_part
from sip.signing import services as signing
from sip.signing.models import Signature
from tests.world import World

pytestmark = pytest.mark.django_db

SCHOOLS = "Anpassat schema"  # what the school does
EXPECTS = "Skolan vill veta vem vi ringer."
NOT_HANDED_OUT = "Samtycket gäller inte längre för Elevhälsan Mackleanskolan"


def withdraw(world: World, agency: object) -> None:
    """Johan takes back his yes, in the program."""
    consents.withdraw_consent(world.actor(world.johan), world.plan, world.johan.user, [agency])  # type: ignore[list-item]
    world.plan.refresh_from_db()


def plan_pages(world: World) -> list[str]:
    """Every page about the plan that takes nothing more than its key, and the papers of the first version."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> list[str]:
        found = []
        for pattern in patterns:
            address = prefix + str(pattern.pattern)
            found += walk(pattern.url_patterns, address) if isinstance(pattern, URLResolver) else [address]
        return found

    known = {"<uuid:plan_id>": str(world.plan.pk), "<int:number>": "1", "<uuid:row_id>": str(world.schedule.pk)}
    pages = []
    for address in walk(get_resolver().url_patterns, "/"):
        if "plan_id" in address:
            for name, value in known.items():
                address = address.replace(name, value)
            if "<" not in address:
                pages.append(address)
    assert len(pages) > 30
    return pages


def read_everything(world: World, client: Client) -> dict[str, str]:
    """The text of every page and paper that answers with one: {address: text}."""
    texts = {}
    for address in [*plan_pages(world), reverse("today"), reverse("plans")]:
        response = client.get(address, follow=False)
        assert response.status_code < 500, address
        body = b"".join(response) if response.streaming else response.content
        if response.get("Content-Type", "").startswith("application/pdf"):
            with pikepdf.open(io.BytesIO(body)) as pdf:
                texts[address] = "".join(
                    attached.get_file().read_bytes().decode() for attached in pdf.attachments.values()
                )
        else:
            texts[address] = body.decode()
    return texts


# 8


@pytest.mark.parametrize("state", ["met", "established", "closed"])
def test_attack_8_after_the_withdrawal_nobody_else_reads_what_the_agency_wrote(state: str) -> None:
    """Reads, lists, papers, history, the review and the edit of the row: everywhere at the same instant."""
    world = World.build().to("called")
    taking_part.set_expectation(world.actor(world.birgit), world.plan, world.school, expects=EXPECTS, can_do=SCHOOLS)
    for name in ("opened", "met", "in_review", "established", "following_up", "closed"):
        steps = {
            "opened": [world.open_meeting], "met": [world.write, world.close_meeting], "in_review": [world.review],
            "established": [world.establish], "following_up": [world.follow_up], "closed": [world.close],
        }  # fmt: skip
        for step in steps[name]:
            step()
        if name == state:
            break
    world.plan.refresh_from_db()
    per, nadja = world.client(world.per), world.client(world.nadja)
    assert SCHOOLS in per.get(reverse("plan", args=[world.plan.pk])).content.decode()
    withdraw(world, world.school)
    for client in (per, nadja):
        leaks = [
            address for address, text in read_everything(world, client).items() if SCHOOLS in text or EXPECTS in text
        ]
        assert leaks == []


def test_attack_8_the_agency_whose_consent_fell_finds_nothing_there() -> None:
    world = World.build().to("established")
    birgit = world.client(world.birgit)
    assert birgit.get(reverse("pdf", args=[world.plan.pk, 1])).status_code == 200
    withdraw(world, world.school)
    assert {address: birgit.get(address).status_code for address in plan_pages(world)} == dict.fromkeys(
        plan_pages(world), 404
    )
    assert "Alva" not in birgit.get(reverse("plans")).content.decode() + birgit.get(reverse("today")).content.decode()


def test_attack_8_a_version_that_holds_it_is_handed_to_the_family_alone_until_the_next() -> None:
    world = World.build().to("established")
    paper = reverse("pdf", args=[world.plan.pk, 1])
    for who in (world.per, world.nadja, world.sara):
        assert world.client(who).get(paper).status_code == 200
    withdraw(world, world.school)
    for who in (world.per, world.nadja):
        refused = world.client(who).get(paper)
        assert refused.status_code == 422
        assert NOT_HANDED_OUT in refused.content.decode()
        page = world.client(who).get(reverse("plan", args=[world.plan.pk])).content.decode()
        assert NOT_HANDED_OUT in page and paper not in page
    for who in (world.sara, world.johan):  # their own copy
        assert world.client(who).get(paper).status_code == 200
    world.follow_up()
    world.review()
    assert world.client(world.per).get(reverse("pdf", args=[world.plan.pk, 2])).status_code == 200
    assert world.client(world.per).get(paper).status_code == 422  # the old one still holds it


def test_attack_8_an_action_that_moved_to_another_agency_does_not_open_the_old_paper() -> None:
    world = World.build().to("established")
    world.follow_up()
    type(world.schedule).objects.filter(pk=world.schedule.pk).update(agency=world.bup)
    withdraw(world, world.school)
    assert world.client(world.per).get(reverse("pdf", args=[world.plan.pk, 1])).status_code == 422


def test_attack_8_a_draft_is_neither_shared_nor_established_with_what_fell() -> None:
    world = World.build().to("in_review")
    version = world.version
    withdraw(world, world.school)
    assert Version.objects.get(pk=version.pk).is_void
    with pytest.raises(Refused):
        signing.sign(world.actor(world.sara), world.plan)  # the version that she was shown is gone
    world.review()
    assert SCHOOLS not in str(documents.frozen(world.version))


def test_attack_8_what_is_told_holds_nothing_of_it() -> None:
    world = World.build().to("called")
    Notice.objects.all().delete()
    withdraw(world, world.school)
    for notice in Notice.objects.all():  # what the sweep would send
        kind = kinds.get(notice.kind)
        said = f"{kind.subject(notice)} {kind.text(notice)}"
        assert not {"Alva", "Elevhälsan", "skola", "Johan", "Mackleanskolan"} & set(said.split())
        if notice.recipient == world.birgit:
            assert kind.path(notice) is None and kind.still_true(notice)


# 7


def refused_to_sign(world: World, guardian: Guardian) -> str:
    """What the guardian is told; nothing is signed."""
    with pytest.raises(NotAllowed) as refused:
        signing.sign(world.actor(guardian), world.plan)
    assert not Signature.objects.filter(guardian=guardian).exists()
    return refused.value.message


def test_attack_7_a_guardian_whose_custody_ended_is_told_so_and_signs_nothing() -> None:
    world = World.build().to("in_review")
    registry.transfer_custody(world.child, world.sara, Custody.SOLE)
    assert refused_to_sign(world, world.johan) == "Johan Ek har inte vårdnaden och kan inte skriva under planen."
    signing.sign(world.actor(world.sara), world.plan)
    with pytest.raises(Refused, match="har inte vårdnaden"):
        world.sign_on_paper(world.johan)


def test_attack_7_nor_do_the_parents_sign_in_the_place_of_somebody_appointed() -> None:
    world = World.build().to("in_review")
    amina = consent.register_guardian(name="Amina God", number="19900109-2387")
    registry.transfer_custody(world.child, amina, Custody.APPOINTED)
    assert "har inte vårdnaden" in refused_to_sign(world, world.sara)


def test_attack_7_a_yes_from_somebody_whose_custody_ended_is_refused_in_plain_swedish() -> None:
    world = World.build().to("preparing")
    registry.transfer_custody(world.child, world.sara, Custody.SOLE)
    with pytest.raises(Refused, match="Johan Ek har inte vårdnaden och kan inte samtycka för barnet"):
        world.consent(world.johan)
    assert User.objects.filter(pk=world.johan.user.pk).exists()
