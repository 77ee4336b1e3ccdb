"""The format of a case file as data: which keys, verbs and fields there are, and how each is read.

Taken line by line from `cases/README.md`; what that leaves open is decided here:

- A field is *required* only where the line could not be understood without it: who acts (`by`), on what
  (`what`, `id`, `who`), towards whom (`to` of a consent) and by which choice (`answer`, `how` …). Everything
  that a rule asks for (purpose, end time, reason, dates, grounds …) may be left out or empty, so that a step
  can test the refusal.
- The words that the README lists (`come / substitute / decline` …) are the only ones that can be read. The
  field that an `edit` names is judged when the step is played.
- A bare `null`, `~` or nothing means "left out". Only in names is `null` a name.
- An id must have been given out by an earlier line. A step that must be refused does not use its id up.
- A date alone as `at` means 08:00, or no change when the play has already come further that day.
"""

from common.text import LINE_MAX, TEXT_MAX
from sip.cases.fields import Field, Raw, Record
from sip.cases.values import (
    AgencyKindName,
    Day,
    ElementOf,
    Email,
    IdentityNumber,
    IdOf,
    Kind,
    Language,
    ListOf,
    Moment,
    Name,
    NewElementId,
    NewId,
    NewPrincipalName,
    Number,
    OneOf,
    OptionalLine,
    PrincipalName,
    TableOf,
    Words,
    YesNo,
)

STAFF = frozenset({"person"})
GUARDIAN = frozenset({"guardian"})
ANYBODY = frozenset({"person", "guardian", "child"})
AGENCY = frozenset({"agency"})
ANY_ELEMENT = frozenset({"need", "goal", "action"})
WITH_OUTCOME = frozenset({"goal", "action"})
SAID = frozenset({"comment"})
DEVIATIONS = frozenset({"deviation"})


def _same(*words: str) -> OneOf:
    return OneOf({word: word for word in words})


_WORDS = Words()
_LINE = Words(is_line=True, most=LINE_MAX)
_LINK = Words(is_line=True, most=500)
_WHOSE = Words(is_line=True, most=LINE_MAX, null_is_text=True)
LEVEL = OneOf({"general": "general", "first line": "first_line", "specialist": "specialist"})
_CUSTODY = _same("joint", "sole", "none")
_AGENCIES = ListOf(IdOf(AGENCY))
_TEXTS = ListOf(_WORDS)
_PEOPLE = ListOf(IdOf(ANYBODY))
_GROUNDS = ListOf(_same("competence", "referral", "known"), or_one=True)
_SPOKES = _same("trygg", "hälsa", "utvecklas", "omvårdnad", "aktiv", "respekterad", "ansvarstagande", "delaktig")


def _must(kind: Kind) -> Field:
    return Field(kind, is_required=True)


def _may(kind: Kind) -> Field:
    return Field(kind)


PRINCIPAL_FIELDS = {
    "name": _must(NewPrincipalName()),
    "kind": _must(_same("region", "municipality", "independent", "civil_society", "state")),
    "code": _may(OptionalLine(20)),
}
AGENCY_FIELDS = {
    "id": _must(NewId("agency")),
    "name": _must(Name()),
    "of": _must(PrincipalName(null_is_text=True)),
    "kind": _must(AgencyKindName()),
    "level": _must(LEVEL),
}
PERSON_FIELDS = {
    "id": _must(NewId("person")),
    "name": _must(Name()),
    "agency": _must(IdOf(AGENCY)),
    "role": _must(_same("staff", "intake", "coordinator", "manager", "log_reviewer", "administrator")),
    "email": _must(Email()),
    "phone": _may(OptionalLine(40)),
}
CHILD_FIELDS = {
    "id": _must(NewId("child")),
    "name": _must(Name()),
    "number": _must(IdentityNumber()),
    "municipality": _must(Name()),
    "school": _may(OptionalLine()),
    "language": _may(Language()),
    "protected": _may(YesNo(empty=False)),
}
GUARDIAN_FIELDS = {
    "id": _must(NewId("guardian")),
    "name": _must(Name()),
    "number": _must(IdentityNumber()),
    "custody": _must(_CUSTODY),
    "email": _may(Email()),
    "phone": _may(OptionalLine(40)),
    "address": _may(OptionalLine(TEXT_MAX)),
    "language": _may(Language()),
    "protected": _may(YesNo(empty=False)),
}

