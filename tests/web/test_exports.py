"""The papers of many plans as one archive: who may, what is in it, and what becomes of it when anything goes wrong."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from agencies import row_scope
from common import clock
from common.errors import NotThere, Refused
from consent.log.models import AccessEvent
from consent.models import Child
from sip.documents import export, exports, tasks
from sip.documents.models import Export, ExportPart, ExportState
from sip.plans.access import Do
from sip.plans.services import consents, registry
from sip.web.middleware import FRESH_KEY
from tests.world import World
from tests.world_again import kept

pytestmark = pytest.mark.django_db

FORM = {"which": "alla", "reason": "För in planerna i akten."}


@pytest.fixture
@kept
def world() -> World:
    """Two established plans of two children; Nadja sits at the desk of the social services, Inga at that of BUP."""
    world = World.build().to("established")
    world.sibling().to("established")
    return world


def ordered(world: World, who: Any = None, **more: Any) -> Export:
    actor = world.actor(who or world.nadja)
    return exports.order(actor, exports.desks(actor)[0], exports.Scope(**more), reason="Akten.")


def page(made: Export, name: str = "export") -> str:
    return reverse(name, args=[made.pk])


def fetched(client: Client, made: Export) -> dict[str, bytes]:
    answer = client.get(page(made, "export_file"))
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:  # type: ignore[attr-defined]
        return {name: archive.read(name) for name in archive.namelist()}


def acts(act: str) -> int:
    return AccessEvent.objects.filter(act=act, is_denied=False, child__isnull=False).count()


class TestTheWholeWay:
    def test_from_the_list_of_plans_to_the_file(self, world: World) -> None:
        client = world.client(world.nadja)
        assert reverse("exports") in client.get(reverse("plans")).content.decode()
        sent = client.post(reverse("exports"), FORM)
        made = Export.objects.get()
        assert (sent.status_code, sent["Location"]) == (302, page(made))
        waiting = client.get(page(made)).content.decode()
        assert "0 av 2 planer är klara" in waiting
        assert f"{page(made)}?del=1" in waiting
        assert client.get(page(made, "export_file")).status_code == 404
        assert tasks.make_exports() == 1
        assert "2 planer är med" in client.get(f"{page(made)}?del=1").content.decode()
        assert "Klart att hämta" in client.get(reverse("exports")).content.decode()
        held = fetched(client, made)
        sums = dict(reversed(line.split("  ")) for line in held.pop("SHA256SUMS").decode().splitlines())
        assert {name: sha256(data).hexdigest() for name, data in held.items()} == sums
        inside = {"sip-v1.pdf", "sip-v1.json", "kvittens-v1.pdf"}
        plans = ExportPart.objects.values_list("plan", flat=True)
        assert set(held) == {f"{plan}/{name}" for plan in plans for name in inside}
        own = export.plan_files(world.actor(world.nadja), world.plan)
        assert {name: held[f"{world.plan.pk}/{name}"] for name, _data in own} == dict(own)

    def test_every_plan_stands_in_the_log_with_the_reason_when_it_is_made_and_when_it_is_fetched(
        self, world: World
    ) -> None:
        made = ordered(world)
        tasks.make_exports()
        assert (acts(Do.EXPORT), acts(export.EXPORT_PLAN), acts(exports.TAKE_EXPORT)) == (2, 2, 0)
        fetched(world.client(world.nadja), made)
        rows = AccessEvent.objects.filter(act=exports.TAKE_EXPORT)
        assert {(row.user, row.agency, row.reason) for row in rows} == {(world.nadja, world.soc, "Akten.")}
        assert rows.count() == 2

    def test_a_second_press_is_the_same_archive_and_another_one_waits(self, world: World) -> None:
        client = world.client(world.nadja)
        first, second = (client.post(reverse("exports"), FORM)["Location"] for _press in range(2))
        assert first == second
        other = client.post(reverse("exports"), {**FORM, "which": "pagaende"})
        assert other.status_code == 422
        assert "Ett arkiv görs redan åt dig" in other.content.decode()
        assert ExportPart.objects.count() == 2

    def test_what_is_wrong_is_said_and_what_was_written_stands(self, world: World) -> None:
        client = world.client(world.nadja)
        for wrong, told in (
            ({"which": "avslutade"}, "Ingen fastställd plan passar"),
            ({"reason": " "}, "Skriv varför du behöver arkivet"),
            ({"since": "2026-09-02", "until": "2026-09-01"}, "Den sista dagen är före den första"),
            ({"since": "2026-13-45"}, "Skriv dagen så här"),
            ({"which": "x"}, "Välj i listan"),
            ({"until": "2020-01-01"}, "Ingen fastställd plan passar"),
        ):
            answer = client.post(reverse("exports"), {**FORM, **wrong})
            assert (answer.status_code, told in answer.content.decode()) == (422, True), wrong
            assert ("För in planerna" in answer.content.decode()) == ("reason" not in wrong)
        assert not Export.objects.exists()

    def test_too_many_plans_and_too_many_archives(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exports, "MOST", 1)
        with pytest.raises(Refused, match="fler än 1 planer"):
            ordered(world)
        monkeypatch.setattr(exports, "MOST", 2)
        monkeypatch.setattr(exports, "MOST_KEPT", 1)
        made = ordered(world)
        tasks.make_exports()
        with pytest.raises(Refused, match="Du har redan 1 arkiv"):
            ordered(world)
        assert world.client(world.nadja).post(page(made, "remove_export")).status_code == 302
        assert not ExportPart.objects.exists()
        ordered(world)

    def test_after_a_day_it_is_gone(self, world: World) -> None:
        made = ordered(world)
        tasks.make_exports()
        with clock.set_to(clock.now() + exports.KEPT + timedelta(seconds=1)):
            assert world.client(world.nadja).get(page(made)).status_code == 404
            assert exports.sweep_out() == 1
        assert not Export.objects.exists()


class TestWhoMay:
    def test_only_who_asked_for_it_also_among_those_who_see_the_same_plans(self, world: World) -> None:
        made = ordered(world)
        tasks.make_exports()
        for who in (world.inga, world.per, world.chef, world.dag, world.vera):
            client = world.client(who)
            assert client.get(page(made)).status_code == 404
            assert client.get(page(made, "export_file")).status_code == 404
            assert client.post(page(made, "remove_export")).status_code == 404
        with row_scope.acting(world.actor(world.inga)):
            assert not Export.objects.exists()
            assert not ExportPart.objects.exists()
        for key in (uuid4(), world.plan.pk):
            assert world.client(world.nadja).get(reverse("export", args=[key])).status_code == 404

    def test_only_desks_ask_and_for_their_own_agency(self, world: World) -> None:
        for who in (world.per, world.chef, world.dag, world.sara):
            assert world.client(who).get(reverse("exports")).status_code == 404
        actor = world.actor(world.nadja)
        with pytest.raises(NotThere):
            exports.order(actor, world.bup, exports.Scope(), reason="Akten.")
        assert ordered(world, world.inga).total == 2

    def test_the_password_is_asked_for_before_it_is_ordered_and_before_it_is_fetched(self, world: World) -> None:
        client = world.client(world.nadja)
        made = ordered(world)
        tasks.make_exports()
        session = client.session
        session[FRESH_KEY] = (clock.now() - timedelta(minutes=6)).timestamp()
        session.save()
        asked = [client.post(reverse("exports"), FORM), client.get(page(made, "export_file"))]
        asked.append(client.get(reverse("archive", args=[world.plan.pk])))
        for answer in asked:
            assert "Ditt lösenord" in answer.content.decode()
        assert Export.objects.count() == 1
        assert acts(exports.TAKE_EXPORT) == 0
        assert world.client(world.sara).get(reverse("archive", args=[world.plan.pk])).status_code == 200


def withdrawn(world: World) -> None:
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])


def _protected(world: World) -> None:
    registry.protect_child(world.child, True)


def _left(world: World) -> None:
    registry.end_membership(world.inga)


class TestWhatMayNotBeHad:
    @pytest.mark.parametrize(("happens", "left"), [(withdrawn, 1), (_protected, 1), (_left, 0)])
    def test_what_ends_between_the_order_and_the_making_is_left_out_without_a_trace(
        self, world: World, happens: Callable[[World], None], left: int
    ) -> None:
        made = ordered(world, world.inga)
        happens(world)
        before = AccessEvent.objects.filter(child=world.child).count()
        tasks.make_exports()
        made.refresh_from_db()
        assert (made.state, made.done, made.total) == (ExportState.MADE, 2, 2)
        assert ExportPart.objects.filter(data__isnull=False).count() == left
        assert AccessEvent.objects.filter(child=world.child).count() == before

    @pytest.mark.parametrize("happens", [withdrawn, _protected])
    def test_what_ends_after_it_was_made_is_not_handed_out(
        self, world: World, happens: Callable[[World], None]
    ) -> None:
        made = ordered(world, world.inga)
        tasks.make_exports()
        happens(world)
        client = world.client(world.inga)
        assert "En plan är med." in client.get(page(made)).content.decode()
        held = fetched(client, made)
        assert not [name for name in held if str(world.plan.pk) in name]
        assert len(held) == 4

    def test_what_another_agency_did_goes_with_its_consent(self, world: World) -> None:
        """BUP's action stands in the paper: without consent for BUP nobody outside of the family gets that paper."""
        made = ordered(world)
        tasks.make_exports()
        withdrawn(world)
        assert not [name for name in fetched(world.client(world.nadja), made) if str(world.plan.pk) in name]

    def test_a_protected_child_is_counted_for_who_knows_of_the_plan_and_never_inside(self, world: World) -> None:
        _protected(world)
        made = ordered(world)
        assert (made.total, made.protected) == (1, 1)
        tasks.make_exports()
        assert "skyddade uppgifter är inte med" in world.client(world.nadja).get(page(made)).content.decode()

    def test_nothing_left_is_said(self, world: World) -> None:
        made = ordered(world, world.inga)
        for child in Child.objects.all():
            registry.protect_child(child, True)
        tasks.make_exports()
        assert "Arkivet är tomt" in world.client(world.inga).get(page(made)).content.decode()


