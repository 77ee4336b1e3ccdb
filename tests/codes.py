"""A one-time code as its owner gets it, for tests that sign in a browser."""

from typing import Any

from django.test import Client
from django.urls import reverse

from sip.plans.models import Version
from sip.signing import codes
from sip.signing.models import SigningCode
from tests.world import World

PRESSED = {"has_read": "on", "step": "skicka-kod"}


def ask_for_code(world: World, client: Client, version: Version | None = None) -> Any:
    """Tick, and press "Skicka kod"."""
    sent = {**PRESSED, "sha256": (version or world.version).sha256}
    return client.post(reverse("sign", args=[world.plan.pk]), sent)


def latest() -> str:
    """The six digits that were sent last; worked out, not read from the letter."""
    return codes.digits(SigningCode.objects.order_by("-sent_at", "-id")[0])


def wrong() -> str:
    """Six digits that were not sent."""
    return f"{(int(latest()) + 1) % 1_000_000:06d}"