_BY = {"by": _must(IdOf(ANYBODY))}
_BY_STAFF_FOR = {**_BY, "recorded_by": _may(IdOf(ANYBODY)), "to": _must(_AGENCIES)}
_NEW_TEXT = {"text": _may(_WORDS)}
_SIGNATURE = {"witness": _may(IdOf(ANYBODY))}

VERBS: dict[str, dict[str, Field]] = {
    "request": {**_BY, "seen": _may(Day()), "why": _may(_WORDS), "important": _may(_WORDS)},
    "decline_request": {**_BY, "reason": _may(_WORDS)},
    "accept_request": {**_BY, "coordinator": _may(IdOf(ANYBODY))},
    "consent": {
        **_BY_STAFF_FOR,
        "covers": _may(ListOf(_LINE)),
        "not": _may(_WORDS),
        "how": _must(_same("oral", "written", "electronic")),
        "until": _may(Day()),
    },
    "refuse_consent": _BY_STAFF_FOR,
    "withdraw_consent": _BY_STAFF_FOR,
    "expectation": {**_BY, "expects": _may(_WORDS), "can_do": _may(_WORDS)},
    "call": {
        **_BY,
        "purpose": _may(_WORDS),
        "question": _may(_WORDS),
        "start": _may(Moment()),
        "end": _may(Moment()),
        "place": _may(_LINE),
        "link": _may(_LINK),
        "called": _may(_AGENCIES),
        "invited": _may(_AGENCIES),
        "to": _may(TableOf(IdOf(AGENCY), _PEOPLE)),
        "grounds": _may(TableOf(IdOf(AGENCY), _GROUNDS)),
        "answer_by": _may(Day()),
    },
    "move_call": {
        **_BY,
        "start": _may(Moment()),
        "end": _may(Moment()),
        "place": _may(_LINE),
        "link": _may(_LINK),
        "answer_by": _may(Day()),
        "why": _may(_WORDS),
    },
    "cancel_call": {**_BY, "why": _may(_WORDS)},
    "propose_times": {
        **_BY,
        "times": _may(TableOf(Moment(), Moment())),
        "to": _may(_AGENCIES),
        "answer_by": _may(Day()),
    },
    "answer_times": {**_BY, "works": _may(ListOf(Moment()))},
    "hand_on": {**_BY, "instead": _may(IdOf(AGENCY)), "reason": _may(_WORDS)},
    "answer": {
        **_BY,
        "answer": _must(_same("come", "substitute", "decline")),
        "who": _may(_WHOSE),
        "mandate": _may(_LINE),
        "reason": _may(_WORDS),
    },
    "assign": {**_BY, "people": _must(_PEOPLE)},
    "unassign": {**_BY, "people": _must(_PEOPLE)},
    "open_meeting": _BY,
    "close_meeting": {
        **_BY,
        "attended": _may(TableOf(IdOf(ANYBODY | AGENCY), _LINE)),
        "absent": _may(TableOf(IdOf(ANYBODY | AGENCY), _LINE)),
    },
    "voice": {
        **_BY,
        "child": _may(_WORDS),
        "guardians": _may(_WORDS),
        "works_well": _may(_WORDS),
        "situation": _may(_WORDS),
        "no_voice_because": _may(_WORDS),
    },
    "wheel": {
        **_BY,
        "marks": _may(TableOf(_SPOKES, Number())),
        "works": _may(TableOf(_SPOKES, _WORDS)),
        "hard": _may(TableOf(_SPOKES, _WORDS)),
    },
    "need": {**_BY, "id": _must(NewElementId("need")), **_NEW_TEXT},
    "goal": {
        **_BY,
        "id": _must(NewElementId("goal")),
        **_NEW_TEXT,
        "when": _may(_same("now", "later")),
        "order": _may(Number()),
        "for_need": _may(ElementOf(frozenset({"need"}))),
    },
    "action": {
        **_BY,
        "id": _must(NewElementId("action")),
        "goal": _may(ElementOf(frozenset({"goal"}))),
        "need": _may(ElementOf(frozenset({"need"}))),
        **_NEW_TEXT,
        "responsible": _may(_WHOSE),
        "contact": _may(_WHOSE),
        "level": _may(LEVEL),
        "start": _may(Day()),
        "due": _may(Day()),
    },
    "edit": {
        **_BY,
        "what": _must(ElementOf(ANY_ELEMENT)),
        "field": _must(_WHOSE),
        **_NEW_TEXT,
        "version": _may(Number()),
    },
    "lead": {
        **_BY,
        "principal": _may(PrincipalName()),
        "agency": _may(IdOf(AGENCY)),
        "person": _may(IdOf(ANYBODY)),
    },
    "follow_up_date": {**_BY, "date": _may(Day())},
    "review": _BY,
    "comment": {**_BY, "id": _may(NewElementId("comment")), "about": _may(ElementOf(WITH_OUTCOME)), **_NEW_TEXT},
    "correct": {**_BY, "id": _may(NewElementId("comment")), "about": _may(ElementOf(WITH_OUTCOME)), **_NEW_TEXT},
    "answer_correction": {
        **_BY,
        "what": _must(ElementOf(SAID)),
        "verdict": _may(_same("changes", "stays")),
        **_NEW_TEXT,
    },
    "dissent": {**_BY, **_NEW_TEXT},
    "sign": {**_BY, "how": _must(_same("local", "paper")), **_SIGNATURE},
    "refuse_to_sign": {**_BY, "how": _may(_same("local", "paper")), **_SIGNATURE},
    "establish": _BY,
    "outcome": {
        **_BY,
        "what": _must(ElementOf(WITH_OUTCOME)),
        "result": _must(_same("fully", "partly", "not")),
        "why": _may(_WORDS),
    },
    "follow_up": {**_BY, "held": _may(Day())},
    "transfer_custody": {"who": _must(IdOf(GUARDIAN)), "custody": _must(_CUSTODY)},
    "protect": {"who": _must(IdOf(ANYBODY)), "protected": _must(YesNo())},
    "end_membership": {"who": _must(IdOf(STAFF))},
    "hand_over": {**_BY, "coordinator": _may(IdOf(ANYBODY))},
    "report_deviation": {
        **_BY,
        "id": _may(NewElementId("deviation")),
        "agency": _may(IdOf(AGENCY)),
        "kind": _may(_same("not_initiated", "treatment", "not_followed")),
        "happened": _may(Day()),
        **_NEW_TEXT,
    },
    "answer_deviation": {**_BY, "what": _must(ElementOf(DEVIATIONS)), "closes": _may(YesNo(empty=False)), **_NEW_TEXT},
    "close": {
        **_BY,
        "reason": _may(_same("goals_met", "no_longer_relevant", "consent_withdrawn", "moved", "adult")),
        "hand_over": _may(_WORDS),
    },
    "read": {**_BY, "what": _must(_same("plan", "pdf", "history", "access_log"))},
}