def falls_for(world: World) -> Callable[[Any, Any], export.Files]:
    """What fetches a plan's files, but for the world's own plan."""
    real = export.plan_files

    def falls(actor: Any, plan: Any) -> export.Files:
        if plan.pk == world.plan.pk:
            raise ValueError("a broken file")
        return real(actor, plan)

    return falls


class TestWhenItIsCutShort:
    def test_a_worker_that_dies_in_the_middle_of_a_plan_leaves_nothing_of_it_and_the_next_goes_on(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = ordered(world)
        real, seen = export.packed, list[int]()

        def dies(files: export.Files) -> bytes:
            seen.append(1)
            if len(seen) == 2:
                raise KeyboardInterrupt  # no code of ours catches it, and the transaction is undone
            return real(files)

        monkeypatch.setattr(export, "packed", dies)
        with pytest.raises(KeyboardInterrupt):
            tasks.make_exports()
        made.refresh_from_db()
        assert (made.state, made.done, acts(Do.EXPORT)) == (ExportState.WAITING, 1, 1)
        assert tasks.make_exports() == 0  # who has it may live
        with clock.set_to(clock.now() + exports.LEASE):
            assert tasks.make_exports() == 1
        made.refresh_from_db()
        assert (made.state, made.done, acts(Do.EXPORT)) == (ExportState.MADE, 2, 2)

    def test_a_plan_that_cannot_be_had_does_not_hold_up_the_others(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(export, "plan_files", falls_for(world))
        made = ordered(world)
        assert tasks.make_exports() == exports.MOST_TRIES + 1
        made.refresh_from_db()
        assert (made.state, made.done) == (ExportState.MADE, 2)
        assert ExportPart.objects.get(data=None).plan_id == world.plan.pk
        assert acts(Do.EXPORT) == 1

    def test_a_database_that_goes_away_is_not_the_plans_fault(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(_files: export.Files) -> bytes:
            raise DatabaseError

        made = ordered(world)
        with monkeypatch.context() as patch:
            patch.setattr(export, "packed", away)
            with pytest.raises(DatabaseError):
                tasks.make_exports()
        with clock.set_to(clock.now() + exports.LEASE):
            tasks.make_exports()
        made.refresh_from_db()
        assert made.state == ExportState.MADE

    def test_without_broker_and_worker_the_page_makes_it_a_little_at_a_time(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "PAGE_PATIENCE", -1.0)  # one plan each time
        made = ordered(world)
        client = world.client(world.nadja)
        assert "0 av 2" in client.get(page(made)).content.decode()
        with clock.set_to(clock.now() + exports.WORKERS_OWN):
            assert "1 av 2" in client.get(page(made)).content.decode()
            assert "2 planer är med" in client.get(page(made)).content.decode()
        assert len(fetched(client, made)) == 7


class TestTheFile:
    def test_it_is_the_same_bytes_piece_by_piece_as_at_once_and_holds_one_plan_at_a_time(self) -> None:
        folders = [(str(number), [("a.pdf", bytes([number]) * 5000), ("b.json", b"{}" * 400)]) for number in range(9)]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as whole:
            sums = ""
            for folder, files in folders:
                for name, data in files:
                    export._add(whole, f"{folder}/{name}", data)
                    sums += f"{sha256(data).hexdigest()}  {folder}/{name}\n"
            export._add(whole, export.SUMS, sums.encode())
        pieces = list(export.stream(iter(folders)))
        assert b"".join(pieces) == out.getvalue()
        assert len(pieces) == 10
        assert max(map(len, pieces[:-1])) < 6000

    def test_what_is_packed_comes_out_as_it_was(self) -> None:
        files = [("sip-v1.pdf", b"%PDF" * 9), ("sip-v1.json", "å".encode())]
        assert export.unpacked(export.packed(files)) == files
