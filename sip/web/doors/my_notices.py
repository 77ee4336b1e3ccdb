"""Så får du meddelanden: by mail or text, as things happen or once a day, about what. For staff and families alike."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Role, User
from sip.notices import preferences
from sip.notices import services as notices
from sip.notices.letters import parts_of
from sip.notices.models import Channel, Notice, Preference, Rhythm
from sip.notices.registry import Group
from sip.web.fields import offer
from sip.web.pages import PageRequest, attempt, for_person, form_page
from sip.web.words import apart
from sip.web.work.choosing import ManyField, OneField


@dataclass(frozen=True)
class Told:
    """One thing that the reader has been told. `path` leads to it; empty when nothing is to be opened."""

    subject: str
    path: str
    at: datetime
    how: str


class NoticesForm(forms.Form):
    """How, how often, about what. Ticked is what one wants, not what one does not."""

    channel = OneField(label=gettext_lazy("Hur vill du få meddelanden?"), required=True)
    rhythm = OneField(label=gettext_lazy("Hur ofta?"), choices=Rhythm.choices, required=True)
    groups = ManyField(label=gettext_lazy("Om vad?"))

    def __init__(self, data: QueryDict | None, *, user: User, groups: list[Group]) -> None:
        now = preferences.chosen(user)
        ways = preferences.channels(user)
        super().__init__(
            data,
            initial={
                "channel": now.channel if now.channel in ways else next(iter(ways), ""),
                "rhythm": now.rhythm,
                "groups": [group.value for group in groups if group not in now.switched_off],
            },
        )
        self.offered = groups
        offer(self, "channel", [(way.value, _way_words(way, user)) for way in ways])
        self.fields["channel"].required = bool(ways)
        offer(self, "groups", [(group.value, group.label) for group in groups])

    @property
    def switched_off(self) -> list[str]:
        """What was offered and not ticked."""
        return [group.value for group in self.offered if group.value not in self.cleaned_data["groups"]]


@for_person
def my_notices(request: PageRequest) -> HttpResponse:
    """Show what one has chosen, and keep what one chooses."""
    user = request.actor.user
    groups = [group for group in Group if group != Group.UNIT or request.actor.has_role(Role.MANAGER)]
    form = NoticesForm(request.POST if request.method == "POST" else None, user=user, groups=groups)
    if form.is_bound and form.is_valid() and attempt(form, lambda: _keep(form, user)) is not None:
        messages.success(request, _("Sparat. Så här får du meddelanden från och med nu."))
        return redirect("my_notices")
    shown = {"is_reachable": bool(preferences.channels(user)), "landline": preferences.landline(user)}
    frame = "base.html" if request.actor.is_staff else "base_family.html"
    told = [_told(notice) for notice in notices.told_lately(user)]
    return form_page(request, "doors/my_notices.html", form, frame=frame, told=told, **shown)


def _keep(form: NoticesForm, user: User) -> Preference:
    sent = form.cleaned_data
    return preferences.choose(user, channel=sent["channel"], rhythm=sent["rhythm"], switched_off=form.switched_off)


def _told(notice: Notice) -> Told:
    said = parts_of(notice)
    how = Channel(notice.channel).label if notice.channel else ""
    return Told(said.subject, urlsplit(said.link).path, notice.sent_at or notice.due_at, str(how))


def _way_words(way: Channel, user: User) -> str:
    """An address and a number keep their own direction: in Arabic its parts would stand the wrong way round."""
    if way == Channel.MAIL:
        return _("Med e-post till %(address)s") % {"address": apart(user.email or "")}
    return _("Med sms till %(number)s") % {"number": apart(user.phone)}
