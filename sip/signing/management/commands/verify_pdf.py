"""`manage.py verify_pdf FILE …`: what holds of each file, check by check. Ends with 1 where any file does not hold."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from sip.signing.expecting import examine
from sip.signing.verify import MAX_BYTES


class Command(BaseCommand):
    help = "Verifiera underskrivna planer och kvittenser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FIL")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Verify each file and tell what holds."""
        failed = 0
        for path in options["files"]:
            try:
                with path.open("rb") as file:
                    pdf = file.read(MAX_BYTES + 1)
            except OSError as error:
                self.stderr.write(f"{path}: {error.strerror}")
                failed += 1
                continue
            answer = examine(pdf)
            failed += not answer.is_genuine
            self.stdout.write(f"{path}: {answer.summary}")
            for check in answer.verdict.checks:
                self.stdout.write(f"  {'ja ' if check.held else 'NEJ'} {check.name}: {check.why}")
            self.stdout.write(f"  {answer.note}")
        if failed:
            raise SystemExit(1)
