"""Text messages by 46elks (https://46elks.se/docs/send-sms): one POST with a form, basic authentication, JSON back.

Without SMS_USER nothing is connected and nobody is sent anything this way. The gateway knows no key that makes a second
copy recognisable, so a crash between its answer and our commit may send a text twice; it holds nothing personal.
"""

import re
from base64 import b64encode
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from sip.notices.errors import CannotDeliver

_COUNTRY = "+46"
_MOBILE = "+467"
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")  # E.164
_MOST_READ = 4096  # bytes of an answer that nobody reads but for its status
_TOO_MANY = 429
_SERVER = 500
_OK = range(200, 300)
# Ours to put right, not the recipient's: a wrong password, an account without money.
_OF_THE_ACCOUNT = (401, 402, 403)


def is_connected() -> bool:
    """Whether a gateway is set."""
    return bool(settings.SMS_USER)


def international(number: str) -> str:
    """The number as +46701740605; empty when it is no telephone number. A number without a country is Swedish."""
    digits = re.sub(r"[\s\-()./]", "", number.replace("(0)", ""))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = _COUNTRY + digits[1:]
    return digits if _NUMBER.fullmatch(digits) else ""


def reaches(number: str) -> bool:
    """Whether a text can arrive there: no number at all cannot, nor a Swedish one that is no mobile's.

    Of other countries' numbers nobody can tell by looking.
    """
    found = international(number)
    return bool(found) and (not found.startswith(_COUNTRY) or found.startswith(_MOBILE))


def send(number: str, message: str) -> None:
    """Hand a text over to the gateway. Raises CannotDeliver when it does not take it."""
    form = urlencode({"from": settings.SMS_FROM, "to": international(number), "message": message, "dontlog": "message"})
    status = _post(form)
    if status in _OK:
        return
    is_server = status >= _SERVER or status == _TOO_MANY or status in _OF_THE_ACCOUNT
    # The status only: the answer's text repeats the number.
    raise CannotDeliver(f"SMS {status}", is_server=is_server)


def _post(form: str) -> int:
    address = urlsplit(settings.SMS_URL)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=settings.SMS_TIMEOUT)
    secret = b64encode(f"{settings.SMS_USER}:{settings.SMS_PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", address.path, form, headers)
        answer = connection.getresponse()
        answer.read(_MOST_READ)
        return answer.status
    except (OSError, HTTPException) as error:
        raise CannotDeliver(f"SMS {type(error).__name__}", is_server=True) from error
    finally:
        connection.close()
