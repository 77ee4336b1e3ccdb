"""The demo's clock: forward, once for each press, the same for web and worker; outside the demo it is not there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from common import clock
from sip.web.doors import demo_clock
from tests.world import World

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """The demo is on, with a clock of its own; its wake-up calls go nowhere."""
    settings.DEMO = True
    settings.DEMO_CLOCK = tmp_path / "demo" / "clock"
    settings.CELERY_BEAT_SCHEDULE = {}
    clock.run_ahead(demo_clock.ahead)
    try:
        yield settings.DEMO_CLOCK
    finally:
        clock.run_ahead(timedelta)


def ahead() -> float:
    return demo_clock.ahead().total_seconds()


def press(client: Client, step: str, **more: str) -> str:
    answer = client.post("/demo/klockan/", {"steg": step, "sedd": demo_clock.mark(), "next": "/demo/", **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_outside_the_demo_there_is_no_clock(client: Client, db: None) -> None:
    assert client.post("/demo/klockan/", {"steg": "vecka", "sedd": "0"}).status_code == 404
    assert not clock.is_set()


def test_it_moves_forward_and_says_what_time_it_is(demo: Path, client: Client, db: None) -> None:
    world = World.build()
    before = clock.now()
    assert press(client, "timme") == "/demo/"
    assert press(client, "dag") == "/demo/"
    assert timedelta(hours=24) < clock.now() - before < timedelta(hours=27)  # one of these days may be a long one
    assert clock.is_set()  # and the access log goes by it
    page = world.client(world.nadja).get("/idag/").content.decode()
    assert "Nu är det" in page and 'name="steg" value="vecka"' in page and f'value="{int(ahead())}"' in page


def test_a_press_that_comes_twice_moves_once(demo: Path, client: Client, db: None) -> None:
    seen = demo_clock.mark()
    press(client, "timme", sedd=seen)
    press(client, "timme", sedd=seen)
    assert ahead() == 3600
    with ThreadPoolExecutor(4) as crowd:
        moved = list(crowd.map(lambda _n: demo_clock.move("timme", "3600"), range(4)))
    assert sorted(moved) == [False, False, False, True]
    assert ahead() == 7200


@pytest.mark.parametrize("step", ["", "år", "-vecka", "timme\0", "9" * 5000])
def test_what_is_no_step_moves_nothing(demo: Path, client: Client, db: None, step: str) -> None:
    press(client, step)
    assert ahead() == 0
    assert "till nästa vardag, en dag eller en vecka" in client.get("/demo/").content.decode()


def test_it_leads_to_no_other_site_and_never_too_far(demo: Path, client: Client, db: None) -> None:
    assert press(client, "timme", next="https://annan.example/") == "/"
    demo.write_text(str(int(demo_clock.FARTHEST.total_seconds()) - 60))
    far = ahead()
    press(client, "vecka")
    assert ahead() == far
    for broken in ("", "x", "-5", "1e9"):
        demo.write_text(broken)
        assert ahead() == 0


def test_a_day_is_from_an_hour_to_the_same_hour_in_both_odd_nights(demo: Path) -> None:
    for day in (date(2026, 3, 28), date(2026, 10, 24)):
        noon = clock.at(day, 12)
        assert clock.local(demo_clock._later(noon, "dag")).hour == 12
        assert clock.local(demo_clock._later(noon, "vecka")).hour == 12


def test_the_next_working_day_begins_at_nine(demo: Path) -> None:
    friday, eve = date(2026, 3, 27), date(2026, 12, 23)  # a Wednesday; Christmas and a weekend lie behind it
    for day, hour, after in (
        (friday, 7, date(2026, 3, 30)),
        (friday, 23, date(2026, 3, 30)),
        (eve, 9, date(2026, 12, 28)),
    ):
        assert demo_clock._later(clock.at(day, hour), "vardag") == clock.at(after, 9)


def test_another_process_sees_the_same_time(demo: Path, client: Client, db: None) -> None:
    press(client, "vecka")
    program = "import django; django.setup(); from common import clock; print(clock.now().isoformat())"
    code = f"from django.conf import settings; settings.DEMO = True; settings.DEMO_CLOCK = {str(demo)!r}; {program}"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "sip.settings.test"}
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert abs(clock.now() - datetime.fromisoformat(done.stdout.strip())) < timedelta(hours=1)  # and not a week
