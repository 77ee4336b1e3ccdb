"""Who signed which version, how and when; who refused. Consent and attendance are other records."""

from secrets import token_hex

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from common import clock
from common.keys import new_key
from consent.models import Guardian
from sip.plans.models import Version


class SignerRole(models.TextChoices):
    """As what somebody signs."""

    GUARDIAN = "guardian", _("vårdnadshavare")
    CHILD = "child", _("barnet")


class SignatureStatus(models.TextChoices):
    """Signed, or said no. Whoever has done neither has no row."""

    SIGNED = "signed", _("Har skrivit under")
    REFUSED = "refused", _("Vill inte skriva under")


class SignedHow(models.TextChoices):
    """By which provider."""

    LOCAL = "local", _("elektronisk underskrift i tjänsten")
    PAPER = "paper", _("på papper")


class Signature(models.Model):
    """One signer's word on one version. `certificate` is the SHA-256 of the one-use certificate (local only)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="signatures")
    role = models.CharField(max_length=10, choices=SignerRole.choices)
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=SignatureStatus.choices)
    how = models.CharField(max_length=10, choices=SignedHow.choices, blank=True)
    witness = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    certificate = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "guardian"],
                condition=Q(role="guardian"),
                name="one_word_per_guardian_and_version",
            ),
            models.UniqueConstraint(
                fields=["version"], condition=Q(role="child"), name="one_word_per_child_and_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.status}"


def new_nonce() -> str:
    """What nobody can guess: 256 bits."""
    return token_hex(32)


class SigningCode(models.Model):
    """A one-time code that somebody asked for, to sign one version. The code itself stands nowhere (codes.py)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=64, default=new_nonce, editable=False)
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "sent_at"], name="signing_codes_of_person")]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"
