"""Papper: everything that a plan has on paper, in which size and language; who has a copy; all of it as one archive."""

import io
from dataclasses import dataclass, replace

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import Problem, Refused
from sip.documents import copies, export
from sip.documents import papers as waiting
from sip.documents import services as documents
from sip.documents.models import CopyHow
from sip.documents.render import BINDING
from sip.plans.access import Do, Standing
from sip.plans.audience import audience_of
from sip.plans.models import Plan, Version
from sip.signing.models import Signature
from sip.signing.on_paper import name_of
from sip.signing.signers import of_word
from sip.web.fields import LineField
from sip.web.pages import PageRequest, for_plan, standing_of
from sip.web.paper_waits import LANGUAGE, LARGE, ZIP, handed_out, to_plan
from sip.web.words import as_day, day_words, near_words


@dataclass(frozen=True)
class Link:
    """One file: what it is called, where it is; `lang`: the language that its name is in."""

    label: str
    href: str
    lang: str = ""


@dataclass(frozen=True)
class Paper:
    """One paper, and the other looks of it, which are help to read it."""

    name: str
    about: str
    main: Link
    others: tuple[Link, ...] = ()


@dataclass(frozen=True)
class CopyPart:
    """Whose copy, and how it came there. `key`: to say that it is handed over; "" where that is not mine to say.

    `exemplar`: where to fetch what is made for a guardian to read, which may hold less than the plan.
    """

    name: str
    words: str
    is_original: bool
    key: str = ""
    exemplar: str = ""


class CopyForm(forms.Form):
    """Which copy has been handed over."""

    copy = forms.UUIDField(widget=forms.HiddenInput)


