"""The process, for whoever coordinates it: what each plan needs next, from its state and what is missing."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.routines import Rules
from common import clock
from consent.models import Guardian
from consent.rules import CHILD, Status
from sip.documents import papers
from sip.meetings.models import Meeting
from sip.plans import corrections, protection, routine_limits
from sip.plans.models import Plan, Request
from sip.plans.routine_limits import ASK_ABOUT_SIGNATURES, SIGN_WITHIN, Opened
from sip.plans.states import State
from sip.web.staff.waiting.facts import Facts, load
from sip.web.staff.waiting.item import ALWAYS, Kind, PlanItem, What, about, detail
from sip.web.words import as_day, day_words, hour_words, near_words, weekday_words

MEETING_SHOWS = timedelta(days=7)
FOLLOW_UP_SHOWS = timedelta(days=21)
MISSING_FROM = timedelta(days=1)  # before the last day to answer: until then it is not the coordinator's to do


def items(
    kept: Sequence[Request],
    reads: set[UUID],
    rules: Callable[[], Mapping[UUID | None, Rules]] = dict,
    only: Collection[What] = tuple(What),
    meetings: Mapping[UUID, Meeting] | None = None,
) -> Iterator[PlanItem]:
    """The next act of each plan, for its coordinator: also what shows later.

    `kept`: the plans by the requests that opened them (sip/plans/opened.py); `reads`: where they still may read.
    `rules`: the routines, where they are known; `only`: what is asked for, so that nothing is loaded for the others;
    `meetings`: the newest of each plan, where they are known.
    """
    if not kept:
        return
    facts = load([row.plan for row in kept if row.plan.pk in reads], rules, only, meetings)
    facts.opened = {row.plan_id: Opened(row.plan.child, row.seen_on, row.at) for row in kept}
    for row in kept:
        if row.plan.pk in reads:
            yield from _corrections(row.plan, facts)
            yield from _papers(row.plan, facts)
            yield from _BY_STATE.get(State(row.plan.state), _nothing)(row.plan, facts)
        else:
            yield _consent_ended(row.plan)


def _item(
    plan: Plan,
    kind: Kind,
    what: str,
    text: str,
    due: date | datetime,
    page: str,
    label: str,
    anchor: str = "",
    *,
    what_to_do: What = What.NEXT,
    of: UUID | None = None,
    shows: date = ALWAYS,
    hides: date | None = None,
) -> PlanItem:
    return PlanItem(
        what_to_do=what_to_do,
        about=of or plan.pk,
        kind=kind,
        what=what,
        person=about(plan.child),
        detail=detail(plan.child, text),
        due=due,
        href=reverse(page, args=[plan.pk]) + anchor,
        label=label,
        plan_id=plan.pk,
        agency_id=plan.coordinator_agency_id,
        shows=shows,
        hides=hides,
    )


def _nothing(_plan: Plan, _facts: Facts) -> Iterator[PlanItem]:
    yield from ()


def _consent_ended(plan: Plan) -> PlanItem:
    return _item(
        plan,
        Kind.CONSENT,
        _("Samtycket gäller inte längre"),
        _("Fråga familjen igen, eller avsluta planen."),
        clock.today(),
        "consents",
        _("Se samtycket"),
        what_to_do=What.CONSENT_ENDED,
    )


def _corrections(plan: Plan, facts: Facts) -> Iterator[PlanItem]:
    """What the family says is wrong: once for the plan, from the oldest of them."""
    asked = facts.corrections.get(plan.pk)
    if asked:
        text = _("Familjen skrev %(day)s att något är fel.")
        if plan.state != State.ESTABLISHED:
            text += " " + _("Planen kan inte fastställas förrän du har svarat.")
        yield _item(
            plan, Kind.PLAN, _("Svara på en rättelse"), text % {"day": near_words(asked[0].at)},
            as_day(asked[0].at) + corrections.ANSWER_WITHIN, "plan", _("Läs och svara"), "#familjen-skriver",
            what_to_do=What.CORRECTION, of=asked[0].pk,
        )  # fmt: skip


def _papers(plan: Plan, facts: Facts) -> Iterator[PlanItem]:
    """The version's own paper, or its receipt, that could not be made; the address is where it is tried again."""
    version = facts.versions.get(plan.pk)
    if version is None or not version.failed:
        return
    if version.failed == papers.PLAN:
        page, text = "pdf", _("Planen finns inte som papper. Ingen kan skriva under den eller fastställa den än.")
    else:
        page, text = "receipt", _("Kvittensen på underskrifterna är inte gjord. Planen gäller ändå.")
    item = _item(
        plan, Kind.PLAN, _("Ett papper gick inte att göra"), text, version.frozen_on, "plan", _("Försök igen"),
        what_to_do=What.PAPER, of=version.key,
    )  # fmt: skip
    yield replace(item, href=reverse(page, args=[plan.pk, version.number]))


