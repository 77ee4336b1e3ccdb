"""Working as the owner of the tables for a moment: to migrate, to purge. The program itself never does."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from sip.embedded.urls import django_database


@contextmanager
def as_owner() -> Iterator[None]:
    """Turn the default connection to OWNER_DATABASE_URL inside the block."""
    app = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(django_database(settings.OWNER_DATABASE_URL))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(app)
