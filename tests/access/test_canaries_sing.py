"""The canaries can sing: three leaks made on purpose, and each is found. A bird that never sings proves nothing.

A list without `visible_to`, a paper that prints what somebody did not want shared, a page with another agency's notes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from weasyprint import HTML

from agencies import row_scope
from common import clock
from sip.meetings.translating import swedish_of
from sip.plans import access, audience
from sip.plans.audience import EVERYTHING
from sip.plans.models import Plan, PlanPersonGrant, Section, WorkingNote
from sip.plans.services import consents, private
from sip.web import paper_waits
from sip.web.family import plan_page
from tests.canary.walk import HAPPENINGS, Dice, Walk

pytestmark = pytest.mark.django_db

NOT_SHARED = "Inget om Saras sjukskrivning."


def walk() -> Walk:
    """Both families in the middle of it, with a carve-out and a working note of BUP."""
    walk = Walk(Dice(1))
    walk.build("called", "called", is_protected=False)
    world = walk.crowd.world
    consents.give_consent(
        world.actor(world.nadja), world.plan, world.sara.user, [world.bup], covers=["hälsa"], how="oral",
        carve_out=NOT_SHARED, until=clock.today() + timedelta(days=9),
    )  # fmt: skip
    private.write_note(world.actor(world.per), world.plan, world.bup, text="Ring skolan.")
    walk.garden.words(world)
    return walk


@contextmanager
def _everything(*_args: Any) -> Iterator[None]:
    with row_scope.everything():
        yield


def _forget_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists and pages ask for every plan there is."""
    monkeypatch.setattr(access, "visible_to", lambda *_args: Plan.objects.all())
    monkeypatch.setattr(access, "ways_in", lambda *_args: [PlanPersonGrant.objects.all()])


def test_nothing_is_found_where_nothing_leaks() -> None:
    found = walk()
    plan = f"/planer/{found.crowd.world.plan.pk}/"
    for path in ("/planer/", plan, f"{plan}kallelse-1.pdf", f"{plan}mote-1.ics"):
        for person in found.crowd.people:
            found._ask(person, "GET", path, {})
    assert [str(leak) for leak in found.leaks] == []
    assert found.seen["Child.name"] and found.seen["PDF Meeting.purpose"] and found.seen["ICS Meeting.place"]


def test_a_list_without_the_policy_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = walk()
    _forget_the_policy(monkeypatch)
    monkeypatch.setattr(row_scope, "acting", _everything)  # the second lock would hide it still
    found._ask("colleague next door", "GET", "/planer/", {})
    assert {leak.planted.kind for leak in found.leaks} == {"Child.name"}


def test_the_second_lock_holds_where_the_first_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = walk()
    _forget_the_policy(monkeypatch)
    found._ask("colleague next door", "GET", "/planer/", {})
    assert found.leaks == []


def test_a_paper_with_what_was_not_to_be_shared_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = walk()
    said = {m: planted for m, planted in found.garden.by_marker.items() if planted.kind == "ConsentDecision.carve_out"}
    (carve_out,) = [marker for marker, planted in said.items() if planted.row.carve_out == NOT_SHARED]

    def printed(_data: bytes, _name: str, _kind: str) -> HttpResponse:
        return HttpResponse(HTML(string=f"<p>{carve_out}</p>").write_pdf(), content_type="application/pdf")

    monkeypatch.setattr(paper_waits, "_file", printed)
    path = f"/planer/{found.crowd.world.plan.pk}/kallelse-1.pdf"
    found._ask("coordinator", "GET", path, {})
    assert found.leaks == []
    found._ask("participant", "GET", path, {})
    assert {leak.planted.kind for leak in found.leaks} == {"ConsentDecision.carve_out"}


def test_a_page_with_another_agencys_notes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = walk()

    def everybodys(plan: Plan, _standing: access.Standing) -> list[WorkingNote]:
        with row_scope.everything():
            return list(WorkingNote.objects.filter(plan=plan))

    plan = found.crowd.world.plan
    path = reverse("edit_note", args=[plan.pk, WorkingNote.objects.get(plan=plan).pk])
    found._ask("participant", "GET", path, {})
    found._ask("coordinator", "GET", path, {})
    assert found.seen["WorkingNote.text"] and found.leaks == []
    monkeypatch.setattr(audience, "notes", everybodys)
    found._ask("coordinator", "GET", path, {})
    assert {leak.planted.kind for leak in found.leaks} == {"WorkingNote.text"}


def test_a_help_text_of_what_is_withheld_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk(Dice(1))
    walk.build("met", "requested", is_protected=False)
    world = walk.crowd.world
    HAPPENINGS["translate"](world, walk.rng)
    private.withhold(world.actor(world.nadja), world.plan, world.johan, Section.SITUATION, reason="Hot.")
    walk._planted_anew()
    page = reverse("family_plan", args=[world.plan.pk])
    walk._ask("guardian b", "GET", page, {})
    assert [str(leak) for leak in walk.leaks] == [] and walk.seen["HelpText.text"]
    monkeypatch.setattr(audience.Audience, "voice", lambda _reader, voice: voice)
    monkeypatch.setattr(plan_page, "swedish_of", lambda plan, _reader, shared: swedish_of(plan, EVERYTHING, shared))
    walk._ask("guardian b", "GET", page, {})
    assert "HelpText.text" in {leak.planted.kind for leak in walk.leaks}
