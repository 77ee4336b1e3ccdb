"""Attacks 10, 12 and 23 of security.md: every form that a page shows, filled with what nobody should send.

The forms are read off the pages themselves, so that a new one is tried the day it is made. Never a 500, and nothing
that somebody wrote is ever anything but text. In the suite a form gets a fifth of the values, the next form another
fifth; `make proofs` gives every form all of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes, urljoin

import pytest
from django.apps import apps
from django.db import models, transaction
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import get_resolver

from agencies.models import User
from tests import lengths
from tests.consistency.test_layout import views
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

SCRIPT = "<script>alert(1)</script>"
ODD = {
    "nul": "a\x00b",
    "lone surrogate": "a\ud800b",
    "infinity": "1e309",
    "not a number": "NaN",
    "year 1": "0001-01-01",
    "29 February": "2027-02-29",
    "year 10000": "10000-01-01",
    "emoji": "👩‍👧‍👦🏳️‍🌈",
    "a surname": "Null",
    "right to left": "abc\u202edef",
    "other digits": "٢٠١٤٠٩١٨-٢٣٩٩",
    "wrong check digit": "20140918-2390",
    "negative": "-1",
    "huge number": "9" * 400,
    "script": SCRIPT,
    "template": "{{ plan }}{% debug %}%s %(name)s {0}",
    "path": "../../../../etc/passwd",
    "spaces": " \t\r\n\u200b\u00a0 ",
    "combining": "Z" + "\u0336" * 3000,
}
BOUNDLESS = "x" * 1_000_000
# Put in hidden keys and choices too; the others differ only in what is typed.
EVERYWHERE = ("nul", "lone surrogate", "infinity", "script")
ANSWERS = {200, 302, 400, 403, 404, 405, 409, 413, 422, 429}
TYPED = {"text", "search", "email", "tel", "date", "time", "number", "password", "url", ""}


@dataclass
class Form:
    """One form of a page: where it is sent, what it holds as it stands, and which fields are typed in."""

    action: str
    fields: dict[str, str]
    typed: set[str]


class Reader(HTMLParser):
    """Finds the forms of a page that are sent."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.forms: list[Form] = []
        self.current: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_sent = told.get("method", "").lower() == "post"
            action = urljoin(self.address, unescape(told.get("action", "")))
            self.current = Form(action, {}, set()) if is_sent else None
            if self.current:
                self.forms.append(self.current)
        elif self.current is not None:
            self._field(tag, told, self.current)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.current = None

    def _field(self, tag: str, told: dict[str, str], form: Form) -> None:
        name = told.get("name", "")
        if tag == "option" and self.select and told.get("value"):
            form.fields[self.select] = told["value"]  # the last choice
        if tag == "select":
            self.select = name
        if not name:
            return
        if tag == "textarea" or (tag == "input" and told.get("type", "") in TYPED):
            form.typed.add(name)
            form.fields[name] = told.get("value", "")
        elif tag in ("input", "button"):
            form.fields[name] = told.get("value", "on")


def addresses(world: World) -> Iterator[str]:
    """Every address, filled with what the world has."""
    row = world.goal.pk if hasattr(world, "goal") else world.plan.pk
    values = {"plan_id": world.plan.pk, "row_id": row, "number": 1, "user_id": world.per.pk}
    for pattern, _view in views(get_resolver().url_patterns):
        filled = re.sub(r"<\w+:(\w+)>", lambda found: str(values.get(found[1], world.plan.pk)), pattern)
        if not filled.startswith(("logga-ut", "demo", "redo")):  # "redo" asks the broker, which is away here
            yield "/" + filled


