"""Papers as they were made: bytes and fingerprint. Never changed; a signed revision is a new row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from common import clock
from common.keys import new_key
from consent.models import Guardian
from sip.plans.models import Plan, Version


class DocumentKind(models.TextChoices):
    """What paper it is."""

    PLAN = "plan"
    RECEIPT = "receipt"


class Document(models.Model):
    """One revision of one paper of a version. The plan's revision 0 is unsigned; each signature adds one."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    revision = models.PositiveSmallIntegerField()
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "kind", "revision"], name="one_document_per_revision"),
        ]
        # Anybody may ask, by showing a file (sip/signing/expecting.py); not all is read for it.
        indexes = [models.Index(fields=["sha256"], name="documents_by_hash")]

    def __str__(self) -> str:
        return f"{self.kind} {self.revision}"


class PaperState(models.TextChoices):
    """How far a paper has come."""

    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"


class Paper(models.Model):
    """A paper that is asked for, and then the paper itself: made once for each content and look, by a worker.

    `key` says what it is (papers.py). One with a `version` becomes that version's plan, revision 0, and is gone from
    here; the others stay until nobody has asked for them for a while. `claimed_until`: who makes it now has it so long.
    """

    key = models.CharField(max_length=64, primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=12)
    content = models.TextField()
    look = models.JSONField()
    state = models.CharField(max_length=8, choices=PaperState.choices, default=PaperState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    data = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    used_on = models.DateField(default=clock.today)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(state="waiting"), name="papers_to_make")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"


class CopyHow(models.TextChoices):
    """How a copy comes to who shall have it."""

    SERVICE = "service", _("I tjänsten")
    PAPER = "paper", _("På papper")


class Copy(models.Model):
    """One copy of an established version: to an agency, to a guardian, or (neither) to the young person.

    `at`: when it was handed out; None while somebody outside the service waits for it on paper. `sha256`: the file that
    was handed out; "" to who reads an extract. `is_original`: the one that leads the plan keeps the original.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="copies")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=8, choices=CopyHow.choices)
    is_original = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "agency", "guardian"], nulls_distinct=False, name="one_copy_each_of_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.how} {self.pk}"


class ExportState(models.TextChoices):
    """How far an export has come."""

    WAITING = "waiting"
    MADE = "made"


class Export(models.Model):
    """An archive of many plans' papers that somebody at an agency's desk has asked for, for the agency's record.

    `reason` and `session` are what the access log says of every plan in it. `done` of the `total` plans are seen to,
    those that could not be had among them. After `expires_at` it is not there any more.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    scope = models.JSONField()
    reason = models.CharField(max_length=500)
    session = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    protected = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by"], condition=models.Q(state="waiting"), name="one_export_at_a_time"),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(state="waiting"), name="exports_to_make")]

    def __str__(self) -> str:
        return f"{self.total} plans, {self.state}"


class ExportPart(models.Model):
    """One plan of an export: its files, once they are made. Kept apart, so that one that may not be had any more goes.

    `versions`: the numbers of the versions in it. A part that is seen to and holds nothing was left out.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    is_done = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    versions = models.JSONField(default=list)
    data = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "plan"], name="one_part_per_plan_of_an_export")]

    def __str__(self) -> str:
        return f"part {self.pk}"
