"""What is told of signing. The letter with a code has no link: nobody is to learn to click where one is asked for."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import row_scope
from sip.notices import registry
from sip.notices.models import Notice
from sip.notices.registry import Group
from sip.plans.models import Version
from sip.plans.notice_kinds import link_to, open_and_seen, plain_kind, sees_plan
from sip.plans.withheld import users_with_less
from sip.signing import codes
from sip.signing.models import AskedSigner, Signature, SignedHow, SigningCode


def _code(notice: Notice) -> SigningCode | None:
    with row_scope.everything():
        return SigningCode.objects.filter(pk=notice.detail).select_related("version", "user").first()


def _is_waited_for(notice: Notice) -> bool:
    """Nobody is sent a code that is used, too old, or followed by another; nor for a plan that is theirs no more."""
    code = _code(notice)
    if code is None or sees_plan(notice) is None:
        return False
    with row_scope.everything():
        return codes.newest_open(code.user, code.version) == code


def _text(notice: Notice) -> str:
    code = _code(notice)
    said = _(
        "Din kod för att skriva under är %(code)s. Den gäller till kl. %(until)s. Ge den aldrig till någon annan, "
        "inte heller till någon som ringer."
    )
    until = codes.until_words(code.expires_at) if code else ""
    return said % {"code": codes.in_words(code) if code else "", "until": until}


def _path(notice: Notice) -> str | None:
    """The demo's outbox leads back to the page; a real letter with a code has no link."""
    return f"/planer/{notice.about}/skriv-under/" if settings.DEMO else None


SIGNING_CODE = registry.register(
    registry.Kind(
        name=codes.KIND,
        subject=lambda _notice: _("Din kod"),
        text=_text,
        still_true=_is_waited_for,
        path=_path,
        is_linked=False,
        is_compulsory=True,
        is_urgent=True,
        is_secret=True,
    )
)


def _is_asked(notice: Notice) -> bool:
    """Whether they are still asked to sign for an agency, and have said nothing."""
    with row_scope.everything():
        rows = AskedSigner.objects.filter(pk=notice.detail, taken_back_at=None, version__void_at=None, word=None)
        is_asked = rows.exists()
    return is_asked and open_and_seen(notice)


def _waits_for_them(notice: Notice) -> bool:
    """Whether somebody who was reminded still may sign the version here, and has said nothing of it."""
    user, plan = notice.recipient, sees_plan(notice)
    if plan is None or not plan.is_open or user.pk in users_with_less(plan):
        return False
    with row_scope.everything():
        version = Version.objects.filter(pk=notice.detail, void_at=None).first()
        words = Signature.objects.filter(version=version)
        if version is None:
            return False
        if _as_asked(notice):
            return not words.filter(asked__user=user).exists()
        # Whoever signs as a guardian; else it is the young person, who has a word of their own.
        own = words.of_family().filter(guardian__user=user) | words.of_family().filter(
            guardian=None, version__plan__child__user=user
        )
        return not own.exists()


def _as_asked(notice: Notice) -> bool:
    with row_scope.everything():
        rows = AskedSigner.objects.filter(version=notice.detail, user=notice.recipient_id, taken_back_at=None)
        return rows.exists()


def _way_to_sign(notice: Notice) -> str | None:
    page = "skriv-under-for" if _as_asked(notice) else "skriv-under"
    return link_to(notice, f"/planer/{notice.about}/{page}/")


AGENCY_SIGNATURE_ASKED = plain_kind(
    "agency_signature_asked",
    gettext_lazy("Du är ombedd att skriva under en plan"),
    gettext_lazy("Samordnaren ber dig skriva under en samordnad individuell plan för din verksamhet. Läs den först."),
    _is_asked,
    "/planer/%(plan)s/skriv-under-for/",
)
SIGNATURE_REMINDED = registry.register(
    registry.Kind(
        name="signature_reminded",
        subject=lambda _notice: _("Påminnelse: en plan väntar på dig"),
        text=lambda _notice: _(
            "En samordnad individuell plan väntar på ditt svar. Läs den, säg vad som är fel och skriv under om du vill."
        ),
        still_true=_waits_for_them,
        path=_way_to_sign,
        group=Group.REMINDERS,
    )
)


def _is_recorded(notice: Notice) -> bool:
    """Whether the record still stands: it may have been a mistake, and taken back."""
    with row_scope.everything():
        stands = Signature.objects.filter(pk=notice.detail, how=SignedHow.PAPER).exists()
    return stands and sees_plan(notice) is not None


SIGNED_ON_PAPER = plain_kind(
    "signed_on_paper",
    gettext_lazy("Din underskrift på papper är antecknad"),
    gettext_lazy(
        "Samordnaren har antecknat att du har skrivit under en samordnad individuell plan på papper. Har du inte gjort "
        "det? Säg till samordnaren."
    ),
    _is_recorded,
    "/planer/%(plan)s/",
)
