"""What the family says about the plan: to the coordinator, or as a view of its own that follows the plan."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sip.plans import versions
from sip.plans.access import Do, Standing
from sip.plans.audience import audience_of
from sip.plans.help_texts import NO_HELP
from sip.plans.lines import Line, lines
from sip.plans.models import Comment, CommentKind, Plan
from sip.plans.services import family
from sip.plans.states import CLOSED_STATES, State
from sip.signing import services as signing
from sip.web.family.gate import for_family
from sip.web.family.names import coordinator_of, plan_name
from sip.web.family.plan_page import helps_of
from sip.web.family.said import left_behind, said_by
from sip.web.fields import WordsField
from sip.web.pages import PageRequest, attempt, form_page
from sip.web.work.choosing import OneField

CORRECTION = "rattelse"  # in addresses
COMMENT = "fraga"


class CommentForm(forms.Form):
    """What is wrong, or a question; about one line of the plan (`row`) or about all of it."""

    row = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = OneField(
        label=gettext_lazy("Vad vill du?"),
        choices=[
            (CORRECTION, gettext_lazy("Något är fel och ska rättas")),
            (COMMENT, gettext_lazy("Jag undrar eller vill berätta något")),
        ],
    )
    text = WordsField(
        label=gettext_lazy("Vad vill du säga?"),
        help_text=gettext_lazy("Skriv som du pratar. En mening räcker."),
        rows=6,
        required=True,
        error_messages={"required": gettext_lazy("Skriv vad du vill säga.")},
    )

    def clean_row(self) -> UUID | None:
        """The line's key, or none."""
        return self.cleaned_data["row"] or None


class DissentForm(forms.Form):
    """A dissenting view."""

    text = WordsField(
        label=gettext_lazy("Så här ser jag på det"),
        rows=6,
        required=True,
        error_messages={"required": gettext_lazy("Skriv hur du ser på det.")},
    )


@for_family(Do.COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Write to the coordinator: `?som=rattelse` asks for a correction, `?rad=<key>` is about one line."""
    reader = audience_of(request.actor, plan)
    shown = lines(plan, reader)
    if request.method == "POST":
        form = CommentForm(request.POST)
        if form.is_valid() and attempt(form, lambda: _said(request, plan, form)) is not None:
            messages.success(request, _thanks(plan, form.cleaned_data["kind"]))
            return redirect("family_plan", plan.pk)
        line = _line(shown, form["row"].value())
        if line is None and form["row"].value():  # the words stay; what they were about is not there
            form.data = {**request.POST.dict(), "row": ""}
    else:
        line = _line(shown, request.GET.get("rad", ""))
        kind = CORRECTION if request.GET.get("som", "") == CORRECTION else COMMENT
        form = CommentForm(initial={"kind": kind, "row": line.key if line else None})
    context = _about(request, plan, shown)
    return form_page(request, "family/comment.html", form, line=line, helps=helps_of(plan, reader), **context)


def _said(request: PageRequest, plan: Plan, form: forms.Form) -> Comment:
    text, row_id = form.cleaned_data["text"], form.cleaned_data["row"]
    if form.cleaned_data["kind"] == CORRECTION:
        return family.correct(request.actor, plan, text=text, row_id=row_id)
    return family.comment(request.actor, plan, text=text, row_id=row_id)


def _thanks(plan: Plan, kind: str) -> str:
    who = _sentence(coordinator_of(plan))
    if kind == CORRECTION:
        return _("Tack. %(who)s måste svara dig innan planen fastställs. Svaret ser du här.") % {"who": who}
    return _("Tack. %(who)s får det du har skrivit.") % {"who": who}


def _line(shown: dict[UUID, Line], key: object) -> Line | None:
    """The line of that key, as somebody sent it."""
    try:
        return shown.get(UUID(str(key)))
    except ValueError:
        return None


@for_family(Do.COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def dissent(request: PageRequest, plan: Plan, _standing: Standing) -> HttpResponse:
    """Write a view that differs; it follows the version (SoL 14:6). `?igen=<key>`: the own words of an earlier one."""
    form = DissentForm(request.POST) if request.method == "POST" else DissentForm(initial=_once_more(request, plan))
    if form.is_bound and form.is_valid():
        said = attempt(form, lambda: signing.dissent(request.actor, plan, text=form.cleaned_data["text"]))
        if said is not None:
            messages.success(request, _("Tack. Dina ord följer med planen, precis som du skrev dem."))
            return redirect("family_plan", plan.pk)
    context = _about(request, plan, {}, CommentKind.DISSENT)
    return form_page(request, "family/dissent.html", form, helps=NO_HELP, **context)


def _once_more(request: PageRequest, plan: Plan) -> dict[str, str]:
    """What the same person wrote of an earlier version, ready to be saved of the one that is open."""
    wanted = request.GET.get("igen", "")
    return next(({"text": row.text} for row in left_behind(request.actor, plan) if str(row.again) == wanted), {})


def _about(
    request: PageRequest, plan: Plan, shown: dict[UUID, Line], kind: CommentKind | None = None
) -> dict[str, Any]:
    return {
        "plan": plan,
        "plan_name": plan_name(plan.child, request.actor),
        "coordinator": _sentence(coordinator_of(plan)),
        "said": said_by(request.actor, plan, shown, kind),
        "version": versions.current_version(plan),
        "is_open": plan.state not in CLOSED_STATES and plan.state != State.REQUESTED,
    }


def _sentence(words: str) -> str:
    """As the first word of a sentence."""
    return words[:1].upper() + words[1:]
