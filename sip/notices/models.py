"""The outbox: one row per thing that somebody shall be told. The table is the truth; Celery only wakes the sender."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from common import clock
from common.keys import new_key


class Channel(models.TextChoices):
    """How a notice went out."""

    MAIL = "mail", _("E-post")
    SMS = "sms", _("SMS")
    PAGE = "page", _("Bara i tjänsten")  # neither address nor phone, or switched off: it stands on their page only


class Rhythm(models.TextChoices):
    """How often somebody wants a letter."""

    DIRECT = "direct", _("När något händer, högst en gång i timmen")
    DAILY = "daily", _("En gång om dagen, klockan 8")


class Notice(models.Model):
    """One notice to one person. `dedup_key` makes it impossible to tell the same person the same thing twice."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dedup_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    # What the notice is about; the kind knows how to read it. No foreign key: notices know no plan.
    about = models.UUIDField(db_index=True)
    # What of it: a version, an invitation; the same as `about` where the kind needs nothing narrower.
    detail = models.UUIDField()
    due_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Nobody takes it up before: a worker has it, it is held back until then, or it failed and is tried again then.
    locked_until = models.DateTimeField(null=True)
    # The letter that it goes in, the same through every attempt: Message-ID, and the key towards an SMS gateway.
    bundle = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    # What was sent, as it was sent.
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)

    class Meta:
        indexes = [
            # By when it is to be looked at next, so that neither the not-due nor the held-back are read past.
            models.Index(
                Greatest("due_at", "locked_until"),
                name="notices_next",
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True),
            ),
            models.Index(
                "recipient",
                Greatest("due_at", "locked_until"),
                name="notices_next_of_person",
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True),
            ),
            models.Index(
                fields=["bundle"],
                name="notices_letters",
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True, bundle__isnull=False),
            ),
            models.Index(
                fields=["last_error"],
                name="notices_failing",
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True) & ~Q(last_error=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d}"


class Preference(models.Model):
    """How one person wants to be told. Who has chosen nothing has no row."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="notice_preference")
    channel = models.CharField(
        max_length=10,
        choices=[(Channel.MAIL.value, Channel.MAIL.label), (Channel.SMS.value, Channel.SMS.label)],
        default=Channel.MAIL,
    )
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.DIRECT)
    # Groups of kinds (registry.Group) that stand on the page only.
    switched_off = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.channel} {self.rhythm}"


class Letterbox(models.Model):
    """When the last letter to a person went out. Its row is held while one is sent, so that two never go at once."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="letterbox")
    last_letter_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.last_letter_at}"


class Heartbeat(models.Model):
    """When the sweep last ran: the sign of life of beat, broker, worker and database together. One row."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
