"""Two versions of the plan side by side, in words: for those who take part, and for the family.

What the reader may not read, and what consent covers no more, is taken out of both sides before they are compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.languages import SWEDISH
from agencies.models import Level
from common.text import in_words
from sip.documents import services as documents
from sip.documents.compare import Change, How, Part, Row, compare
from sip.documents.covered import what_is_covered
from sip.plans import help_texts, people, protection
from sip.plans.access import Do, Relation, Standing
from sip.plans.audience import Audience, audience_of
from sip.plans.models import Outcome, Plan, Version, When
from sip.plans.models.contents import Responsible
from sip.plans.spokes import SPOKES
from sip.web.differences import Pieces, marked
from sip.web.family.gate import for_family
from sip.web.family.names import plan_name
from sip.web.pages import PageRequest, for_plan
from sip.web.words import as_day, day_words

# ⚡ Comparing word by word grows with the square of the text: beyond this many signs a text is shown unmarked.
MARKED_MOST = 4_000
MARKED_IN_ALL = 40_000


@dataclass(frozen=True)
class Side:
    """One field of a row: its name, and its text before and now; each piece with whether the other side lacks it.

    `language`: "sv" of what somebody wrote in the plan, "" of the program's own words and of names; `help_before` and
    `help_after`: the same in the reader's language, where there is such a text of that very Swedish.
    """

    label: str
    before: Pieces
    after: Pieces
    language: str = ""
    help_before: str = ""
    help_after: str = ""

    @property
    def is_old(self) -> bool:
        """Whether there was a help text of what stood there, and none of what stands there now."""
        return bool(self.help_before and self.after and not self.help_after)


@dataclass(frozen=True)
class Block:
    """One row that differs: what it is ("Mål"), what became of it ("Nytt"), its own words, and its fields."""

    kind: str
    how: str
    what: str
    is_new: bool
    is_gone: bool
    sides: tuple[Side, ...]
    help_what: str = ""
    language: str = ""


@dataclass(frozen=True)
class Comparison:
    """What is drawn. `old` and `new` are None while there are not two versions; `held` says why nothing is shown."""

    old: Version | None
    new: Version | None
    blocks: tuple[Block, ...] = ()
    summary: str = ""
    held: str = ""


@for_plan(Do.READ)
@require_safe
def compare_staff(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """For those who take part."""
    return _page(request, plan, standing, "staff/compare.html")


@for_family(Do.READ)
@require_safe
def compare_family(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """For the family."""
    return _page(request, plan, standing, "family/compare.html")


def _page(request: PageRequest, plan: Plan, standing: Standing, template: str) -> HttpResponse:
    versions = list(_comparable(plan, standing).order_by("number"))
    old, new = chosen(versions, request.GET.get("fran", ""), request.GET.get("till", ""))
    context = {
        "plan": plan,
        "plan_name": plan_name(plan.child, request.actor),
        "versions": [(version, version_words(version)) for version in versions],
        "comparison": comparison(request, plan, old, new),
        "old_words": version_words(old) if old else "",
        "new_words": version_words(new) if new else "",
    }
    return render(request, template, context)


def _comparable(plan: Plan, standing: Standing) -> QuerySet[Version]:
    """What this reader may compare. What was void often held what somebody had put right (GDPR article 16): it is for
    the family and the coordinator alone.
    """
    versions = Version.objects.filter(plan=plan)
    sees_void = standing.is_family or Relation.COORDINATOR in standing.relations
    return versions if sees_void else versions.filter(void_at=None)


def chosen(versions: list[Version], fran: str, till: str) -> tuple[Version | None, Version | None]:
    """The two versions that were asked for, the older first; the two newest where the address names no such pair."""
    by_number = {str(version.number): version for version in versions}
    if fran != till and {fran, till} <= by_number.keys():
        one, other = by_number[fran], by_number[till]
        return (one, other) if one.number < other.number else (other, one)
    return (versions[-2], versions[-1]) if versions[1:] else (None, versions[-1] if versions else None)


def version_words(version: Version) -> str:
    """ "Version 2, 3 juni"."""
    said = {"number": version.number, "day": day_words(as_day(version.frozen_at))}
    return _("Version %(number)s, %(day)s") % said


def comparison(request: PageRequest, plan: Plan, old: Version | None, new: Version | None) -> Comparison:
    """The two versions as this reader may read them, compared."""
    if old is None or new is None:
        return Comparison(old, new)
    for version in (old, new):
        if problems := documents.held_back(version, request.actor.user, plan):
            return Comparison(old, new, held=problems[0].message)
    reader = audience_of(request.actor, plan)
    before, after = (_readable(plan, documents.frozen(version), reader) for version in (old, new))
    changes = compare(before, after)
    texts = _texts(plan, before, after)
    budget = MARKED_IN_ALL
    blocks = []
    for change in changes:
        blocks.append(_block(change, before, after, texts, is_marked=budget > 0))
        budget -= sum(len(str(value)) for row in (change.before, change.after) for value in row.values())
    return Comparison(old, new, tuple(blocks), _summary(changes))


def _readable(plan: Plan, content: Mapping[str, Any], reader: Audience) -> dict[str, Any]:
    """The content without what is withheld, without the actions and the parties that consent covers no more."""
    readable = what_is_covered(plan, reader.of_plan(dict(content)))
    hidden = protection.hidden_names(people.protected_staff(plan))
    return {key: _unnamed(value, hidden) for key, value in readable.items()} if hidden else readable


def _texts(plan: Plan, *contents: Mapping[str, Any]) -> dict[str, str]:
    """What somebody wrote in the two, and the help text of each, or "". ⚡ In Swedish nothing is asked."""
    language = get_language() or SWEDISH
    if language == SWEDISH:
        return {}
    swedish = [each for content in contents for each in help_texts.of_content(plan, content)]
    return {each.text: "" for each in swedish} | help_texts.on_paper(plan, language, swedish)


def _unnamed(value: Any, hidden: tuple[str, ...]) -> Any:
    """What was frozen before a colleague was protected, without the name, wherever it stands."""
    if isinstance(value, str):
        return protection.without_names(value, hidden)
    if isinstance(value, list):
        return [_unnamed(one, hidden) for one in value]
    return {key: _unnamed(one, hidden) for key, one in value.items()} if isinstance(value, dict) else value


def _summary(changes: list[Change]) -> str:
    """ "2 saker är ändrade, 1 är ny."."""
    if not changes:
        return _("Det som står i planen är detsamma i båda.")
    count = {how: sum(change.how is how for change in changes) for how in How}
    words = []
    if count[How.CHANGED]:
        many = ngettext("%(n)s sak är ändrad", "%(n)s saker är ändrade", count[How.CHANGED])
        words.append(many % {"n": count[How.CHANGED]})
    if count[How.ADDED]:
        many = ngettext("%(n)s sak är ny", "%(n)s saker är nya", count[How.ADDED])
        words.append(many % {"n": count[How.ADDED]})
    if count[How.REMOVED]:
        many = ngettext("%(n)s sak är borttagen", "%(n)s saker är borttagna", count[How.REMOVED])
        words.append(many % {"n": count[How.REMOVED]})
    return f"{in_words(words)}."


# The words of one row


def _block(
    change: Change, before: Mapping[str, Any], after: Mapping[str, Any], texts: Mapping[str, str], *, is_marked: bool
) -> Block:
    was, is_now = (
        _told(change.part, row, content) for row, content in ((change.before, before), (change.after, after))
    )
    labels = [label for label in dict.fromkeys([*is_now, *was]) if was.get(label, "") != is_now.get(label, "")]
    how = {How.ADDED: _("Nytt"), How.REMOVED: _("Borttaget"), How.CHANGED: _("Ändrat")}[change.how]
    what = _what(change)
    sides = (_side(label, was.get(label, ""), is_now.get(label, ""), texts, is_marked=is_marked) for label in labels)
    return Block(
        kind=_KINDS[change.part](),
        how=how,
        what=what,
        is_new=change.how is How.ADDED,
        is_gone=change.how is How.REMOVED,
        sides=tuple(sides),
        help_what=texts.get(what, ""),
        language=_language_of(texts, what),
    )


def _what(change: Change) -> str:
    """What a row is called; of an agency that got another name, both."""
    if change.part is Part.WHEEL:
        return str(SPOKES.get(change.key, change.key))
    if change.part is Part.PARTY and change.how is How.CHANGED and "agency" in change.fields:
        before, after = (format_html("<bdi>{}</bdi>", row["agency"]) for row in (change.before, change.after))
        said = _("%(before)s heter nu %(after)s") % {"before": "{before}", "after": "{after}"}
        return format_html(said, before=before, after=after)
    return str((change.after or change.before).get("text", ""))


def _language_of(texts: Mapping[str, str], *said: str) -> str:
    return SWEDISH if any(text in texts for text in said) else ""


_KINDS = {
    Part.VOICE: lambda: _("Barnets ord och läget"),
    Part.GOAL: lambda: _("Mål"),
    Part.ACTION: lambda: _("Insats"),
    Part.NEED: lambda: _("Behov"),
    Part.WHEEL: lambda: _("Hjulet"),
    Part.LEAD: lambda: _("Övergripande ansvar"),
    Part.FOLLOW_UP: lambda: _("Uppföljning"),
    Part.PARTY: lambda: _("Med i planen"),
}


def _side(label: str, before: str, after: str, texts: Mapping[str, str], *, is_marked: bool) -> Side:
    told = (_language_of(texts, before, after), texts.get(before, ""), texts.get(after, ""))
    if is_marked and before and after and len(before) + len(after) <= MARKED_MOST:
        return Side(label, *marked(before, after), *told)
    return Side(label, [(before, False)] if before else [], [(after, False)] if after else [], *told)


def _told(part: Part, row: Row, content: Mapping[str, Any]) -> dict[str, str]:
    """A row as labels and words; of nothing there is nothing."""
    if not row:
        return {}
    said = {name: "" if value is None else str(value) for name, value in row.items()}
    if part is Part.ACTION:
        return _action(said, content)
    labels = {
        Part.VOICE: {
            "child": _("Barnets egna ord"),
            "no_voice_because": _("Varför barnet inte kommit till tals"),
            "guardians": _("Vårdnadshavarna tycker"),
            "works_well": _("Fungerar bra"),
            "situation": _("Hur det är nu"),
        },
        Part.GOAL: {"text": _("Så står det"), "when": _("När"), "order": _("Plats i ordningen")},
        Part.NEED: {"text": _("Så står det")},
        Part.WHEEL: {"mark": _("Siffra"), "works": _("Det som fungerar"), "hard": _("Det som är svårt")},
        Part.LEAD: {"principal": _("Huvudman"), "agency": _("Verksamhet"), "person": _("Person")},
        Part.FOLLOW_UP: {"date": _("Planen följs upp")},
        Part.PARTY: {"agency": _("Verksamhet"), "principal": _("Huvudman")},
    }[part]
    worded = {"when": lambda value: str(When(value).label), "date": _day}
    return {labels[name]: worded.get(name, str)(value) for name, value in said.items() if name in labels}


def _action(said: Mapping[str, str], content: Mapping[str, Any]) -> dict[str, str]:
    goals = {goal["id"]: goal["text"] for goal in content["goals"]}
    by_family = said.get("by", "") == Responsible.FAMILY
    who = _("Familjen") if by_family else said.get("responsible", "")
    outcome, level = said.get("outcome", ""), said.get("level", "")
    told = {
        _("Så står det"): said.get("text", ""),
        _("Ansvarar"): who,
        _("Kontaktperson"): said.get("contact", ""),
        _("Till målet"): goals.get(said.get("goal", ""), ""),
        _("Nivå"): str(Level(level).label) if level in Level.values else level,
        _("Börjar"): _day(said.get("start", "")),
        _("Klart senast"): _day(said.get("due", "")),
        _("Om det inte fungerar"): said.get("if_not", ""),
        _("Så gick det"): str(Outcome(outcome).label) if outcome in Outcome.values else outcome,
        _("Varför"): said.get("outcome_why", ""),
    }
    return {label: text for label, text in told.items() if text}


def _day(value: str) -> str:
    return day_words(date.fromisoformat(value)) if value else ""
