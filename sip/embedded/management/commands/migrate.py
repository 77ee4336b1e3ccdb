"""Django's migrate, always as the owner of the tables: the application's role could not, and must not."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from sip.embedded.owner import as_owner


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's migrate with the default connection turned to OWNER_DATABASE_URL."""
        with as_owner():
            super().handle(*args, **options)
