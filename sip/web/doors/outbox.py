"""The demo's outbox: mails and text messages as they were sent, newest first. Nothing leaves the demo."""

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sip.notices.letters import parts_of
from sip.notices.models import Channel, Notice
from sip.web.doors.personas import demo_only
from sip.web.pages import public

PAGE = 25


@dataclass(frozen=True)
class Sent:
    """One message as it went out, with what it told."""

    notice: Notice
    how: str
    told: list["Told"]


@dataclass(frozen=True)
class Told:
    """One thing that a message told. `path` is what its link leads to; empty when it has none."""

    subject: str
    text: str
    path: str


@public
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What was sent to whom and how, a page at a time."""
    demo_only()
    letters = (
        Notice.objects.filter(sent_at__isnull=False)
        .values_list("bundle", "channel")
        .annotate(at=Max("sent_at"))
        .order_by("-at", "bundle", "channel")
    )
    page = Paginator(letters, PAGE).get_page(request.GET.get("sida"))
    return render(request, "doors/outbox.html", {"page": page, "messages_sent": _as_sent([row[:2] for row in page])})


def _as_sent(letters: list[tuple[UUID, str]]) -> list[Sent]:
    """The letters in the same order, each with all that stood in it."""
    rows = Notice.objects.filter(bundle__in=[bundle for bundle, _channel in letters], sent_at__isnull=False)
    told = defaultdict(list)
    for notice in rows.select_related("recipient__guardian").order_by("due_at", "id"):
        told[notice.bundle, notice.channel].append(notice)
    return [_one(told[letter]) for letter in letters]


def _one(notices: list[Notice]) -> Sent:
    first = notices[0]
    how = {
        Channel.MAIL: _("Mejl till %(address)s"),
        Channel.SMS: _("SMS till %(address)s"),
        Channel.PAGE: _("Bara i tjänsten"),
    }[Channel(first.channel)] % {"address": _told_address(first)}
    return Sent(first, how, [_told(notice) for notice in notices])


def _told(notice: Notice) -> Told:
    said = parts_of(notice)
    return Told(said.subject, said.text, urlsplit(said.link).path)


def _told_address(notice: Notice) -> str:
    """The address it went to; the demo's outbox is open to anybody, and so tells none of who is protected."""
    user = notice.recipient
    guardian = getattr(user, "guardian", None)
    return _("en skyddad adress") if user.is_protected or (guardian and guardian.is_protected) else notice.address
