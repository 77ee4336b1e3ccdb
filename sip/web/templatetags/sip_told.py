"""What somebody wrote in the plan, on the family's pages: in the family's language first, and the Swedish beneath it.

Each part says its own language and direction. The Swedish is marked as what holds; where it has changed since the help
text was written, the Swedish stands alone and that is said.
"""

from uuid import UUID

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.languages import SWEDISH
from sip.plans.help_texts import Help, Helps
from sip.web import words

register = template.Library()


@register.simple_tag
def told(text: str, helps: Helps, row_id: UUID | None, field: str = "text") -> SafeString:
    """One text of the plan inside a line, a heading or a paragraph. `row_id` and `field`: which text it is."""
    if not text:
        return SafeString("")
    if get_language() in (SWEDISH, None):
        return format_html("{}", text)
    swedish = format_html('<bdi lang="{}">{}</bdi>', SWEDISH, text)
    found = helps.of(row_id, field)
    if found is None:
        return swedish
    if found.is_old:
        return format_html('{}<span class="told-old">{}</span>', swedish, old_words())
    return _beneath(found.text, helps.language, swedish)


@register.simple_tag
def told_as(text: str, help_text: str, language: str) -> SafeString:
    """A line that may be somebody's words or the program's: `language` is "sv" of the former, "" of the latter.

    `help_text`: the same in the page's own language, "" where there is none.
    """
    if not language or get_language() in (SWEDISH, None):
        return format_html("{}", text)
    swedish = format_html('<bdi lang="{}">{}</bdi>', language, text)
    return _beneath(help_text, get_language() or SWEDISH, swedish) if help_text else swedish


def _beneath(help_text: str, language: str, swedish: SafeString) -> SafeString:
    return format_html(
        '<span class="told" lang="{}" dir="{}">{}</span> <span class="told-swedish"><span>{}</span> {}</span>',
        language,
        direction_of(language),
        help_text,
        mark_words(),
        swedish,
    )


@register.simple_tag
def told_old() -> str:
    """What is said where a help text is of an older Swedish text."""
    return old_words()


@register.simple_tag
def told_text(text: str, helps: Helps, row_id: UUID | None, field: str = "text") -> SafeString:
    """A longer text, in paragraphs of its own."""
    return SafeString(render_to_string("components/told_text.html", _parts(text, helps, helps.of(row_id, field))))


@register.simple_tag
def told_voice(
    heading: str, text: str, helps: Helps, row_id: UUID | None, why_none: str = "", id: str = "egna-ord"
) -> SafeString:
    """The child's own words on their warm band, as the tag `voice` draws them; `why_none` where there are none."""
    found = helps.of(row_id, "child_words")
    return SafeString(
        render_to_string(
            "components/told_voice.html",
            {
                **_parts(text, helps, found),
                "heading": heading,
                "id": id,
                "paragraphs": words.quoted(text),
                "told": words.quoted(found.text, helps.language) if found and found.text else [],
                "why_none": told(why_none, helps, row_id, "no_voice_because"),
            },
        )
    )


def _parts(text: str, helps: Helps, found: Help | None) -> dict[str, object]:
    return {
        "text": text,
        "found": found,
        "language": helps.language,
        "direction": direction_of(helps.language),
        "mark": mark_words(),
        "old": old_words(),
    }


def mark_words() -> str:
    """What stands before the Swedish beneath a help text."""
    return _("På svenska, det som gäller:")


def old_words() -> str:
    """What is said where the Swedish has changed since the help text was written."""
    return _("Den svenska texten har ändrats. Översättningen skrivs om.")


def direction_of(language: str) -> str:
    """Which way a language is written."""
    return "rtl" if language in settings.LANGUAGES_BIDI else "ltr"
