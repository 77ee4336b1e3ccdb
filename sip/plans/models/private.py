"""What not everybody around a plan may read: working notes, the young person's own words, what is withheld from whom,
and who opened the plan in an emergency. Who may is said in access.py and audience.py, nowhere else."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from common import clock
from common.keys import new_key
from consent.models import Guardian
from sip.plans.models.contents import Action, Content
from sip.plans.models.plan import Plan


class WorkingNote(Content):
    """Arbetsanteckning: one agency's own, read by those who take part for it and by nobody else. Never shared."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="working_notes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.pk)


class PrivateWords(Content):
    """The young person's private words: theirs alone, until they choose to let the coordinator read them."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="private_words")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    is_for_coordinator = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.pk)


class Section(models.TextChoices):
    """The parts of a plan that can be withheld from a guardian."""

    VOICE = "voice", _("Barnets egna ord och hjul")
    SITUATION = "situation", _("Hur läget är, vad som fungerar och behoven")
    ACTION = "action", _("En insats")


class Withholding(models.Model):
    """A section withheld from one guardian, since the child would come to serious harm (OSL 12:3).

    Logged; lifted, never deleted. With `section` ACTION the one action is named; else the whole section is meant.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="withholdings")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=20, choices=Section.choices)
    action = models.ForeignKey(Action, on_delete=models.CASCADE, null=True, blank=True, related_name="withholdings")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "guardian", "section", "action"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="withheld_once",
            ),
            models.CheckConstraint(
                condition=Q(section="action", action__isnull=False) | (~Q(section="action") & Q(action__isnull=True)),
                name="withheld_action_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.guardian_id}"


class EmergencyDecision(models.TextChoices):
    """What the log reviewer says of a plan opened in an emergency."""

    RIGHT = "right", _("Det var befogat")
    WRONG = "wrong", _("Det var inte befogat")


class EmergencyOpening(models.Model):
    """Nödöppning: somebody without a part in the plan read it for an hour, with a reason that is reviewed."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="emergency_openings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=EmergencyDecision.choices, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.at}"
