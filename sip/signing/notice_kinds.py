"""The code as a notice. Its letter has no link: nobody is to learn to click where a code is asked for."""

from django.conf import settings
from django.utils.translation import gettext as _

from agencies import row_scope
from sip.notices import registry
from sip.notices.models import Notice
from sip.plans.notice_kinds import sees_plan
from sip.signing import codes
from sip.signing.models import SigningCode


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
