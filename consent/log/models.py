"""Åtkomstlogg: who read or did what, when and why. Rows are added, never changed; no text of a plan, no names."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from common import clock
from common.keys import new_key
from consent.models import Child


class AccessEvent(models.Model):
    """One person's one act on one child's matter (PDL 4:1–4:3). A trigger refuses update, delete and truncate."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    at = models.DateTimeField(default=clock.now)
    # The indexes below serve each of these; one of their own would only make every read dearer.
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    act = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64, blank=True)
    object_version = models.PositiveIntegerField(null=True)
    is_denied = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    session = models.CharField(max_length=64, blank=True)
    correlation = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["child", "-id"]),
            models.Index(fields=["user", "-id"]),
            models.Index(fields=["agency", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.object_type}"


class Seal(models.Model):
    """One block of the log, chained to the one before it (seals.py). Rows are added, never changed.

    `contents` stands for the rows and `hash` for everything in the block together with `previous`; both are made with
    LOG_KEY. `event_ids` are in order and `last_id` is the last of them. With `purged_to`, the block says instead that
    the events of all blocks up to that number were purged.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    contents = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    event_ids = ArrayField(models.UUIDField())
    last_id = models.UUIDField(null=True, db_index=True)
    purged_to = models.PositiveBigIntegerField(null=True)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class Judgement(models.TextChoices):
    """What the log reviewer says of an event."""

    JUSTIFIED = "justified", _("Befogad")
    TO_INVESTIGATE = "to_investigate", _("Behöver utredas")
    UNAUTHORISED = "unauthorised", _("Obehörig")


class LogReview(models.Model):
    """One reviewer's word on one event (HSLF-FS 2016:40 4:9). Rows are added, never changed; the newest holds."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    event = models.ForeignKey(AccessEvent, on_delete=models.PROTECT, related_name="reviews")
    judgement = models.CharField(max_length=20, choices=Judgement.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.judgement} {self.event_id}"
