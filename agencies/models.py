"""Those who help: principals, their agencies, and the people who work there."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from common import clock
from common.keys import new_key
from common.text import sort_key


class PrincipalKind(models.TextChoices):
    """Who stands behind an agency. Only regions and municipalities must come when called (HSL, SoL)."""

    REGION = "region", _("Region")
    MUNICIPALITY = "municipality", _("Kommun")
    INDEPENDENT = "independent", _("Fristående")
    CIVIL_SOCIETY = "civil_society", _("Idéburen organisation")
    STATE = "state", _("Statlig myndighet")


# Those that the law's duty rests on: only their coordinators take up requests and keep plans.
PUBLIC_KINDS = (PrincipalKind.REGION, PrincipalKind.MUNICIPALITY)


class Area(models.TextChoices):
    """Responsibility areas: what each kind of agency answers for in a child's life."""

    SAFETY = "trygghet", _("Trygghet")
    LEARNING = "larande", _("Lärande")
    HEALTH = "halsa", _("Hälsa")
    NONE = "", _("Inget område")


class Level(models.TextChoices):
    """How specialised the help is."""

    GENERAL = "general", _("generell nivå")
    FIRST_LINE = "first_line", _("första linjen")
    SPECIALIST = "specialist", _("specialistnivå")


class Role(models.TextChoices):
    """What a person does at the agency (domain.md §9)."""

    STAFF = "staff", _("Handläggare")
    INTAKE = "intake", _("Mottagare")
    COORDINATOR = "coordinator", _("Samordnare")
    MANAGER = "manager", _("Chef")
    LOG_REVIEWER = "log_reviewer", _("Logggranskare")  # reads the access log, and no plan
    ADMINISTRATOR = "administrator", _("Regionadministratör")  # keeps the region's routine, and reads no plan


class Protection(models.TextChoices):
    """Skyddade personuppgifter: how Skatteverket protects a person. What follows is the same for all kinds."""

    NONE = "", _("Inga skyddade uppgifter")
    MARKED = "marked", _("Sekretessmarkering")
    REGISTERED = "registered", _("Skyddad folkbokföring")
    FICTITIOUS = "fictitious", _("Fingerade personuppgifter")


