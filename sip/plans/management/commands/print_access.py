"""`manage.py print_access`: who may do what, as a page. `make docs` keeps it in docs/access.md."""

from typing import Any

from django.core.management.base import BaseCommand

from sip.plans.access_page import page


class Command(BaseCommand):
    """Print the page."""

    help = "Skriver ut vem som får göra vad, ur behörighetstabellen."
    requires_system_checks: list[str] = []  # needs no database

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(page(), ending="")
