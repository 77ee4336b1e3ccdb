"""A rule that says no where no form takes it, and a database that goes away before the view: told in words, no 500."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError

from common.errors import Problem, Refused
from sip.signing import services as signing
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_refusal_that_no_form_takes_is_a_page_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build().to("in_review")

    def sealed(*_args: object, **_kwargs: object) -> None:
        raise Refused(Problem("unforeseen", "Planen är förseglad."))

    monkeypatch.setattr(signing, "sign_with_code", sealed)
    answer = world.client(world.sara).post(
        f"/planer/{world.plan.pk}/skriv-under/", {"has_read": "on", "sha256": world.version.sha256, "code": "123456"}
    )
    assert answer.status_code == 422
    assert "Planen är förseglad." in answer.content.decode()
    assert "Fråga den som samordnar planen." in answer.content.decode()
    assert "din chef" not in answer.content.decode()  # a parent is not at work here


def test_a_database_that_is_away_when_the_session_is_read_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.build()
    client = world.client(world.nadja)

    def away(_self: SessionStore) -> dict[str, object]:
        raise OperationalError("away")

    monkeypatch.setattr(SessionStore, "load", away)
    answer = client.get("/idag/")
    assert answer.status_code == 503
    assert answer["Retry-After"]
