"""docs/access.md, printed from the table that the program itself asks (`manage.py print_access`)."""

from collections.abc import Iterator

from sip.plans.access import TABLE, Relation
from sip.plans.states import State

# What each relation rests on. Made by grants.py; proved by tests/access/test_grants.py against an oracle of its own.
RESTS_ON: dict[Relation, tuple[str, str, str]] = {
    Relation.COORDINATOR: (
        "named as the plan's coordinator, and working for that agency today",
        "not needed for the frame; the contents come with PARTICIPANT",
        "stays, with a reason for each read",
    ),
    Relation.PARTICIPANT: (
        "named in the call, assigned, or at the desk (intake, coordinators) of an agency that is a party; the "
        "initiator; the plan's coordinator; always for an agency where one works today",
        "effective for that agency (the initiator and the coordinator prepare before anybody has been asked)",
        "only who is named or assigned by name, and the coordinator; neither desk nor initiator",
    ),
    Relation.DESK: (
        "intake or coordinator of an agency that is a party",
        "effective for that agency",
        "only chooses who is named, and sees nothing",
    ),
    Relation.GUARDIAN: ("has custody, until the day before the child turns 18", "not needed", "none"),
    Relation.YOUNG: ("the child's own log-in, after an assessed maturity", "not needed", "none"),
    Relation.DECIDER: ("coordinator of a region or municipality", "not needed", "stays, with a reason"),
    Relation.EMERGENCY: (
        "opened the plan in an emergency less than an hour ago, for health care or social services",
        "not needed; the log reviewer decides afterwards whether it was right",
        "none",
    ),
}


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Who may do what"
    yield ""
    yield "Printed by `manage.py print_access` from `sip/plans/access.py`; do not edit. A test fails when it is stale."
    yield ""
    yield "A person stands in relations to a plan. They are grants in the database, made by `sip/plans/grants.py`"
    yield "alone and read by `access.standing` (one plan) and `access.visible_to` (lists); PostgreSQL asks the same"
    yield "grants once more (row-level security, `sip/plans/migrations/0004`). What is not yours and what does not"
    yield "exist look alike."
    yield ""
    yield "## Relations"
    yield ""
    yield "| relation | rests on | consent | child with protected identity |"
    yield "|---|---|---|---|"
    for relation in Relation:
        yield f"| {relation} | {' | '.join(RESTS_ON[relation])} |"
    yield ""
    yield "## Acts"
    yield ""
    yield "`+` means both at once. A participant acts for the own agency only. *fresh*: authenticated less than five"
    yield "minutes ago."
    yield ""
    yield f"| act | who | fresh | {' | '.join(State)} |"
    yield f"|---|---|---|{'---|' * len(State)}"
    for do, row in TABLE.items():
        who = " or ".join(" + ".join(sorted(each)) for each in row.who)
        when = " | ".join("●" if state in row.when.states else "" for state in State)
        yield f"| {do} | {who} | {'fresh' if row.fresh else ''} | {when} |"
    yield ""
    yield "## Audience"
    yield ""
    yield "Of the contents a reader may see, `sip/plans/audience.py` takes away what is withheld from that guardian. An"
    yield "agency's working notes are read by those who take part for it; the young person's private words by nobody"
    yield "else, until the young person lets the coordinator read them."
