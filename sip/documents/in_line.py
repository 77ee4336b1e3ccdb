"""Filters of the papers' templates: names and telephone numbers as they stand inside a line.

Each stands in an element of its own, since the renderer lays out every line of a paragraph alone: what keeps a name's
direction is the element that it is in, also where a line ends inside it (help_text.py says which way it runs).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def row(names: Sequence[str]) -> SafeString:
    """a, b och c"""
    comma = _(", ")
    most = format_html_join(comma, "<bdi>{}</bdi>", ((name,) for name in names[:-1]))
    last = format_html_join("", "<bdi>{}</bdi>", ((name,) for name in names[-1:]))
    return format_html("{} {} {}", most, _("och"), last) if most else last


@register.filter
def reach(who: Mapping[str, Any]) -> SafeString:
    """Whom to ask, where, and on which number: as much of it as is known. The number stands on one line."""
    known = [format_html("<bdi>{}</bdi>", who[key]) for key in ("name", "person", "agency") if who.get(key)]
    if who.get("phone"):
        known.append(format_html('<span class="phone"><bdi>{}</bdi></span>', who["phone"]))
    return format_html_join(_(", "), "{}", ((part,) for part in known))
