"""An archive that lacks plans which could not be made: who ordered it is told, wherever they are, and tries again."""

from datetime import timedelta

import pytest

from agencies import row_scope
from common import clock
from sip.documents import export, exports, papers, tasks
from sip.documents.models import ExportState, Paper, PaperState
from sip.web.middleware import FRESH_KEY
from sip.web.staff.waiting import waiting_for
from sip.web.staff.waiting.item import What
from tests.web.test_exports import falls_for, fetched, ordered, page, withdrawn, world
from tests.world import World

pytestmark = pytest.mark.django_db

__all__ = ["world"]  # the two established plans that every test here begins with


def test_who_asked_for_it_is_told_of_what_could_not_be_made_and_has_it_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, actor = world.client(world.nadja), world.actor(world.nadja)
    made = ordered(world)
    with monkeypatch.context() as patch:
        patch.setattr(export, "plan_files", falls_for(world))
        tasks.make_exports()
    told = client.get(page(made)).content.decode()
    assert "En plan är med." in told and "En plan gick inte att göra i ordning" in told
    assert "lämnas dess papper inte ut" not in told, "nothing forbids it"
    (row,) = [item for item in waiting_for(actor) if item.what_to_do is What.ARCHIVE]
    assert (row.href, row.detail) == (page(made), "En plan gick inte att göra i ordning.")
    assert "Planer saknas i ditt arkiv" in client.get("/idag/").content.decode()
    assert not [item for item in waiting_for(world.actor(world.inga)) if item.what_to_do is What.ARCHIVE]
    for _press in range(2):
        assert client.post(page(made, "export_again")).status_code == 302
    assert "1 av 2 planer är klara" in client.get(page(made)).content.decode()
    tasks.make_exports()
    assert "2 planer är med" in client.get(page(made)).content.decode()
    assert len(fetched(client, made)) == 7
    assert not [item for item in waiting_for(actor) if item.what_to_do is What.ARCHIVE]


def test_a_paper_that_failed_is_tried_again_with_its_archive(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ordered(world)
    with monkeypatch.context() as patch:
        patch.setattr(export, "plan_files", falls_for(world))
        tasks.make_exports()
    with row_scope.everything():
        paper = Paper.objects.create(
            key="k", plan=world.plan, version=world.version, kind=papers.RECEIPT, content="{}", look={},
            state=PaperState.FAILED,
        )  # fmt: skip
    exports.again(world.actor(world.nadja), made.pk)
    with row_scope.everything():
        paper.refresh_from_db()
    assert paper.state == PaperState.WAITING


def test_what_may_not_be_had_is_not_tried_again_and_not_told_as_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ordered(world, world.inga)
    with monkeypatch.context() as patch:
        patch.setattr(export, "plan_files", falls_for(world))
        tasks.make_exports()
    withdrawn(world)
    client = world.client(world.inga)
    told = client.get(page(made)).content.decode()
    assert "gick inte att göra" not in told and "En plan är inte med." in told
    assert client.post(page(made, "export_again")).status_code == 302
    made.refresh_from_db()
    assert made.state == ExportState.MADE
    assert not exports.incomplete(world.actor(world.inga))


def test_while_another_is_made_it_waits_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ordered(world)
    with monkeypatch.context() as patch:
        patch.setattr(export, "plan_files", falls_for(world))
        tasks.make_exports()
    ordered(world, is_open=True)
    told = world.client(world.nadja).post(page(made, "export_again"), follow=True).content.decode()
    assert "Ett arkiv görs redan åt dig" in told
    made.refresh_from_db()
    assert (made.state, made.done) == (ExportState.MADE, 2)


def test_nobody_else_has_it_tried_again_and_who_does_has_just_proved_who_they_are(world: World) -> None:
    made = ordered(world)
    tasks.make_exports()
    assert world.client(world.inga).post(page(made, "export_again")).status_code == 404
    client = world.client(world.nadja)
    session = client.session
    session[FRESH_KEY] = (clock.now() - timedelta(minutes=6)).timestamp()
    session.save()
    assert "Ditt lösenord" in client.post(page(made, "export_again")).content.decode()
