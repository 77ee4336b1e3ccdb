"""The meeting: the call and the invitations, the answers, who came."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, AgencyKind, Principal, User
from common import clock
from common.keys import new_key
from consent.models import Guardian
from sip.plans.models import Plan


@pghistory.track()
class Meeting(models.Model):
    """SIP-möte: one call, one time with an end, one place or link.

    `sequence` is what calendars count changes by; `round` rises only when all are asked anew, and tells one time to
    answer (and to be reminded of) from the next: another place alone asks nobody anything.
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
    round = models.PositiveSmallIntegerField(default=0)
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
    # Who was asked later than the others has a day to answer of their own. Empty: asked with the meeting, as it says.
    asked_on = models.DateField(null=True, blank=True)
    own_answer_by = models.DateField(null=True, blank=True)
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
        number = self.meeting.round
        return f"{self.pk}:{number}" if number else str(self.pk)

    @property
    def answer_by(self) -> date:
        """The last day to answer: the meeting's, or the own one of whoever was asked later."""
        return self.own_answer_by or self.meeting.answer_by


class Attendance(models.Model):
    """Who came, in which role, or why not: an agency, a person of the family, the child, or somebody by name."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_child = models.BooleanField(default=False)
    is_present = models.BooleanField()
    # Called, and neither came nor said anything: it becomes a deviation.
    is_no_show = models.BooleanField(default=False)
    # The role when present, the reason when absent; free text.
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.note}"


class GuestRole(models.TextChoices):
    """As what somebody without a log-in comes to the meeting."""

    INTERPRETER = "interpreter", _("Tolk")
    RELATIVE = "relative", _("Närstående eller stödperson")
    OTHER = "other", _("Annan gäst")


class Guest(models.Model):
    """Somebody asked to the meeting by a link of their own, and nothing else: an interpreter, a guest."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="guests")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=GuestRole.choices)
    # What the guest reads: in which language, where to report. Written by the coordinator, nothing of the child.
    note = models.CharField(max_length=200, blank=True)
    reply = models.CharField(max_length=10, choices=Reply.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.role} {self.reply}"


class Poll(models.Model):
    """Tidsförslag: times that the coordinator proposes before a call. One open per plan; closed by the call."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="polls")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(closed_at__isnull=True), name="one_open_poll_per_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.made_at:%Y-%m-%d}"


class PollTime(models.Model):
    """One of the times proposed."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="times")
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "start", "end"], name="one_of_each_time_in_a_poll"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="poll_time_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}"


class PollAsked(models.Model):
    """One agency that is asked which of the times work. The family is always asked."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="asked")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "agency"], name="one_asked_per_poll_and_agency")]

    def __str__(self) -> str:
        return f"{self.agency_id} in {self.poll_id}"


class PollAnswer(models.Model):
    """Whether one time works: for an agency, or for one in the family (then `agency` is empty)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    time = models.ForeignKey(PollTime, on_delete=models.CASCADE, related_name="answers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    works = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["time", "agency"], condition=Q(agency__isnull=False), name="one_answer_per_time_and_agency"
            ),
            models.UniqueConstraint(
                fields=["time", "by"], condition=Q(agency__isnull=True), name="one_answer_per_time_and_relative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.time_id} {self.works}"


class UsualParty(models.Model):
    """Who is usually asked to a child's meeting: a kind of agency, by the child's age and municipality. Data, not code.

    A region has the list that its administrator has written, else the one without a region. `municipality` "" counts in
    all of them. `agency` names one where the kind alone would leave several to choose from.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    region = models.ForeignKey(Principal, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    municipality = models.CharField(max_length=100, blank=True)
    kind = models.ForeignKey(AgencyKind, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    from_age = models.PositiveSmallIntegerField()
    to_age = models.PositiveSmallIntegerField()  # the last age that it counts for

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "municipality", "kind", "agency"],
                nulls_distinct=False,
                name="one_usual_party_of_each",
            ),
            models.CheckConstraint(condition=Q(to_age__gte=F("from_age")), name="usual_party_ages_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.from_age}–{self.to_age}"
