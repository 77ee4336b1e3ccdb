"""The parts of a page as template tags. docs/components.md shows each in use.

Tags take explicit arguments only, so that a misspelt name fails at once instead of drawing nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.languages import SWEDISH
from common import clock
from sip.web import languages, words
from sip.web.differences import marked
from sip.web.navigation import family_bar as family
from sip.web.navigation import staff_bar
from sip.web.parts import ActionRow, HowItGoes, Step, StepState, TodoRow, Verb

register = template.Library()

AREAS = {
    "trygghet": ("house", "Trygghet"),
    "larande": ("book", "Lärande"),
    "halsa": ("heart", "Hälsa"),
    "familj": ("people", "Familjen"),
    "annan": ("person", "Annan hjälp"),
}
TURNS_WITH_READING = frozenset({"back", "forward", "undo"})
MESSAGE_ICONS = {"error": "warning", "warning": "warning", "success": "going-done"}


def _draw(part: str, **values: Any) -> SafeString:
    return render_to_string(f"components/{part}.html", values)


def _block(content: str) -> SafeString:
    """What stood inside a block tag (already drawn, so already safe), or nothing when it held only space."""
    return SafeString(content.strip())


def _area(slug: str) -> tuple[str, str, str]:
    """Slug, icon and name of an area; an agency without one is other help."""
    slug = slug or "annan"
    icon_name, name = AREAS[slug]
    return slug, icon_name, _(name)


@register.simple_tag
@lru_cache(maxsize=500)  # ⚡ the same few on every row of a list
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of static/icons/sprite.svg. Decorative unless it has a `label`, which a screen reader then says."""
    turns = " icon-turns" if name in TURNS_WITH_READING else ""
    css = f"icon{turns}{' ' + css if css else ''}"
    address = f"{static('icons/sprite.svg')}#{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, address)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, address)


# Words


@register.filter
def day(moment: date | datetime) -> str:
    """ "9 juni"."""
    return words.day_words(moment)


@register.filter
def weekday(moment: date | datetime) -> str:
    """ "tisdag 9 juni"."""
    return words.weekday_words(moment)


@register.filter
def near(moment: date | datetime) -> str:
    """ "idag", "igår", else "9 juni"."""
    return words.near_words(moment)


@register.filter
def stamp(moment: datetime) -> str:
    """ "14.03"."""
    return words.stamp(moment)


@register.filter
def hour(moment: datetime) -> str:
    """ "kl. 15.00"."""
    return words.hour_words(moment)


@register.filter
def as_words(number: int) -> str:
    """ "två"."""
    return words.count_words(number)


# Areas


@register.simple_tag
def area_tile(area: str) -> SafeString:
    """The area's tile: its icon on its tint, named for a screen reader."""
    slug, icon_name, name = _area(area)
    return format_html('<span class="area-tile area-{}">{}</span>', slug, icon(icon_name, label=name))


@register.simple_tag
def area_chip(area: str) -> SafeString:
    """The area's icon and name in its colour."""
    slug, icon_name, name = _area(area)
    return format_html('<span class="area-chip area-{}">{} {}</span>', slug, icon(icon_name), name)


@register.simple_tag
def area_legend(*areas: str) -> SafeString:
    """What the icons mean, as words: the areas named, or the three areas and the family."""
    return _draw("area_legend", areas=areas or ("trygghet", "larande", "halsa", "familj"))


# Frame


@register.simple_tag
def crumbs(*pairs: str) -> SafeString:
    """Breadcrumbs from name, address, name, address …; the page one is on is its own heading."""
    return _draw("crumbs", links=list(zip(pairs[::2], pairs[1::2], strict=True)))


@register.simple_block_tag
def page_head(content: str, title: str, lead: str = "", kicker: str = "", path: str = "") -> SafeString:
    """The head of a page. The block holds buttons or nothing; `path` is what `crumbs … as path` gave."""
    return _draw("page_head", title=title, lead=lead, kicker=kicker, path=path, content=_block(content))


@register.simple_block_tag
def section(content: str, heading: str, id: str, note: str = "", legend: bool = False) -> SafeString:
    """A hanging section: heading and note in their own column, the block beside them."""
    return _draw("section", content=content, heading=heading, id=id, note=note, legend=legend)


@register.simple_tag(takes_context=True)
def message_list(context: Context) -> SafeString:
    """What just happened: Django's messages of this request."""
    said = [
        {"text": str(message), "level": message.level_tag, "icon": MESSAGE_ICONS.get(message.level_tag, "info")}
        for message in context.get("messages") or ()
    ]
    return _draw("message_list", said=said)


