"""What a letter says: one notice, or several that fell due within the hour, in the reader's own language.

The texts come from the kinds and hold nothing personal. No greeting by name, nothing remote, nothing that tells us
whether it was read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import count
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sip.notices import registry
from sip.notices.models import Notice

PREFERENCES = "/mina-meddelanden/"
START = "/"


@dataclass(frozen=True)
class Item:
    """One thing that is told: what kind of thing, by when, and where to click (empty for no link)."""

    subject: str
    text: str
    link: str

    @classmethod
    def of(cls, notice: Notice) -> "Item":
        """What a notice says right now, in the language that is switched on."""
        kind = registry.get(notice.kind)
        path = kind.path(notice)
        text = kind.text(notice)
        if kind.is_linked and not path:
            text = f"{text} {log_in_instead()}"
        return cls(kind.subject(notice), text, site(path) if path else "")

    @property
    def body(self) -> str:
        """What is kept on the notice as what was said."""
        return "\n".join([self.text, *(["", self.link] if self.link else []), "", no_reply()])


def parts_of(notice: Notice) -> Item:
    """What a notice said when it was told, taken apart again."""
    lines = notice.body.splitlines()
    links = [line for line in lines if line.startswith(("http://", "https://"))]
    said = "\n".join(line for line in lines if line not in (*links, no_reply())).strip()
    return Item(notice.subject, said, links[0] if links else "")


@dataclass(frozen=True)
class Letter:
    """One message to one person. `key` stays the same through every attempt, so that a second copy can be told."""

    key: UUID
    items: Sequence[Item]

    @property
    def subject(self) -> str:
        """What it is about."""
        if len(self.items) == 1:
            return self.items[0].subject
        said = ngettext("%(count)s sak i Samordnad plan", "%(count)s saker i Samordnad plan", len(self.items))
        return said % {"count": len(self.items)}

    @property
    def plain(self) -> str:
        """The whole of it as text without any markup."""
        if len(self.items) == 1:
            lines = [self.items[0].text, *self._link_lines(self.items[0])]
        else:
            lines = [_("Det här har hänt sedan sist:")]
            for item in self.items:
                lines += ["", f"* {item.subject}", item.text, *self._link_lines(item, gap=False)]
        return "\n".join([*lines, "", no_reply(), f"{choose()}: {site(PREFERENCES)}", ""])

    @property
    def html(self) -> str:
        """The same words for a reader of HTML: styles inline, nothing fetched from anywhere."""
        shape = tuple(bool(item.link) for item in self.items)
        words = [word for item in self.items for word in (item.subject, item.text, item.link)]
        return _drawn(get_language(), shape).format(*map(escape, [self.subject, site(PREFERENCES), *words]))

    @property
    def short(self) -> str:
        """The text message: one thing in its own words, several as a number."""
        if len(self.items) == 1:
            item = self.items[0]
            return f"{item.text} {item.link}".strip()
        return f"{self.subject}. {_('Logga in och läs:')} {site(START)}"

    def _link_lines(self, item: Item, *, gap: bool = True) -> list[str]:
        return [*([""] if gap else []), item.link] if item.link else []


@lru_cache(maxsize=256)
def _drawn(_language: str | None, links: tuple[bool, ...]) -> str:
    """⚡ The letter with so many things, with places instead of words: drawn once in each language, filled for each."""
    items = [
        Item(f"{{{place}}}", f"{{{place + 1}}}", f"{{{place + 2}}}" if is_linked else "")
        for place, is_linked in zip(count(2, 3), links, strict=False)
    ]
    filled = {"subject": "{0}", "preferences": "{1}", "items": items, "is_one": len(items) == 1}
    return render_to_string("notices/letter.html", {**filled, "no_reply": no_reply(), "choose": choose()})


def site(path: str) -> str:
    """The whole address of a page of the service."""
    return settings.SITE_URL.rstrip("/") + path


def no_reply() -> str:
    """Said in every letter."""
    return _("Det här meddelandet går inte att svara på.")


def log_in_instead() -> str:
    """Said where no link may be sent; why (sip/plans/protection.py) is nobody's to guess from a letter."""
    return _("Vi skickar ingen länk i det här meddelandet. Logga in i tjänsten för att läsa.")


def choose() -> str:
    """What leads to where the reader decides for oneself."""
    return _("Välj själv hur du får meddelanden")
