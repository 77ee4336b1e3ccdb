"""The demo's outbox: mails and text messages as they were sent, newest first. Nothing leaves the demo."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sip.notices.models import Channel, Notice
from sip.web.doors.personas import demo_only
from sip.web.pages import public

PAGE = 25


@dataclass(frozen=True)
class Sent:
    """One message as it went out. `path` is what its link leads to; empty when it has none."""

    notice: Notice
    how: str
    text: str
    path: str


@public
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What was sent to whom and how, a page at a time."""
    demo_only()
    sent = (
        Notice.objects.filter(sent_at__isnull=False).select_related("recipient__guardian").order_by("-sent_at", "-id")
    )
    page = Paginator(sent, PAGE).get_page(request.GET.get("sida"))
    return render(request, "doors/outbox.html", {"page": page, "messages_sent": [_as_sent(row) for row in page]})


def _as_sent(notice: Notice) -> Sent:
    how = {
        Channel.MAIL: _("Mejl till %(address)s"),
        Channel.SMS: _("SMS till %(address)s"),
        Channel.PAGE: _("Bara i tjänsten, e-post och telefon saknas"),
    }[Channel(notice.channel)] % {"address": _told_address(notice)}
    lines = notice.body.splitlines()
    links = [line for line in lines if line.startswith(("http://", "https://"))]
    path = urlsplit(links[0]).path if links else ""
    return Sent(notice, how, "\n".join(line for line in lines if line not in links), path)


def _told_address(notice: Notice) -> str:
    """The address it went to; the demo's outbox is open to anybody, and so tells none of who is protected."""
    user = notice.recipient
    guardian = getattr(user, "guardian", None)
    return _("en skyddad adress") if user.is_protected or (guardian and guardian.is_protected) else notice.address
