"""The family: the child, the guardians, and what they allow. Everything here hangs on the child; no plan is known."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Protection, User
from common import clock, identity
from common.crypto import EncryptedTextField
from common.keys import new_key
from common.text import sort_key

ADULT_AGE = 18


def _kind_means_protected(who: str) -> models.CheckConstraint:
    """The kind of protection may be unknown; but whoever has a kind is protected, which is what the rules ask."""
    return models.CheckConstraint(
        condition=Q(protection="") | Q(is_protected=True), name=f"a_{who}_with_a_kind_of_protection_is_protected"
    )


class Custody(models.TextChoices):
    """Vårdnad. Those with joint or sole custody decide for the child, together (FB 6:11–13)."""

    JOINT = "joint", _("gemensam vårdnad")
    SOLE = "sole", _("ensam vårdnad")
    APPOINTED = "appointed", _("särskilt förordnad vårdnadshavare eller god man")
    NONE = "none", _("ingen vårdnad")


def birthday(born: date, age: int) -> date:
    """The day somebody `born` then turns `age`. One born on 29 February turns years on 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


class Child(models.Model):
    """The child whom the plan is about. The identity number rests encrypted and is found by a keyed index."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    number = EncryptedTextField()
    number_index = models.CharField(max_length=64, unique=True, editable=False)
    born = models.DateField()
    municipality = models.CharField(max_length=100)
    school = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=35, default="sv")
    is_protected = models.BooleanField(default=False)
    protection = models.CharField(max_length=20, choices=Protection.choices, blank=True, default="")
    # The young person's own log-in, switched on after an assessed maturity; no age is hard-coded.
    user = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="child")

    class Meta:
        constraints = [_kind_means_protected("child")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def create(cls, *, name: str, number: str, municipality: str, school: str = "", language: str = "sv",
               is_protected: bool = False) -> "Child":  # fmt: skip
        """A new child. Raises ValueError when the number is none, IntegrityError when the child is known."""
        checked = identity.parse(number)
        return cls.objects.create(
            name=name,
            name_key=sort_key(name),
            number=checked.normal,
            number_index=identity.index(checked.normal),
            born=checked.born,
            municipality=municipality,
            school=school,
            language=language or "sv",
            is_protected=is_protected,
        )

    @property
    def masked_number(self) -> str:
        """The number as it may be shown."""
        return identity.mask(self.number)

    @property
    def given_name(self) -> str:
        """The first of the names, which the child's own pages speak to."""
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def age(self) -> int:
        """Whole years today."""
        today = clock.today()
        years = today.year - self.born.year
        return years if birthday(self.born, years) <= today else years - 1

    @property
    def comes_of_age(self) -> date:
        """The day the child turns 18; from Stockholm midnight the guardians decide no more."""
        return birthday(self.born, ADULT_AGE)


class Guardian(models.Model):
    """Vårdnadshavare. E-mail and phone stand on the user. They are shown to nobody else in the family."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="guardian")
    name = models.CharField(max_length=200)
    number = EncryptedTextField()
    number_index = models.CharField(max_length=64, unique=True, editable=False)
    address = EncryptedTextField(blank=True, default="")
    is_protected = models.BooleanField(default=False)
    protection = models.CharField(max_length=20, choices=Protection.choices, blank=True, default="")

    class Meta:
        constraints = [_kind_means_protected("guardian")]

    def __str__(self) -> str:
        return self.name


class Guardianship(models.Model):
    """One guardian's custody of one child, as it is now. Changes are registry events."""

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="guardianships")
    guardian = models.ForeignKey(Guardian, on_delete=models.CASCADE, related_name="guardianships")
    custody = models.CharField(max_length=10, choices=Custody.choices)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "guardian"], name="one_guardianship_per_child_and_guardian"),
        ]

    def __str__(self) -> str:
        return f"{self.guardian_id} {self.custody} {self.child_id}"


class Relative(models.Model):
    """Närstående or stödperson: somebody else whom the child wants there."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="relatives")
    name = models.CharField(max_length=200)
    relation = models.CharField(max_length=200)
    phone = EncryptedTextField(blank=True, default="")
    is_protected = models.BooleanField(default=False)
    protection = models.CharField(max_length=20, choices=Protection.choices, blank=True, default="")

    class Meta:
        constraints = [_kind_means_protected("relative")]

    def __str__(self) -> str:
        return self.name


class How(models.TextChoices):
    """How a consent was given."""

    ORAL = "oral", _("muntligt")
    WRITTEN = "written", _("skriftligt")
    ELECTRONIC = "electronic", _("i tjänsten")


class DecisionKind(models.TextChoices):
    """What a decider said."""

    GIVEN = "given", _("Ja")
    REFUSED = "refused", _("Nej")
    WITHDRAWN = "withdrawn", _("Återkallat")
    # Recorded by the coordinator, with the reason: the statute lets this agency share without consent, or no more.
    NOT_REQUIRED = "not_required", _("Behövs inte")
    REQUIRED_AGAIN = "required_again", _("Behövs igen")


class ConsentDecision(models.Model):
    """What one decider said about one agency, once. Rows are only added; what holds now is computed (rules.py)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="consent_decisions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    # Null when the child decided, or nobody in the family did (not required, required again).
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=DecisionKind.choices)
    # Why consent is not required, or is again; "" for the family's own decisions.
    reason = models.TextField(blank=True)
    covers = models.JSONField(default=list)
    # What the decider does not want shared: read by the coordinator and the decider alone, never printed in a plan.
    carve_out = models.TextField(blank=True)
    how = models.CharField(max_length=10, choices=How.choices, blank=True)
    until = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["child", "agency", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.agency_id}"


class MaturityAssessment(models.Model):
    """Mognadsbedömning: whether the child decides, by whom and why (OSL 12:3). The newest row holds; rows are added."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="maturity")
    is_mature = models.BooleanField()
    why = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.child_id} {self.is_mature}"