def forms(client: Client, world: World) -> list[Form]:
    """Every form that this person meets on any page, once."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for address in addresses(world):
        response = client.get(address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            reader = Reader(address)
            reader.feed(response.content.decode())
            for form in reader.forms:
                if not form.action.startswith("/logga-ut"):
                    found.setdefault((form.action, tuple(sorted(form.fields))), form)
    return list(found.values())


def send(client: Client, form: Form, fields: dict[str, str]) -> HttpResponse:
    """Send it as a browser would, but for what no browser would; whatever it did is then undone."""
    pairs = (f"{quoted(name)}={quoted(value)}" for name, value in fields.items())
    with transaction.atomic():
        answer = client.post(form.action, "&".join(pairs), "application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    return answer


def quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def check(answer: HttpResponse, form: Form, what: str) -> None:
    assert answer.status_code in ANSWERS, f"{answer.status_code}: {what} at {form.action}"
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        text = answer.content.decode()
        assert SCRIPT not in text, f"{what} at {form.action}"
        assert "Traceback" not in text and "Bad Request" not in text


@pytest.mark.parametrize(
    ("state", "who", "least"),
    [
        ("requested", "nadja", 4),
        ("called", "per", 4),
        ("met", "nadja", 12),
        ("in_review", "sara", 5),
        ("following_up", "nadja", 10),
    ],
)
def test_attack_23_odd_values_in_every_field_of_every_form(state: str, who: str, least: int) -> None:
    world = World.build().to(state)
    client = world.client(getattr(world, who), raise_request_exception=False)
    tried = forms(client, world)
    assert len(tried) >= least
    for number, form in enumerate(tried):
        for what, odd in lengths.share(list(ODD.items()), number, of=5):
            check(send(client, form, {**form.fields, **dict.fromkeys(form.typed, odd)}), form, what)
        for what in lengths.share(EVERYWHERE, number, of=4):
            check(send(client, form, dict.fromkeys(form.fields, ODD[what])), form, f"{what} everywhere")
        check(send(client, form, {odd: odd for odd in ODD.values()}), form, "odd names")
        check(send(client, form, {}), form, "nothing")


@pytest.mark.parametrize(("state", "who"), [("called", "nadja"), ("established", "sara"), ("established", "per")])
def test_attack_23_odd_values_in_whatever_a_page_reads_of_its_address(
    state: str, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What each page reads is heard by listening; then it is sent all of it."""
    world = World.build().to(state)
    client = world.client(getattr(world, who), raise_request_exception=False)
    asked: list[str] = []
    get = QueryDict.get
    monkeypatch.setattr(QueryDict, "get", lambda self, key, *more: asked.append(key) or get(self, key, *more))
    tried = set()
    for number, address in enumerate(addresses(world)):
        asked.clear()
        client.get(address)
        names = sorted(set(asked))
        tried.update(names)
        for what, odd in lengths.share(list(ODD.items()), number, of=5) if names else ():
            query = "&".join(f"{name}={quoted(odd)}" for name in names)
            answer = client.get(f"{address}?{query}")
            assert answer.status_code in {*ANSWERS, 204}, f"{answer.status_code}: {what} in {names} of {address}"
    assert {"vantar", "sprak", "fran"} <= tried


@pytest.mark.parametrize(("state", "who"), [("met", "nadja"), ("in_review", "sara")])
def test_attack_12_a_megabyte_in_every_field_is_told_in_swedish(state: str, who: str) -> None:
    world = World.build().to(state)
    client = world.client(getattr(world, who), raise_request_exception=False)
    for form in forms(client, world):
        for name in sorted(form.typed)[:2]:
            answer = send(client, form, {**form.fields, name: BOUNDLESS})
            assert answer.status_code in ANSWERS, f"{answer.status_code}: {name} at {form.action}"
            assert "Bad Request" not in answer.content.decode()


@pytest.mark.parametrize("body", [b"q=" + b"a" * 12_000_000, b"&".join(b"f%d=1" % number for number in range(2000))])
def test_attack_12_more_than_is_taken_in_is_a_page_in_swedish(body: bytes) -> None:
    world = World.build()
    answer = world.client(world.nadja).post("/planer/sok/", body, "application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "Det gick inte att ta emot" in answer.content.decode()


def text_fields(model: type[models.Model]) -> list[models.Field]:
    """What somebody may have written, in a row of this kind: free text without choices, keys or an address in it."""
    free = (models.CharField, models.TextField)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, free)
        and not field.choices
        and not field.primary_key
        and not isinstance(field, models.EmailField | models.SlugField)
        and field.name not in NOT_WRITTEN
    ]


# Written by the program, and read by it: hashes, keys, codes, and identity numbers that are encrypted.
NOT_WRITTEN = {
    *("password", "issuer", "subject", "language", "number_index", "number", "sha256", "session", "correlation"),
    *("object_id", "object_type", "act", "from_state", "to_state", "dedup_key", "kind", "state", "reviewed_from"),
    *("hash", "previous", "contents", "code", "link", "municipality_code", "what", "start_event", "domain", "mark"),
}
ROOMS = ("agencies", "consent", "plans", "meetings")


def write_everywhere(world: World) -> int:
    """Put a script in every text that stands in the database; give how many fields there were."""
    count = 0
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            if model.__name__.endswith("Event") or model.__name__ == "Version":  # frozen by the program
                continue
            for field in text_fields(model):
                unique = field.unique or any(field.name in rule.fields for rule in _unique(model))
                if unique or not model.objects.exists():  # type: ignore[attr-defined]
                    continue
                value = SCRIPT[: field.max_length] if field.max_length else SCRIPT
                model.objects.update(**{field.name: value})  # type: ignore[attr-defined]
                count += 1
    return count


def _unique(model: type[models.Model]) -> list[Any]:
    return [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]


@pytest.mark.parametrize("who", ["nadja", "per", "inga", "chef", "sara", "young"])
def test_attack_10_a_script_in_every_stored_text_is_text_on_every_page(who: str) -> None:
    world = World.build().to("in_review")
    young = User.objects.create_user("alva@familj.example", "Alva Lind")
    world.child.user = young
    world.child.save(update_fields=["user"])
    assert write_everywhere(world) > 20
    client = world.client(young if who == "young" else getattr(world, who))
    shown = 0
    for address in addresses(world):
        answer = client.get(address)
        assert answer.status_code in ANSWERS, f"{answer.status_code} at {address}"
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode()
            assert SCRIPT not in text, address
            shown += "&lt;script&gt;alert(1)" in text
        assert SCRIPT not in str(answer.headers), address
    assert shown > (0 if who == "chef" else 2)
