"""Who signed which version, how and when; who refused. Consent and attendance are other records."""

from secrets import token_hex

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from common import clock
from common.keys import new_key
from consent.models import Guardian
from sip.plans.models import Version


class SignerRole(models.TextChoices):
    """As what somebody signs."""

    GUARDIAN = "guardian", _("vårdnadshavare")
    CHILD = "child", _("barnet")
    PRINCIPAL = "principal", _("företräder huvudmannen")


class SignatureStatus(models.TextChoices):
    """Signed, or said no. Whoever has done neither has no row."""

    SIGNED = "signed", _("Har skrivit under")
    REFUSED = "refused", _("Vill inte skriva under")


class SignedHow(models.TextChoices):
    """By which provider."""

    LOCAL = "local", _("elektronisk underskrift i tjänsten")
    PAPER = "paper", _("på papper")


class AskedSigner(models.Model):
    """Somebody whom the coordinator has asked to sign a version for an agency: those the law does not name.

    Taken back, somebody else can be asked; what they had said by then stays said.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="asked_signers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "user"], condition=Q(taken_back_at__isnull=True), name="asked_once_to_sign_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class SignatureQuerySet(models.QuerySet["Signature"]):
    """Words on versions."""

    def of_family(self) -> "SignatureQuerySet":
        """The family's own: a row without a guardian is then the child's."""
        return self.exclude(role=SignerRole.PRINCIPAL)


class Signature(models.Model):
    """One signer's word on one version. `certificate` is the SHA-256 of the one-use certificate (local only).

    Whose: the guardian's, or as `asked` says, or (neither) the child's. On paper `at` is when it was recorded,
    `signed_on` the day that it was signed, and `paper_sha256` the hash of the content that stood on that paper.
    `refused_at`: who has signed had said no before, then.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="signatures")
    role = models.CharField(max_length=10, choices=SignerRole.choices)
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked = models.OneToOneField(AskedSigner, on_delete=models.PROTECT, null=True, blank=True, related_name="word")
    status = models.CharField(max_length=10, choices=SignatureStatus.choices)
    how = models.CharField(max_length=10, choices=SignedHow.choices, blank=True)
    witness = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    certificate = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=clock.now)
    signed_on = models.DateField(null=True, blank=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role="principal", asked__isnull=False, guardian__isnull=True)
                | (~Q(role="principal") & Q(asked__isnull=True)),
                name="who_signs_for_an_agency_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(how="paper", signed_on__isnull=False) | (~Q(how="paper") & Q(signed_on__isnull=True)),
                name="a_signature_on_paper_has_its_day",
            ),
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


class AttemptStage(models.TextChoices):
    """How far a signing in an outside service has come. Only what is pending may change."""

    PENDING = "pending", _("pågår")
    COMPLETE = "complete", _("klar")
    FAILED = "failed", _("misslyckades")
    CANCELLED = "cancelled", _("avbruten")
    EXPIRED = "expired", _("tiden gick ut")


class SigningAttempt(models.Model):
    """One try to sign one version with an outside service, from when it is asked until it has answered.

    It is the only memory of the order: whatever stops in between, either there is a signature or there is none. `nonce`
    is the form's own, so that a double click asks once. `asked_at`: when the service was first asked; `reference`: its
    name for the order, once it has answered. `problem_code` says why it failed, or that the service is away just now,
    and `problem` what the service itself says of it.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=10)
    nonce = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    stage = models.CharField(max_length=10, choices=AttemptStage.choices, default=AttemptStage.PENDING)
    reference = models.CharField(max_length=200, blank=True)
    qr = models.TextField(blank=True)
    autostart_token = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True)
    problem_code = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.BinaryField(default=bytes)
    started_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "nonce"], name="one_attempt_per_click"),
            models.UniqueConstraint(
                fields=["user", "version"], condition=Q(stage="pending"), name="one_open_attempt_per_signer"
            ),
            models.CheckConstraint(
                condition=Q(stage="pending", ended_at__isnull=True) | (~Q(stage="pending") & Q(ended_at__isnull=False)),
                name="an_attempt_that_is_not_pending_has_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["started_at"], condition=Q(stage="pending"), name="signing_attempts_open"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.stage}"

    @property
    def is_pending(self) -> bool:
        """Whether it may still become a signature."""
        return self.stage == AttemptStage.PENDING


class SignatureScan(models.Model):
    """The signed paper as it looks, painted anew (scans.py)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    signature = models.OneToOneField(Signature, on_delete=models.CASCADE, related_name="scan")
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"
