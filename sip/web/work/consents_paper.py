"""Samtycke on paper: for the coordinator one for each who decides, for each who decides their own."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from sip.documents.consent_paper import download_consent
from sip.plans.access import Do, Standing
from sip.plans.models import Plan
from sip.web.pages import PageRequest, for_plan
from sip.web.paper_waits import handed_out, look_of, to_plan

WHOSE = "vem"


@for_plan(Do.SEE_FRAME)
@require_safe
def consent_form(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """The paper as a file. No name in the file's name."""
    whose = request.GET.get(WHOSE, "")
    back = to_plan(plan, standing)
    look = look_of(request)
    return handed_out(
        request, plan, "samtycke.pdf", lambda: download_consent(request.actor, plan, whose, look), back=back
    )
