"""What stands in the plan: the child's voice, needs, goals, actions. Every row's version guards its edits."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Area, Level, User
from common import clock
from common.keys import new_key
from sip.plans.models.plan import Plan


class When(models.TextChoices):
    """At most three ordered goals now; the rest wait."""

    NOW = "now", _("Viktigast just nu")
    LATER = "later", _("Senare")


class Outcome(models.TextChoices):
    """How it went, told at the follow-up."""

    FULLY = "fully", _("Helt")
    PARTLY = "partly", _("Delvis")
    NOT = "not", _("Inte alls")


class Responsible(models.TextChoices):
    """Who does an action: an agency, the family itself, or somebody else."""

    AGENCY = "agency", _("Verksamhet")
    FAMILY = "family", _("Familjen")
    OTHER = "other", _("Någon annan")


class Content(models.Model):
    """What every editable row of the plan has: a key, a version, and who changed it last."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True


@pghistory.track()
class Voice(Content):
    """The child's voice, or the reason why it is missing; the guardians' view; what works; the situation."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="voice")
    child_words = models.TextField(blank=True)
    guardians_view = models.TextField(blank=True)
    works_well = models.TextField(blank=True)
    situation = models.TextField(blank=True)
    no_voice_because = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.pk)


@pghistory.track()
class WheelMark(Content):
    """One spoke of Barnets bästa-hjulet: the child's own mark 1–5, what works and what is hard."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="wheel")
    spoke = models.CharField(max_length=20)
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    works = models.TextField(blank=True)
    hard = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "spoke"], name="one_mark_per_spoke"),
            models.CheckConstraint(condition=Q(mark__isnull=True) | Q(mark__range=(1, 5)), name="mark_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.spoke}: {self.mark}"


@pghistory.track()
class Need(Content):
    """Behov."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="needs")
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.pk)


@pghistory.track()
class Goal(Content):
    """Mål: now (ordered) or later."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals")
    need = models.ForeignKey(Need, on_delete=models.SET_NULL, null=True, blank=True, related_name="goals")
    text = models.TextField()
    when = models.CharField(max_length=10, choices=When.choices)
    order = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    outcome_why = models.TextField(blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


@pghistory.track()
class Action(Content):
    """Insats: one responsible, one named contact, start and due, level."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="actions")
    goal = models.ForeignKey(Goal, on_delete=models.SET_NULL, null=True, blank=True, related_name="actions")
    need = models.ForeignKey(Need, on_delete=models.SET_NULL, null=True, blank=True, related_name="actions")
    text = models.TextField()
    responsible = models.CharField(max_length=10, choices=Responsible.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    other_name = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=20, choices=Level.choices, blank=True)
    start = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    if_not = models.TextField(blank=True)
    # The contact as it may be told; "" until somebody asks what may be (sip/plans/sharing.py).
    whom_to_ask = ""
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    outcome_why = models.TextField(blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(due__isnull=True) | Q(due__gte=F("start")),
                name="action_due_not_before_start",
            ),
            models.CheckConstraint(
                condition=~Q(responsible="agency") | Q(agency__isnull=False),
                name="action_of_agency_has_agency",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def area(self) -> str:
        """The responsibility area; the family's own and others' actions have none."""
        return self.agency.kind.area if self.agency else Area.NONE

    @property
    def responsible_name(self) -> str:
        """Who does it, in words."""
        if self.responsible == Responsible.AGENCY and self.agency:
            return self.agency.name
        return self.other_name if self.responsible == Responsible.OTHER else str(Responsible.FAMILY.label)


class FollowUp(models.Model):
    """A follow-up that was held."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="follow_ups")
    held_on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.held_on}"
