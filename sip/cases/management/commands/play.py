"""`manage.py play CASE.yaml --out DIR`: play a case file through the services, and see that it goes as it says.

Several cases may be named; each then gets a folder of its own in DIR, by the file's name.
"""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

import django.db
from django.conf import settings
from django.core.management.base import BaseCommand

from agencies.models import AgencyKind
from agencies.row_scope import everything_from_here
from sip.cases import expectations, papers, printed
from sip.cases.errors import CaseError, PlayError
from sip.cases.player import Play, prepare
from sip.cases.reader import read
from sip.cases.shift import shifted_to
from sip.cases.world import Case

PLAYED, FAILED, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    """Exit status 0: all went as the file says. 1: something did not. 2: the file cannot be read."""

    help = "Spelar upp fallfiler genom samma tjänster som webben och lägger papperen i en mapp."
    requires_system_checks: list[str] = []  # the checks are of the web, which a play does without

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("cases", type=Path, nargs="+", metavar="CASE", help="fallfilen, eller flera")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="mappen för papperen")
        parser.add_argument(
            "--shift-to",
            type=_day,
            metavar="ÅÅÅÅ-MM-DD",
            help="flytta fallet hela veckor, så att det sista steget sker dagarna före den här dagen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        cases, out = options["cases"], options["out"]
        settings.RENDER_AT_ONCE = True  # the next step of the file waits for no worker
        everything_from_here()  # for what the player looks up itself; each step is then done as the one who does it
        folders = [out / path.stem for path in cases] if len(cases) > 1 else [out]
        statuses = [self._play(*each, options["shift_to"]) for each in zip(cases, folders, strict=True)]
        sys.exit(max(statuses))

    def _play(self, path: Path, folder: Path, shift_to: date | None) -> int:
        try:
            case = read(path, AgencyKind.objects.order_by("name").values_list("name", flat=True))
            papers.clear(folder)
            problems = self._problems(shifted_to(case, shift_to) if shift_to else case, folder)
        except CaseError as error:
            return self._say(UNREADABLE, str(error))
        except OSError as error:
            return self._say(FAILED, f"{folder}: Det går inte att skriva här ({error.strerror}). Välj en annan mapp.")
        except django.db.Error as error:
            name = type(error).__name__
            return self._say(FAILED, f"Databasen svarar inte som den ska ({name}). Starta den och kör migrate.")
        for line, message in problems:
            self._say(FAILED, f"{path}:{line}: {message}" if line else f"{path}: {message}")
        if not problems:
            self.stdout.write(f"{case.title}: {len(case.steps)} steg gick som de skulle. Papperen ligger i {folder}.")
        return FAILED if problems else PLAYED

    def _problems(self, case: Case, folder: Path) -> list[tuple[int, str]]:
        """Play, write the papers whatever came of it, and give what did not go as the file says."""
        problems = []
        try:
            play = prepare(case)
        except PlayError as error:
            return [(error.line, error.message)]
        try:
            play.run()
        except PlayError as error:
            problems.append((error.line, error.message))
        try:
            papers.write(play, folder)
        except PlayError as error:
            problems.append((error.line, error.message))
        return problems or self._unmet(play, folder)

    def _unmet(self, play: Play, folder: Path) -> list[tuple[int, str]]:
        try:
            return [(each.line, each.message) for each in expectations.unmet(play, folder)]
        except printed.CannotRead as error:
            return [(0, str(error))]

    def _say(self, status: int, message: str) -> int:
        self.stderr.write(message.encode(errors="backslashreplace").decode())
        return status


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} är ingen dag. Skriv så: ÅÅÅÅ-MM-DD.") from error