# Before the meeting


def _preparing(plan: Plan, facts: Facts) -> Iterator[PlanItem]:
    due = _meeting_by(plan, facts)
    holders = facts.holders[plan.child_id]
    standings = facts.standings[plan.child_id].values()
    asked = [standing for standing in standings if standing.status is not Status.NEVER_ASKED]
    waited_for = {key for standing in asked if not standing.is_effective for key in standing.waiting_for}
    waiting = [guardian for guardian in holders if str(guardian.pk) in waited_for]
    if waiting:
        yield _ask(plan, facts, waiting, due)
    elif CHILD in waited_for:
        yield _ask_the_young(plan, due)
    elif any(standing.is_effective for standing in asked):
        yield _item(
            plan, Kind.CALL, _("Kalla till SIP-möte"), _by_routine(plan, facts, due), due, "call", _("Skriv kallelsen")
        )
    elif asked:
        text = _("Familjen har sagt nej. Utan samtycke kan ingen kallas.")
        yield _item(plan, Kind.CONSENT, _("Bestäm hur ni går vidare"), text, due, "consents", _("Se samtycket"))
    else:
        text = _("Ingen kan kallas förrän familjen har sagt ja.")
        yield _item(plan, Kind.CONSENT, _("Fråga familjen om samtycke"), text, due, "consents", _("Skriv samtycket"))


def _ask(plan: Plan, facts: Facts, waiting: list[Guardian], due: date) -> PlanItem:
    names = facts.names(waiting)
    text = _("Mötet kan inte kallas förrän %(names)s har svarat.") % {"names": names}
    phones = [phone for g in waiting if (phone := protection.phone_for_handler(g))]
    if phones:
        text += " " + _("Telefon: %(phones)s.") % {"phones": ", ".join(phones)}
    what = _("Fråga %(names)s om samtycket") % {"names": names}
    if not protection.may_stand_in_lists(plan.child):
        what = _("Fråga den andra vårdnadshavaren om samtycket")
    return _item(plan, Kind.CONSENT, what, text, due, "consents", _("Skriv svaret"))


def _ask_the_young(plan: Plan, due: date) -> PlanItem:
    text = _("Mötet kan inte kallas förrän den unga har svarat.")
    return _item(plan, Kind.CONSENT, _("Fråga den unga om samtycket"), text, due, "consents", _("Skriv svaret"))


def _meeting_by(plan: Plan, facts: Facts) -> date:
    """The last day for the meeting; before its limit has begun, that of the first contact."""
    rules, opened = facts.rules_of(plan), facts.opened[plan.pk]
    limit = routine_limits.applied(routine_limits.MEETING_HELD, rules, opened)
    return limit.day if limit else routine_limits.wish_by(rules, opened)


def _by_routine(plan: Plan, facts: Facts, due: date) -> str:
    """ "Behovet sågs 15 september. Mötet ska hållas senast 6 oktober · VGR:s överenskommelse." """
    limit = facts.rules_of(plan).limits.get(routine_limits.MEETING_HELD)
    seen = _("Behovet sågs %(seen)s.") % {"seen": day_words(facts.opened[plan.pk].need_seen)}
    if limit is None:
        return seen
    text = _("Mötet ska hållas senast %(day)s") % {"day": day_words(due)}
    return f"{seen} {text} · {limit.source}." if limit.source else f"{seen} {text}."


def _called(plan: Plan, facts: Facts) -> Iterator[PlanItem]:
    meeting = facts.meetings.get(plan.pk)
    if meeting is None:
        return
    when = f"{weekday_words(meeting.start)} {hour_words(meeting.start)}"
    if meeting.opened_at:
        text = _("Mötet öppnades %(when)s.") % {
            "when": f"{near_words(meeting.opened_at)} {hour_words(meeting.opened_at)}"
        }
        yield _item(plan, Kind.MEETING, _("Avsluta mötet"), text, meeting.end, "meeting", _("Fortsätt mötet"))
        return
    yield from _unanswered(plan, meeting, facts, when)
    shows = as_day(meeting.start) - MEETING_SHOWS
    label = _("Öppna mötet")
    if as_day(meeting.end) < clock.today():
        what = _("Blev det något SIP-möte?")
        text = _("Det skulle ha varit %(when)s. Öppna det nu och skriv, eller flytta det.") % {"when": when}
    else:
        what = _("Håll SIP-mötet")
        text = _("%(place)s. Öppna mötet när ni börjar.") % {"place": meeting.place or _("Via länk")}
    yield _item(
        plan, Kind.MEETING, what, text, meeting.start, "meeting", label,
        what_to_do=What.HOLD, of=meeting.pk, shows=shows,
    )  # fmt: skip


