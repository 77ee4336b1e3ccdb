"""Fixtures for the database: ordinary tests roll back; `committed_db` and `site` commit for real.

Everything connects as the application's role, which owns nothing; so TRUNCATE is refused, and pytest-django's
`transaction=True` cannot clean up. A test that needs real commits takes `committed_db` instead.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.test.testcases import LiveServerThread
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from agencies import row_scope
from tests import servers

_number = count(1)


def tests_see_everything(**_signal: object) -> None:
    """What a test itself looks up is not held by row-level security; what it does as somebody is, and every page.

    The live server answers in threads of its own, where nothing is let through.
    """
    if threading.current_thread() is threading.main_thread():
        row_scope.everything_from_here()


connection_created.connect(tests_see_everything)


@dataclass(frozen=True)
class Database:
    """A database of one test's own."""

    name: str

    @property
    def app_url(self) -> str:
        """Its address for the application's role."""
        return make_conninfo(settings.DATABASE_URL, dbname=self.name)

    @property
    def owner_url(self) -> str:
        """Its address for the owner of the tables."""
        return make_conninfo(settings.OWNER_DATABASE_URL, dbname=self.name)

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a program (manage.py, gunicorn, celery) that is to work on it."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "sip.settings.test",
            "DATABASE_URL": self.app_url,
            "OWNER_DATABASE_URL": self.owner_url,
        }


@dataclass(frozen=True)
class Site:
    """The whole site, answering over HTTP."""

    url: str
    database: Database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker, worker_id: str) -> Iterator[None]:
    """Give this worker a database of its own for the tests that roll back."""
    servers.start_database()
    name = f"sip_{worker_id}_{os.environ['SIP_TEST_RUN']}"
    servers.copy(name)
    with django_db_blocker.unblock():
        _turn_to(name)
        yield
        connections.close_all()
    servers.drop(name)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker, worker_id: str) -> Iterator[Database]:
    """Give the test an empty database of its own, where what is committed stays until the test ends."""
    shared = connection.settings_dict["NAME"]
    name = f"sip_{worker_id}_{os.environ['SIP_TEST_RUN']}_{next(_number)}"
    servers.copy(name)
    with django_db_blocker.unblock():
        _turn_to(name)
        try:
            yield Database(name)
        finally:
            connections.close_all()
            _turn_to(shared)
    servers.drop(name)


@pytest.fixture
def site(committed_db: Database) -> Iterator[Site]:
    """Serve the site over HTTP on a free port of this machine, on the test's own database."""
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield Site(f"http://localhost:{thread.port}", committed_db)
    thread.terminate()


@pytest.fixture
def broker() -> str:
    """See to it that the broker answers, and give its address."""
    servers.start_broker()
    return settings.CELERY_BROKER_URL


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
