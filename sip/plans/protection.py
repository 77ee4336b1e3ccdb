"""Skyddade personuppgifter: what is told of whom, to whom. Every page, paper, calendar file and message asks here.

Of a protected *child* nothing is told outside the opened plan: no school, no place, no link, no name in a list. Of a
protected *guardian or relative* nobody but the plan's coordinator learns how to reach them, and no other guardian
learns where they will be. A protected *colleague* is told of as one who works at the agency, never by name: a name in
one place and an agency in another would together say where that person works.

Pure: people in, words or yes and no out. A paper is read by whoever holds it: its reader is None. Who may open a plan
at all is not said here but where grants are made (grants.py).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Agency, User
from common.text import folded
from consent.models import Child, Guardian, Relative
from sip.plans.models import Plan

# Whoever may be protected.
Protected = Child | Guardian | Relative | User

# The child


def is_deny_by_default(child: Child) -> bool:
    """Whether only named handlers reach the plan, each time with a reason, and no family member by log-in."""
    return child.is_protected


def school_of(child: Child) -> str:
    """The school as it may be told; "" of a protected child."""
    return "" if child.is_protected else child.school


def municipality_of(child: Child) -> str:
    """The municipality as it may be told; "" of a protected child."""
    return "" if child.is_protected else child.municipality


def may_stand_in_lists(child: Child) -> bool:
    """Whether name, age and what the plan is about may stand where plans are listed and searched."""
    return not child.is_protected


def may_be_linked_to(child: Child) -> bool:
    """Whether a message or a calendar file may carry the way to the plan."""
    return not child.is_protected


# Where the meeting is


def place_may_stand_on_page(reader: User, guardians: Iterable[Guardian]) -> bool:
    """Whether who has been let in to the plan may read there where the meeting is.

    Not one guardian when another is protected: it tells where that person will be. `guardians`: those with custody.
    """
    with_custody = list(guardians)
    is_guardian = any(guardian.user_id == reader.pk for guardian in with_custody)
    return not (is_guardian and others_protected(reader, with_custody))


def place_may_stand_on_paper(reader: User | None, child: Child, guardians: Iterable[Guardian]) -> bool:
    """The same of a paper or a calendar file that `reader` fetches; None: one that everybody gets."""
    if child.is_protected:
        return False
    with_custody = list(guardians)
    return place_may_stand_on_page(reader, with_custody) if reader else not others_protected(None, with_custody)


def others_protected(reader: User | None, guardians: Iterable[Guardian]) -> list[Guardian]:
    """The protected guardians but the reader."""
    return [row for row in guardians if row.is_protected and (reader is None or row.user_id != reader.pk)]


def paper_tells_too_much(
    content: Mapping[str, Any], reader: User, child: Child, guardians: Iterable[Guardian]
) -> bool:  # fmt: skip
    """Whether a paper that was made before somebody was protected must not be handed to `reader` any more.

    `content` is what was frozen in it: a child's school and place, or where a protected guardian was or would be.
    """
    if child.is_protected:
        return not content["child"]["protected"]
    with_custody = list(guardians)
    return not place_may_stand_on_page(reader, with_custody) and _tells_whereabouts(
        content, [guardian.name for guardian in others_protected(reader, with_custody)]
    )


def is_void_when_protected(content: Mapping[str, Any], child: Child, guardians: Iterable[Guardian]) -> bool:
    """Whether the paper that is out to be read now would say too much to somebody who is to read it."""
    if child.is_protected:
        return not content["child"]["protected"]
    return _tells_whereabouts(content, [guardian.name for guardian in others_protected(None, guardians)])


def _tells_whereabouts(content: Mapping[str, Any], names: Iterable[str]) -> bool:
    hidden = set(names)
    call, meeting = content.get("call") or {}, content.get("meeting") or {}
    there = {row["name"] for row in (*meeting.get("present", ()), *meeting.get("absent", ()))}
    return bool(hidden) and bool(call.get("place") or call.get("link") or hidden & there)


# How to reach somebody in the family


@dataclass(frozen=True)
class Contact:
    """How to reach a person; "" for what is not known or may not be told."""

    phone: str = ""
    email: str = ""
    address: str = ""


def is_named_handler(reader: User | None, plan: Plan) -> bool:
    """The plan's coordinator, who alone learns how to reach somebody protected."""
    return reader is not None and plan.coordinator_id == reader.pk


