"""The meeting: the call and the invitations, the answers, who came."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from common import clock
from common.keys import new_key
from consent.models import Guardian
from sip.plans.models import Plan


@pghistory.track()
class Meeting(models.Model):
    """SIP-möte: one call, one time with an end, one place or link. `sequence` is what calendars count changes by.

    `closed_at`: from when it is no longer to come, held or cancelled; `cancelled_at` stands on those never held.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    caller = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    called_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(default=clock.now)
    purpose = models.TextField()
    question = models.TextField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    link = models.CharField(max_length=500, blank=True)
    answer_by = models.DateField()
    adaptations = models.TextField(blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # When and why it was last moved or cancelled.
    changed_at = models.DateTimeField(null=True, blank=True)
    why_changed = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_meeting_per_number"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(closed_at__isnull=True), name="one_open_meeting_per_plan"
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="meeting_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class Reply(models.TextChoices):
    """What a called agency answers."""

    COME = "come", _("Kommer")
    SUBSTITUTE = "substitute", _("Skickar en ersättare")
    DECLINE = "decline", _("Kan inte komma")
    NOT_US = "not_us", _("Det är inte vi")


@pghistory.track()
class Invitation(models.Model):
    """One agency asked to a meeting: a kallelse (`is_call`) to those who must come, an inbjudan to others."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    is_call = models.BooleanField()
    grounds = models.JSONField(default=list)
    people = models.ManyToManyField(User, related_name="+")
    reply = models.CharField(max_length=10, choices=Reply.choices, blank=True)
    who = models.CharField(max_length=200, blank=True)
    mandate = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    # "Det är inte vi – fråga …": whom they say should be asked instead.
    instead = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "agency"], name="one_invitation_per_meeting_and_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.reply}"

    @property
    def is_handed_on(self) -> bool:
        """Whether they have said that somebody else should be asked; a new time does not change that."""
        return self.reply == Reply.NOT_US

    @property
    def occasion(self) -> str:
        """Tells one time to answer from the next in what is told about it: a moved meeting is answered anew."""
        sequence = self.meeting.sequence
        return f"{self.pk}:{sequence}" if sequence else str(self.pk)


class Attendance(models.Model):
    """Who came, in which role, or why not: an agency, a person of the family, the child, or somebody by name."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_child = models.BooleanField(default=False)
    is_present = models.BooleanField()
    # The role when present, the reason when absent; free text.
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.note}"
