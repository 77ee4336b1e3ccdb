"""Months and weekdays in a sentence, in the languages that papers are made in.

Whole words, so that neither a locale of the machine nor another version of Django changes a paper that is made again.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """One language: the months as they stand in a date, the days of the week from Monday, how a day is written."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    day_month: str = "{day} {month}"
    hour: str = "%H:%M"


SWEDISH = Names(
    (
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ),
    ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    hour="%H.%M",
)  # fmt: skip

NAMES = {
    "sv": SWEDISH,
    "en": Names(
        (
            "January", "February", "March", "April", "May", "June",
            "July", "August", "September", "October", "November", "December",
        ),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ),
    "fi": Names(
        (
            "tammikuuta", "helmikuuta", "maaliskuuta", "huhtikuuta", "toukokuuta", "kesäkuuta",
            "heinäkuuta", "elokuuta", "syyskuuta", "lokakuuta", "marraskuuta", "joulukuuta",
        ),
        ("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"),
        day_month="{day}. {month}",
        hour="%H.%M",
    ),
    "ar": Names(
        (
            "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
            "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
        ),
        ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    ),
    "so": Names(
        (
            "Janaayo", "Febraayo", "Maarso", "Abriil", "Maajo", "Juun",
            "Luulyo", "Agoosto", "Sebtembar", "Oktoobar", "Nofembar", "Desembar",
        ),
        ("Isniin", "Talaado", "Arbaco", "Khamiis", "Jimco", "Sabti", "Axad"),
    ),
    "uk": Names(
        (
            "січня", "лютого", "березня", "квітня", "травня", "червня",
            "липня", "серпня", "вересня", "жовтня", "листопада", "грудня",
        ),
        ("понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота", "неділя"),
    ),
}  # fmt: skip
