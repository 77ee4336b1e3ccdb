"""Every page a family may come to, in every language: no text of ours may be left in Swedish.

Two ways to find one. Each text that is asked for and not in the language's catalogue is heard (`Heard`). And what no
catalogue was asked for is found on the page itself: what stands there word for word as on the Swedish page, and is not
something that somebody wrote.

In the suite each state is walked in one language, the next state in the next; `make proofs` walks every state in all.
That no catalogue lacks a text that another has is held by tests/consistency/test_translations.py.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils.translation import trans_real

from agencies import row_scope
from agencies.languages import SWEDISH
from agencies.models import User
from consent.models import Relative
from sip.meetings import guests
from sip.plans import grants
from tests import lengths
from tests.access.addresses import Address, every_address
from tests.integration.test_young_person import with_log_in
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

TRANSLATED = [code for code, _name in settings.LANGUAGES if code != SWEDISH]
STATES = ("requested", "consented", "called", "opened", "met", "in_review", "established", "following_up", "closed")
# Pages in other rooms that families come to too.
ELSEWHERE = {
    "my_notices",
    "report_deviation",
    "relatives",
    "answer_times",
    "confirm",
    "home",
    "login",
    "verify",
    "sign",
}
# What the young person meets in another way than a guardian does.
OF_THE_YOUNG = {"family_plan", "own_page", "private_words", "sign", "comment", "family_consent", "who_can_see"}
# The same in every language, or names: of laws, authorities, papers and languages themselves.
NAMES = {
    *("SIP", "PDF", "HSL", "SoL", "OSL", "BUP", "IMY", "Bris", "SHA", "SMS", "MB", "Demo", "LSS"),
    *("Svenska", "English", "Suomi", "Soomaali"),
}
CODE = re.compile(r"[0-9A-F]{4}( [0-9A-F]{4})+")  # a version's control code
WORD = re.compile(r"[A-Za-zÅÄÖåäöéÉ]{2,}")


class Heard:
    """What was asked of one language's catalogue and was not there."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.missing: set[str] = set()

    def ask(self, catalogue: Any, text: str) -> None:
        """Remember a text that the catalogue in use lacks."""
        if catalogue.language() != self.language or not WORD.search(text) or "\x04" in text:
            return
        if self.language == "en" and trans_real.translation(SWEDISH)._catalog.get(text) is not None:
            return  # Django's own words, which are English already
        has = catalogue._catalog
        if has.get(text) is None and has.get((text, catalogue.plural(1))) is None:
            self.missing.add(text)


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Gives a function that listens to one language's catalogue."""

    def of(language: str) -> Heard:
        heard = Heard(language)
        asked = trans_real.DjangoTranslation.gettext

        def gettext(self: Any, message: str) -> str:
            heard.ask(self, message)
            return str(asked(self, message))

        monkeypatch.setattr(trans_real.DjangoTranslation, "gettext", gettext)
        return heard

    yield of


