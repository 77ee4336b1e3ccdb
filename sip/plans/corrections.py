"""Corrections that the family asks for: which still wait for an answer, and what they stop.

A correction is the family's right to have wrong data about them put right (dataskyddsförordningen art. 16). The plan is
not established over the head of somebody who has said that it is wrong; the answer may be a no.
"""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.errors import Problem
from sip.plans.models import Comment, CommentKind, Plan, Verdict, Version

# The house's own limit; the law says "without undue delay", at the latest within a month (art. 12.3).
ANSWER_WITHIN = timedelta(days=7)


def unanswered() -> QuerySet[Comment]:
    """The corrections that nobody has answered, of every plan there is; the oldest first."""
    return Comment.objects.filter(kind=CommentKind.CORRECTION, answered_at__isnull=True).order_by("at", "id")


def in_the_way(plan: Plan, version: Version) -> list[Problem]:
    """Why the version cannot be established yet: a correction has no answer, or it was promised and not made.

    Promised: the answer says that it changes, and the version that it was written about still stands.
    """
    problems = []
    waiting = unanswered().filter(plan=plan).count()
    if waiting:
        message = ngettext(
            "Svara familjen först. De har bett om en rättelse.",
            "Svara familjen först. De har bett om %(number)s rättelser.",
            waiting,
        )
        problems.append(Problem("corrections", message % {"number": waiting}))
    promised = Comment.objects.filter(version=version, kind=CommentKind.CORRECTION, verdict=Verdict.CHANGES)
    if promised.exists():
        message = _("Du har svarat familjen att planen ändras. Ändra den först, så får de läsa den på nytt.")
        problems.append(Problem("promised", message))
    return problems
