"""The call's own pages in a real browser, against axe and the margins: answer, move, cancel, guests, proposed times."""

from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from agencies.models import User
from common import clock
from consent.models import Guardian
from sip.meetings import guests, polling
from sip.meetings.models import Guest
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


def wrong(*visitors: Visitor) -> list[str]:
    return [problem for one in visitors for problem in one.problems if "status of 422" not in problem]


def test_a_call_that_is_answered_moved_and_cancelled(site: Site, chromium: Browser) -> None:
    world = World.build().to("called")
    plan = f"/planer/{world.plan.pk}"
    per = entered(world, world.per, site, chromium)
    per.go(f"{plan}/svara/")
    per.choose("Det är inte oss ni ska kalla")
    per.sees("Vilka ska frågas i stället?")
    per.choose("Vi kommer")
    per.write("Vad kan ni bidra med?", "En bedömning.")
    per.press("Skicka svaret")
    per.sees("Tack. Samordnaren ser ert svar.")
    nadja = entered(world, world.nadja, site, chromium)
    nadja.go(f"{plan}/gaster/")
    nadja.press("Skapa länken")
    nadja.sees("Skriv vem gästen är")
    nadja.choose("Tolk")
    nadja.write("Namn eller nummer", "Tolk 4711")
    nadja.press("Skapa länken")
    nadja.sees("Länken till Tolk 4711 är klar.")
    stranger = Visitor.open(chromium, site.url)
    stranger.go(f"/gast/{guests.token_of(Guest.objects.get())}/")
    stranger.press("Jag kommer")
    stranger.sees("Du har svarat att du kommer.")
    nadja.go(f"{plan}/oversattning/?sprak=ar")
    nadja.sees("Översätt för familjen")
    nadja.go("/planer/arkiv/")
    nadja.sees("Planer till journalen eller akten")
    nadja.go(f"{plan}/flytta-motet/")
    nadja.write("Börjar kl.", "09:00")
    nadja.write("Slutar kl.", "08:00")
    nadja.press("Flytta mötet")
    nadja.sees("Mötet måste sluta efter att det börjar.")
    nadja.write("Slutar kl.", "10:00")
    nadja.press("Flytta mötet")
    nadja.sees("Mötet är flyttat till")
    stranger.go(f"/gast/{guests.token_of(Guest.objects.get())}/")
    stranger.sees("Jag kommer")
    nadja.go(f"{plan}/stall-in-motet/")
    nadja.write("Varför ställs mötet in?", "Snöstorm")
    nadja.press("Ställ in mötet")
    nadja.sees("är inställt")
    stranger.go(f"/gast/{guests.token_of(Guest.objects.get())}/")
    stranger.sees("Mötet är inställt")
    sara = entered(world, world.sara, site, chromium)
    sara.go(f"/familj/{world.plan.pk}/")
    sara.sees("Mötet är inställt.")
    assert wrong(per, nadja, stranger, sara) == []


def test_times_are_proposed_answered_and_chosen(site: Site, chromium: Browser) -> None:
    world = World.build().to("consented")
    nadja = entered(world, world.nadja, site, chromium)
    page = f"/planer/{world.plan.pk}/tider/"
    nadja.go(page)
    nadja.press("Skicka tiderna")
    nadja.sees("Föreslå minst två och högst fyra tider.")
    day = clock.today() + timedelta(days=10)
    times = [(world.at(day, 9), world.at(day, 10)), (world.at(day, 13), world.at(day, 14))]
    agencies, answer_by = [world.bup, world.school], day - timedelta(days=4)
    poll = polling.propose_times(world.actor(world.nadja), world.plan, times, agencies, answer_by)
    sara = entered(world, world.sara, site, chromium)
    sara.go(f"/familj/{world.plan.pk}/")
    sara.press("Svara vilka tider som passar")
    sara.page.locator("input[type=checkbox]").nth(1).check()
    sara.press("Skicka svaret")
    sara.sees("Tack. Samordnaren ser vilka tider som passar.")
    inga = entered(world, world.inga, site, chromium)
    inga.go(page + "svara/")
    inga.press("Skicka svaret")
    nadja.go(page)
    nadja.sees("Passar inte")
    best = poll.times.order_by("start")[1]
    nadja.page.locator(f"a[href$='tid={best.pk}']").click()
    nadja.sees("Kalla till möte")
    assert nadja.page.locator("input[name=start]").input_value() == "13:00"
    assert wrong(nadja, sara, inga) == []
