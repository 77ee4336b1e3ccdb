"""The kinds of information that a consent may cover: as they are stored, and as they are said."""

from django.utils.translation import gettext_lazy

KINDS = {
    "skola": gettext_lazy("Skola"),
    "hälsa": gettext_lazy("Hälsa"),
    "familj": gettext_lazy("Familj"),
    "socialtjänst": gettext_lazy("Kontakt med socialtjänsten"),
    "fritid": gettext_lazy("Fritid"),
}


def label(kind: str) -> str:
    """A kind as a heading or a tick has it; one that somebody wrote freely stands as it was written."""
    return str(KINDS.get(kind, kind))


def inside_sentence(kind: str) -> str:
    """A kind as it stands inside a sentence."""
    known = str(KINDS.get(kind, ""))
    return known[:1].lower() + known[1:] or kind
