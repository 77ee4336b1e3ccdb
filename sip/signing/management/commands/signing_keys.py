"""`manage.py signing_keys`: the root, new issuing keys, and the retiring of old ones. See docs/signing.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sip.signing import key_folder
from sip.signing.certificates import fingerprint


class Command(BaseCommand):
    help = "Nycklarna som underskrifter görs med: make-root, issue, retire, list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and where the root's key lies."""
        doing = parser.add_subparsers(dest="what", required=True)
        for what, said in (
            ("make-root", "gör en rot; nyckeln hamnar i filen, som sedan förvaras på ett annat ställe"),
            ("issue", "gör ett nytt utfärdarcertifikat och ett nytt sigill; de förra pensioneras"),
        ):
            doing.add_parser(what, help=said).add_argument("--root-key", type=Path, required=True, metavar="FIL")
        doing.add_parser("retire", help="ta bort nyckeln till ett certifikat som inte används").add_argument("mark")
        doing.add_parser("list", help="visa certifikaten")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, and say what was done."""
        folder = settings.SIGNING_DIR
        try:
            if options["what"] == "make-root":
                made = fingerprint(key_folder.make_root(folder, options["root_key"]))
                self.stdout.write(f"Roten {made} är gjord. Flytta {options['root_key']} från den här maskinen.")
            elif options["what"] == "issue":
                mark = key_folder.issue(folder, options["root_key"])
                self.stdout.write(f"Nya underskrifter görs nu med {mark}. Gamla underskrifter gäller som förut.")
            elif options["what"] == "retire":
                key_folder.retire(folder, options["mark"])
                self.stdout.write(f"{options['mark']} kan inte användas längre. Det som är underskrivet gäller.")
            else:
                self._list(folder)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _list(self, folder: Path) -> None:
        for kind in (key_folder.ISSUING, key_folder.SEAL):
            for mark in key_folder.marks(folder, kind):
                is_current = mark == key_folder.in_use(folder, kind)
                has_key = key_folder.has_key(folder, kind, mark)
                state = "används" if is_current else "har kvar sin nyckel" if has_key else "pensionerat"
                self.stdout.write(f"{kind} {mark} {state}")
