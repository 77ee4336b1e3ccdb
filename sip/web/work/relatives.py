"""Närstående och stödpersoner: those whom the child wants there. The coordinator and the family write here."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotThere
from consent.models import Relative
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.plans.services.relatives import NewRelative, add_relative, change_relative, remove_relative
from sip.web.family.names import plan_name
from sip.web.fields import KeyField, LineField
from sip.web.pages import PageRequest, attempt, for_plan, form_page

REMOVE = "remove"
PHONE_MOST = 40


class RelativeForm(forms.Form):
    """Somebody whom the child wants there."""

    key = KeyField()
    name = LineField(
        label=gettext_lazy("Namn"),
        required=True,
        error_messages={"required": gettext_lazy("Skriv vad personen heter.")},
    )
    relation = LineField(
        label=gettext_lazy("Vem är det för barnet?"),
        help_text=gettext_lazy("Till exempel mormor, tränare eller stödperson."),
        required=True,
        error_messages={"required": gettext_lazy("Skriv vem det är för barnet, till exempel mormor.")},
    )
    phone = LineField(
        most=PHONE_MOST,
        label=gettext_lazy("Telefon"),
        help_text=gettext_lazy("Bara samordnaren ser numret."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    is_protected = forms.BooleanField(
        required=False,
        label=gettext_lazy("Personen har skyddade personuppgifter"),
        help_text=gettext_lazy("Då står namnet inte i kallelser, och bara samordnaren kan se hur personen nås."),
    )

    @property
    def said(self) -> dict[str, Any]:
        """What was written, without the key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


@for_plan(Do.EDIT_RELATIVES)
def relatives(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Those who are written down, and the form for one more."""
    form = RelativeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        new = NewRelative(**form.said)
        added = attempt(form, lambda: add_relative(request.actor, plan, new, key=form.cleaned_data["key"]))
        if added is not None:
            messages.success(request, _("%(name)s är tillagd.") % {"name": added.name})
            return redirect("relatives", plan.pk)
    rows = [(row, protection.phone_in_passing(row, request.actor.user, plan)) for row in _all(plan)]
    context = {**_frame(request, plan, standing), "rows": rows, "may_write": standing.may_now(Do.EDIT_RELATIVES)}
    return form_page(request, "work/relatives.html", form, **context)


@for_plan(Do.EDIT_RELATIVES)
def relative(request: PageRequest, plan: Plan, standing: Standing, relative_id: UUID) -> HttpResponse:
    """Change one of them, or take them away."""
    row = Relative.objects.filter(child=plan.child, pk=relative_id).first()
    if row is None:
        raise NotThere
    handles = protection.is_named_handler(request.actor.user, plan)
    if request.method == "POST" and request.POST.get("do") == REMOVE:
        remove_relative(request.actor, plan, row)
        messages.success(request, _("%(name)s är borttagen.") % {"name": row.name})
        return redirect("relatives", plan.pk)
    form = _form(row, request.POST if request.method == "POST" else None, handles=handles)
    if form.is_bound and form.is_valid():
        said = form.said
        if not handles and not said["phone"]:
            said["phone"] = None  # who may not read the number does not take it away by leaving the box empty
        if attempt(form, lambda: change_relative(request.actor, plan, row, NewRelative(**said))) is not None:
            messages.success(request, _("Ändringen är sparad."))
            return redirect("relatives", plan.pk)
    return form_page(request, "work/relative.html", form, row=row, **_frame(request, plan, standing))


def _form(row: Relative, data: Any = None, *, handles: bool) -> RelativeForm:
    """What is known, but for a number that the reader may not see; protection only the coordinator takes away."""
    initial = {"name": row.name, "relation": row.relation, "is_protected": row.is_protected}
    if handles:
        initial["phone"] = row.phone
    form = RelativeForm(data, initial=initial)
    if not handles:
        form.fields["phone"].help_text = _("Bara samordnaren ser numret. Lämna tomt om det inte har ändrats.")
        if row.is_protected:
            form.fields["is_protected"].disabled = True
            form.fields["is_protected"].help_text = _("Bara samordnaren kan ta bort skyddet.")
    return form


def _all(plan: Plan) -> list[Relative]:
    return list(Relative.objects.filter(child=plan.child).order_by("id"))


def _frame(request: PageRequest, plan: Plan, standing: Standing) -> dict[str, Any]:
    """The page around: the family's for the family."""
    is_family = standing.is_family
    return {
        "plan": plan,
        "frame": "base_family.html" if is_family else "base.html",
        "plan_name": plan_name(plan.child, request.actor) if is_family else plan.child.name,
        "is_family": is_family,
        "heading": _heading(plan, request),
    }


def _heading(plan: Plan, request: PageRequest) -> str:
    if plan.child.user_id == request.actor.user.pk:
        return _("Vilka vill du ha med?")
    return _("Vilka vill %(name)s ha med?") % {"name": plan.child.given_name}
