"""Översättning: the plan's Swedish texts, and beside each what it is in the family's language. Saved piece by piece."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotThere, Refused
from sip.meetings import translating
from sip.meetings.translating import NewHelp, longest, name_of, to_translate, writes
from sip.plans import help_texts, protection
from sip.plans.access import TABLE, Do, Standing
from sip.plans.audience import audience_of
from sip.plans.help_texts import Swedish
from sip.plans.models import Plan, Translator
from sip.web.fields import WordsField
from sip.web.pages import PageRequest, for_plan, form_page
from sip.web.work import translate_page as page_of
from sip.web.work.choosing import OneField
from sip.web.work.guarded import GuardedForm, Stored, Writing, write
from sip.web.work.translate_page import AT_ONCE
from sip.web.work.ways import obstacle, stopped

LANGUAGE, PART = "sprak", "del"
AS_READ = "svenska-"  # before a field's name: the fingerprint of the Swedish that was read
HERE, STILL = "har", "stammer"  # which part was saved; which text is right although the Swedish has changed
# A field for a text, whosever it is.
TEXT = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-[a-z_]{1,20}$")
ANCHOR = re.compile(r"^[a-z0-9-]{1,20}$")
CHARACTERS_A_ROW = 45


class TranslateForm(GuardedForm):
    """One field for each text, and whose words they are."""

    translator = OneField(
        label=gettext_lazy("Vem har översatt?"),
        choices=Translator.choices,
        initial=Translator.STAFF.value,
        required=True,
        error_messages={"required": gettext_lazy("Välj vem som har översatt.")},
    )

    def __init__(self, texts: Sequence[Swedish], language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = [name_of(each.key) for each in texts]
        direction = "rtl" if page_of.is_rtl(language) else "ltr"
        for each in texts:
            rows = min(12, 2 + len(each.text) // CHARACTERS_A_ROW)
            widget = forms.Textarea(attrs={"rows": rows, "lang": language, "dir": direction})
            label = page_of.label(each, language)
            self.fields[name_of(each.key)] = WordsField(most=longest(each), label=label, widget=widget)
        self.guard()

    @property
    def guarded(self) -> list[str]:
        """The texts alone."""
        return getattr(self, "texts", [])


@for_plan(Do.TRANSLATE)
def translate(request: PageRequest, plan: Plan, standing: Standing) -> HttpResponse:
    """Skriv planens texter på familjens språk; agencies their own actions, the coordinator all of it."""
    title = _("Översätt för familjen")
    language = _language(request, plan)
    blocked = obstacle(lambda: TABLE[Do.TRANSLATE].when.check(plan.state))
    if blocked and request.method != "POST":
        return stopped(request, plan, title, blocked)
    everything = to_translate(plan, audience_of(request.actor, plan), standing)
    own = [each for each in everything if writes(standing, each)]
    sent = set(request.POST) if request.method == "POST" else set()
    here = _part(request, len(own)) if language else 1
    on_page = own[(here - 1) * AT_ONCE : here * AT_ONCE]
    shown = [each for each in own if name_of(each.key) in sent] or on_page
    read_as = {name_of(each.key): request.POST.get(AS_READ + name_of(each.key), "") for each in shown} if sent else {}
    anchor = request.POST.get(HERE, "")
    still = request.POST.get(STILL, "")
    by_name = {name_of(each.key): each for each in own}
    versions: dict[str, int] = {}

    def read() -> Stored:
        rows = help_texts.stored_in(plan, language)
        versions.clear()
        versions.update({name_of(key): row.version for key, row in rows.items()})
        newest = max(rows.values(), key=lambda row: row.changed_at, default=None)
        values = {name_of(each.key): rows[each.key].text if each.key in rows else "" for each in shown}
        if newest is None:
            return Stored(values, 0)
        total = sum(versions.values())
        return Stored(values, total, protection.staff_name(newest.changed_by), newest.changed_at)

    def save(changed: Mapping[str, Any], _stored: Stored) -> object:
        texts = [
            NewHelp(by_name[name].key, text, read_as.get(name, ""), versions.get(name, 0))
            for name, text in changed.items()
        ]
        translator = request.POST.get("translator", "")
        return translating.write_help(request.actor, plan, language, texts, translator=translator)

    def page(form: GuardedForm) -> HttpResponse:
        stored = help_texts.stored_in(plan, language)
        theirs, others = page_of.tabs(plan, language)
        context = {
            "plan": plan,
            "title": title,
            "is_chosen": bool(language),
            "is_whole": len(own) == len(everything),
            "theirs": theirs,
            "others": others,
            "progress": page_of.progress(own, stored),
            "groups": page_of.groups(shown, everything, form, stored),
            "parts": page_of.parts(plan, language, len(own), here),
            "as_read": AS_READ,
            "here": HERE,
            "still": STILL,
        }
        return form_page(request, "work/translate.html", form, **context)

    def done() -> HttpResponse:
        if still in by_name:
            _still_right(request, plan, language, by_name[still], read_as.get(still, ""))
        else:
            messages.success(request, _("Översättningen är sparad."))
        _say_what_is_gone(request, sent, by_name)
        return redirect(request.get_full_path() + (f"#{anchor}" if ANCHOR.match(anchor) else ""))

    def form_of(*args: Any, **kwargs: Any) -> GuardedForm:
        return TranslateForm(shown, language, *args, **kwargs)

    return write(request, Writing(form_of, read, save, page, done))


def _language(request: PageRequest, plan: Plan) -> str:
    """The language in the address, else the family's first; "" where everybody reads Swedish. Raises NotThere."""
    wanted = request.GET.get(LANGUAGE, "")
    if wanted and wanted not in help_texts.may_be_written_in():
        raise NotThere
    return wanted or next(iter(help_texts.languages_of_family(plan)), "")


def _part(request: PageRequest, total: int) -> int:
    """Which part of the texts the address asks for, from 1; the nearest there is."""
    wanted = request.GET.get(PART, "1")
    last = max(1, -(-total // AT_ONCE))
    return min(max(1, int(wanted)), last) if wanted.isdecimal() and len(wanted) < 5 else 1


def _still_right(request: PageRequest, plan: Plan, language: str, text: Swedish, of: str) -> None:
    try:
        translating.still_right(request.actor, plan, language, text.key, of=of)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Det är antecknat att översättningen stämmer."))


def _say_what_is_gone(request: PageRequest, sent: set[str], by_name: Mapping[str, Swedish]) -> None:
    """A text that has left the plan since the page was drawn: what was written of it went nowhere, and that is said."""
    gone = [name for name in sent if TEXT.match(name) and name not in by_name]
    for name in gone:
        request.POST.getlist(name), request.POST.getlist(AS_READ + name)
    if any(request.POST.get(name, "").strip() for name in gone):
        message = _("En svensk text finns inte kvar i planen. Översättningen av den är inte sparad.")
        messages.warning(request, message)
