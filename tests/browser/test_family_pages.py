"""The pages of the family that the main job does not come to, and their errors, held against axe and the console."""

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor
from tests.codes import latest
from tests.database import Site
from tests.world import World

pytestmark = pytest.mark.browser


def test_every_other_page_of_the_family_and_every_error(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    sara = Visitor.open(chromium, site.url)
    cookie = world.client(world.sara).cookies[settings.SESSION_COOKIE_NAME].value
    sara.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site.url}])
    plan = f"/familj/{world.plan.pk}/"

    sara.go(plan + "vem-har-last/")
    sara.sees("Vem har läst", "Nadja Öhman, Socialtjänsten Skurup")
    sara.go(plan + "skriv/")
    sara.press("Skicka")
    sara.sees("Skriv vad du vill säga.")
    sara.go(plan + "tycker-annat/")
    sara.press("Spara mina ord")
    sara.sees("Skriv hur du ser på det.")
    sara.write("Så här ser jag på det", "Jag tycker att mötena är för många.")
    sara.press("Spara mina ord")
    sara.sees("Dina ord följer med planen")
    sara.go(plan + "skriver-inte-under/")
    sara.press("Jag vill inte skriva under")
    sara.sees("Du kan ändra dig.")
    sara.go(f"/planer/{world.plan.pk}/skriv-under/")
    sara.press("Skicka kod")
    sara.sees("Kryssa i att du har läst planen.")
    sara.choose("Jag har läst planen")
    sara.press("Skicka kod")
    sara.write("Din kod", "000000")
    sara.press("Skriv under")
    sara.sees("Koden stämmer inte eller gäller inte längre.")
    sara.go(f"{plan}samtycke/?sok=tandvård")
    sara.press("Ja, jag samtycker")
    sara.sees("Välj minst en verksamhet.")
    sara.go(plan + "samtycke/")
    sara.press("Ta tillbaka ditt ja BUP Ystad")
    sara.press("Ja, ta tillbaka")
    sara.sees("Ditt ja är taget tillbaka. BUP Ystad kan inte läsa planen längre.")
    sara.go("/familj/onskan/")
    sara.press("Skicka önskan")
    sara.sees("Skriv vad ni behöver hjälp med.")

    # A page that answers 4xx is a line in the browser's console; those were asked for.
    assert not [problem for problem in sara.problems if "status of 422" not in problem]


def test_with_the_keyboard_alone_a_parent_reads_and_signs(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    sara = Visitor.open(chromium, site.url)
    cookie = world.client(world.sara).cookies[settings.SESSION_COOKIE_NAME].value
    sara.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site.url}])
    sara.go("/familj/")
    sara.reach("Läs och skriv under")
    sara.page.keyboard.press("Enter")
    sara.page.wait_for_url("**/skriv-under/")
    sara.reach("Jag har läst planen")
    sara.page.keyboard.press("Space")
    sara.reach("Skicka kod")
    sara.page.keyboard.press("Enter")
    sara.page.wait_for_url("**/skriv-under/#kod")
    sara.reach("Din kod")
    sara.page.keyboard.type(latest())
    sara.page.keyboard.press("Enter")
    sara.page.wait_for_url("**/familj/**")
    sara.sees("Din underskrift är sparad.")
    assert not sara.problems
