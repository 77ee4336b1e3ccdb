"""Svara familjen: one correction, or one comment, and the coordinator's answer. It is sent once, and stays."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotThere
from sip.plans.access import Do, Standing
from sip.plans.audience import EVERYTHING
from sip.plans.lines import lines
from sip.plans.models import Comment, CommentKind, Plan, Verdict
from sip.plans.services import family
from sip.plans.states import State
from sip.web.fields import WordsField
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.staff.plan_papers import saying
from sip.web.work.choosing import OneField


class AnswerForm(forms.Form):
    """What becomes of it, and why."""

    verdict = OneField(
        label=gettext_lazy("Ska planen ändras?"),
        choices=[
            (Verdict.CHANGES.value, gettext_lazy("Ja, det ändras")),
            (Verdict.STAYS.value, gettext_lazy("Nej, det står kvar")),
        ],
    )
    answer = WordsField(
        rows=6,
        most=2000,
        label=gettext_lazy("Ditt svar till familjen"),
        help_text=gettext_lazy("Säg vad som händer nu, eller varför det inte ändras. Bara den som skrev läser svaret."),
    )


@for_plan(Do.ANSWER_CORRECTION)
def answer_family(request: PageRequest, plan: Plan, _standing: Standing, comment_id: UUID) -> HttpResponse:
    """Read what was written, and answer it."""
    rows = Comment.objects.filter(plan=plan).exclude(kind=CommentKind.DISSENT)
    row = rows.select_related("by", "answered_by").filter(pk=comment_id).first()
    if row is None:
        raise NotThere
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if row.kind == CommentKind.COMMENT:
        del form.fields["verdict"]
    if form.is_bound and form.is_valid():
        said = form.cleaned_data

        def verb() -> Comment:
            verdict = said.get("verdict", "")
            return family.answer_correction(request.actor, plan, comment_id, text=said["answer"], verdict=verdict)

        if answered := attempt(form, verb):
            messages.success(request, _done(plan, answered))
            return redirect(reverse("plan", args=[plan.pk]) + "#familjen-skriver")
        row = rows.select_related("by", "answered_by").get(pk=comment_id)  # somebody may have answered meanwhile
    shown = lines(plan, EVERYTHING) if row.row_id else {}
    context = {
        "plan": plan,
        "said": saying(row, shown),
        "is_correction": row.kind == CommentKind.CORRECTION,
        "goes_back": plan.state == State.IN_REVIEW,
    }
    return form_page(request, "staff/answer_family.html", form, **context)


def _done(plan: Plan, row: Comment) -> str:
    if row.verdict == Verdict.CHANGES and plan.state == State.IN_REVIEW:
        return _("Svaret är skickat. Ändra planen nu, så får familjen läsa den på nytt.")
    return _("Svaret är skickat. Den som skrev har fått veta det.")
