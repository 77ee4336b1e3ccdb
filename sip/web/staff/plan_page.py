"""The plan's page whole: every part that this viewer may see, read in a fixed number of queries. Parts that the
viewer may not see are not there at all, and no count or gap betrays them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.actor import Actor
from common import clock
from consent import family
from consent.models import Custody
from sip.plans import completeness, protection
from sip.plans.access import Do, Relation, Standing
from sip.plans.models import Plan, Request, Voice, WheelMark
from sip.plans.sharing import effective_agencies
from sip.plans.spokes import SPOKES
from sip.plans.states import State
from sip.web.family.happened import Happening, happenings
from sip.web.family.names import own_words
from sip.web.parts import Step
from sip.web.staff.plan_goals import Contents, contents, may_write
from sip.web.staff.plan_head import Course, lead, step_bar
from sip.web.staff.plan_meeting import (
    Cancelled,
    Expectation,
    MeetingPart,
    NextDate,
    asks_about_times,
    cancelled_part,
    expectations,
    meeting_part,
    next_date,
)
from sip.web.staff.plan_menu import Entry, menu
from sip.web.staff.plan_papers import Saying, VersionPart, Word, comments, dissents, versions, words
from sip.web.staff.plan_people import (
    ConsentRow,
    Person,
    consent_rows,
    family_rows,
    helpers,
    lead_sentence,
    shown_parties,
)
from sip.web.staff.plan_private import PrivatePart, private_part
from sip.web.staff.waiting import waiting_in
from sip.web.staff.waiting.item import Item, Kind
from sip.web.words import as_day, language_words, near_words, weekday_words

NEWEST = 5


@dataclass(frozen=True)
class VoicePart:
    """The child's own words, or why there are none."""

    heading: str
    text: str
    note: str
    why_none: str
    is_written: bool = False


@dataclass(frozen=True)
class Wish:
    """Önskan om SIP, as it was written."""

    who: str
    when: str
    seen_on: str
    why: str
    important: str


@dataclass(frozen=True)
class PlanPage:
    """Everything on the page, in its order."""

    plan: Plan
    title: str
    lead: str
    steps: tuple[Step, ...]
    now: Item | None
    now_why: str
    menu: tuple[Entry, ...]
    may: dict[str, bool]
    voice: VoicePart
    contents: Contents
    situation: tuple[tuple[str, str], ...]
    wheel: str
    expectations: tuple[Expectation, ...]
    meeting: MeetingPart | None
    lead_sentence: str
    helpers: tuple[Person, ...]
    family: tuple[Person, ...]
    child: tuple[tuple[str, str], ...]
    consents: tuple[ConsentRow, ...]
    next_date: NextDate | None
    asks_times: bool
    cancelled: Cancelled | None
    versions: tuple[VersionPart, ...]
    words: tuple[Word, ...]
    asks_me: bool
    dissents: tuple[Saying, ...]
    comments: tuple[Saying, ...]
    wishes: tuple[Wish, ...]
    happened: tuple[Happening, ...]
    private: PrivatePart
    pdf: str


def build(actor: Actor, plan: Plan, standing: Standing) -> PlanPage:
    """Read the plan for this viewer. The caller has opened it (access checked and logged)."""
    course = Course.of(plan)
    effective = effective_agencies(plan)
    parties = shown_parties(plan, standing, effective)
    meeting = meeting_part(plan, standing, course.meeting, parties, actor.user)
    waiting = waiting_in(plan, actor)
    now = waiting[0] if waiting else None
    runs = Relation.COORDINATOR in standing.relations
    custody = [row for row in family.all_guardians(plan.child) if row.custody != Custody.NONE]
    voice: Voice | None = getattr(plan, "voice", None)
    wishes = wishes_of(plan, everyones=runs)
    papers = versions(plan, course.versions, standing, effective)
    return PlanPage(
        plan=plan,
        title=_("%(name)s, %(age)s år") % {"name": plan.child.name, "age": plan.child.age},
        lead=lead(plan, course),
        steps=step_bar(plan, course),
        now=now,
        now_why=_why(plan, now),
        menu=menu(plan, standing),
        may=_may(plan, standing),
        voice=_voice(plan, actor, voice, wishes),
        contents=contents(plan, standing, effective),
        situation=_situation(voice),
        wheel=_wheel(plan),
        expectations=expectations(plan, standing, parties),
        meeting=meeting,
        lead_sentence=lead_sentence(plan, standing),
        helpers=tuple(helpers(plan, parties, actor.user)),
        family=tuple(family_rows(plan, custody, actor.user)),
        child=child_facts(plan),
        consents=tuple(consent_rows(plan, parties)) if standing.may(Do.RECORD_CONSENT) and plan.is_open else (),
        next_date=next_date(plan, meeting),
        asks_times=standing.may_now(Do.ANSWER_TIMES) and asks_about_times(plan, standing),
        cancelled=cancelled_part(plan, course.cancelled),
        versions=papers,
        words=words(course.words) if plan.is_open else (),
        asks_me=actor.user.pk in course.asked and standing.may_now(Do.SIGN_FOR),
        dissents=dissents(plan),
        comments=comments(plan, standing),
        wishes=wishes,
        happened=tuple(happenings(plan, effective)[:NEWEST]),
        private=private_part(plan, standing),
        pdf=papers[0].pdf if papers else "",
    )


