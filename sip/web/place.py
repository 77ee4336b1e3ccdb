"""Where a meeting is, as one reader may know it on a page (sip/plans/protection.py says who may)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.models import User
from consent import family
from sip.meetings.models import Meeting
from sip.plans import protection
from sip.plans.models import Plan


@dataclass(frozen=True)
class Place:
    """A place, a link, or both; or, with neither, how the reader learns it (`note`)."""

    text: str = ""
    link: str = ""
    note: str = ""


def place_of(plan: Plan, meeting: Meeting, reader: User) -> Place:
    """Where the meeting is, for somebody who has been let in to the plan."""
    if protection.place_may_stand_on_page(reader, family.custody_holders(plan.child)):
        return Place(meeting.place, meeting.link)
    return Place(note=_("Samordnaren berättar var mötet är."))
