"""Behind the proxy (deploy/proxy.conf): who asks is whom the proxy heard, not the proxy."""

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse


class ClientAddressMiddleware:
    """Puts the client's address in the place of the proxy's, for the brakes and for who is locked out.

    In production's settings alone, where nobody but the proxy reaches the program. The proxy writes the header itself,
    over what the client may have sent; only the last address in it is the proxy's word.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        with suppress(ValueError):  # where nothing is told, it asks for itself, as a check of health does
            request.META["REMOTE_ADDR"] = str(ip_address(told))
        return self.get_response(request)
