"""Attacks 10 and 21 of security.md, and Nödöppna, in a real Chromium: what the headers promise, the browser keeps."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Route, expect

from agencies.models import User
from common import clock
from sip.plans.models import EmergencyOpening
from sip.web.middleware import FRESH_KEY
from tests.browser.visitor import Visitor
from tests.database import Site
from tests.world import World

pytestmark = pytest.mark.browser

PASSWORD = "en lång mening som ingen gissar"
MARK = "<script>document.title='bruten'</script><img src=x onerror=\"document.title='bruten'\">"


def at_work(site: Site, chromium: Browser, world: World, user: User) -> Visitor:
    """Somebody whose log-in was seven minutes ago."""
    user.set_password(PASSWORD)
    user.save()
    client = world.client(user)
    session = client.session
    session[FRESH_KEY] = (clock.now() - timedelta(minutes=7)).timestamp()
    session.save()
    visitor = Visitor.open(chromium, site.url)
    name = settings.SESSION_COOKIE_NAME
    visitor.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site.url}])
    return visitor


def test_a_plan_is_opened_in_an_emergency(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    dag = at_work(site, chromium, world, world.dag)
    dag.go("/planer/sok/")
    dag.page.locator("#sok").fill("20140918-2399")
    dag.page.locator("#sok").press("Enter")
    dag.page.get_by_text("Ingen träff").wait_for()
    dag.press("Nödöppna barnets plan")
    dag.sees("Planens samordnare får veta det direkt.")
    dag.press("Nödöppna planen")
    dag.sees("Skriv personnumret med tolv siffror.", "Skriv varför du måste läsa planen nu.")
    dag.write("Barnets personnummer", "20140918-2399")
    dag.write("Varför måste du läsa planen nu?", "Alva är på akuten och vi måste veta vad BUP gör.")
    dag.press("Nödöppna planen")
    dag.sees("Bekräfta att det är du")
    dag.write("Ditt lösenord", "fel")
    dag.press("Bekräfta")
    dag.sees("Lösenordet stämmer inte.")
    dag.write("Ditt lösenord", PASSWORD)
    dag.press("Bekräfta")
    ends = clock.local(EmergencyOpening.objects.get().ends_at)
    dag.sees(f"Nödöppnad till kl. {ends:%H.%M}.", "Allt du gör loggas och granskas.")
    dag.sees("Alva Lind", "Jag vill vara med på gympan")
    dag.press("Avsluta nu")
    dag.sees("Nödöppningen är avslutad.")
    assert not [problem for problem in dag.problems if "status of 422" not in problem]


def test_attack_10_an_inline_script_does_not_run_and_the_report_arrives(
    site: Site, chromium: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    world = World.build().to("in_review")
    nadja = at_work(site, chromium, world, world.nadja)
    page = nadja.page

    def with_script(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace("</head>", f"{MARK}</head>")
        body = body.replace("<main", '<main onclick="document.title=\'bruten\'" style="color: red"')
        route.fulfill(response=answer, body=body)

    page.route("**/idag/", with_script)
    with caplog.at_level(logging.WARNING, "sip.web.doors.csp"):
        # The report is in the log before it is answered.
        with page.expect_response(lambda answer: "script-src" in (answer.request.post_data or "")):
            page.goto(site.url + "/idag/")
        page.locator("main").click(position={"x": 5, "y": 5})
        page.wait_for_load_state("networkidle")
    expect(page).not_to_have_title("bruten")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).color") != "rgb(255, 0, 0)"
    assert "content security policy: script-src" in caplog.text
    told = [record.getMessage() for record in caplog.records if record.name == "sip.web.doors.csp"]
    assert not [message for message in told if "idag" in message]


def test_attack_10_what_somebody_wrote_is_text(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    world.plan.needs.update(text=MARK)
    world.plan.goals.update(text=MARK)
    world.plan.actions.update(text=MARK, contact=MARK)
    type(world.plan.voice).objects.filter(plan=world.plan).update(child_words=MARK, situation=MARK)
    User.objects.filter(pk__in=[world.per.pk, world.nadja.pk]).update(name=MARK[:200])
    type(world.bup).objects.filter(pk=world.bup.pk).update(name=MARK[:200])
    type(world.child).objects.filter(pk=world.child.pk).update(name=MARK[:200])
    nadja = at_work(site, chromium, world, world.nadja)
    dialogs: list[str] = []
    nadja.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    plan = f"/planer/{world.plan.pk}/"
    for path in ("/idag/", "/planer/", plan, plan + "historik/", plan + "samtycke/", plan + "granska/"):
        nadja.page.goto(site.url + path)
        nadja.page.wait_for_load_state("networkidle")
        assert "bruten" not in nadja.page.title().replace(MARK[:200], "")
        assert nadja.page.locator("img[src=x]").count() == 0, path
        assert nadja.page.locator("body script").count() == 0, path
    assert not dialogs
    assert not [problem for problem in nadja.problems if "security" in problem.lower()]


def test_attack_21_after_logging_out_the_back_button_shows_nothing(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    nadja = at_work(site, chromium, world, world.nadja)
    page = nadja.page
    page.goto(f"{site.url}/planer/{world.plan.pk}/")
    expect(page.locator("h1")).to_contain_text("Alva Lind")
    page.get_by_role("button", name="Logga ut").click()
    page.wait_for_url(site.url + "/")
    page.go_back()
    page.wait_for_load_state()
    expect(page.locator("body")).not_to_contain_text("Alva")
    assert "/logga-in/" in page.url
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert settings.SESSION_COOKIE_NAME not in names


def test_attack_21_no_other_page_frames_ours(site: Site, chromium: Browser) -> None:
    world = World.build().to("in_review")
    nadja = at_work(site, chromium, world, world.nadja)
    page = nadja.page
    page.route(
        "http://annan.example/",
        lambda route: route.fulfill(
            content_type="text/html", body=f'<title>fälla</title><iframe src="{site.url}/idag/"></iframe>'
        ),
    )
    page.goto("http://annan.example/")
    page.wait_for_load_state("networkidle")
    framed = page.frames[1]
    assert framed.url.startswith("chrome-error://")
    assert "Nadja" not in framed.content()