# The plan


@register.simple_tag
def in_swedish(text: str) -> SafeString:
    """What somebody wrote in the plan, on a page that may be in another language: read aloud and laid out as it is."""
    if get_language() in (SWEDISH, None):
        return format_html("{}", text)
    return format_html('<bdi lang="{}">{}</bdi>', SWEDISH, text)


@register.simple_tag
def step_bar(steps: Sequence[Step]) -> SafeString:
    """The six steps; see parts.steps()."""
    number = next((n for n, step in enumerate(steps, start=1) if step.state is StepState.NOW), 0)
    return _draw("step_bar", steps=steps, number=number, current=steps[number - 1].name if number else "")


@register.simple_block_tag
def now_do(content: str, what: str, why: str = "") -> SafeString:
    """ "Nu gör du": what (verb first), by when and why; the block holds one button."""
    return _draw("now_do", what=what, why=why, content=content)


@register.simple_tag
def voice(heading: str, text: str, note: str = "", why_none: str = "", id: str = "egna-ord") -> SafeString:
    """The child's own words on their warm band, in quotation marks; `why_none` where there are none."""
    return _draw("voice", heading=heading, paragraphs=words.quoted(text), note=note, why_none=why_none, id=id)


@register.simple_block_tag
def goal(content: str, number: int | str, text: str, sign: str = "", after: str = "") -> SafeString:
    """A goal: number, what, how one knows that it works (`sign`); the block holds its actions."""
    return _draw("goal", number=number, text=text, sign=sign, after=after, content=content)


@register.simple_tag(takes_context=True)
def action_table(context: Context, rows: Sequence[ActionRow], caption: str) -> SafeString:
    """The actions of one goal as a table that stacks on a phone. `caption` is for a screen reader."""
    return _draw(
        "action_table",
        rows=rows,
        caption=caption,
        has_verbs=any(row.verbs for row in rows),
        csrf_token=context.get("csrf_token", ""),
    )


@register.simple_tag
def how_it_goes(going: HowItGoes, note: str = "") -> SafeString:
    """Icon and words for how an action goes. `note`: what somebody wrote of it, drawn already (sip_told.py)."""
    return _draw("how_it_goes", going=going, note=note or going.note)


@register.simple_tag
def contact(name: str, phone: str, detail: str = "", heading: str = "") -> SafeString:
    """The one person to ask, with a number to press. Without a number only the name."""
    number = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    heading = heading or _("Undrar du något?")
    return _draw("contact", name=name, phone=phone, number=number, detail=detail, heading=heading)


@register.simple_tag
def document_link(name: str, href: str, *facts: str, read: str = "") -> SafeString:
    """A document that can be read whole: its name, a few facts (version, pages), and the link."""
    return _draw("document_link", name=name, href=href, facts=facts, read=read or _("Läs hela dokumentet"))


# What waits


@register.simple_tag
def deadline(due: date | datetime) -> SafeString:
    """A deadline: the day in words, then the distance; red and a triangle only when it is late."""
    return _draw("deadline", deadline=words.deadline(due))


@register.simple_tag(takes_context=True)
def todo_group(context: Context, heading: str, rows: Sequence[TodoRow], id: str) -> SafeString:
    """A group of things that wait, under "Försenat", "Ska vara klart idag" …"""
    return _draw("todo_group", heading=heading, rows=rows, id=id, csrf_token=context.get("csrf_token", ""))


# Acts


@register.simple_tag
def button(
    label: str, kind: str = "primary", icon_name: str = "", name: str = "", value: str = "", danger: bool = False
) -> SafeString:
    """A button that sends the form it stands in. `kind`: primary (one per decision) or secondary."""
    return _draw(
        "button", label=label, kind=kind, icon_name=icon_name, name=name, value=value, danger=danger, href="", about=""
    )


@register.simple_tag
def button_link(label: str, href: str, kind: str = "secondary", icon_name: str = "", about: str = "") -> SafeString:
    """A link that looks like a button, for going to where something is done."""
    return _draw(
        "button", label=label, kind=kind, icon_name=icon_name, href=href, about=about, name="", value="", danger=False
    )


@register.simple_tag(takes_context=True)
def post_button(
    context: Context, label: str, action: str, kind: str = "secondary", icon_name: str = "", about: str = ""
) -> SafeString:
    """A form of its own with a single button: a change that needs no words."""
    verb = Verb(label=label, href=action, about=about, icon=icon_name, is_post=True)
    return _draw("verb", verb=verb, kind=kind, csrf_token=context.get("csrf_token", ""))


