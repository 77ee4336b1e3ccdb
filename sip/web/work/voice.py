"""Egna ord: the child's voice or why it is missing, the guardians' view, what works, the situation."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sip.plans import protection
from sip.plans.access import Do, Standing
from sip.plans.models import Plan, Voice
from sip.plans.services import contents
from sip.plans.states import WHILE_EDITABLE
from sip.web.fields import WordsField
from sip.web.pages import PageRequest, for_plan, form_page
from sip.web.work.guarded import GuardedForm, Stored, Writing, write
from sip.web.work.naming import own_words
from sip.web.work.ways import obstacle, onward, stopped

FIELDS = ("child_words", "no_voice_because", "guardians_view", "works_well", "situation")


class VoiceForm(GuardedForm):
    """The child first; then the guardians; then what works and what is hard."""

    child_words = WordsField(
        rows=5,
        label=gettext_lazy("Barnets egna ord"),
        help_text=gettext_lazy("Skriv som barnet säger det. Läs upp det och fråga om det blev rätt."),
    )
    no_voice_because = WordsField(
        most=1000,
        rows=2,
        label=gettext_lazy("Om barnet inte har kommit till tals: varför?"),
        help_text=gettext_lazy("Till exempel: Alva är tre år. Mamma har berättat vad hon tycker om."),
    )
    guardians_view = WordsField(rows=4, label=gettext_lazy("Vad vårdnadshavarna tycker"))
    works_well = WordsField(rows=3, label=gettext_lazy("Vad fungerar bra?"))
    situation = WordsField(rows=4, label=gettext_lazy("Hur är det nu, och vad är svårt?"))


@for_plan(Do.EDIT_CONTENTS)
def voice(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Skriv barnets egna ord."""
    title = own_words(plan)
    blocked = obstacle(lambda: WHILE_EDITABLE.check(plan.state))
    if blocked and request.method != "POST":
        return stopped(request, plan, title, blocked)

    def save(changed: Mapping[str, Any], stored: Stored) -> Voice:
        return contents.set_voice(request.actor, plan, **{**stored.values, **changed}, version=stored.version)

    def page(form: GuardedForm) -> HttpResponse:
        form.fields["child_words"].label = title
        return form_page(request, "work/voice.html", form, plan=plan, title=title)

    def done() -> HttpResponse:
        messages.success(request, _("Sparat."))
        return onward(request, plan, "egna-ord")

    return write(request, Writing(VoiceForm, lambda: stored_voice(plan), save, page, done))


def stored_voice(plan: Plan) -> Stored:
    """The voice as it stands; empty, version 0, before anybody has written."""
    now = Voice.objects.filter(plan=plan).select_related("changed_by").first()
    if now is None:
        return Stored(dict.fromkeys(FIELDS, ""), 0)
    values = {name: getattr(now, name) for name in FIELDS}
    return Stored(values, now.version, protection.staff_name(now.changed_by), now.changed_at)
