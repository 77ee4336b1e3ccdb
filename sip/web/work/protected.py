"""Skyddade personuppgifter: who has them, how the coordinator reaches them, and the way to write or remove it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agencies.models import Protection
from common.errors import NotThere
from consent import family
from consent.models import Child, Guardian, Relative
from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Assignment, Plan
from sip.plans.services.protection import protect as protect_person
from sip.plans.states import State
from sip.web.pages import PageRequest, attempt, for_plan, form_page
from sip.web.work.choosing import OneField

NONE = "inga"


class KindForm(forms.Form):
    """Which kind of protection, or none."""

    kind = OneField(
        choices=[
            *((kind.value or NONE, kind.label) for kind in Protection if kind is not Protection.NONE),
            (NONE, Protection.NONE.label),
        ],
        label=gettext_lazy("Vad gäller?"),
        help_text=gettext_lazy(
            "Personen vet själv, eller så står det i folkbokföringen. Alla tre skyddas likadant här."
        ),
        required=True,
    )

    @property
    def chosen(self) -> str:
        """The kind as it is kept."""
        kind: str = self.cleaned_data["kind"]
        return Protection.NONE.value if kind == NONE else kind


def initial_of(person: protection.Protected) -> dict[str, str]:
    """What the form shows at first; nothing chosen where somebody is protected and the kind is not known."""
    return {"kind": person.protection or ("okant" if person.is_protected else NONE)}


def kind_words(person: protection.Protected) -> str:
    """ "Sekretessmarkering"; of one whose kind nobody has written, that there is protection."""
    if not person.is_protected:
        return str(Protection.NONE.label)
    return str(Protection(person.protection).label) if person.protection else _("Skyddade uppgifter")


@dataclass(frozen=True)
class PersonRow:
    """Somebody of the plan, whether they are protected and how, and how to reach them (for the coordinator alone)."""

    key: UUID | None
    name: str
    who: str
    is_protected: bool
    words: str
    contact: protection.Contact
    workplace: str = ""


@for_plan(Do.PROTECT)
@require_safe
def protected(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Everybody in the family, and the colleagues who are protected."""
    context = {"plan": plan, "rows": list(_family(request, plan)), "colleagues": list(_colleagues(plan))}
    return render(request, "work/protected.html", context)


def _family(request: PageRequest, plan: Plan) -> Iterator[PersonRow]:
    child, reader = plan.child, request.actor.user
    yield PersonRow(child.pk, child.name, _("Barnet"), child.is_protected, kind_words(child), protection.Contact())
    people: list[tuple[Guardian | Relative, str]] = [
        (row.guardian, _("Vårdnadshavare, %(custody)s") % {"custody": row.get_custody_display()})
        for row in family.all_guardians(child)
    ]
    people += [(row, row.relation) for row in child.relatives.order_by("id")]
    for person, who in people:
        contact = protection.contact_of(person, reader, plan)
        yield PersonRow(person.pk, person.name, who, person.is_protected, kind_words(person), contact)


def _colleagues(plan: Plan) -> Iterator[PersonRow]:
    rows = Assignment.objects.filter(plan=plan, ended_at__isnull=True, user__is_protected=True)
    once = {(row.user_id, row.agency_id): row for row in rows.select_related("user", "agency").order_by("id")}
    for row in once.values():
        user = row.user
        contact = protection.Contact(user.phone, user.email or "")
        yield PersonRow(None, user.name, row.agency.name, True, kind_words(user), contact, row.agency.name)


@for_plan(Do.PROTECT)
def protect(request: PageRequest, plan: Plan, standing: Standing, person_id: UUID) -> HttpResponse:
    """Say what will happen, ask which kind, and do it."""
    person = _find(plan, person_id)
    form = KindForm(request.POST if request.method == "POST" else None, initial=initial_of(person))
    if form.is_bound and form.is_valid():
        attempt(form, lambda: protect_person(request.actor, plan, person, form.chosen))
        if not form.errors:
            said = _("%(name)s har skyddade uppgifter. Det gäller från och med nu.")
            if form.chosen == Protection.NONE:
                said = _("%(name)s har inte skyddade uppgifter längre. Det gäller från och med nu.")
            messages.success(request, said % {"name": person.name})
            return redirect("protected", plan.pk)
    return form_page(
        request,
        "work/protect.html",
        form,
        plan=plan,
        person=person,
        kind="child" if isinstance(person, Child) else "guardian" if isinstance(person, Guardian) else "relative",
        is_read_now=plan.state == State.IN_REVIEW,
    )


def _find(plan: Plan, key: UUID) -> Child | Guardian | Relative:
    """The child, a guardian or a relative of this plan. Raises NotThere for anybody else."""
    if key == plan.child_id:
        child: Child = plan.child
        return child
    guardian = next((row.guardian for row in family.all_guardians(plan.child) if row.guardian_id == key), None)
    relative = Relative.objects.filter(child=plan.child, pk=key).first()
    if guardian is None and relative is None:
        raise NotThere
    return guardian or relative  # type: ignore[return-value]
