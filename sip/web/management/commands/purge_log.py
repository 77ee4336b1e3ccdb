"""Remove what the access log need no longer keep. Run by whoever keeps the program, as the owner of the tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from common.errors import Refused
from consent import retention
from sip.embedded.owner import as_owner


class Command(BaseCommand):
    help = "Gallrar åtkomstloggen: det som är äldre än ACCESS_LOG_YEARS. Aldrig yngre än fem år."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take another number of years than the setting's."""
        parser.add_argument("--years", type=int, help="äldre än så många år (annars ACCESS_LOG_YEARS)")

    def handle(self, *args: Any, years: int | None = None, **options: Any) -> None:
        """Purge, and say how many events went. Raises CommandError under five years or when the database refuses."""
        try:
            with as_owner():
                count = retention.purge(settings.ACCESS_LOG_YEARS if years is None else years)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        except Error as error:
            raise CommandError(f"Inget är gallrat. Databasen säger: {error}") from error
        self.stdout.write(f"Gallrat: {count} händelser. Kedjan är hel: kontrollera med verify_log.")
