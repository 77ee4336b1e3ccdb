"""What the page *Översättning* shows: the Swedish texts in groups, what is written of each, and how far it has come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from sip.meetings.translating import name_of
from sip.plans import help_texts, protection
from sip.plans.help_texts import Key, Swedish
from sip.plans.models import HelpText, Plan, Translator
from sip.web.words import language_words, near_words
from sip.web.work.guarded import GuardedForm

# So many texts stand on one page: a form may hold no more fields than the server takes, and nobody does more at once.
AT_ONCE = 40


@dataclass(frozen=True)
class Row:
    """One Swedish text and the field beside it. `by`: who wrote the help text, in words; `is_old`: of an older text."""

    what: str
    swedish: str
    fingerprint: str
    name: str
    field: BoundField
    by: str
    is_old: bool


@dataclass(frozen=True)
class Group:
    """The rows of one goal, or of another part of the plan."""

    anchor: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Tab:
    """One language to translate to, or one part of the texts."""

    label: str
    href: str
    is_here: bool


@dataclass(frozen=True)
class Progress:
    """How many of the texts are translated, and how many of those are of a Swedish text that has changed."""

    done: int
    total: int
    old: int

    @property
    def words(self) -> str:
        """ "12 av 18 texter är översatta." """
        return _("%(done)s av %(total)s texter är översatta.") % {"done": self.done, "total": self.total}


def progress(texts: Sequence[Swedish], stored: dict[Key, HelpText]) -> Progress:
    """How far these texts have come."""
    written = [(each, row) for each in texts if (row := stored.get(each.key)) is not None and row.text]
    old = sum(row.of_sha256 != each.fingerprint for each, row in written)
    return Progress(len(written) - old, len(texts), old)


def groups(
    shown: Iterable[Swedish], everything: Iterable[Swedish], form: GuardedForm, stored: dict[Key, HelpText]
) -> list[Group]:
    """The texts `shown`, each with its field in the form, under the goals that they belong to."""
    goals = {each.row_id: each.text for each in everything if each.kind == "goal" and each.field == "text"}
    numbers = {key: number for number, key in enumerate(goals, start=1)}
    found: dict[str, tuple[str, list[Row]]] = {}
    for each in shown:
        anchor, heading = _part(each, goals, numbers)
        row = stored.get(each.key)
        drawn = Row(
            what=_what(each),
            swedish=each.text,
            fingerprint=each.fingerprint,
            name=name_of(each.key),
            field=form[name_of(each.key)],
            by=_by(row) if row and row.text else "",
            is_old=bool(row and row.text and row.of_sha256 != each.fingerprint),
        )
        found.setdefault(anchor, (heading, []))[1].append(drawn)
    return [Group(anchor, heading, tuple(rows)) for anchor, (heading, rows) in found.items()]


def _part(each: Swedish, goals: dict[UUID, str], numbers: dict[UUID, int]) -> tuple[str, str]:
    if each.goal_id in goals:
        number = numbers[each.goal_id]
        return f"mal-{number}", _("Mål %(number)s") % {"number": number}
    return {
        "voice": ("barnet", _("Barnet och familjen")),
        "need": ("behov", _("Behoven")),
        "wheel": ("hjulet", _("Hjulet")),
        "meeting": ("motet", _("Mötet")),
        "guest": ("motet", _("Mötet")),
        "plan": ("lamnas-over", _("Det som lämnas över")),
    }.get(each.kind, ("annat", _("Annat som görs")))


def _what(each: Swedish) -> str:
    """What a text is, as a word or two."""
    return {
        ("voice", "child_words"): _("Barnets egna ord"),
        ("voice", "no_voice_because"): _("Varför barnets ord saknas"),
        ("voice", "guardians_view"): _("Vårdnadshavarnas syn"),
        ("voice", "works_well"): _("Det fungerar bra"),
        ("voice", "situation"): _("Så är läget"),
        ("goal", "text"): _("Målet"),
        ("goal", "outcome_why"): _("Hur det gick med målet"),
        ("action", "text"): _("Insatsen"),
        ("action", "if_not"): _("Om det inte fungerar"),
        ("action", "outcome_why"): _("Hur det gick"),
        ("need", "text"): _("Behovet"),
        ("wheel", "works"): _("Fungerar bra"),
        ("wheel", "hard"): _("Är svårt"),
        ("meeting", "purpose"): _("Mötets syfte"),
        ("meeting", "question"): _("Mötets fråga"),
        ("guest", "note"): _("Raden till gästen"),
        ("plan", "hand_over"): _("Det som lämnas över"),
    }[(each.kind, each.field)]


def label(each: Swedish, language: str) -> str:
    """What the field beside a text is called: "Målet på arabiska"."""
    return _("%(what)s på %(language)s") % {"what": _what(each), "language": language_words(language)}


def _by(row: HelpText) -> str:
    names = {"name": protection.staff_name(row.changed_by), "day": near_words(row.changed_at)}
    if row.translator == Translator.INTERPRETER:
        return _("Tolkens text, sparad %(day)s av %(name)s.") % names
    return _("Skriven %(day)s av %(name)s.") % names


def tabs(plan: Plan, language: str) -> tuple[list[Tab], list[Tab]]:
    """The family's languages, and the others that there are."""
    theirs = help_texts.languages_of_family(plan)
    every = [_tab(plan, code, language) for code in help_texts.may_be_written_in()]
    codes = help_texts.may_be_written_in()
    return (
        [tab for code, tab in zip(codes, every, strict=True) if code in theirs or code == language],
        [tab for code, tab in zip(codes, every, strict=True) if code not in theirs and code != language],
    )


def _tab(plan: Plan, code: str, language: str) -> Tab:
    return Tab(language_words(code), f"{reverse('translate', args=[plan.pk])}?sprak={code}", code == language)


def parts(plan: Plan, language: str, total: int, here: int) -> list[Tab]:
    """The parts of a plan with very many texts; none where they all stand on one page."""
    last = -(-total // AT_ONCE)
    if last < 2:
        return []
    where = f"{reverse('translate', args=[plan.pk])}?sprak={language}&del="
    return [
        Tab(_("Del %(number)s av %(last)s") % {"number": number, "last": last}, f"{where}{number}", number == here)
        for number in range(1, last + 1)
    ]


def is_rtl(language: str) -> bool:
    """Whether the language is written from right to left."""
    return language in settings.LANGUAGES_BIDI
