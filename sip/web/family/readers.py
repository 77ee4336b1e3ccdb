"""Vem har läst? The access log in plain words: who looked, for which agency, when, and what they did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.models import User
from common import clock
from consent.log import services as log
from consent.log.models import AccessEvent
from sip.documents.services import DOWNLOAD_PLAN
from sip.plans import people, protection
from sip.plans.access import Do, Standing
from sip.plans.models import Assignment, Plan, Version
from sip.plans.services.children import OPEN_IN_EMERGENCY
from sip.plans.services.reading import LOG_PAGE, open_access_log
from sip.web.family.gate import for_family
from sip.web.family.names import plan_name
from sip.web.log_words import summary
from sip.web.pages import PageRequest
from sip.web.words import as_day, hour_words, near_words

# What opens the plan's own page or its paper.
READING = (Do.READ, DOWNLOAD_PLAN)


@dataclass(frozen=True)
class Reader:
    """Somebody who has read the plan, or may and has not (`when` is then "inte läst än")."""

    name: str
    when: str


def readers(plan: Plan, viewer: User, version: Version | None, effective: set[UUID]) -> list[Reader]:
    """Everybody else who has read, the last first. `effective`: the agencies that consent holds for.

    Once a version is out to be read, only what was read since counts, and those who have not come at the end.
    """
    since = version.frozen_at if version else None
    rows = log.newest_by_person(plan.child_id, READING)
    read = {(row.user_id, row.agency_id): row for row in rows if since is None or row.at >= since}
    listed = sorted(read.values(), key=lambda row: row.at, reverse=True)
    found = [Reader(_event_name(row), _read_words(row.at)) for row in listed if row.user_id != viewer.pk]
    if version is None:
        return found
    known = {row.user_id for row in read.values()} | {viewer.pk}
    return found + [
        Reader(name, _("inte läst än")) for user, name in _expected(plan, effective) if user.pk not in known
    ]


def _expected(plan: Plan, effective: set[UUID]) -> Iterable[tuple[User, str]]:
    """Those who take part now: the family, and the named people of agencies with consent."""
    for user in people.family_users(plan):
        yield user, user.name
    rows = Assignment.objects.filter(plan=plan, ended_at__isnull=True, agency__in=effective)
    seen = set()
    for row in rows.select_related("user", "agency").order_by("user__name_key", "user_id", "id"):
        if row.user_id not in seen:
            seen.add(row.user_id)
            yield row.user, protection.staff_name(row.user, row.agency.name)


def _read_words(at: datetime) -> str:
    """ "idag kl. 8.12", else the day."""
    if as_day(at) == clock.today():
        return _("idag %(hour)s") % {"hour": hour_words(at)}
    return near_words(at)


def _event_name(event: AccessEvent) -> str:
    if event.user is None and event.is_denied:
        return _("Någon som inte är med i planen")
    return protection.staff_name(event.user, event.agency.name if event.agency else "")


@dataclass(frozen=True)
class Entry:
    """What one person did that day: a sentence or two, why (an emergency), and when last ("kl. 14.03")."""

    name: str
    what: str
    last: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Day:
    """One day of the log."""

    day: date
    entries: tuple[Entry, ...]


@for_family(Do.READ_LOG)
@require_safe
def who_has_read(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """The log, day by day, so many events at a time; and what to do when something looks wrong."""
    context = {
        "plan": plan,
        "plan_name": plan_name(plan.child, request.actor),
        "coordinator": protection.coordinator_name(plan),
        "phone": protection.own_phone(plan.coordinator),
        "agency": plan.coordinator_agency.name if plan.coordinator_agency else "",
        **log_page(request, plan),
    }
    return render(request, "family/who_has_read.html", context)


def log_page(request: PageRequest, plan: Plan) -> dict[str, Any]:
    """One page of the log by days, and where the next one begins. An address that cannot be read means the newest."""
    try:
        before = UUID(request.GET.get("fore", ""))
    except ValueError:
        before = None
    events = open_access_log(request.actor, plan, before)
    shown = events[:LOG_PAGE]
    older = shown[-1].pk if len(events) > LOG_PAGE else None
    return {"days": by_day(shown, request.actor.user), "older": older, "is_newest": before is None}


def by_day(events: list[AccessEvent], viewer: User) -> list[Day]:
    """The events (newest first) gathered by day and person."""
    days = []
    for day, rows in groupby(events, key=lambda event: as_day(event.at)):
        by_name: dict[str, list[AccessEvent]] = {}
        for event in rows:
            name = _("Du") if event.user_id == viewer.pk else _event_name(event)
            by_name.setdefault(name, []).append(event)
        days.append(Day(day, tuple(_entry(name, found) for name, found in by_name.items())))
    return days


def _entry(name: str, events: list[AccessEvent]) -> Entry:
    """One person's day."""
    in_turn = events[::-1]
    opened = [event.reason for event in in_turn if event.act == OPEN_IN_EMERGENCY and not event.is_denied]
    return Entry(name, summary(in_turn), hour_words(events[0].at), tuple(filter(None, opened)))
