"""Samtycke in a real browser: every new page against axe and the margins, and a withdrawal seen from next door."""

from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from agencies.models import User
from common import clock
from consent.models import Guardian
from sip.plans.services import consents
from tests.browser.visitor import Visitor
from tests.database import Site
from tests.world import World

pytestmark = pytest.mark.browser


def entered(world: World, who: User | Guardian, site: Site, chromium: Browser) -> Visitor:
    """Somebody with a browser of their own, logged in."""
    visitor = Visitor.open(chromium, site.url)
    cookie = world.client(who).cookies[settings.SESSION_COOKIE_NAME].value
    visitor.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site.url}])
    return visitor


def test_the_coordinators_pages_of_consent(site: Site, chromium: Browser) -> None:
    world = World.build().to("preparing")
    world.consent(until=clock.today() + timedelta(days=12))
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup])
    nadja = entered(world, world.nadja, site, chromium)
    page = f"/planer/{world.plan.pk}/samtycke/"
    nadja.go(page)
    nadja.sees("Sara Lind och Johan Ek har vårdnaden tillsammans.")
    nadja.sees("Går snart ut. Fråga familjen igen.")
    nadja.go(page + f"behovs-inte/?verksamhet={world.bup.pk}")
    nadja.press("Anteckna")
    nadja.sees("Skriv skälet, så att familjen och andra förstår varför.")
    nadja.write("Skäl", "Medicinen måste ses över nu.")
    nadja.write("Gäller till och med", (clock.today() + timedelta(days=20)).isoformat())
    nadja.press("Anteckna")
    nadja.sees("Samtycke behövs inte för BUP Ystad.")
    nadja.go(page + f"behovs-igen/?verksamhet={world.bup.pk}")
    nadja.press("Samtycke behövs igen")
    nadja.sees("Skriv varför samtycke behövs igen.")
    nadja.go(f"/planer/{world.plan.pk}/mognad/")
    nadja.press("Anteckna bedömningen")
    nadja.sees("Välj vad din bedömning är.")
    sara = entered(world, world.sara, site, chromium)
    sara.go(f"/familj/{world.plan.pk}/samtycke/")
    sara.sees("Ditt ja går snart ut. Du kan säga ja igen.")
    assert not [problem for one in (nadja, sara) for problem in one.problems if "status of 422" not in problem]


def test_a_withdrawal_takes_the_plan_from_the_other_browser_at_the_next_click(site: Site, chromium: Browser) -> None:
    world = World.build().to("called")
    per = entered(world, world.per, site, chromium)
    sara = entered(world, world.sara, site, chromium)
    per.go(f"/planer/{world.plan.pk}/")
    per.sees("Alva Lind")
    sara.go(f"/familj/{world.plan.pk}/samtycke/")
    sara.press("Ta tillbaka ditt ja BUP Ystad")
    sara.press("Ja, ta tillbaka")
    sara.sees("Ditt ja är taget tillbaka. BUP Ystad kan inte läsa planen längre.")
    assert per.page.reload().status == 404  # type: ignore[union-attr]
    assert "Alva" not in per.page.content()
