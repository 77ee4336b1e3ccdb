"""Look through the sealed access log and say what has been done to it behind the program's back."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock
from consent.log.verifying import Finding, Kind, Tally, verify

MOST = 50  # findings that are written out; the rest are counted

SAYS = {
    Kind.CHANGED: "Ändrat: block {block}, förseglat {when}, innehåller inte längre det som förseglades. "
    "Något av blockets {count} händelser är ändrad.",
    Kind.MISSING: "Saknas: {count} av händelserna i block {block}, förseglat {when}, är borta.",
    Kind.INSERTED: "Inskjutet: {count} händelser står inte i något block och kan inte ha skrivits av tjänsten.",
    Kind.WAITING: "Oförseglat: {count} händelser har väntat på försegling i mer än två timmar. "
    "Kontrollera att beat och worker är igång.",
    Kind.BLOCK_MISSING: "Saknas: {count} block från och med nummer {block} är borta ur kedjan.",
    Kind.BLOCK_CHANGED: "Ändrat: block {block} är inte det som förseglades.",
    Kind.NOT_PURGED: "Inskjutet: {count} händelser i block {block} är gallrade men finns i loggen.",
    Kind.CUT_OFF: "Avklippt: block {block} finns inte i kedjan med den kontrollsumma som du angav. "
    "Slutet på loggen är borttaget eller gjort på nytt.",
}


class Command(BaseCommand):
    help = "Kontrollerar åtkomstloggens försegling: ändrat, borttaget, inskjutet, avklippt. Status 1 om något är fel."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the head that was logged when the newest block was sealed."""
        parser.add_argument(
            "--head",
            metavar="NUMMER:KONTROLLSUMMA",
            help="ett block som tjänsten har loggat (”access log sealed”), för att hitta ett avklippt slut",
        )

    def handle(self, *args: Any, head: str | None = None, **options: Any) -> None:
        """Write each finding as it is found, then a summary.

        Raises CommandError, which is exit status 1, when something is wrong or `--head` cannot be read.
        """
        tally = Tally()
        for number, finding in enumerate(verify(tally, head=_read(head)), start=1):
            if number <= MOST:
                self.stdout.write(_words(finding))
        found = sum(tally.found.values())
        if found > MOST:
            self.stdout.write(f"… och {found - MOST} fel till.")
        self.stdout.write(f"Kontrollerat: {tally.blocks} block, {tally.events} händelser, {tally.purged} gallrade.")
        if tally.head:
            self.stdout.write(f"Kedjans slut: {tally.head}")
        if found:
            raise CommandError(f"Åtkomstloggen är inte hel: {found} fel.", returncode=1)
        self.stdout.write("Åtkomstloggen är hel.")


def _read(head: str | None) -> tuple[int, str] | None:
    if not head:
        return None
    parts = re.fullmatch(r"(?P<number>[0-9]{1,18}):(?P<hash>[0-9a-f]{64})", head)
    if not parts:
        raise CommandError("Skriv --head som NUMMER:KONTROLLSUMMA, så som raden ”access log sealed” säger.")
    return int(parts["number"]), parts["hash"]


def _words(finding: Finding) -> str:
    when = f"{clock.local(finding.sealed_at):%Y-%m-%d %H:%M}" if finding.sealed_at else ""
    said = SAYS[finding.kind].format(block=finding.block, when=when, count=finding.count)
    shown = "".join(f"\n  {key}" for key in finding.events) if finding.kind is not Kind.CHANGED else ""
    more = finding.count - len(finding.events)
    return said + shown + (f"\n  … och {more} till" if shown and more > 0 else "")