# What stands beside the verb in a step, and what every verb may have among its fields.
AT = Moment(or_day=True)
REFUSED = "refused"

DEVIATION = {
    "agency": _must(IdOf(AGENCY)),
    "kind": _must(_same("no_show", "not_initiated", "treatment", "not_followed")),
}
EXPECT = {
    "state": _may(
        _same(
            "requested",
            "declined",
            "preparing",
            "called",
            "met",
            "in_review",
            "established",
            "following_up",
            "closed",
        )
    ),
    "versions": _may(Number()),
    "signatures": _may(TableOf(Number(), Number())),
    "pdf_has": _may(_TEXTS),
    "pdf_has_not": _may(_TEXTS),
    "visible_to": _may(_PEOPLE),
    "hidden_from": _may(_PEOPLE),
    "notices": _may(TableOf(_WORDS, Number())),
    "notices_have_not": _may(_TEXTS),
    "deadline_met": _may(TableOf(_same("meeting"), YesNo())),
    "missing": _may(ListOf(_WORDS, or_one=True)),
    "deviations": _may(ListOf(Record(DEVIATION, "Avvikelsen"))),
}


# The file from top to bottom. The reader walks the steps by itself: each begins where the last one ended.
FILE = {
    "title": _must(Name()),
    "today": _must(Day()),
    "principals": _may(ListOf(Record(PRINCIPAL_FIELDS, "Huvudmannen"))),
    "agencies": _may(ListOf(Record(AGENCY_FIELDS, "Verksamheten"))),
    "people": _may(ListOf(Record(PERSON_FIELDS, "Personen"))),
    "child": _must(Record(CHILD_FIELDS, "Barnet")),
    "guardians": _may(ListOf(Record(GUARDIAN_FIELDS, "Vårdnadshavaren"))),
    "steps": _must(Raw()),
    "expect": _may(Raw()),
}
