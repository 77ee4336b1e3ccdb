"""The frame of a plan: whose it is, where it stands, who takes part, what was decided when."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Principal, User
from common import clock
from common.keys import new_key
from consent.models import Child, Guardian
from sip.plans.states import CLOSED_STATES, State


class CloseReason(models.TextChoices):
    """Why a plan is closed."""

    GOALS_MET = "goals_met", _("Målen är nådda")
    NO_LONGER_RELEVANT = "no_longer_relevant", _("Planen behövs inte längre")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Samtycket är återkallat")
    MOVED = "moved", _("Barnet har flyttat")
    ADULT = "adult", _("Den unga har blivit vuxen")


class Plan(models.Model):
    """SIP: the child's one coordinated plan. One active plan per child is a constraint of the database."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="plans")
    state = models.CharField(max_length=20, choices=State.choices, default=State.REQUESTED)
    # Where an edit leads back to while the plan is in review.
    reviewed_from = models.CharField(max_length=20, choices=State.choices, blank=True)
    coordinator = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    coordinator_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    previous = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    lead_principal = models.ForeignKey(Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lead_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    follow_up_on = models.DateField(null=True, blank=True)
    close_reason = models.CharField(max_length=20, choices=CloseReason.choices, blank=True)
    hand_over = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        permissions = [
            ("coordinate_plan", "Keeps the frame of the plan"),
            ("take_part_in_plan", "Reads the joint plan and acts for an agency"),
            ("belong_to_plan", "Reads, comments and signs as family"),
            ("read_plan_in_emergency", "Reads the plan for an hour, with a reason that is reviewed"),
            ("choose_who_takes_part", "Names colleagues on a protected child's plan, and sees nothing of it"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child"], condition=~Q(state__in=CLOSED_STATES), name="one_active_plan_per_child"
            ),
        ]
        # ⚡ Few among many: what every coordinator who answers requests may see, and what a list of open plans goes by.
        indexes = [
            models.Index(fields=["id"], condition=Q(state=State.REQUESTED), name="requested_plans"),
            models.Index(
                fields=["id"], include=["child", "state"], condition=~Q(state__in=CLOSED_STATES), name="open_plans"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        """Whether the process still goes on."""
        return self.state not in CLOSED_STATES


class Request(models.Model):
    """Önskan om SIP. The first one opens a plan; one for a child with an active plan joins it silently."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="requests")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seen_on = models.DateField()
    why = models.TextField()
    important = models.TextField(blank=True)
    opened_plan = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(opened_plan=True), name="one_opening_request_per_plan"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Stamp(models.Model):
    """One act of the process: who, when, why, from which state to which. Lead times are counted from these."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="stamps")
    act = models.CharField(max_length=20)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    why = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.act}: {self.from_state} → {self.to_state}"


@pghistory.track()
class Party(models.Model):
    """Part: an agency called or invited to the plan, or the one that calls. What it expects and can do stands here."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="parties")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    is_caller = models.BooleanField(default=False)
    expects = models.TextField(blank=True)
    can_do = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "agency"], name="one_party_per_plan_and_agency")]

    def __str__(self) -> str:
        return f"{self.agency_id} in {self.plan_id}"


class AssignmentReason(models.TextChoices):
    """How a person came to take part for an agency (domain.md §9)."""

    INITIATOR = "initiator", _("såg behovet")
    NAMED = "named", _("kallad med namn")
    ASSIGNED = "assigned", _("utsedd av sin verksamhet")


class Assignment(models.Model):
    """A named person's part in the plan for one agency. Ended, never deleted: the log review asks who had one when."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="assignments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    reason = models.CharField(max_length=10, choices=AssignmentReason.choices)
    since = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "agency", "user", "reason"],
                condition=Q(ended_at__isnull=True),
                name="one_open_assignment_per_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.reason}"


class Version(models.Model):
    """A frozen version: the canonical JSON and its SHA-256. Everything that is signed or said points at one."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(default=clock.now)
    void_at = models.DateTimeField(null=True, blank=True)
    established_at = models.DateTimeField(null=True, blank=True)
    # When everybody asked had signed and the organisation's seal closed the PDF.
    sealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"

    @property
    def is_void(self) -> bool:
        """Whether an edit made it void; signatures under it count no more."""
        return self.void_at is not None


class CommentKind(models.TextChoices):
    """A comment asks or tells; a correction must be answered; a dissenting view follows the version (SoL 14:6)."""

    COMMENT = "comment", _("kommentar")
    CORRECTION = "correction", _("rättelse")
    DISSENT = "dissent", _("avvikande uppfattning")


class Verdict(models.TextChoices):
    """What becomes of a correction. A no is an answer too."""

    CHANGES = "changes", _("Det ändras")
    STAYS = "stays", _("Det står kvar")


class Comment(models.Model):
    """What the family says about the plan, word by word, and what the coordinator answered.

    `row_id`: the goal or action that it is about; a plain key, since the row may be taken away and the words stay.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="comments")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    kind = models.CharField(max_length=10, choices=CommentKind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    row_id = models.UUIDField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="", verdict="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="answered_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DeviationKind(models.TextChoices):
    """What did not go as it should."""

    NO_SHOW = "no_show", _("Kom inte till mötet")
    NOT_INITIATED = "not_initiated", _("SIP startades inte")
    TREATMENT = "treatment", _("Dåligt bemötande")
    NOT_FOLLOWED = "not_followed", _("Planen följdes inte")


class Deviation(models.Model):
    """Avvikelse: goes to the unit's manager, who answers and closes it. Holds no plan contents.

    Told by a person, for their agency or (none) as family; by nobody, when a meeting tells who stayed away.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="deviations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="deviations")
    kind = models.CharField(max_length=20, choices=DeviationKind.choices)
    text = models.TextField(blank=True)
    happened_on = models.DateField(null=True, blank=True)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reported_for = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.kind} {self.agency_id}"
