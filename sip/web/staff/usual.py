"""Brukar vara med: the region's list of who is usually asked, by the child's age. For its administrator."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, AgencyKind
from common.errors import NotThere
from sip.meetings import usual
from sip.web.fields import KeyField, LineField, offer
from sip.web.pages import PageRequest, attempt, for_staff, form_page
from sip.web.work.choosing import OneField

_AGE = {"invalid": gettext_lazy("Skriv åldern i år, från 0 till 20.")}


class UsualForm(forms.Form):
    """One more kind of agency, and for which ages."""

    key = KeyField()
    kind = OneField(label=gettext_lazy("Vilka brukar vara med?"), widget=forms.Select)
    from_age = forms.IntegerField(label=gettext_lazy("Från ålder"), required=False, error_messages=_AGE)
    to_age = forms.IntegerField(label=gettext_lazy("Till och med ålder"), required=False, error_messages=_AGE)
    municipality = LineField(
        most=100,
        label=gettext_lazy("Kommun"),
        help_text=gettext_lazy("Lämna tomt om det gäller i hela regionen."),
    )

    agency = OneField(
        label=gettext_lazy("En viss verksamhet"),
        help_text=gettext_lazy("Behövs om regionen har flera av samma typ och det alltid är en av dem."),
        widget=forms.Select,
    )

    def __init__(self, agencies: list[Agency], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        offer(self, "agency", [("", _("Alla av den typen")), *((key, row.name) for key, row in self.agencies.items())])
        self.kinds = {kind.pk: kind for kind in AgencyKind.objects.order_by("name")}
        choices = [(key, kind.name) for key, kind in self.kinds.items()]
        offer(self, "kind", [("", _("Välj verksamhetstyp")), *choices])

    @property
    def said(self) -> usual.NewUsual:
        """The row as it was written."""
        values = self.cleaned_data
        return usual.NewUsual(
            self.kinds.get(values["kind"]),
            values["from_age"],
            values["to_age"],
            values["municipality"],
            self.agencies.get(values["agency"]),
        )


@for_staff
def usual_parties(request: PageRequest) -> HttpResponse:
    """The list, a form for one more, and a button to take each away."""
    rows = usual.usual_of_region(request.actor)
    if request.method == "POST" and "remove" in request.POST:
        usual.remove_usual(request.actor, _key(request.POST["remove"]))
        messages.success(request, _("Raden är borttagen."))
        return redirect("usual")
    form = UsualForm(usual.agencies_of_region(request.actor), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        row = attempt(form, lambda: usual.add_usual(request.actor, form.said, key=form.cleaned_data["key"]))
        if row is not None:
            messages.success(request, _("Listan är ändrad."))
            return redirect("usual")
    return form_page(request, "staff/usual.html", form, rows=rows)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotThere from error
