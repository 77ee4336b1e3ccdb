"""Verifiera: anybody shows a PDF, and is told what holds. Nothing of it is kept, and nothing in it is shown."""

from threading import BoundedSemaphore

from django import forms
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sip.signing.expecting import Answer, examine
from sip.web.pages import UNPROCESSABLE, PageRequest, public
from sip.web.uploads import MOST

TOO_MANY = 429
MOST_FROM_ONE = 30  # files from one address within WITHIN, in each process
WITHIN = 600  # seconds
# One at a time in each process: the others have pages to show.
_turn = BoundedSemaphore(1)
PATIENCE = 10  # seconds


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


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: PageRequest) -> HttpResponse:
    """Ask for a file; tell what holds of it."""
    if request.method != "POST":
        return render(request, "doors/verify.html", {"form": VerifyForm(), "answer": None})
    form = VerifyForm(request.POST, request.FILES)
    status, answer = UNPROCESSABLE, None
    if form.is_valid():
        answer = _examined(request, form.cleaned_data["pdf"])
        status = 200 if answer else TOO_MANY
        if answer is None:
            form.add_error(None, _("Många filer verifieras just nu. Vänta några minuter och försök igen."))
    return render(request, "doors/verify.html", {"form": form, "answer": answer}, status=status)


def _examined(request: PageRequest, pdf: UploadedFile) -> Answer | None:
    """What is to be said of the file; None when there are too many at once."""
    if pdf.size is None or pdf.size > MOST or not _may_try(request):
        return None
    if not _turn.acquire(timeout=PATIENCE):
        return None
    try:
        return examine(pdf.read())
    finally:
        _turn.release()


def _may_try(request: PageRequest) -> bool:
    key = f"verify:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WITHIN)
    try:
        return cache.incr(key) <= MOST_FROM_ONE
    except ValueError:  # it ended in between
        return True
