"""The one-time code: a second factor, sent to the phone or the e-mail on record of whoever wants to sign.

The code lies nowhere. It is worked out from the row's random nonce and the service's secret key, when it is sent and
when it is typed; whoever reads the database alone cannot know it. It holds for one version, ten minutes, five tries and
one signature, and asking again makes the one before worthless.
"""

import hmac
import unicodedata
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from agencies.models import User
from common import clock
from common.errors import Problem, Refused
from common.waking import wake
from sip.documents.words import clock_time
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.notices.preferences import channels
from sip.notices.tasks import sweep
from sip.plans.models import Version
from sip.signing.models import SigningCode

HOLDS = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES = 5  # to one person within WITHIN; with the tries, 25 guesses in a million
WITHIN = timedelta(hours=1)
TWICE = timedelta(seconds=30)  # so soon it is a double click, or the page loaded again
DIGITS = 6
NO_BREAK = "\u00a0"
KIND = "signing_code"


def reaches(user: User) -> bool:
    """Whether a code can be sent at all: who has neither phone nor e-mail signs on paper."""
    return bool(channels(user))


def send(user: User, version: Version) -> None:
    """Send a new code, unless the last one was sent a moment ago. The caller holds the plan's lock.

    Raises Refused for whom no code reaches, and for who has asked for many.
    """
    if not reaches(user):
        raise Refused(Problem("no_way", _("Vi har varken telefonnummer eller e-post till dig. Skriv under på papper.")))
    now = clock.now()
    lately = list(SigningCode.objects.filter(user=user, sent_at__gt=now - WITHIN).order_by("-sent_at", "-id"))
    newest = lately[0] if lately else None
    if newest and newest.version_id == version.pk and is_open(newest) and now - newest.sent_at < TWICE:
        return
    if len(lately) >= MOST_CODES:
        until = until_words(lately[MOST_CODES - 1].sent_at + WITHIN)
        message = _("Du har fått många koder. Vänta till kl. %(until)s och försök igen, eller skriv under på papper.")
        raise Refused(Problem("many", message % {"until": until}))
    code = SigningCode.objects.create(user=user, version=version, sent_at=now, expires_at=now + HOLDS)
    notices.queue(
        KIND, [user], about=version.plan_id, occasion=code.pk, detail=code.pk, due_at=now, deadline=code.expires_at
    )
    wake(sweep.name)  # a code is waited for


def take(user: User, version: Version, typed: str) -> bool:
    """Whether that is the code; then it is used up. A wrong one counts. The caller holds the plan's lock.

    Do not raise for a wrong code: the count must stand whatever becomes of the page. Wrong, old, used and too often
    tried are answered alike.
    """
    code = newest_open(user, version)
    wanted = digits(code) if code else "x" * DIGITS
    is_right = hmac.compare_digest(digits_of(typed).encode(), wanted.encode()) and code is not None
    if code:
        code.tries += 1
        code.used_at = clock.now() if is_right else None
        code.save(update_fields=["tries", "used_at"])
        if is_right:  # the demo's outbox keeps what it sent
            Notice.objects.filter(kind=KIND, detail=code.pk).update(body="")
    return is_right


def newest_open(user: User, version: Version) -> SigningCode | None:
    """The code that would be taken now. An older one never is."""
    code = SigningCode.objects.filter(user=user, version=version).order_by("-sent_at", "-id").first()
    return code if code and is_open(code) else None


def is_open(code: SigningCode) -> bool:
    """Whether the code may still be typed."""
    return code.used_at is None and code.tries < MOST_TRIES and clock.now() < code.expires_at


def digits(code: SigningCode) -> str:
    """The six digits."""
    made = salted_hmac("sip.signing.codes", f"{code.pk}:{code.nonce}", algorithm="sha256").digest()
    return f"{int.from_bytes(made[:16]) % 10**DIGITS:0{DIGITS}d}"


def in_words(code: SigningCode) -> str:
    """The digits in two groups, as they are read aloud.

    Among words that run from right to left a plain space lets the groups change places on the screen; one that does
    not break holds them together as one number. (Not elsewhere: it would make a text message twice as long.)
    """
    gap = NO_BREAK if get_language_bidi() else " "
    return f"{digits(code)[:3]}{gap}{digits(code)[3:]}"


def until_words(moment: datetime) -> str:
    """`15.20`, or `15:20` as the language writes it: until when it holds, on Swedish clocks."""
    return clock_time(clock.local(moment))


def digits_of(typed: str) -> str:
    """The digits among what somebody typed or pasted, in whatever script (٤٢ is 42); at most one too many."""
    found = (unicodedata.decimal(character, None) for character in typed)
    return "".join(str(digit) for digit in found if digit is not None)[: DIGITS + 1]
