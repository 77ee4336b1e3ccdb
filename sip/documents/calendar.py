"""The meeting as a calendar file (RFC 5545, RFC 5546). It lands in calendars that others can see: no name, no agency,
no place that may not be told, and never what the meeting is about.

One meeting is one event: the same UID always, and a SEQUENCE that rises with each change, so that a newer file replaces
or takes away what an older one put there. Its organizer is the service, which nobody can write to: calendars want one
before they let an event be replaced.
"""

from datetime import UTC
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from sip.meetings.models import Meeting


def meeting_event(meeting: Meeting, *, with_place: bool, with_link: bool, is_off: bool = False) -> bytes:
    """One event. `is_off`: it will not be, and is taken out. What it may hold is said in sip/plans/protection.py."""
    calendar = Calendar()
    calendar.add("prodid", "-//SIP//Samordnad individuell plan//SV")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    event = Event()
    event.add("uid", f"{meeting.pk}@sip.invalid")
    event.add("dtstamp", meeting.changed_at or meeting.called_at)
    # In UTC: the hour that comes twice in October has no other name, and a list of a zone's changes ends some year.
    event.add("dtstart", meeting.start.astimezone(UTC))
    event.add("dtend", meeting.end.astimezone(UTC))
    # A plan that is closed before its meeting takes the meeting with it, without a change of its own.
    event.add("sequence", meeting.sequence + (is_off and not meeting.cancelled_at))
    event.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("summary", _("SIP-möte, inställt") if is_off else _("SIP-möte"))
    if with_place and meeting.place and not is_off:
        event.add("location", meeting.place)
    if with_link:
        event.add("url", f"{settings.SITE_URL}/planer/{meeting.plan_id}/")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
