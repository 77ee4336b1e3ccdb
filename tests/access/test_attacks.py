"""Attacks 2, 6, 10, 15 and 17 of security.md, at the doors. Where the others are tried: docs/threats.md.

Fails when a form takes in a field that it does not ask for, when a search tells whether a child is known, when what
somebody wrote is run, or when the same thing sent again is done again.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from common import clock
from consent.log.models import AccessEvent
from consent.models import Child, Guardian
from sip.documents.models import Document, DocumentKind
from sip.plans.models import Goal, Need, Plan, Version
from sip.plans.services import children, family
from sip.signing.models import Signature
from tests.access.addresses import every_address, keys_for
from tests.access.crowd import Crowd
from tests.canary.markers import WORDS
from tests.codes import ask_for_code, latest
from tests.web.test_work_hostile import snapshot
from tests.world import World

pytestmark = pytest.mark.django_db

# What no form asks for, and what it would be worth to whoever got it in.
WANTED = (
    "owner",
    "user",
    "user_id",
    "state",
    "coordinator_agency",
    "plan",
    "plan_id",
    "child",
    "changed_by",
    "is_active",
)

# A page, where its form may be sent and by whom, and what a person would send: each of these does something.
FORMS: dict[str, tuple[str, str, dict[str, str]]] = {
    "new_need": ("met", "nadja", {"text": "Sova hela natten"}),
    "new_goal": ("met", "nadja", {"text": "Alva sover", "when": "later"}),
    "new_action": ("met", "per", {"text": "Samtal varje vecka", "responsible": "v-bup"}),
    "voice": ("met", "nadja", {"child_words": "Jag vill sova.", "version": "1"}),
    "wheel": ("met", "nadja", {"trygg-mark": "3"}),
    "edit_row": ("met", "nadja", {"text": "Orka skolan", "version": "1", "initial-text": "Orka hela skoldagar"}),
    "follow_up_date": ("met", "nadja", {"date": "2199-01-04"}),
    "follow_up": ("established", "nadja", {"held": clock.today().isoformat()}),
    "close": ("established", "nadja", {"reason": "goals_met"}),
    "comment": ("in_review", "sara", {"text": "Det stämmer inte."}),
    "answer_family": ("in_review", "nadja", {"verdict": "stays", "answer": "Det står kvar."}),
    "expectation": ("called", "per", {"expects": "Att vi hjälps åt", "can_do": "En bedömning"}),
    "answer": ("called", "per", {"answer": "come", "who": "Per Lindqvist"}),
    "call_guests": ("called", "nadja", {"role": "interpreter", "name": "Tolk 7", "note": "Arabiska"}),
    "cancel_call": ("called", "nadja", {"why": "Snö", "sequence": "0"}),
}


def send(world: World, name: str, who: str, data: dict[str, str]) -> Any:
    address = reverse(name, args=[world.plan.pk, *_row(world, name)])
    chosen = {key: str(world.bup.pk) if value == "v-bup" else value for key, value in data.items()}
    return world.client(getattr(world, who)).post(address, chosen)


def _row(world: World, name: str) -> list[Any]:
    if name == "edit_row":
        return [world.need.pk]
    if name == "answer_family":
        asked = world.plan.comments.first() or family.correct(world.actor(world.sara), world.plan, text="Fel namn.")
        return [asked.pk]
    return []


@pytest.mark.parametrize("name", FORMS)
def test_attack_2_a_field_that_no_form_asks_for_is_named_and_nothing_is_saved(name: str) -> None:
    state, who, data = FORMS[name]
    world = World.build().to(state)
    before = snapshot(world)
    for extra in (*WANTED, *(field for field in ("agency", "coordinator", "version") if field not in _own(name))):
        answer = send(world, name, who, {**data, extra: str(world.bup.pk)})
        assert answer.status_code == 400, extra
        assert f"<bdi>{extra}</bdi>" in answer.content.decode()
        assert snapshot(world) == before, extra
    assert send(world, name, who, data).status_code == 302  # the same, without it, is done


def _own(name: str) -> set[str]:
    return {"version"} if name in ("voice", "wheel", "edit_row", "expectation", "answer") else set()


def test_attack_2_what_was_undone_is_not_told_as_done() -> None:
    world = World.build().to("met")
    nadja = world.client(world.nadja)
    address = reverse("new_need", args=[world.plan.pk])
    assert nadja.post(address, {"text": "Sova", "owner": "x"}).status_code == 400
    page = nadja.get(reverse("plan", args=[world.plan.pk]))
    assert [str(said) for said in page.context["messages"]] == []
    assert not Need.objects.filter(text="Sova").exists()


def test_attack_2_a_name_that_is_a_script_is_shown_as_text() -> None:
    world = World.build().to("met")
    answer = send(world, "new_need", "nadja", {"text": "Sova", "<script>alert(1)</script>" * 9: "1"})
    assert answer.status_code == 400 and "<script>alert" not in answer.content.decode()


def test_attack_6_a_number_tells_nothing_to_who_has_no_part_in_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build().to("called")
    dag = world.client(world.dag)
    address = reverse("find_plan")
    known, unknown = (dag.post(address, {"q": number}) for number in (world.child.number, "20120125-2382"))
    assert known.status_code == unknown.status_code == 200
    assert _words(known, world.child.number) == _words(unknown, "20120125-2382")
    assert world.child.name not in known.content.decode()
    assert AccessEvent.objects.filter(user=world.dag, act="search", is_denied=True).exists()
    monkeypatch.setattr(children, "SEARCHES_PER_HOUR", 3)
    tried = [dag.post(address, {"q": world.child.number}).status_code for _turn in range(2)]
    assert tried == [200, 422], "nobody may go on guessing"


def _words(answer: Any, number: str) -> str:
    """The page, without the number that was typed and the token that is new each time."""
    text = answer.content.decode()
    for each in (number, number.replace("-", "")):
        text = text.replace(each, "")
    return "".join(
        line for line in text.splitlines() if "csrfmiddlewaretoken" not in line and "X-CSRFToken" not in line
    )


SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ plan }}'


def test_attack_10_what_somebody_wrote_is_text_at_every_address() -> None:
    """Put there behind the program's back, so that no cleaning on the way in can hide a page that does not escape."""
    crowd = Crowd.gather()
    world = crowd.world.to("in_review")
    for model, path, fields in WORDS:
        rows = model._default_manager.filter(**{path: world.child.pk})
        for name in fields:
            most = getattr(model._meta.get_field(name), "max_length", None)
            rows.exclude(**{name: ""}).update(**{name: SCRIPT[:most]})
    Child.objects.filter(pk=world.child.pk).update(name=SCRIPT, school=SCRIPT)
    Guardian.objects.filter(guardianships__child=world.child).update(name=SCRIPT)
    world.need, world.goal = Need.objects.filter(plan=world.plan)[0], Goal.objects.filter(plan=world.plan)[0]
    held, shown = [], 0
    for person in ("coordinator", "participant", "desk", "guardian a", "young person"):
        user = crowd.people[person]
        assert user is not None
        client = world.client(user)
        for address in every_address():
            if address.name.endswith(("pdf", "ics")) or address.name in ("receipt", "consent_form"):
                continue  # a paper or a calendar file runs nothing; attack 11 is about who draws it
            for keys in keys_for(address, world, crowd.other)[:3]:
                body = client.get(address.filled(**keys.values)).content.decode(errors="replace")
                shown += "&lt;script&gt;alert(1)" in body
                if "<script>alert" in body or "<img src=x" in body or "onerror=alert(1)>" in body:
                    held.append(f"{person} {address.name}")
    assert held == []
    assert shown > 20


