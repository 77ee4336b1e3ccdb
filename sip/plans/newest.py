"""Two people who write the same text: the second is shown both, and chooses. No word of either is lost."""

from django.utils.translation import gettext as _

from common.errors import Conflict, Problem
from sip.plans import protection
from sip.plans.models import HelpText
from sip.plans.models.contents import Content


def check_newest(row: Content | HelpText, version: int | None, field: str, *, mine: str, theirs: str) -> None:
    """Raise Conflict, carrying both texts, when somebody saved a newer version of the row than the one that was read.

    `version` is the one that was read; None where the writer has read none, and means to write over it.
    """
    if version is None or version == row.version:
        return
    name = protection.staff_name(row.changed_by)
    message = _("Texten har ändrats av %(name)s medan du skrev. Välj text, eller behåll båda.") % {"name": name}
    problem = Problem("stale", message, field)
    raise Conflict(problem, mine=mine, theirs=theirs, version=row.version, changed_by=name)
