"""Önskan om SIP. Two steps: the child's identity number, then what is needed. An unknown child is registered.

Whether the program knows the child, or the child has a plan, shows only to somebody who may see that plan.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from common.identity import IdentityNumber
from consent.models import Custody
from sip.plans import routine_limits
from sip.plans.models import Plan, Request
from sip.plans.services.children import NewChild, NewGuardian, find_plan, request_for
from sip.plans.services.requests import request_plan
from sip.web.fields import DayField, IdentityNumberField, LineField, WordsField
from sip.web.pages import UNPROCESSABLE, PageRequest, attempt, for_staff
from sip.web.staff.waiting.item import about
from sip.web.words import language_words, weekday_words

NAME_MOST = 80
PLACE_MOST = 100
_NUMBER_HELP = gettext_lazy("Tolv siffror, ÅÅÅÅMMDD-NNNN. Samordningsnummer och reservnummer går också bra.")


class FindForm(forms.Form):
    """Which child it is about."""

    number = IdentityNumberField(
        label=gettext_lazy("Barnets personnummer"),
        help_text=_NUMBER_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class WishForm(forms.Form):
    """What is needed and why; for a child whom the one who asks knows from a plan of their own."""

    number = IdentityNumberField(widget=forms.HiddenInput)
    seen = DayField(label=gettext_lazy("När såg ni behovet?"), required=True, error_messages={
        "required": gettext_lazy("Skriv vilken dag ni såg behovet."),
        "invalid": gettext_lazy("Skriv dagen så här: 2026-09-15."),
    })  # fmt: skip
    why = WordsField(
        label=gettext_lazy("Varför behövs en SIP?"),
        help_text=gettext_lazy("Vad behöver barnet hjälp med, och av vilka? Skriv kort. Familjen kan läsa det."),
        required=True,
        error_messages={"required": gettext_lazy("Skriv varför barnet behöver en SIP.")},
    )
    important = WordsField(
        label=gettext_lazy("Vad är viktigt för barnet?"),
        help_text=gettext_lazy("Med barnets egna ord, om du har frågat."),
        rows=2,
    )


def _guardian_fields(which: str, *, required: bool) -> dict[str, forms.Field]:
    missing = {"name": _("Skriv vårdnadshavarens namn."), "number": _("Skriv vårdnadshavarens personnummer.")}
    return {
        f"{which}_name": LineField(
            label=_("Namn"), most=NAME_MOST, required=required, error_messages={"required": missing["name"]}
        ),
        f"{which}_number": IdentityNumberField(
            label=_("Personnummer"),
            help_text=_("Tolv siffror, ÅÅÅÅMMDD-NNNN."),
            required=required,
            error_messages={"required": missing["number"]},
        ),
        f"{which}_custody": forms.ChoiceField(
            label=_("Vårdnad"), choices=[(value, capfirst(label)) for value, label in Custody.choices]
        ),
        f"{which}_phone": LineField(label=_("Telefon"), most=40),
        f"{which}_email": forms.EmailField(
            label=_("E-post"),
            required=False,
            max_length=254,
            error_messages={"invalid": _("Skriv e-postadressen så här: namn@exempel.se")},
        ),
    }


class ChildForm(WishForm):
    """The same, for a child who is registered on the way, with one or two guardians."""

    name = LineField(
        label=gettext_lazy("Barnets namn"),
        most=NAME_MOST,
        required=True,
        error_messages={"required": gettext_lazy("Skriv barnets namn.")},
    )
    municipality = LineField(
        label=gettext_lazy("Kommun"),
        help_text=gettext_lazy("Där barnet bor, till exempel Skurup. Dit går önskan."),
        most=PLACE_MOST,
        required=True,
        error_messages={"required": gettext_lazy("Skriv vilken kommun barnet bor i.")},
    )
    school = LineField(label=gettext_lazy("Skola eller förskola"))
    language = forms.ChoiceField(
        label=gettext_lazy("Familjens språk"),
        choices=lambda: [(code, capfirst(language_words(code))) for code, _name in settings.LANGUAGES],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields |= {**_guardian_fields("first", required=True), **_guardian_fields("second", required=False)}
        # As on the page, so that the summary of errors comes in the same order.
        self.order_fields(["number", *(name for name in self.fields if name not in WishForm.base_fields)])

    def clean(self) -> dict[str, object]:
        """A second guardian has a name and a number, or is not there at all."""
        said: dict[str, object] = super().clean() or {}
        has = {part: bool(said.get(f"second_{part}")) for part in ("name", "number", "phone", "email")}
        if any(has.values()):
            for part, missing in (
                ("name", _("Skriv vårdnadshavarens namn.")),
                ("number", _("Skriv vårdnadshavarens personnummer.")),
            ):
                if not has[part] and f"second_{part}" not in self.errors:
                    self.add_error(f"second_{part}", missing)
        return said

    def child(self) -> NewChild:
        """What was written, as the service takes it."""
        said = self.cleaned_data
        return NewChild(
            name=said["name"],
            number=said["number"].normal,
            municipality=said["municipality"],
            school=said["school"],
            language=said["language"],
            guardians=tuple(self._guardian(which) for which in ("first", "second") if said[f"{which}_name"]),
        )

    def _guardian(self, which: str) -> NewGuardian:
        said = {part: self.cleaned_data[f"{which}_{part}"] for part in ("name", "number", "custody", "email", "phone")}
        return NewGuardian(**{**said, "number": said["number"].normal})


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: PageRequest) -> HttpResponse:
    """Ask for the number; then for what is needed; then send. Nothing is written before the last."""
    if request.method != "POST":
        return render(request, "staff/new_request.html", {"form": FindForm()})
    found = FindForm(request.POST)
    number = found.cleaned_data["number"] if found.is_valid() else None
    known = attempt(found, lambda: find_plan(request.actor, number)) if number else None
    if number is None or not found.is_valid():
        return render(request, "staff/new_request.html", {"form": found}, status=UNPROCESSABLE)
    if known and known.is_open:
        return render(request, "staff/new_request_known.html", {"plan": known, "person": about(known.child)})
    if "why" not in request.POST:
        return _write(request, _blank(number, known), known)
    return _send(request, known)


def _blank(number: IdentityNumber, known: Plan | None) -> WishForm:
    kind = WishForm if known else ChildForm
    return kind(initial={"number": number.normal, "language": settings.LANGUAGE_CODE})


def _send(request: PageRequest, known: Plan | None) -> HttpResponse:
    form = WishForm(request.POST) if known else ChildForm(request.POST)
    if not form.is_valid() or attempt(form, lambda: _ask(request, form, known)) is None:
        return _write(request, form, known)
    said = form.cleaned_data
    # By what was written, and not by what is known of the child: the answer is the same whoever was known.
    place = known.child.municipality if known else said["municipality"]
    day = weekday_words(routine_limits.wish_from_by(place, said["seen"]))
    messages.success(request, _("Önskan är skickad. En samordnare läser den och svarar senast %(day)s.") % {"day": day})
    return redirect("today")


def _ask(request: PageRequest, form: WishForm, known: Plan | None) -> Request:
    said = form.cleaned_data
    wish = {"seen_on": said["seen"], "why": said["why"], "important": said["important"]}
    if known:
        return request_plan(request.actor, known.child, **wish)
    assert isinstance(form, ChildForm)  # noqa: S101 — so it was made
    return request_for(request.actor, form.child(), **wish)


def _write(request: PageRequest, form: WishForm, known: Plan | None) -> HttpResponse:
    context = {
        "form": form,
        "person": about(known.child) if known else "",
        "groups": () if known else _guardian_groups(form),
    }
    return render(request, "staff/new_request_write.html", context, status=UNPROCESSABLE if form.errors else 200)


def _guardian_groups(form: WishForm) -> tuple[tuple[str, list[forms.BoundField]], ...]:
    """The fields of each guardian, for the page."""
    parts = ("name", "number", "custody", "phone", "email")
    return (
        (_("Första vårdnadshavaren"), [form[f"first_{part}"] for part in parts]),
        (_("Andra vårdnadshavaren, om det finns en"), [form[f"second_{part}"] for part in parts]),
    )