def contact_of(person: Guardian | Relative, reader: User | None, plan: Plan) -> Contact:
    """How to reach a guardian or relative: told to the plan's coordinator alone, and to nobody else in the family."""
    return _known_of(person) if is_named_handler(reader, plan) else Contact()


def _known_of(person: Guardian | Relative) -> Contact:
    if isinstance(person, Guardian):
        return Contact(person.user.phone, person.user.email or "", person.address)
    return Contact(phone=person.phone)


def phone_in_passing(person: Guardian | Relative, reader: User | None, plan: Plan) -> str:
    """The number where it stands among other things, on a page that others may look at: none of who is protected."""
    return phone_for_handler(person) if is_named_handler(reader, plan) else ""


def phone_for_handler(person: Guardian | Relative) -> str:
    """The same where it is the plan's coordinator who reads and nobody else: among what waits for them."""
    return "" if person.is_protected else _known_of(person).phone


def invited_relatives(relatives: Iterable[Relative]) -> list[Relative]:
    """Those whom a call may name: it says when they will be there, which is not told of who is protected."""
    return [row for row in relatives if not row.is_protected]


# Those who help


def staff_name(user: User | None, agency: str = "") -> str:
    """ "Per Lindqvist, BUP Ystad"; of somebody protected only that it was one who works there."""
    if user is None:
        return agency or _("Tjänsten")
    if user.is_protected:
        return _("En medarbetare på %(agency)s") % {"agency": agency} if agency else _("En medarbetare")
    return f"{user.name}, {agency}" if agency else user.name


def name_beside_agency(user: User | None) -> str:
    """The name where the agency stands beside it anyway; "" of somebody protected."""
    return "" if user is None or user.is_protected else user.name


def coordinator_name(plan: Plan) -> str:
    """The coordinator in running text; "" where there is none. A protected one goes by the agency."""
    user = plan.coordinator
    if user is None:
        return ""
    agency = plan.coordinator_agency.name if plan.coordinator_agency else ""
    return (agency or _("Samordnaren")) if user.is_protected else user.name


def own_phone(user: User | None) -> str:
    """A colleague's own number; none of somebody protected."""
    return "" if user is None or user.is_protected else user.phone


def staff_phone(user: User | None, agency: Agency | None = None) -> str:
    """A colleague's own number, else the agency's. Of somebody protected the agency's alone."""
    return own_phone(user) or (agency.phone if agency else "")


def hidden_names(users: Iterable[User]) -> tuple[str, ...]:
    """The names that what somebody typed must not give away."""
    return tuple(folded(user.name) for user in users if user.is_protected and user.name.strip())


def typed_name(text: str, hidden: Iterable[str]) -> str:
    """A name that somebody typed (whom to ask, who comes), as it may be told beside an agency."""
    told = folded(text)
    return _("En medarbetare") if any(name in told for name in hidden) else text


def without_names(text: str, hidden: Iterable[str]) -> str:
    """Running text that somebody wrote, with each hidden name in it told as a colleague."""
    words = list(re.finditer(r"\w+", text))
    told = [folded(word[0]) for word in words]
    for name in hidden:
        parts = re.findall(r"\w+", name)
        for at in range(len(told) - len(parts), -1, -1):  # from the end, so that what stands before keeps its place
            if parts and told[at : at + len(parts)] == parts:
                text = text[: words[at].start()] + _("en medarbetare") + text[words[at + len(parts) - 1].end() :]
                return without_names(text, hidden)
    return text
