"""The plan's kinds of notice, and when each is still true. No text here may hold personal data."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext_lazy

from agencies.actor import Actor
from common import clock
from sip.notices import registry
from sip.notices.models import Notice
from sip.notices.registry import Group
from sip.plans import access, consent_changes, protection
from sip.plans.models import Comment, Deviation, Plan, Version
from sip.plans.services.deviations import deviations_of
from sip.plans.states import State
from sip.plans.withheld import users_with_less


def day_in_words(moment: datetime) -> str:
    """`torsdag 10 september`: the day in Stockholm of a moment in UTC."""
    return formats.date_format(clock.local(moment), "l j F")


def sees_plan(notice: Notice) -> Plan | None:
    """The plan a notice is about, if its recipient may still know of it."""
    return access.visible_to(Actor.of(notice.recipient)).select_related("child").filter(pk=notice.about).first()


def link_to(notice: Notice, path: str) -> str | None:
    """The path to click on; none at all for a protected child."""
    with access.for_nobody() as plans:
        plan = plans.select_related("child").filter(pk=notice.about).first()
    return path if plan is not None and protection.may_be_linked_to(plan.child) else None


def plain_kind(
    name: str,
    subject: object,
    text: object,
    still_true: Callable[[Notice], bool],
    path: str,
    *,
    otherwise: Callable[[Notice], str] | None = None,
    group: Group = Group.PLAN,
    is_compulsory: bool = False,
) -> registry.Kind:
    """Register a kind whose text says the same each time, but for the deadline (`%(day)s`).

    `otherwise`: where to click for whoever may not open the plan, when the kind is told to such people too.
    """

    def filled(template: object) -> Callable[[Notice], str]:
        def fill(notice: Notice) -> str:
            return str(template) % {"day": day_in_words(notice.deadline) if notice.deadline else ""}

        return fill

    def way(notice: Notice) -> str | None:
        if otherwise and sees_plan(notice) is None:
            return link_to(notice, otherwise(notice))
        return link_to(notice, path % {"plan": notice.about, "detail": notice.detail})

    return registry.register(
        registry.Kind(
            name=name,
            subject=filled(subject),
            text=filled(text),
            still_true=still_true,
            path=way,
            group=group,
            is_compulsory=is_compulsory,
        )
    )


def open_and_seen(notice: Notice) -> bool:
    """Whether the plan is open and the recipient may still know of it."""
    plan = sees_plan(notice)
    return plan is not None and plan.is_open


def _is_requested(notice: Notice) -> bool:
    plan = sees_plan(notice)
    return plan is not None and plan.state == State.REQUESTED


def _was_declined(notice: Notice) -> bool:
    with access.for_nobody() as plans:
        plan = plans.select_related("child").filter(pk=notice.about, state=State.DECLINED).first()
        # Who wished for it has no part in the plan; of a protected child nothing is told to them.
        return plan is not None and (not protection.is_deny_by_default(plan.child) or sees_plan(notice) is not None)


def _version_still_open(notice: Notice) -> bool:
    version = Version.objects.filter(pk=notice.detail, void_at__isnull=True).exists()
    return version and open_and_seen(notice)


def _may_sign_here(notice: Notice) -> bool:
    """Also asked when it is sent: by then something may be withheld from the recipient, who then signs on paper."""
    plan = sees_plan(notice)
    return plan is not None and notice.recipient_id not in users_with_less(plan) and _version_still_open(notice)


def _answer_is_missing(notice: Notice) -> bool:
    plan = sees_plan(notice)
    return plan is not None and consent_changes.waits_for(plan, notice.recipient)


def _is_answered(notice: Notice) -> bool:
    return Comment.objects.filter(pk=notice.detail, answered_at__isnull=False).exists()


def _is_manager(notice: Notice) -> bool:
    return deviations_of(Actor.of(notice.recipient)).filter(pk=notice.detail).exists()


def _told_it_themself(notice: Notice) -> bool:
    by_them = Q(reported_by=notice.recipient_id) | Q(reported_by__isnull=True, plan__coordinator=notice.recipient_id)
    return Deviation.objects.filter(by_them, pk=notice.detail).exists() and sees_plan(notice) is not None


REQUEST_RECEIVED = plain_kind(
    "request_received",
    gettext_lazy("En önskan om SIP väntar på svar"),
    gettext_lazy("En ny önskan om SIP har kommit. Läs den och svara senast %(day)s."),
    _is_requested,
    "/planer/%(plan)s/",
)
REQUEST_DECLINED = plain_kind(
    "request_declined",
    gettext_lazy("Svar på önskan om SIP"),
    gettext_lazy("Önskan om SIP är besvarad. Läs svaret och skälet i tjänsten."),
    _was_declined,
    "/planer/%(plan)s/",
)
REQUEST_JOINED = plain_kind(
    "request_joined",
    gettext_lazy("En ny önskan om SIP rör en plan du samordnar"),
    gettext_lazy("Någon har skrivit en önskan om SIP för ett barn som redan har en plan. Läs den i planen."),
    open_and_seen,
    "/planer/%(plan)s/",
)
CONSENT_CHANGED = plain_kind(
    "consent_changed",
    gettext_lazy("Ett samtycke har ändrats"),
    gettext_lazy("Ett samtycke i en plan du är med i har ändrats. Läs vad som gäller nu."),
    open_and_seen,
    "/planer/%(plan)s/",
    group=Group.CONSENT,
)
CONSENT_ENDED = registry.register(
    registry.Kind(
        name="consent_ended",
        subject=lambda _notice: str(gettext_lazy("Du kan inte läsa en plan längre")),
        text=lambda _notice: str(
            gettext_lazy("Ett samtycke gäller inte längre. Därför kan du inte läsa en plan som du var med i.")
        ),
        still_true=lambda notice: sees_plan(notice) is None,
        path=lambda _notice: None,  # there is nothing to come to
        is_linked=False,
        group=Group.CONSENT,
    )
)
CONSENT_ASKED = plain_kind(
    "consent_asked",
    gettext_lazy("Ditt svar om samtycke behövs"),
    gettext_lazy("Du är med och bestämmer vilka som får läsa en plan. Läs och svara ja eller nej."),
    lambda notice: open_and_seen(notice) and _answer_is_missing(notice),
    "/familj/%(plan)s/samtycke/",
    group=Group.CONSENT,
)
ASSIGNED = plain_kind(
    "assigned",
    gettext_lazy("Du är med i en plan"),
    gettext_lazy("Din verksamhet har utsett dig att vara med i en samordnad individuell plan."),
    open_and_seen,
    "/planer/%(plan)s/",
)
VERSION_VOID = plain_kind(
    "version_void",
    gettext_lazy("Planen ändras"),
    gettext_lazy("Planen som du har fått att läsa ändras. Vänta med att skriva under, du får en ny att läsa."),
    open_and_seen,
    "/planer/%(plan)s/",
)
SIGNATURE_ASKED = plain_kind(
    "signature_asked",
    gettext_lazy("En plan är klar att läsa och skriva under"),
    gettext_lazy(
        "En samordnad individuell plan är klar. Läs den, säg till om något är fel och skriv under om du vill."
    ),
    _may_sign_here,
    "/planer/%(plan)s/skriv-under/",
)
PLAN_READABLE = plain_kind(
    "plan_readable",
    gettext_lazy("En plan är klar att läsa"),
    gettext_lazy("En samordnad individuell plan är klar. Läs den och säg till om något är fel."),
    _version_still_open,
    "/planer/%(plan)s/",
)
PLAN_ESTABLISHED = plain_kind(
    "plan_established",
    gettext_lazy("Planen är fastställd"),
    gettext_lazy("En samordnad individuell plan som du är med i är fastställd. Du kan läsa och hämta den."),
    open_and_seen,
    "/planer/%(plan)s/",
)
DEVIATION_REPORTED = plain_kind(
    "deviation_reported",
    gettext_lazy("En avvikelse väntar"),
    gettext_lazy("En avvikelse som rör din verksamhet har kommit. Läs den i tjänsten."),
    _is_manager,
    "/avvikelser/%(detail)s/",
    group=Group.UNIT,
)
DEVIATION_ANSWERED = plain_kind(
    "deviation_answered",
    gettext_lazy("Du har fått ett svar"),
    gettext_lazy("En avvikelse har fått ett svar. Läs det i tjänsten."),
    _told_it_themself,
    "/planer/%(plan)s/avvikelser/",
)
FAMILY_COMMENT = plain_kind(
    "family_comment",
    gettext_lazy("Familjen har skrivit något"),
    gettext_lazy("Familjen har skrivit något om en plan som du samordnar. Läs och svara."),
    open_and_seen,
    "/planer/%(plan)s/",
)
CORRECTION_ASKED = plain_kind(
    "correction_asked",
    gettext_lazy("Familjen ber om en rättelse"),
    gettext_lazy("Familjen säger att något är fel i en plan som du samordnar. Svara innan planen fastställs."),
    lambda notice: open_and_seen(notice) and not _is_answered(notice),
    "/planer/%(plan)s/#familjen-skriver",
)
CORRECTION_ANSWERED = plain_kind(
    "correction_answered",
    gettext_lazy("Du har fått ett svar"),
    gettext_lazy("Det du skrev om en plan har fått ett svar. Läs det i tjänsten."),
    lambda notice: sees_plan(notice) is not None and _is_answered(notice),
    "/familj/%(plan)s/#skrivet",
)
EMERGENCY_OPENED = plain_kind(
    "emergency_opened",
    gettext_lazy("En plan som du samordnar är nödöppnad"),
    gettext_lazy(
        "Någon utan del i en plan som du samordnar har öppnat den i ett nödläge. Läs vem och varför i planen."
    ),
    open_and_seen,
    "/planer/%(plan)s/vem-har-last/",
    is_compulsory=True,
)
PROTECTION_CHANGED = plain_kind(
    "protection_changed",
    gettext_lazy("Vad som får visas i en plan har ändrats"),
    gettext_lazy("Vad som får visas i en plan som du är med i har ändrats. Logga in och läs vad som gäller nu."),
    open_and_seen,
    "/planer/%(plan)s/",
    is_compulsory=True,
)
PLAN_CLOSED = plain_kind(
    "plan_closed",
    gettext_lazy("En plan är avslutad"),
    gettext_lazy("En samordnad individuell plan som du är med i är avslutad."),
    lambda notice: sees_plan(notice) is not None,
    "/planer/%(plan)s/",
)
