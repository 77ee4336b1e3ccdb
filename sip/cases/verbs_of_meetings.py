"""The verbs of a case file about calls, times and meetings, each as the call to the service."""

from django.utils.translation import gettext as _

from common.errors import Problem, Refused
from sip.cases.stage import Doing, Stage
from sip.meetings import answering, changing, polling
from sip.meetings import services as meetings

# What a case gives as the reason when a called agency neither came nor said anything (cases/README.md).
NO_SHOW = "uteblev"


def call(do: Doing) -> None:
    """Call to the meeting."""
    fields, agencies = do.fields, do.stage.cast.agencies
    new = meetings.NewCall(
        purpose=fields["purpose"],
        question=fields["question"],
        start=fields["start"],
        end=fields["end"],
        answer_by=fields["answer_by"],
        called=do.agencies("called"),
        invited=do.agencies("invited"),
        place=fields["place"],
        link=fields["link"],
        named={agencies[name].pk: do.users(people) for name, people in fields["to"].items()},
        grounds={agencies[name].pk: grounds for name, grounds in fields["grounds"].items()},
    )
    meetings.call(do.actor, do.plan, new)


def move_call(do: Doing) -> None:
    """Move it."""
    names = ("start", "end", "answer_by", "place", "link", "why")
    changing.move_call(do.actor, do.plan, changing.NewTime(**{name: do.fields[name] for name in names}))


def cancel_call(do: Doing) -> None:
    """Cancel it."""
    changing.cancel_call(do.actor, do.plan, why=do.fields["why"])


def propose_times(do: Doing) -> None:
    """Ask which times work."""
    fields = do.fields
    times = list(fields["times"].items())
    polling.propose_times(do.actor, do.plan, times, do.agencies("to"), fields["answer_by"])


def answer_times(do: Doing) -> None:
    """Say which work, for the own agency or as family."""
    poll = polling.open_poll(do.plan)
    starts = {time.start: time.pk for time in poll.times.all()} if poll else {}
    asked = do.fields["works"]
    if any(start not in starts for start in asked):
        raise Refused(Problem("works", _("Tiderna har ändrats. Läs dem på nytt."), "works"))
    agency = do.stage.cast.agency_of(do.step.by)
    polling.answer_times(do.actor, do.plan, agency, [starts[start] for start in asked])


def hand_on(do: Doing) -> None:
    """It is not us: ask somebody else instead."""
    fields = do.fields
    instead = do.stage.cast.agencies[fields["instead"]] if fields["instead"] else None
    answering.hand_on(do.actor, do.plan, do.own_agency, instead=instead, reason=fields["reason"])


def answer(do: Doing) -> None:
    """Answer the call for the own agency."""
    fields = do.fields
    answer = meetings.Answer(
        reply=fields["answer"], who=fields["who"], mandate=fields["mandate"], reason=fields["reason"]
    )
    meetings.answer_call(do.actor, do.plan, do.own_agency, answer)


def open_meeting(do: Doing) -> None:
    """Open the meeting."""
    meetings.open_meeting(do.actor, do.plan)


def close_meeting(do: Doing) -> None:
    """Close it, with who was there."""
    attendance = [
        _attendee(do.stage, name, is_present=is_present, note=note)
        for field, is_present in (("attended", True), ("absent", False))
        for name, note in do.fields[field].items()
    ]
    meetings.close_meeting(do.actor, do.plan, attendance)


def _attendee(stage: Stage, name: str, *, is_present: bool, note: str) -> meetings.Attendee:
    cast = stage.cast
    if name in cast.agencies:
        is_no_show = not is_present and note.strip().casefold() == NO_SHOW
        return meetings.Attendee(is_present, note, agency=cast.agencies[name], is_no_show=is_no_show)
    if name in cast.guardians:
        return meetings.Attendee(is_present, note, guardian=cast.guardians[name])
    if name in cast.workplaces:
        return meetings.Attendee(is_present, note, user=cast.users[name])
    return meetings.Attendee(is_present, note, is_child=True)
