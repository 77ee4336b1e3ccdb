"""What has happened with the plan, newest first, in sentences: from stamps, answers, outcomes and signatures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.models import User
from common import clock
from sip.meetings.history import answers_given, meeting_history, polls_of, times_answered
from sip.meetings.models import Reply
from sip.plans import protection
from sip.plans.audience import EVERYTHING, Audience, readable_actions
from sip.plans.models import Action, Goal, Outcome, Plan, Stamp, Version
from sip.plans.sharing import effective_agencies
from sip.plans.states import Act
from sip.plans.versions import current_version
from sip.signing.models import Signature, SignatureStatus
from sip.signing.on_paper import name_of
from sip.signing.signers import of_word
from sip.web.family.names import first_name
from sip.web.words import day_words, meeting_words


@dataclass(frozen=True)
class Happening:
    """One thing that happened; `by`: who did it, where that may be the reader."""

    at: datetime
    what: str
    by: UUID | None = None


def happenings(plan: Plan, effective: set[UUID] | None = None, reader: Audience = EVERYTHING) -> list[Happening]:
    """Everything that has happened until now, newest first, as far as it is for the `reader`.

    `effective`: the effective agencies, if known.
    """
    effective = effective_agencies(plan) if effective is None else effective
    actions = readable_actions(plan, reader, effective)
    found = [
        *_stamps(plan),
        *_moves(plan),
        *_proposals(plan, effective),
        *_answers(plan, effective),
        *_beginnings(plan, actions),
        *_outcomes(plan, actions),
        *_signatures(plan, current_version(plan)),
    ]
    return sorted(found, key=lambda row: (row.at, row.what), reverse=True)


def _stamps(plan: Plan) -> Iterator[Happening]:
    for stamp in Stamp.objects.filter(plan=plan).select_related("by", "agency").order_by("id"):
        yield Happening(stamp.at, _act_words(stamp), stamp.by_id)


def _act_words(stamp: Stamp) -> str:
    if stamp.act == "request":
        who = protection.staff_name(stamp.by, stamp.agency.name if stamp.agency else "")
        return _("%(who)s önskade en plan.") % {"who": who}
    who = _who(stamp.by)
    words = {
        Act.ACCEPT: _("%(who)s tog emot önskan."),
        Act.DECLINE: _("%(who)s svarade nej på önskan."),
        Act.CALL: _("%(who)s kallade till möte."),
        Act.CANCEL_CALL: _("%(who)s ställde in mötet."),
        Act.CLOSE_MEETING: _("Mötet hölls."),
        Act.REVIEW: _("Planen blev klar att läsa."),
        Act.REOPEN: _("Planen ändras. Den som gick att läsa gäller inte längre."),
        Act.ESTABLISH: _("Planen fastställdes. Nu gäller den."),
        Act.FOLLOW_UP: _("Planen följdes upp."),
        Act.CLOSE: _("Planen avslutades."),
    }
    said = words[Act(stamp.act)] % {"who": who}
    return _with_why(said, stamp.why) if stamp.act == Act.CANCEL_CALL else said


def _with_why(said: str, why: str) -> str:
    """What was done to a meeting, and the reason that everybody in the plan is promised to see."""
    return " ".join((said, _("Skälet: %(why)s") % {"why": why})) if why else said


def _who(user: User) -> str:
    who = first_name(user)
    return who[:1].upper() + who[1:]


def _moves(plan: Plan) -> Iterator[Happening]:
    """A meeting that got a new time or place, and why; the change history holds what it was before."""
    before: dict[UUID, Any] = {}
    for row in meeting_history(plan):
        was = before.get(row.pgh_obj_id, row)
        if row.changed_at != was.changed_at and not row.cancelled_at:
            said = _("Mötet fick en ny plats eller länk.")
            if (row.start, row.end) != (was.start, was.end):
                when = meeting_words(row.start, row.end)
                said = _("Mötet flyttades till %(when)s.") % {"when": when[:1].lower() + when[1:]}
            yield Happening(row.changed_at, _with_why(said, row.why_changed))
        before[row.pgh_obj_id] = row


def _answers(plan: Plan, effective: set[UUID]) -> Iterator[Happening]:
    words = {
        Reply.COME: _("%(agency)s kommer till mötet."),
        Reply.SUBSTITUTE: _("%(agency)s skickar en ersättare till mötet."),
        Reply.DECLINE: _("%(agency)s kan inte komma till mötet."),
        Reply.NOT_US: _("%(agency)s svarade att någon annan behöver frågas."),
    }
    for row in answers_given(plan, effective):
        said = words[Reply(row.reply)] % {"agency": row.agency}
        if row.is_of_earlier_time:
            said += " " + _("Det gällde den tidigare tiden.")
        yield Happening(row.at, said)


def _proposals(plan: Plan, effective: set[UUID]) -> Iterator[Happening]:
    polls = polls_of(plan)
    for poll in polls:
        yield Happening(poll.made_at, _("%(who)s föreslog tider för ett möte.") % {"who": _who(poll.made_by)})
    for row in times_answered(polls, effective) if polls else ():
        who = row.agency or row.by.name
        yield Happening(row.at, _("%(who)s svarade på vilka tider som passar.") % {"who": who}, row.by.pk)


def _beginnings(plan: Plan, actions: list[Action]) -> Iterator[Happening]:
    """What was to begin, once the plan is in force; a day that has not come is no happening."""
    established = plan.versions.filter(established_at__isnull=False, void_at__isnull=True).order_by("number").first()
    if established is None or established.established_at is None:
        return
    for action in actions:
        begins = clock.at(action.start) if action.start else None
        if begins and established.established_at <= begins <= clock.now():
            yield Happening(begins, _("Enligt planen började: %(what)s.") % {"what": action.text.rstrip(".")})


def _outcomes(plan: Plan, actions: list[Action]) -> Iterator[Happening]:
    words = {
        Outcome.FULLY: _("Klart: %(what)s."),
        Outcome.PARTLY: _("Gick delvis: %(what)s."),
        Outcome.NOT: _("Blev inte av: %(what)s."),
    }
    goal_words = {
        Outcome.FULLY: _("Målet är nått: %(what)s."),
        Outcome.PARTLY: _("Målet är nått till en del: %(what)s."),
        Outcome.NOT: _("Målet är inte nått än: %(what)s."),
    }
    for action in actions:
        if action.outcome_at and action.outcome:
            what = words[Outcome(action.outcome)] % {"what": action.text.rstrip(".")}
            yield Happening(action.outcome_at, what)
    for goal in Goal.objects.filter(plan=plan, outcome_at__isnull=False).exclude(outcome="").order_by("id"):
        if goal.outcome_at:
            what = goal_words[Outcome(goal.outcome)] % {"what": goal.text.rstrip(".")}
            yield Happening(goal.outcome_at, what)


def _signatures(plan: Plan, version: Version | None) -> Iterator[Happening]:
    if version is None:
        return
    rows = Signature.objects.filter(version=version).select_related("guardian", "asked__user", "asked__agency")
    for row in rows.order_by("id"):
        words = (
            _("%(name)s skrev under planen.")
            if row.status == SignatureStatus.SIGNED
            else _("%(name)s ville inte skriva under planen.")
        )
        if row.signed_on:
            words = _("%(name)s skrev under planen på papper %(day)s.")
        day = day_words(row.signed_on) if row.signed_on else ""
        signer = of_word(row) or plan.child
        yield Happening(row.at, words % {"name": name_of(signer), "day": day}, signer.user_id)
