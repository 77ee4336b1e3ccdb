"""What waits to be done, found by who does it: a row for each thing and each one who may do it, nothing of contents.

Kept by sip/web/staff/waiting/index.py after every change of a plan (sip/plans/changed.py); *Idag* is found by these
rows alone, however many plans there are. What a row says in words is made anew from the plan when it is shown.
"""

from datetime import date

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from agencies.models import Agency, User
from sip.plans.models.plan import Plan

ALWAYS = date.min


class Waiting(models.Model):
    """One thing for one person, or for one desk. `about`: the invitation, the action …; the plan for its next step.

    It shows from the day `shows` through `hides`; `until` is the last day of the grant that it rests on.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="waiting")
    what = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    about = models.UUIDField()
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    desk = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="+")
    due = models.DateTimeField()
    shows = models.DateField(default=ALWAYS)
    hides = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        # ⚡ Everything that is counted and ordered stands in the index; who has it holds together in it.
        indexes = [
            models.Index(
                fields=[who, "shows"],
                include=["plan", "what", "kind", "about", "agency", "due", "hides", "until"],
                condition=Q((f"{who}__isnull", False)),
                name=f"waits_for_{who}",
            )
            for who in ("user", "desk")
        ] + [models.Index(fields=["agency", "what", "due"], name="waits_at_agency")]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, desk__isnull=False) | Q(user__isnull=False, desk__isnull=True),
                name="waits_for_a_person_or_a_desk",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.plan_id}"
