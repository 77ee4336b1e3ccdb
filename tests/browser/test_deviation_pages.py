"""A parent tells of what went wrong, the unit's manager answers; and the demo's clock is moved: held against axe."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser
from pytest_django import Settings

from common import clock
from sip.web.doors import demo_clock
from tests.browser.visitor import Visitor
from tests.database import Site
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The demo is on, with a clock of its own."""
    settings.DEMO = True
    settings.DEMO_CLOCK = tmp_path / "demo" / "clock"
    settings.CELERY_BEAT_SCHEDULE = {}
    clock.run_ahead(demo_clock.ahead)
    yield
    clock.run_ahead(timedelta)


def visitor(world: World, user: object, site: Site, chromium: Browser) -> Visitor:
    opened = Visitor.open(chromium, site.url)
    cookie = world.client(user).cookies[settings.SESSION_COOKIE_NAME].value  # type: ignore[arg-type]
    opened.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site.url}])
    return opened


def test_from_the_parents_words_to_the_managers_answer(demo: None, site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    world.sibling().to("called")
    sara = visitor(world, world.sara, site, chromium)
    sara.go(f"/familj/{world.plan.pk}/")
    sara.press("Säg till om något blev fel")
    sara.press("Skicka till chefen")
    sara.sees("Välj vilken verksamhet det gäller.", "Skriv vad som hände.")
    sara.choose("BUP Ystad")
    sara.choose("Planen följdes inte")
    sara.write("Vad hände?", "Bedömningen skulle vara klar i oktober. Ingen har hört av sig.")
    sara.press("Skicka till chefen")
    sara.sees("Tack.", "Väntar på svar")

    mona = visitor(world, world.chef, site, chromium)
    mona.go("/idag/")
    for _week in range(2):
        mona.press("en vecka")
    mona.sees("Nu är det", "En kallelse har inte fått svar", "Fråga Per Lindqvist.")
    mona.press("Läs och svara")
    mona.write("Ert svar", "Vi ringer er på måndag och bokar en tid.")
    mona.press("Svara och avsluta")
    mona.sees("Avvikelsen är besvarad och avslutad.")
    mona.go("/avvikelser/")
    mona.go("/min-enhet/")
    sara.go(f"/planer/{world.plan.pk}/avvikelser/")
    sara.sees("Vi ringer er på måndag", "Avslutad")
    assert not [problem for person in (sara, mona) for problem in person.problems if "status of 422" not in problem]
