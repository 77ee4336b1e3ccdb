"""Driften: the administrator sees what fails and lets it be tried again; it names nobody."""

from datetime import timedelta
from typing import Any

import pytest

from agencies.models import Membership, Role
from common import clock
from sip.notices import operations
from sip.notices import services as notices
from sip.notices.models import Notice
from tests.post import Post
from tests.world import World

pytestmark = pytest.mark.django_db

ADDRESS = "/drift/"


@pytest.fixture
def world() -> World:
    """Per administers the region too."""
    world = World.build().to("called")
    Membership.objects.create(user=world.per, agency=world.bup, role=Role.ADMINISTRATOR, starts=clock.today())
    return world


def test_it_is_there_for_administrators_only(world: World, client: Any) -> None:
    assert world.client(world.per).get(ADDRESS).status_code == 200
    for user in (world.nadja, world.chef, world.dag, world.sara.user):
        for answer in (world.client(user).get(ADDRESS), world.client(user).post(ADDRESS)):
            assert answer.status_code == 404
    assert client.get(ADDRESS).status_code == 302


def test_what_fails_is_told_by_its_reason_and_tried_again(world: World, post: Post) -> None:
    post.answers = ["451 per@region.example is greylisted", "552 Full"]
    notices.note_tick()
    notices.sweep()
    client = world.client(world.per)
    page = client.get(ADDRESS).content.decode()
    assert "SMTPDataError" in page
    assert "allt kommer inte fram" in page
    told = page.partition("<main")[2]
    assert not [word for word in ("per@", "@", str(world.plan.pk), "Alva", "Nadja") if word in told]
    failing = operations.failing()
    before = len(post.received)
    assert "på nytt inom en halv minut" in client.post(ADDRESS, follow=True).content.decode()
    notices.sweep()
    assert len(post.received) == before + failing
    assert operations.failing() == 0
    assert "Inget fel" in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS).status_code == 302, "twice does no harm"


def test_a_silent_sweep_is_said_first(world: World) -> None:
    client = world.client(world.per)
    assert "Aldrig" in client.get(ADDRESS).content.decode()
    with clock.set_to(clock.now() - timedelta(minutes=5)):
        notices.note_tick()
    assert "Inget skickas just nu" in client.get(ADDRESS).content.decode()
    notices.note_tick()
    Notice.objects.update(due_at=clock.now() - timedelta(hours=1), locked_until=None)
    page = client.get(ADDRESS).content.decode()
    assert "ligger efter" in page
    assert operations.running().late == Notice.objects.filter(sent_at=None, dropped_at=None).count()


def test_what_is_held_back_is_no_failure(world: World, settings: Any) -> None:
    settings.NOTICES_AT_ONCE = False
    night = clock.at(clock.today() + timedelta(days=1), 2)
    Notice.objects.filter(sent_at=None).exclude(recipient=world.nadja).update(due_at=night, deadline=None)
    with clock.set_to(night + timedelta(minutes=1)):
        notices.sweep()
        running = operations.running()
    assert running.held > 0
    assert (running.failing, running.is_behind) == (0, False)