def _unanswered(plan: Plan, meeting: Meeting, facts: Facts, when: str) -> Iterator[PlanItem]:
    """Answers that are missing, from the day before the last."""
    for invitation in facts.unanswered.get(meeting.pk, []):
        answer_by = invitation.own_answer_by or meeting.answer_by
        text = _("Mötet är %(when)s.") % {"when": when}
        if invitation.agency.phone:
            text += " " + _("Telefon: %(phones)s.") % {"phones": invitation.agency.phone}
        what = _("Svar saknas från %(agency)s") % {"agency": invitation.agency.name}
        if not protection.may_stand_in_lists(plan.child):
            what = _("Ett svar på kallelsen saknas")
        yield _item(
            plan, Kind.CALL, what, text, answer_by, "plan", _("Ring och fråga"), "#motet",
            what_to_do=What.UNANSWERED, of=invitation.pk, shows=answer_by - MISSING_FROM, hides=as_day(meeting.start),
        )  # fmt: skip


# After the meeting


def _met(plan: Plan, facts: Facts) -> Iterator[PlanItem]:
    meeting = facts.meetings.get(plan.pk)
    held = as_day(meeting.opened_at or meeting.start) if meeting else clock.today()
    text = _("Mötet var %(day)s. Familjen väntar på att få läsa.") % {"day": near_words(held)}
    due = facts.last_day(plan, held, routine_limits.PLAN_TO_EVERYONE)
    yield _item(
        plan, Kind.PLAN, _("Skriv klart planen och låt familjen läsa"), text, due, "review", _("Läs och skicka")
    )


def _following_up(plan: Plan, facts: Facts) -> Iterator[PlanItem]:
    held = facts.followed_up.get(plan.pk, clock.today())
    text = _("Uppföljningen var %(day)s. Ändra det som behövs och låt familjen läsa.") % {"day": near_words(held)}
    due = facts.last_day(plan, held, routine_limits.PLAN_TO_EVERYONE)
    what = _("Skriv klart efter uppföljningen")
    yield _item(plan, Kind.FOLLOW_UP, what, text, due, "review", _("Läs och skicka"))


def _in_review(plan: Plan, facts: Facts) -> Iterator[PlanItem]:
    version = facts.versions.get(plan.pk)
    if version is None or plan.pk in facts.corrections:  # the family has its answer first
        return
    silent = facts.silent(plan, version)
    if silent:
        text = _("%(names)s har inte svarat än. Planen kan fastställas ändå.") % {"names": facts.names(silent)}
    else:
        text = _("Alla vårdnadshavare har svarat.")
    due = facts.last_day(plan, version.frozen_on, routine_limits.PLAN_TO_EVERYONE)
    yield _item(plan, Kind.PLAN, _("Fastställ planen"), text, due, "establish", _("Fastställ"))


def _established(plan: Plan, facts: Facts) -> Iterator[PlanItem]:
    yield from _signatures(plan, facts)
    if plan.follow_up_on:
        text = _("Uppföljningen ska vara %(day)s.") % {"day": weekday_words(plan.follow_up_on)}
        what, label = _("Följ upp planen"), _("Skriv uppföljningen")
        yield _item(
            plan, Kind.FOLLOW_UP, what, text, plan.follow_up_on, "follow_up", label,
            what_to_do=What.FOLLOW_UP, shows=plan.follow_up_on - FOLLOW_UP_SHOWS,
        )  # fmt: skip


def _signatures(plan: Plan, facts: Facts) -> Iterator[PlanItem]:
    """Signatures that nobody has given or refused; asked for during a month, then left in peace."""
    version = facts.versions.get(plan.pk)
    silent = facts.silent(plan, version) if version else []
    if version and silent:
        text = _("%(names)s har varken skrivit under eller sagt nej.") % {"names": facts.names(silent)}
        what, label = _("Fråga om underskriften"), _("Se underskrifterna")
        yield _item(
            plan, Kind.PLAN, what, text, version.frozen_on + SIGN_WITHIN, "plan", label, "#underskrifter",
            what_to_do=What.SIGNATURES, of=version.key, hides=version.frozen_on + ASK_ABOUT_SIGNATURES,
        )  # fmt: skip


# What is closed since it was looked for has nothing more to do, nor what is not taken up.
_BY_STATE: dict[State, Callable[[Plan, Facts], Iterator[PlanItem]]] = {
    State.PREPARING: _preparing,
    State.CALLED: _called,
    State.MET: _met,
    State.IN_REVIEW: _in_review,
    State.ESTABLISHED: _established,
    State.FOLLOWING_UP: _following_up,
}