def test_attack_15_a_signature_sent_again_is_one_and_its_receipt_the_same() -> None:
    world = World.build().to("established")
    sara = world.client(world.sara)
    ask_for_code(world, sara)
    address = reverse("sign", args=[world.plan.pk])
    data = {"has_read": "on", "sha256": world.version.sha256, "code": latest()}
    receipts = Document.objects.filter(version=world.version, kind=DocumentKind.RECEIPT)
    before = receipts.count()
    assert sara.post(address, data).status_code == 302
    for _again in range(2):
        again = sara.post(address, data)
        assert again.status_code == 422
        assert "Du har redan skrivit under" in again.content.decode()
    assert receipts.count() == before + 1
    assert Signature.objects.filter(version=world.version, guardian=world.sara).count() == 1


def test_attack_17_who_signs_what_was_edited_meanwhile_signs_nothing() -> None:
    world = World.build().to("in_review")
    sara = world.client(world.sara)
    ask_for_code(world, sara)
    read = world.version.sha256
    assert send(world, "new_need", "nadja", {"text": "Sova hela natten"}).status_code == 302
    assert Version.objects.get(plan=world.plan, sha256=read).is_void
    answer = sara.post(reverse("sign", args=[world.plan.pk]), {"has_read": "on", "sha256": read, "code": latest()})
    assert answer.status_code in (200, 422)
    assert not Signature.objects.filter(version__plan=world.plan, guardian=world.sara, status="signed").exists()
    assert Plan.objects.get(pk=world.plan.pk).state == "met"


def test_every_attack_stands_in_the_table_with_tests_that_exist() -> None:
    root = Path(__file__).parents[2]
    text = (root / "docs/threats.md").read_text()
    assert re.findall(r"^\| (\d+) \|", text, re.M) == [str(number) for number in range(1, 26)]
    for path, name in re.findall(r"`(tests/[\w/.]+)(?:::([\w*]+))?`", text):
        assert (root / path).exists(), path
        if name:
            assert f"def {name.removesuffix('*')}" in (root / path).read_text(), f"{path}::{name}"


def test_the_database_is_the_applications_own_role_here() -> None:
    """What these tests show holds for a role that owns nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'plans_plan'")
        assert cursor.fetchone() == (False,)
