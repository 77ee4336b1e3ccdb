"""What rooms above plans do when something happens in a plan, in the verb's own transaction, before it is done.

A room above registers in its app's `ready`; plans need not know which rooms there are. What is reckoned anew after
every change, whatever it was, follows in another way (changed.py).
"""

from collections.abc import Callable
from typing import Generic, ParamSpec
from uuid import UUID

from agencies.actor import Actor
from sip.plans.models import Plan

P = ParamSpec("P")


class Happening(Generic[P]):
    """Something that happens. A follower that fails undoes the verb."""

    def __init__(self) -> None:
        self._followers: list[Callable[P, None]] = []

    def follow(self, follower: Callable[P, None]) -> None:
        """Let `follower` know each time; registered twice it is told once."""
        if follower not in self._followers:
            self._followers.append(follower)

    def tell(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """It happens now."""
        for follower in self._followers:
            follower(*args, **kwargs)


# Somebody closes the locked plan, which is open still.
CLOSING: Happening[[Actor, Plan]] = Happening()
# Consent holds for these agencies, for which it did not. Last: the key of the decision, which tells it from the next.
CONSENT_CAME: Happening[[Plan, set[UUID], UUID]] = Happening()
# Who decides and signs in the locked plan may be others than before; grants are made anew already.
DECIDERS_CHANGED: Happening[[Plan]] = Happening()
