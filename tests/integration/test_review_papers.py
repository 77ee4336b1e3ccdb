"""Papers tell only what may still be shared, of whom, and to whom."""

from copy import deepcopy
from typing import Any

import pytest

from agencies.models import Agency
from common import clock
from common.errors import Refused
from sip.documents import covered, freezing, tasks
from sip.documents import services as documents
from sip.documents.models import Document, DocumentKind, Paper, PaperState
from sip.documents.services import frozen
from sip.plans import completeness
from sip.plans.models import Version
from sip.plans.services import consents, registry
from tests.world import World
from tests.world_again import kept

pytestmark = pytest.mark.django_db


@kept
def _without_bup(state: str) -> World:
    world = World.build().to(state)
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    world.plan = type(world.plan).objects.get(pk=world.plan.pk)
    return world


def test_an_agency_without_consent_stands_nowhere_in_a_version_or_a_call() -> None:
    world = _without_bup("met")
    world.plan.lead_agency = None
    assert "BUP" not in str(freezing.plan_content(world.plan, 1))
    assert "BUP" not in str(freezing.call_content(world.plan, world.meeting))


def test_an_agency_without_consent_does_not_lead() -> None:
    world = _without_bup("met")
    assert "lead" in [problem.code for problem in completeness.missing(world.plan)]


def test_from_eighteen_the_guardians_stand_in_no_paper() -> None:
    world = World.build().to("met")
    with clock.set_to(clock.at(world.child.comes_of_age, 9)):
        content = freezing.plan_content(world.plan, 1)
    assert content["guardians"] == []
    assert world.sara.name not in content["copies_to"]


def test_a_paper_from_before_the_child_was_protected_is_not_handed_out() -> None:
    world = World.build().to("established")
    registry.protect_child(world.child, True)
    world.child.refresh_from_db()
    world.plan = type(world.plan).objects.get(pk=world.plan.pk)
    with pytest.raises(Refused, match="innan barnets uppgifter"):
        documents.download_plan(world.actor(world.nadja), world.plan)


def _renamed(agency: Agency) -> None:
    agency.name, agency.name_key = "BUP Sydost", "bup sydost"
    agency.save()
    agency.principal.name = "Region Nya Skåne"
    agency.principal.save()


def test_an_agency_that_changes_its_name_is_the_same_agency() -> None:
    world = World.build().to("established")
    before = frozen(world.version)
    _renamed(world.bup)
    assert documents.download_plan(world.actor(world.per), world.plan)
    assert covered.what_is_covered(world.plan, before) == before
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    assert covered.no_longer_covered(world.plan, before) == ["BUP Ystad"]  # as it is called on the paper
    with pytest.raises(Refused, match="BUP Ystad"):
        documents.download_plan(world.actor(world.birgit), world.plan)
    assert "BUP" not in str([covered.what_is_covered(world.plan, before)[part] for part in ("actions", "parties")])


def test_a_version_from_before_agencies_had_keys_is_read_by_their_names() -> None:
    world = World.build().to("established")
    content = frozen(world.version)
    for row in [*(action["responsible"] for action in content["actions"]), *content["parties"]]:
        del row["agency_id"]
    assert covered.what_is_covered(world.plan, content) == content
    assert covered.no_longer_covered(world.plan, content) == []
    namesake = deepcopy(content)  # of another principal, which is no party
    namesake["actions"][0]["responsible"].update(agency="BUP Ystad", principal="En annan region")
    assert covered.no_longer_covered(world.plan, namesake) == ["BUP Ystad"]
    left = covered.what_is_covered(world.plan, namesake)["actions"]
    assert left == content["actions"][1:]  # and the one in the plan stands, though it has the same name


@pytest.mark.parametrize("how", ["void", "ready"])
def test_a_paper_that_failed_goes_when_its_version_is_void_or_has_it(how: str, settings: Any) -> None:
    settings.RENDER_AT_ONCE = False
    version = World.build().to("met").review()
    Paper.objects.update(state=PaperState.FAILED)
    Document.objects.create(version=version, revision=0, data=b"%PDF", kind=DocumentKind.RECEIPT)  # another paper of it
    assert tasks.sweep_papers() == 0
    if how == "void":
        Version.objects.update(void_at=clock.now())
    else:
        Document.objects.update(kind=DocumentKind.PLAN)
    assert (tasks.sweep_papers(), Paper.objects.count()) == (1, 0)
