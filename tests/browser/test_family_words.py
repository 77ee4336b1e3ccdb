"""The family says what is wrong, is answered, sees what changed, reads the child's page, and signs in few presses."""

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from agencies.models import User
from consent.models import Guardian
from sip.documents import services as documents
from sip.plans.services import contents
from tests.browser.visitor import Visitor
from tests.codes import latest
from tests.database import Site
from tests.integration.test_young_person import with_log_in
from tests.world import CHILD_WORDS, World

pytestmark = pytest.mark.browser

MOST_PRESSES = 5
# Counts what a finger does: a press of a key that a browser turns into a click has no detail.
COUNT = """addEventListener("click", press => {
    if (press.isTrusted && press.detail > 0) sessionStorage.presses = Number(sessionStorage.presses || 0) + 1;
}, true)"""


def visit(chromium: Browser, site: Site, world: World, who: User | Guardian) -> Visitor:
    """Somebody who has just logged in."""
    visitor = Visitor.open(chromium, site.url)
    cookie = world.client(who).cookies[settings.SESSION_COOKIE_NAME].value
    visitor.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site.url}])
    return visitor


def test_a_correction_is_asked_for_answered_made_and_read_anew(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    sara, nadja = (visit(chromium, site, world, who) for who in (world.sara, world.nadja))
    sara.go(f"/familj/{world.plan.pk}/")
    sara.press("Skriv om det här Bedömning av nedstämdhet")
    sara.sees("Du skriver om det här i planen:", "Bedömning av nedstämdhet")
    sara.choose("Något är fel och ska rättas")
    sara.press("Skicka")
    sara.sees("Skriv vad du vill säga.")
    sara.write("Vad vill du säga?", "Vi träffar Anna, inte Per.")
    sara.press("Skicka")
    sara.sees("Nadja måste svara dig innan planen fastställs.", "Du får ett svar innan planen fastställs.")

    nadja.go("/idag/")
    nadja.sees("Svara på en rättelse")
    nadja.go(f"/planer/{world.plan.pk}/faststall/")
    nadja.sees("Svara familjen först.")
    nadja.press("Läs och svara")
    nadja.press("Svara Vi träffar Anna")
    nadja.press("Skicka svaret")
    nadja.sees("Välj om planen ändras eller inte.", "Skriv ditt svar till familjen.")
    nadja.choose("Ja, det ändras")
    nadja.write("Ditt svar till familjen", "Du har rätt. Vi skriver Anna.")
    nadja.press("Skicka svaret")
    nadja.sees("Svaret är skickat. Ändra planen nu")
    contents.edit(world.actor(world.per), world.plan, world.assessment, "contact", "Anna Berg")
    documents.review(world.actor(world.nadja), world.plan)

    sara.go(f"/familj/{world.plan.pk}/")
    sara.sees("Ja, det ändras.", "Du har rätt. Vi skriver Anna.")
    sara.press("Det här är nytt sedan sist")
    sara.sees("1 sak är ändrad.", "Anna Berg")
    nadja.go(f"/planer/{world.plan.pk}/jamfor/")
    nadja.sees("Anna Berg")
    for visitor in (sara, nadja):
        assert not [problem for problem in visitor.problems if "status of 422" not in problem]


def test_the_childs_page_by_the_child_and_with_a_guardian(site: Site, chromium: Browser) -> None:
    world = World.build()
    alva = with_log_in(world)
    world.to("opened")
    world.write()
    marks = {"trygg": 4, "hälsa": 2, "utvecklas": 3, "ansvarstagande": 5, "delaktig": 4}
    contents.set_wheel(world.actor(world.nadja), world.plan, marks=marks, works={}, hard={})
    world.close_meeting()
    world.review()
    young, sara = (visit(chromium, site, world, who) for who in (alva, world.sara))
    young.go("/familj/")
    young.sees("Hej Alva!", CHILD_WORDS, "Det här vill jag", "Vem hjälper mig med vad", "Så har jag det nu")
    young.press("Läs och skriv under")
    young.sees("Det betyder din underskrift")
    sara.go(f"/familj/{world.plan.pk}/")
    sara.press("Läs tillsammans: barnets egen sida")
    sara.sees("Läs den gärna tillsammans.", CHILD_WORDS)
    assert not young.problems and not sara.problems


def test_a_guardian_reads_and_signs_in_five_presses_on_a_phone(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    sara = visit(chromium, site, world, world.sara)
    sara.page.context.add_init_script(COUNT)
    sara.go("/familj/")
    sara.press("Läs och skriv under")
    assert sara.fetch("Läs hela planen").suggested_filename == "sip-v1.pdf"
    sara.choose("Jag har läst planen")
    sara.press("Skicka kod")
    sara.write("Din kod", latest())
    sara.press("Skriv under")
    sara.sees("Din underskrift är sparad.")
    presses = int(sara.page.evaluate("sessionStorage.presses"))
    assert 0 < presses <= MOST_PRESSES, presses
    assert sara.page.viewport_size == {"width": 360, "height": 900}
    assert not sara.problems
