"""One person signs with a code, in a process of its own that kills itself with -9 at a named step. Not a test.

python -m tests.faults.sign_and_die STEP PLAN USER
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any


def die(*_args: Any, **_kwargs: Any) -> None:
    """As when the power goes."""
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> None:
    """Die instead of doing it."""
    setattr(owner, name, die)


def after(owner: Any, name: str) -> None:
    """Do it, and die."""
    real: Callable[..., Any] = getattr(owner, name)

    def then_die(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        die()

    setattr(owner, name, then_die)


STEPS = (
    "before the code is looked at",
    "after the code is used up",
    "before the key is made",
    "after the key has signed",
    "after the new revision is kept",
    "after the signature's row",
    "after the receipt",
    "after the seal",
    "before the commit",
    "after the commit",
)


def arm(step: str) -> None:
    """Make the program die at that step."""
    from django.db import transaction

    from sip.documents import services as documents
    from sip.signing import codes, pades, receipt, services
    from sip.signing.models import Signature

    places: dict[str, Callable[[], None]] = {
        STEPS[0]: lambda: before(codes, "take"),
        STEPS[1]: lambda: after(codes, "take"),
        STEPS[2]: lambda: before(pades, "_append"),
        STEPS[3]: lambda: after(pades, "_append"),
        STEPS[4]: lambda: after(documents, "store"),
        STEPS[5]: lambda: after(Signature, "save"),
        STEPS[6]: lambda: after(receipt, "make"),
        STEPS[7]: lambda: after(receipt, "seal_when_complete"),
        STEPS[8]: lambda: before(transaction.get_connection(), "_commit"),
        STEPS[9]: lambda: after(services, "sign_with_code"),
    }
    places[step]()


def main(step: str, plan_id: str, user_id: str) -> None:
    """Ask for a code, arm, sign."""
    import django

    django.setup()
    from agencies.actor import Actor
    from agencies.models import User
    from sip.plans import access
    from sip.plans.acting import as_actor
    from sip.plans.versions import current_version
    from sip.signing import codes, services
    from sip.signing.models import SigningCode

    actor = Actor.of(User.objects.get(pk=user_id))
    with as_actor(actor):
        plan = access.load(actor, plan_id)  # type: ignore[arg-type]
        version = current_version(plan)
        assert version is not None
        SigningCode.objects.filter(user=actor.user).delete()
        services.send_code(actor, plan, sha256=version.sha256, has_read=True)
        code = codes.newest_open(actor.user, version)
        assert code is not None
    arm(step)
    services.sign_with_code(actor, plan, sha256=version.sha256, code=codes.digits(code))
    sys.stdout.write("signed, and nobody died\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