def _why(plan: Plan, now: Item | None) -> str:
    """By when and why; and, of a plan that is to be read by the family, what it still lacks."""
    if now is None:
        return ""
    if plan.state in (State.MET, State.FOLLOWING_UP) and now.href == reverse("review", args=[plan.pk]):
        missing = [problem.message for problem in completeness.missing(plan)]
        if missing:
            return _("Det här saknas: %(missing)s") % {"missing": " ".join(missing)}
    return f"{now.detail} {_by_when(now)}".strip()


def _by_when(now: Item) -> str:
    """By when. A meeting says itself when it is."""
    if now.kind is Kind.MEETING:
        return ""
    if now.moment < clock.now():
        return _("Det skulle ha varit klart %(day)s.") % {"day": near_words(now.due)}
    if as_day(now.due) == clock.today():
        return _("Det ska vara klart idag.")
    return _("Senast %(day)s.") % {"day": weekday_words(now.due)}


def _may(plan: Plan, standing: Standing) -> dict[str, bool]:
    """What is edited in its own part of the page."""
    writes = may_write(plan)
    return {
        "write": writes and standing.may(Do.EDIT_CONTENTS),
        "frame": writes and standing.may(Do.EDIT_FRAME),
        "consent": plan.is_open and standing.may(Do.RECORD_CONSENT),
        "witness": standing.may(Do.WITNESS) and plan.state in (State.IN_REVIEW, State.ESTABLISHED),
        "assign": plan.is_open and standing.may(Do.ASSIGN),
        "call": standing.may_now(Do.CALL),
    }


def _voice(plan: Plan, actor: Actor, voice: Voice | None, wishes: tuple[Wish, ...]) -> VoicePart:
    """What is written as the child's words; until then what the wish said is important to the child."""
    heading = own_words(plan.child, actor)
    if voice and voice.child_words:
        note = _("Skrivet %(day)s av %(name)s.") % {
            "day": near_words(voice.changed_at),
            "name": protection.staff_name(voice.changed_by),
        }
        return VoicePart(heading, voice.child_words, note, "", is_written=True)
    if voice and voice.no_voice_because:
        why = _("Barnet har inte kommit till tals: %(why)s") % {"why": voice.no_voice_because}
        return VoicePart(heading, "", "", why, is_written=True)
    important = next((wish.important for wish in wishes if wish.important), "")
    if important:
        return VoicePart(heading, important, _("Så stod det i önskan om SIP."), "")
    return VoicePart(heading, "", "", _("Ingen har skrivit barnets ord än. Fråga vad som är viktigt för barnet."))


def _situation(voice: Voice | None) -> tuple[tuple[str, str], ...]:
    if voice is None:
        return ()
    rows = (
        (_("Det fungerar bra"), voice.works_well),
        (_("Så är läget"), voice.situation),
        (_("Vårdnadshavarnas syn"), voice.guardians_view),
    )
    return tuple((label, text) for label, text in rows if text)


def _wheel(plan: Plan) -> str:
    """ "Trygg 3, Hälsa 2": the child's own marks, in the order of the wheel."""
    marks = {row.spoke: row.mark for row in WheelMark.objects.filter(plan=plan, mark__isnull=False).order_by()}
    return ", ".join(f"{label} {marks[spoke]}" for spoke, label in SPOKES.items() if spoke in marks)


def child_facts(plan: Plan) -> tuple[tuple[str, str], ...]:
    """The few facts about the child; of a protected one neither school nor place."""
    child = plan.child
    rows = [(_("Personnummer"), child.masked_number)]
    rows.append((_("Kommun"), protection.municipality_of(child)))
    rows.append((_("Skola eller förskola"), protection.school_of(child)))
    if child.language != "sv":
        rows.append((_("Språk"), language_words(child.language)))
    return tuple((label, value) for label, value in rows if value)


def wishes_of(plan: Plan, *, everyones: bool) -> tuple[Wish, ...]:
    """The wish that opened the plan; to the coordinator also those that joined it."""
    rows = Request.objects.filter(plan=plan).select_related("by", "agency").order_by("id")
    shown = rows if everyones else rows.filter(opened_plan=True)
    return tuple(
        Wish(
            who=protection.staff_name(row.by, row.agency.name if row.agency else ""),
            when=near_words(row.at),
            seen_on=near_words(row.seen_on),
            why=row.why,
            important=row.important,
        )
        for row in shown
    )