@for_plan(Do.READ)
@require_safe
def papers(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """The list, with who has a copy."""
    valid = list(Version.objects.filter(plan=plan, void_at=None).order_by("-number")[:2])
    in_force = next((version for version in valid if version.established_at), None)
    context = {
        "plan": plan,
        "is_family": standing.is_family,
        "frame": "base_family.html" if standing.is_family else "base.html",
        "back": to_plan(plan, standing),
        "papers": [paper for version in valid for paper in _of_version(request, plan, standing, version)]
        + _follow_ups(plan)
        + _calls(plan),
        "copies": _copies(plan, in_force, standing) if in_force else [],
        "copied": in_force,
        "archive": reverse("archive", args=[plan.pk]) if in_force else "",
    }
    return render(request, "paper_list.html", context)


class AgainForm(forms.Form):
    """Which paper to try once more, and the page to come back to."""

    key = LineField(most=64)
    where = LineField(most=300)


@for_plan(Do.READ)
def again(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Have a paper that failed tried once more, and go back to wait for it."""
    form = AgainForm(request.POST)
    where = form.cleaned_data["where"] if form.is_valid() else ""
    if request.method == "POST" and form.is_valid():
        waiting.again(plan, form.cleaned_data["key"])
    return redirect(where if where.startswith(f"/planer/{plan.pk}/") else reverse("papers", args=[plan.pk]))


@for_plan(Do.WITNESS)
def hand_over(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Say that a copy on paper has been handed over: the button of one row of the list."""
    if request.method == "POST":
        form = CopyForm(request.POST)
        copy = form.cleaned_data["copy"] if form.is_valid() else None
        try:
            copies.hand_over_copy(request.actor, plan, copy)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("Det är antecknat att kopian är lämnad."))
    return redirect("papers", plan.pk)


class NoPapers(Refused):
    """There is nothing to put in an archive yet."""


@for_plan(Do.READ)
@require_safe
def archive(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """The papers of the plan as one archive, for a record. No name in the file's name."""

    def packed() -> bytes:
        files = export.plan_files(request.actor, plan)
        if not files:
            raise NoPapers(Problem("no_papers", _("Det finns inga papper att hämta än.")))
        archive = io.BytesIO()
        export.write(archive, [("", files)])
        return archive.getvalue()

    back = reverse("papers", args=[plan.pk])
    try:
        return handed_out(request, plan, "sip-arkiv.zip", packed, back=back, kind=ZIP)
    except NoPapers as none:
        messages.info(request, none.message)
        return redirect(back)


def _of_version(request: PageRequest, plan: Plan, standing: Standing, version: Version) -> list[Paper]:
    """The plan, the child's page and the receipt of one version; nothing of one that this reader is not handed."""
    if documents.not_handed_out(plan, version, request.actor.user, standing):
        return []
    which = _("Version %(number)s") % {"number": version.number}
    if version.established_at:
        about = _("%(version)s, fastställd %(day)s") % {
            "version": which,
            "day": day_words(as_day(version.established_at)),
        }
    else:
        about = _("%(version)s, läses av familjen") % {"version": which}
    found = [
        _paper(_("Planen"), about, reverse("pdf", args=[plan.pk, version.number])),
        _paper(_("Barnets sida"), about, reverse("child_pdf", args=[plan.pk, version.number])),
    ]
    if version.established_at:
        href = reverse("receipt", args=[plan.pk, version.number])
        found.append(_paper(_("Kvittens"), _("Vilka som har skrivit under, och när."), href))
    return found + (_scans(plan, version) if audience_of(request.actor, plan).is_whole else [])


def _scans(plan: Plan, version: Version) -> list[Paper]:
    """The signed papers that somebody has sent in, for who may read all that stands on them."""
    rows = Signature.objects.filter(version=version, scan__isnull=False)
    return [
        Paper(
            _("Underskrivet papper"),
            _("%(name)s skrev under %(day)s") % {"name": name_of(of_word(row) or plan.child), "day": day_words(day)},
            Link(_("Hämta (PDF)"), reverse("scan", args=[plan.pk, row.pk])),
        )
        for row in rows.select_related("guardian", "asked__user", "asked__agency").order_by("at", "id")
        if (day := row.signed_on)
    ]


def _follow_ups(plan: Plan) -> list[Paper]:
    """Every follow-up of an established plan, the newest first."""
    rows = documents.follow_ups(plan)
    first = Version.objects.filter(plan=plan, established_at__isnull=False).order_by("established_at").first()
    if first is None or first.established_at is None:
        return []
    return [
        _paper(
            _("Uppföljning"),
            _("Hölls %(day)s") % {"day": day_words(row.held_on)},
            reverse("follow_up_pdf", args=[plan.pk, number]),
        )
        for number, row in reversed(list(enumerate(rows, start=1)))
        if row.at >= first.established_at
    ]


def _calls(plan: Plan) -> list[Paper]:
    meeting = plan.meetings.filter(cancelled_at=None).order_by("-number").first()
    if meeting is None:
        return []
    about = _("Mötet %(day)s") % {"day": day_words(as_day(meeting.start))}
    return [_paper(_("Kallelse"), about, reverse("call_pdf", args=[plan.pk, meeting.number]))]


def _paper(name: str, about: str, href: str) -> Paper:
    others = [
        Link(str(label), f"{href}?{LANGUAGE}={code}", code) for code, label in settings.LANGUAGES if code != BINDING
    ]
    others.sort(key=lambda link: link.lang != get_language())  # the reader's own first
    return Paper(name, about, Link(_("Hämta (PDF)"), href), (*others, Link(_("Stor text"), f"{href}?{LARGE}=ja")))


def _copies(plan: Plan, version: Version, standing: Standing) -> list[CopyPart]:
    may_hand_over = standing_of(standing)[str(Do.WITNESS)]
    return [_copy(held, may_hand_over) for held in copies.who_has(plan, version, documents.frozen(version))]


def _copy(held: copies.Held, may_hand_over: bool) -> CopyPart:
    """Whose copy, as things stand now: who has left has what they got, and reads it here no longer."""
    row = held.row
    if row is None:
        return CopyPart(held.name, _("Kan läsa den i tjänsten") if held.reads else _("Har inte fått den"), False)
    if row.at is None:
        own = reverse("exemplar", args=[row.version.plan_id, row.guardian_id]) if row.guardian_id else ""
        part = CopyPart(held.name, _("Ska få planen på papper"), row.is_original)
        if not may_hand_over:
            return part
        return replace(part, key=str(row.pk), exemplar=own and f"{own}?version={row.version.number}")
    if row.how == CopyHow.PAPER:
        words = _("Fick den på papper %(day)s")
    elif held.reads:
        words = _("Har den i tjänsten sedan %(day)s")
    else:
        words = _("Fick den i tjänsten %(day)s. Kan inte läsa den där längre.")
    return CopyPart(held.name, words % {"day": near_words(row.at)}, row.is_original)
