"""The meeting as a calendar file (RFC 5545). It lands in calendars that others can see: no name, no agency, no place
that may not be told, and never what the meeting is about."""

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from common import clock
from sip.meetings.models import Meeting


def meeting_event(meeting: Meeting, *, with_place: bool, with_link: bool) -> bytes:
    """One event that calendars replace when `sequence` rises. What it may hold is said in sip/plans/protection.py."""
    calendar = Calendar()
    calendar.add("prodid", "-//SIP//Samordnad individuell plan//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{meeting.pk}@sip.invalid")
    event.add("dtstamp", meeting.called_at)
    event.add("dtstart", clock.local(meeting.start))
    event.add("dtend", clock.local(meeting.end))
    event.add("sequence", meeting.sequence)
    event.add("summary", _("SIP-möte"))
    if with_place and meeting.place:
        event.add("location", meeting.place)
    if with_link:
        event.add("url", f"{settings.SITE_URL}/planer/{meeting.plan_id}/")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
