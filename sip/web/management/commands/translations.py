"""`make translations`: gather what families meet, put it in every language's catalogue, and tell what is missing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies.languages import SWEDISH
from sip.web.catalogue import collect, files


class Command(BaseCommand):
    """Brings every catalogue up to date with the program. Translations are kept; both files are written anew."""

    help = "Bring the families' catalogues up to date: locale/*/LC_MESSAGES/django.po and .mo."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write the files. Raises CommandError when a translation is missing, after writing."""
        places = collect.every_text()
        missing = 0
        for code, _name in settings.LANGUAGES:
            if code == SWEDISH:
                continue
            texts = [*places, *collect.djangos(code)]
            catalogue = files.brought_up_to_date(files.read(code), texts)
            files.write(catalogue, places)
            untold = [text.one for text, said in catalogue.translations.items() if not all(said)]
            missing += len(untold)
            self.stdout.write(f"{code}: {len(texts)} texts, {len(untold)} not translated")
        if missing:
            raise CommandError(f"{missing} translations are missing. Write them in the .po files and run this again.")