class Said(HTMLParser):
    """Every text of a page, and what its fields and pictures are called."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        """A text between tags."""
        if data.strip():
            self.texts.append(" ".join(data.split()))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """A text that only some hear."""
        named = {"aria-label", "alt", "title", "placeholder"}
        self.texts += [value for name, value in attributes if name in named and value]


def family_addresses() -> list[Address]:
    """Every page that a family may come to, but those that need more than the plan."""
    plain = [address for address in every_address() if set(address.arguments) <= {"plan_id"}]
    found = [each for each in plain if each.name in ELSEWHERE or each.pattern.startswith("familj/")]
    assert len(found) > 15
    return found


def written() -> set[str]:
    """Every text that stands in the database: what people and their places are called, and what they wrote."""
    texts: set[str] = set()
    for model in apps.get_models():
        if model._meta.app_label in ("agencies", "consent", "plans", "meetings"):
            names = [
                field.attname
                for field in model._meta.concrete_fields
                if isinstance(field, models.CharField | models.TextField) and not field.choices
            ]
            for row in model._default_manager.values_list(*names) if names else ():
                texts |= {word for value in row if isinstance(value, str) for word in WORD.findall(value)}
    return texts


def left_in_swedish(swedish: str, page: str, known: set[str]) -> set[str]:
    """What stands the same on both pages, and that nobody wrote."""
    same = set(Said(swedish).texts) & set(Said(page).texts)
    return {text for text in same if set(WORD.findall(text)) - known - NAMES and not CODE.fullmatch(text)}


def visit(client: Client, address: Address, world: World, *, has_form: bool) -> str:
    """The page, or with `has_form` what it says to a form with nothing in it."""
    path = address.filled(plan_id=world.plan.pk)
    answer = client.post(path, {}) if has_form else client.get(path)
    is_page = answer.get("Content-Type", "").startswith("text/html") and answer.status_code not in (301, 302)
    return answer.content.decode() if is_page else ""


def everything_said(world: World) -> World:
    """A plan with more in it than the common one has: relatives and an answer in the service."""
    with row_scope.everything():
        Relative.objects.create(child=world.child, name="Mormor Greta", relation="mormor")
    return world


@pytest.mark.parametrize("state", STATES)
def test_no_page_of_the_family_falls_back_to_swedish(state: str, listen: Any) -> None:
    world = everything_said(World.build().to(state))
    client = world.client(world.sara)
    walk(world.sara.user, lambda: _pages(world, client), listen, place=STATES.index(state))


def test_nor_does_any_of_the_young_persons_own(listen: Any) -> None:
    world = everything_said(World.build().to("in_review"))
    young = with_log_in(world)
    grants.sync(world.plan)
    client = world.client(young)
    assert client.get(reverse_plan(world)).status_code == 200
    own = [each for each in family_addresses() if each.name in OF_THE_YOUNG]
    walk(young, lambda: read(client, own, world), listen, place=1)


def test_nor_does_what_a_protected_childs_guardian_is_answered(listen: Any) -> None:
    """Nobody in that family has a page about the plan: each address says that nothing is there, in their language."""
    world = World.build(is_protected=True).to("in_review")
    client = world.client(world.sara)
    there = [each for each in family_addresses() if "plan_id" in each.arguments]
    answers = {client.get(each.filled(plan_id=world.plan.pk)).status_code for each in there}
    assert answers == {404}
    some = [*there[:2], *(each for each in family_addresses() if each.name in ("home", "my_notices"))]
    walk(world.sara.user, lambda: read(client, some, world), listen, place=2)


def test_nor_does_the_page_that_a_link_opens(listen: Any) -> None:
    """A guest is nobody to us: the language is the browser's own."""
    world = World.build().to("called")
    guest = guests.invite_guest(
        world.actor(world.nadja), world.plan, key=uuid4(), name="Tolk 4711", role="interpreter", note="Tolkning"
    )
    path = reverse("guest", args=[guests.token_of(guest)])
    gone = reverse("guest", args=["x"])

    def pages(language: str) -> dict[str, str]:
        client = Client(headers={"accept-language": language})
        asked = {"link": client.get(path), "no answer": client.post(path, {}), "no link": client.get(gone)}
        return {name: answer.content.decode() for name, answer in asked.items()}

    swedish, known = pages(SWEDISH), written()
    for language in TRANSLATED:
        heard = listen(language)
        for name, page in pages(language).items():
            assert f'<html lang="{language}"' in page, name
            assert left_in_swedish(swedish[name], page, known) == set(), (language, name)
        assert heard.missing == set(), language


def read(client: Client, addresses: Iterable[Address], world: World) -> Iterator[tuple[str, str]]:
    """Each page, by its name."""
    return ((each.name, visit(client, each, world, has_form=False)) for each in addresses)


def walk(user: User, pages: Callable[[], Iterable[tuple[str, str]]], listen: Any, *, place: int) -> None:
    """Go through the pages in Swedish, and then as the same person in the language whose turn it is at this place."""
    left: dict[str, dict[str, set[str]]] = {}
    missing: dict[str, set[str]] = {}
    swedish = dict(pages())
    known = written()
    for language in lengths.share(TRANSLATED, place, of=len(TRANSLATED)):
        user.language = language
        user.save(update_fields=["language"])
        heard = listen(language)
        for name, page in pages():
            if page:
                assert f'<html lang="{language}"' in page, name
            found = left_in_swedish(swedish[name], page, known) if page and swedish[name] else set()
            if found:
                left.setdefault(language, {})[name] = found
        if heard.missing:
            missing[language] = heard.missing
    assert missing == {}
    assert left == {}


def _pages(world: World, client: Client) -> Iterator[tuple[str, str]]:
    for address in family_addresses():
        yield address.name, visit(client, address, world, has_form=False)
        if address.name not in ("home", "family"):
            yield f"{address.name}, empty form", visit(client, address, world, has_form=True)


def test_the_walk_hears_a_text_that_is_not_translated(listen: Any) -> None:
    """The walk itself: a catalogue that has lost a text is heard, and the page shows it."""
    world = World.build().to("established")
    client = world.client(world.sara)
    page = reverse_plan(world)
    swedish = client.get(page).content.decode()
    catalogue = trans_real.translation("ar")._catalog
    lost = "Vem har läst planen"
    for part in catalogue._catalogs:
        part.pop(lost, None)
    try:
        world.sara.user.language = "ar"
        world.sara.user.save(update_fields=["language"])
        heard = listen("ar")
        shown = client.get(page).content.decode()
    finally:
        trans_real._translations.pop("ar")
    assert lost in heard.missing
    assert lost in left_in_swedish(swedish, shown, written())


def reverse_plan(world: World) -> str:
    """The family's page of the plan."""
    return f"/familj/{world.plan.pk}/"
