"""Verifiera: anybody shows a PDF, and is told what holds. Nothing of it is kept, and nothing in it is shown."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sip.signing.expecting import Answer, examine
from sip.web import brake, uploads
from sip.web.pages import UNPROCESSABLE, PageRequest, public

TOO_MANY = 429
MOST_FROM_ONE = 30  # files from one address within WITHIN
WITHIN = 600  # seconds
# PostgreSQL's advisory lock for whoever verifies: one file at a time in the whole service, which has pages to show.
_TURN = 0x5EA1_0002


class VerifyForm(forms.Form):
    """The file. Its type is not asked for: what is no PDF is answered as such."""

    pdf = forms.FileField(
        label=gettext_lazy("PDF-fil"),
        help_text=gettext_lazy("Planen eller kvittensen, som du har fått den. Högst 12 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        allow_empty_file=True,
        error_messages={
            "required": gettext_lazy("Välj en fil. Den får vara högst 12 MB."),
            "invalid": gettext_lazy("Välj en fil. Den får vara högst 12 MB."),
            "max_length": gettext_lazy("Filens namn är för långt. Byt namn på den och försök igen."),
        },
        max_length=1000,
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_too_large:
            words = _("Filen är större än 12 MB. Planer och kvittenser är mindre. Välj en annan fil.")
            self.fields["pdf"].error_messages |= {"required": words}


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: PageRequest) -> HttpResponse:
    """Ask for a file; tell what holds of it."""
    if request.method != "POST":
        return render(request, "doors/verify.html", {"form": VerifyForm(), "answer": None})
    form = VerifyForm(request.POST, request.FILES, is_too_large=uploads.was_too_large(request))
    status, answer = UNPROCESSABLE, None
    if form.is_valid():
        if not brake.may_try("verify", request.META.get("REMOTE_ADDR", ""), most=MOST_FROM_ONE, within=WITHIN):
            form.add_error(None, _("Många filer har verifierats härifrån. Vänta tio minuter och försök igen."))
        else:
            answer = _examined(form.cleaned_data["pdf"])
            if answer is None:
                form.add_error(None, _("En annan fil verifieras just nu. Vänta en stund och försök igen."))
        status = 200 if answer else TOO_MANY
    return render(request, "doors/verify.html", {"form": form, "answer": answer}, status=status)


def _examined(pdf: UploadedFile) -> Answer | None:
    """What is to be said of the file; None at once while somebody else's is read."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
        return examine(pdf.read()) if cursor.fetchone() == (True,) else None