@register.simple_tag(takes_context=True)
def verb_button(context: Context, verb: Verb, kind: str = "secondary") -> SafeString:
    """A `parts.Verb` as a button or a link that looks like one; `kind` "row" draws a plain link in a row."""
    return _draw("verb", verb=verb, kind=kind, csrf_token=context.get("csrf_token", ""))


@register.simple_tag(takes_context=True)
def persona(context: Context, name: str, role: str, what: str, action: str, area: str) -> SafeString:
    """One invented person of the demo, to be logged in as."""
    verb = Verb(label=_("Välj"), href=action, about=name, is_post=True)
    return _draw(
        "persona", name=name, role=role, what=what, area=area, verb=verb, csrf_token=context.get("csrf_token", "")
    )


# States


@register.simple_block_tag
def empty(content: str, heading: str, text: str, level: int = 3) -> SafeString:
    """An empty state: what belongs here; the block holds one button or nothing."""
    return _draw("empty", heading=heading, text=text, level=level, content=_block(content))


@register.simple_tag
def saved(at: datetime | None, state: str = "saved") -> SafeString:
    """ "Sparat 14.03" in its fixed place, a polite live region. `state`: saved, saving or failed."""
    return _draw("saved", at=words.stamp(at) if at else "", state=state)


@register.simple_tag
def facts(*pairs: str) -> SafeString:
    """Label and value, label and value …; a pair whose value is empty is left out."""
    rows = [(label, value) for label, value in zip(pairs[::2], pairs[1::2], strict=True) if value]
    return _draw("facts", rows=rows)


@register.simple_tag
def conflict(
    mine: str,
    theirs: str,
    their_name: str,
    saved_at: datetime,
    heading: str = "",
    level: int = 2,
    has_history: bool = True,
) -> SafeString:
    """Both texts side by side with what differs marked; stands in a form and sends `choice`: mine, theirs, both.

    `has_history`: the text that is not chosen is kept all the same, and the page says so.
    """
    mine_marked, theirs_marked = marked(mine, theirs)
    return _draw(
        "conflict",
        heading=heading or _("Ni skrev i samma fält"),
        level=level,
        mine=mine_marked,
        theirs=theirs_marked,
        their_name=their_name,
        saved_at=words.stamp(saved_at),
        has_history=has_history,
    )


@register.simple_tag(takes_context=True)
def top_bar(context: Context, back: str = "") -> SafeString:
    """The staff's bar: where to go, search, who is logged in. Without a logged-in actor only the name.

    `back`: where a change of language leads, when not to the page itself.
    """
    return _draw(
        "top_bar",
        bar=staff_bar(context.get("request")),
        switch=language_switch(context, back),
        csrf_token=context.get("csrf_token", ""),
    )


@register.simple_tag(takes_context=True)
def family_bar(context: Context) -> SafeString:
    """The family's bar: the name and a way out."""
    request = context.get("request")
    return _draw(
        "family_bar",
        bar=family(request),
        switch=language_switch(context),
        is_translated=get_language() != SWEDISH,
        csrf_token=context.get("csrf_token", ""),
    )


@register.simple_tag(takes_context=True)
def language_switch(context: Context, back: str = "") -> SafeString:
    """The switch of language, where it would change anything; nothing on staff's pages. It leads `back`, or here."""
    request = context.get("request")
    if request is None or not languages.may_switch(request, is_any_page=bool(back)):
        return SafeString("")
    return _draw(
        "language_switch",
        offered=languages.offered(),
        current=get_language(),
        back=back or (request.get_full_path() if request.method == "GET" else request.path),
        csrf_token=context.get("csrf_token", ""),
    )


@register.simple_tag(takes_context=True)
def demo_bar(context: Context) -> SafeString:
    """Says on every page of the demo that it is one: the way to the personas and the outbox, and the demo's clock."""
    if not settings.DEMO:
        return SafeString("")
    from sip.web.doors import demo_clock  # the demo's alone

    request = context.get("request")
    now = clock.now()
    return _draw(
        "demo_bar",
        when=f"{words.weekday_words(now)} {words.hour_words(now)}",
        mark=demo_clock.mark(),
        back=request.get_full_path() if request and request.method == "GET" else "/",
        csrf_token=context.get("csrf_token", ""),
    )
