"""What the browser is told with every answer (security.md, 3.4.x, 14.3.x; attacks 10 and 21), at every address."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from agencies.models import User
from sip.embedded.keys import keys
from sip.embedded.layout import TEST
from tests.consistency.test_layout import ROOT, views
from tests.world import World

pytestmark = pytest.mark.django_db

NOWHERE = UUID("00000000-0000-7000-8000-000000000000")
MACHINES = {"halsa", "redo", "csp-rapport"}
ALWAYS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Reporting-Endpoints": 'csp="/csp-rapport"',
}
# Whatever could run, load or send what is not ours: in the text of a page, not only in a header.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<base\b|<iframe|<object|<embed"
    r"|(?:src|href|action)=[\"'](?:https?:)?//",
    re.I,
)


def addresses(world: World) -> Iterator[str]:
    """Every address of the program, filled with what the world has."""
    values = {"plan_id": world.plan.pk, "row_id": world.goal.pk, "number": 1, "user_id": world.per.pk}
    for pattern, _view in views(get_resolver().url_patterns):
        yield "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(values.get(found[1], NOWHERE)), pattern)


def policy(response: HttpResponse) -> dict[str, list[str]]:
    """The content security policy, by directive."""
    rows = [row.split() for row in response["Content-Security-Policy"].split(";")]
    return {row[0]: row[1:] for row in rows}


def check(response: HttpResponse, address: str) -> None:
    for name, value in ALWAYS.items():
        assert response.headers.get(name) == value, f"{name} at {address}"
    assert "no-store" in response["Cache-Control"], address
    told = policy(response)
    assert told["default-src"] == ["'self'"], address
    assert told["frame-ancestors"] == told["base-uri"] == told["object-src"] == ["'none'"], address
    assert told["form-action"] == ["'self'"] and told["report-uri"] == ["/csp-rapport"], address
    assert "unsafe" not in response["Content-Security-Policy"] and "*" not in response["Content-Security-Policy"]
    for power in ("camera", "geolocation", "microphone"):
        assert f"{power}=()" in response["Permissions-Policy"], address
    if response.headers.get("Content-Type", "").startswith("text/html"):
        found = INLINE.search(response.content.decode())
        assert not found, f"{found and found[0]} at {address}"


@pytest.mark.parametrize("who", ["nobody", "nadja", "per", "inga", "chef", "dag", "sara", "young"])
def test_every_address_tells_the_browser_the_same(who: str) -> None:
    world = World.build().to("in_review")
    if who == "young":
        world.child.user = User.objects.create_user("alva@familj.example", "Alva Lind")
        world.child.save(update_fields=["user"])
    people = {"nobody": None, "young": world.child.user}
    user = people[who] if who in people else getattr(world, who)
    client = world.client(user) if user else Client()
    seen = set()
    for address in addresses(world):
        response = client.get(address)
        seen.add(response.status_code)
        check(response, address)
    assert seen >= ({200, 302} if who == "nobody" else {200, 404})


@pytest.mark.parametrize("address", ["/finns-inte/", "/planer", "/planer/inte-en-nyckel/", "/%00", "/\u202e/"])
def test_so_does_what_is_not_there(address: str) -> None:
    check(Client().get(address), address)


def test_so_do_the_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build()
    check(Client().get("/", headers={"host": "annan.example"}), "another host")
    check(world.client(world.nadja, enforce_csrf_checks=True).post("/logga-ut/"), "no token")
    check(Client().put("/logga-in/"), "another method")

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("Alva Lind 20140918-2399")

    monkeypatch.setattr("sip.web.staff.today.day_of", broken)
    client = world.client(world.nadja, raise_request_exception=False)
    answer = client.get("/idag/")
    assert answer.status_code == 500
    check(answer, "500")
    assert "Alva" not in answer.content.decode() and "RuntimeError" not in answer.content.decode()
    assert answer["X-Correlation-ID"]

    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr("sip.web.staff.today.day_of", away)
    check(client.get("/idag/"), "503")


@pytest.mark.parametrize(
    "told",
    [
        {"csp-report": {"effective-directive": "script-src-elem", "document-uri": "https://sip/planer/hemligt/"}},
        [{"type": "csp-violation", "body": {"effectiveDirective": "script-src-elem", "documentURL": "hemligt"}}],
    ],
)
def test_attack_10_both_kinds_of_report_are_logged_without_addresses(
    told: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert Client().post("/csp-rapport", json.dumps(told), "application/reports+json").status_code == 204
    assert "content security policy: script-src-elem" in caplog.text
    assert "hemligt" not in caplog.text


@pytest.mark.parametrize("body", [b"[]", b"[1]", b"[{}]", b"[" * 5000, b'[{"body": {"effectiveDirective": "a\\nb"}}]'])
def test_a_report_of_garbage_says_nothing(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert Client().post("/csp-rapport", body, "application/reports+json").status_code == 204
    assert "content security policy: unreadable report" in caplog.text


def test_a_paper_is_an_attachment_and_rests_nowhere() -> None:
    world = World.build().to("in_review")
    paper = world.client(world.sara).get(reverse("pdf", args=[world.plan.pk, 1]))
    assert paper.status_code == 200
    check(paper, "pdf")
    assert paper["Content-Disposition"].startswith("attachment;")


def test_what_just_happened_lies_in_no_cookie() -> None:
    world = World.build().to("preparing")
    client = world.client(world.nadja)
    sent = {"by": str(world.sara.user.pk), "said": "refused", "to": [str(world.bup.pk)]}
    answer = client.post(reverse("consents", args=[world.plan.pk]), sent)
    assert answer.status_code == 302 and client.session["_messages"]
    assert set(client.cookies) <= {"sessionid", "csrftoken"}
    assert "BUP" not in str(client.cookies)


def test_cookies_are_out_of_reach_for_scripts_and_other_sites() -> None:
    client = Client()
    client.get("/logga-in/")
    world = World.build()
    world.nadja.set_password("en lång mening som ingen gissar")
    world.nadja.save()
    client.post("/logga-in/", {"username": world.nadja.email, "password": "en lång mening som ingen gissar"})
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/" and not cookie["domain"]


SHOW = """
import django, json
from django.conf import settings
django.setup()
from django.test import Client
page = Client().get("/logga-in/", secure=True, headers={"host": "sip.example.se"})
plain = Client().get("/logga-in/", headers={"host": "sip.example.se"})
cookie = page.cookies["__Host-csrf"]
print(json.dumps({
    "hsts": page["Strict-Transport-Security"], "csp": page["Content-Security-Policy"],
    "cookie": [cookie.key, bool(cookie["secure"]), cookie["path"], cookie["domain"]],
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
                settings.SESSION_COOKIE_DOMAIN, settings.SESSION_COOKIE_PATH],
    "demo": settings.DEMO, "plain": [plain.status_code, plain["Location"]],
}))
"""


def test_in_production_only_over_tls_with_cookies_of_this_host_alone(tmp_path: object) -> None:
    served = {**os.environ, **keys(TEST), "SITE_URL": "https://sip.example.se", "ALLOWED_HOSTS": "sip.example.se"}
    served |= {"DJANGO_SETTINGS_MODULE": "sip.settings.production", "DEMO": "off"}
    code = "from django.conf import settings; settings.STORAGES; settings.STORAGES['staticfiles'] = {'BACKEND': "
    code += "'django.contrib.staticfiles.storage.StaticFilesStorage'}\n"  # nothing is gathered here
    run = subprocess.run([sys.executable, "-c", code + SHOW], env=served, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["hsts"] == "max-age=31536000; includeSubDomains"
    assert "report-to csp" in told["csp"] and "unsafe" not in told["csp"]
    assert told["cookie"] == ["__Host-csrf", True, "/", ""]
    assert told["session"] == ["__Host-sip", True, True, None, "/"]
    assert told["demo"] is False
    assert told["plain"] == [301, "https://sip.example.se/logga-in/"]
