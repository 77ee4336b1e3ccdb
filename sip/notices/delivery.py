"""Out of the house: mail by SMTP, text messages by a gateway. In the demo nothing leaves; the outbox shows it there."""

import smtplib
from collections import Counter

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from agencies.models import User
from sip.notices import sms
from sip.notices.errors import CannotDeliver
from sip.notices.letters import Letter
from sip.notices.models import Channel, Preference
from sip.notices.preferences import channels

# After so many failures in a row that are the server's own, the rest is left for the next sweep: each of them would
# wait as long for the same silence.
GIVE_UP_AFTER = 2
TRY_OTHER_WAY_AFTER = 4  # failed attempts by the way that was chosen

__all__ = ["CannotDeliver", "Ways", "way_to"]


def way_to(user: User, preference: Preference, attempts: int = 0) -> tuple[Channel, str]:
    """How to reach a person, and the address used: the way they chose, the other when it lacks or has failed long."""
    ways = sorted(channels(user), key=lambda channel: channel != preference.channel)
    if not ways:
        return Channel.PAGE, ""
    channel = ways[-1] if attempts >= TRY_OTHER_WAY_AFTER and attempts % 2 else ways[0]
    return channel, (user.email or "") if channel == Channel.MAIL else user.phone


class Ways:
    """The ways out of one sweep: a connection that is kept, and a way that has fallen silent, which is left alone."""

    def __init__(self) -> None:
        self._mail: BaseEmailBackend | None = None
        self._silent: Counter[Channel] = Counter()

    def is_down(self, channel: Channel) -> bool:
        """Whether the server itself has failed so often in a row that the others need not wait for it too."""
        return self._silent[channel] >= GIVE_UP_AFTER

    def send(self, letter: Letter, channel: Channel, address: str) -> None:
        """Send a letter that way. Raises CannotDeliver, which says why without any personal data."""
        if settings.DEMO:
            return
        try:
            if channel == Channel.MAIL:
                self._send_mail(letter, address)
            elif channel == Channel.SMS:
                sms.send(address, letter.short)
        except CannotDeliver as error:
            self._silent[channel] = self._silent[channel] + 1 if error.is_server else 0
            raise
        self._silent[channel] = 0

    def close(self) -> None:
        """Hang up. Nothing is lost if the other side already has."""
        if self._mail is not None:
            self._mail.close()
            self._mail = None

    def _send_mail(self, letter: Letter, address: str) -> None:
        try:
            if self._mail is None:
                connection = get_connection()
                connection.open()
                self._mail = connection
            self._message(letter, address, self._mail).send()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            # The class only: a server's answer may repeat the address.
            raise CannotDeliver(type(error).__name__, is_server=_is_of_the_server(error)) from error

    def _message(self, letter: Letter, address: str, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        message = EmailMultiAlternatives(
            subject=letter.subject,
            body=letter.plain,
            to=[address],
            connection=connection,
            # The key lets the receiving side drop a second copy, should we crash between its answer and our commit.
            headers={"Message-ID": f"<{letter.key}@sip.invalid>", "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(letter.html, "text/html")
        return message

    def _hang_up(self) -> None:
        try:
            self.close()
        except (OSError, smtplib.SMTPException):
            self._mail = None


def _is_of_the_server(error: Exception) -> bool:
    """Whether it says nothing about this recipient: no connection, a silence, a log-in that is refused."""
    about_one = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
    return not isinstance(error, about_one)