class Principal(models.Model):
    """Huvudman: a region, a municipality, an independent provider."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=PrincipalKind.choices)
    code = models.CharField(max_length=20, blank=True)
    # The region whose routine a municipality or an independent provider works by. A region's own is null.
    region = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class AgencyKind(models.Model):
    """Verksamhetstyp. Rows, not code: the same program serves adults' SIP with other rows."""

    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=100, unique=True)
    area = models.CharField(max_length=20, choices=Area.choices, blank=True)
    # Health and social services may share what a child under 18 needs for care or support (OSL 25:12, 26:9).
    # School is not in those exceptions, nor is anybody else.
    may_share_by_need = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """Verksamhet: one unit of a principal. Its desk group stands for its intake and coordinators in grants."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="agencies")
    kind = models.ForeignKey(AgencyKind, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    level = models.CharField(max_length=20, choices=Level.choices)
    phone = models.CharField(max_length=40, blank=True)
    desk = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="agency")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "name"], name="one_agency_per_name_and_principal"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def create(cls, *, principal: Principal, kind: AgencyKind, name: str, level: str, phone: str = "") -> "Agency":
        """A new agency together with its desk group."""
        key = new_key()
        return cls.objects.create(
            id=key,
            principal=principal,
            kind=kind,
            name=name,
            name_key=sort_key(name),
            level=level,
            phone=phone,
            desk=Group.objects.create(name=f"desk:{key}"),
        )


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail is where to write to them, never who they are to an identity provider."""

    def create_user(self, email: str | None, name: str, password: str | None = None, **extra: Any) -> "User":
        """A user who can log in with a password, or with none until an identity provider is connected."""
        user = self.model(email=email.lower() if email else None, name=name, name_key=sort_key(name), **extra)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """Somebody who logs in: staff, a guardian, a young person. No identity number stands here."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    # A guardian may have no e-mail; an empty one would collide with the next, so it is null then.
    email = models.EmailField(max_length=254, unique=True, null=True)  # noqa: DJ001
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, default="sv")
    # Key towards an identity provider: issuer + subject, never e-mail.
    issuer = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    is_protected = models.BooleanField(default=False)
    # Which kind, where it is known. The rules ask `is_protected` alone.
    protection = models.CharField(max_length=20, choices=Protection.choices, blank=True, default="")
    is_active = models.BooleanField(default=True)
    # One higher ends every session of this person at its next request (`get_session_auth_hash`).
    session_epoch = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Django's, which ends sessions when the password changes; ours ends them when the epoch does, too."""
        salt = "agencies.models.User.session"
        return salted_hmac(salt, f"{self.password}:{self.session_epoch}", secret=secret, algorithm="sha256").hexdigest()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], condition=~Q(subject=""), name="one_user_per_issuer_and_subject"
            ),
            models.CheckConstraint(
                condition=Q(protection="") | Q(is_protected=True), name="a_user_with_a_kind_of_protection_is_protected"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, and those of them that hold on a day."""

    def active(self, day: date | None = None) -> "MembershipQuerySet":
        """Those that hold on `day` (today in Stockholm when left out)."""
        day = day or clock.today()
        return self.filter(starts__lte=day).filter(Q(ends__isnull=True) | Q(ends__gt=day))


class Membership(models.Model):
    """A person's work at an agency, in one role, from a day until the day it no longer holds."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                condition=Q(ends__isnull=True),
                name="one_open_membership_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.agency_id}"


class LegalStatus(models.TextChoices):
    """How binding a limit is."""

    LAW = "law", _("lag")
    AGREEMENT = "agreement", _("regional överenskommelse")
    TARGET = "target", _("mål")
    GUIDANCE = "guidance", _("vägledning")
    DEFAULT = "default", _("förval, inte bekräftat")


class MatureChild(models.TextChoices):
    """Who consents for a child who has been assessed as mature enough: practice differs between regions (OSL 12:3)."""

    GUARDIANS = "guardians", _("Vårdnadshavarna, som för andra barn")
    TOGETHER = "together", _("Den unga och vårdnadshavarna tillsammans")
    ALONE = "alone", _("Den unga själv")


class LimitName(models.TextChoices):
    """What a limit is for. A routine may lack any of them; the default routine has them all (domain.md §4)."""

    FIRST_CONTACT = "first_contact", _("Svara på en önskan om SIP")
    MEETING_HELD = "meeting_held", _("Hålla SIP-mötet")
    CALL_AFTER_DISCHARGE_NOTICE = "call_after_discharge_notice", _("Kalla när barnet är utskrivningsklart")
    PLAN_TO_EVERYONE = "plan_to_everyone", _("Låta alla läsa planen efter mötet")
    FIRST_FOLLOW_UP = "first_follow_up", _("Följa upp första gången")
    LATEST_FOLLOW_UP = "latest_follow_up", _("Följa upp allra senast")
    YEARLY_REVIEW = "yearly_review", _("Se över planen")
    LSS_REVIEW = "lss_review", _("Se över planen när någon har insatser enligt LSS")
    BUP_FIRST_ASSESSMENT = "bup_first_assessment", _("Göra en första bedömning på BUP")
    BUP_DEEPER_OR_TREATMENT = "bup_deeper_or_treatment", _("Börja fördjupad utredning eller behandling på BUP")


class StartEvent(models.TextChoices):
    """From what a limit is counted."""

    NEED_SEEN = "need_seen", _("från den dag behovet sågs")
    REQUEST_RECEIVED = "request_received", _("från att önskan kom")
    CONSENT_COMPLETE = "consent_complete", _("från att samtycket var klart")
    MEETING_HELD = "meeting_held", _("från mötet")
    PLAN_ESTABLISHED = "plan_established", _("från att planen fastställdes")
    READY_FOR_DISCHARGE = "ready_for_discharge", _("från att barnet är utskrivningsklart")
    REFERRAL_RECEIVED = "referral_received", _("från kallelsen som säger att en remiss är skickad")
    FIRST_ASSESSMENT = "first_assessment", _("från den dag den första bedömningen ska vara gjord")


class Routine(models.Model):
    """Rutin: a region's agreed deadlines and rules. The row without a principal is the default routine.

    A region's own rows stand before the default's; where it has none, the default's holds (agencies/routines.py).
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    principal = models.OneToOneField(Principal, on_delete=models.CASCADE, null=True, blank=True)
    name = models.CharField(max_length=200)
    mature_child = models.CharField(max_length=20, choices=MatureChild.choices, default=MatureChild.TOGETHER)
    # Whether a working day alone between two free ones (klämdag) counts as free when a day is moved.
    squeeze_days_off = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    # When it was last changed, and how far open plans have been reckoned anew since: the key of the last one.
    # Null when there is nothing to reckon anew (sip/reminders/anew.py).
    changed_at = models.DateTimeField(null=True, blank=True)
    anew_after = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(principal__isnull=True), name="one_default_routine_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoutineLimit(models.Model):
    """One limit of a routine: so many calendar days from a start event, how binding, and by what source."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="limits")
    what = models.CharField(max_length=40, choices=LimitName.choices)
    days = models.PositiveSmallIntegerField()
    start_event = models.CharField(max_length=40, choices=StartEvent.choices)
    status = models.CharField(max_length=20, choices=LegalStatus.choices)
    source = models.CharField(max_length=200)
    # Only where an agency of this kind takes part; null: in every plan.
    agency_kind = models.ForeignKey(AgencyKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["routine", "what"], name="one_limit_per_routine_and_what"),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.days}"
