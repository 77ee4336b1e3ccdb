"""Signing by an outside service: ask, ask again, and then a signature; or it failed, was cancelled, or took too long.

Each step is one transaction, and the attempt's row is the only memory. The service is asked before any lock is taken.
When it says yes, everything is checked anew under the locks: custody, consent, what is withheld, and that the version
is still the one that was shown.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import Actor
from common import clock
from common.errors import NotThere, Problem, Refused
from sip.plans import access
from sip.plans.access import Do, NotAllowed
from sip.plans.acting import act
from sip.plans.models import Plan, Version
from sip.signing import revisions, services, signers
from sip.signing.models import AttemptStage, SignatureStatus, SigningAttempt
from sip.signing.providers import PROVIDERS
from sip.signing.providers.base import SignatureProvider, SigningOrder, SigningState, Stage

MOST_AT_ONCE = 500  # attempts that one round of `go_on` looks at

log = logging.getLogger(__name__)

Ask = Callable[[SignatureProvider, SigningOrder, SigningState], SigningState]


@act
def start_signing(
    actor: Actor, plan: Plan, *, provider: str, sha256: str, has_read: bool, nonce: str
) -> SigningAttempt:
    """Ask an outside service for this person's signature on the version that was shown.

    The same `nonce` once more, or a second try while one goes on, gives the attempt there is. Raises Refused as
    `services.sign` does, and for who has not read the plan.
    """
    service = _service(provider)
    plan, version = signers.about_to_sign(actor, plan, sha256)
    signers.check_read(has_read)
    if known := _known(actor, version, nonce):
        return known
    attempt = SigningAttempt(
        version=version, user=actor.user, provider=provider, nonce=nonce, sha256=version.sha256, started_at=clock.now()
    )
    state = service.start(services.order_of(version, str(attempt.pk), has_read=True), clock.now())
    _note(attempt, state)
    attempt.save(force_insert=True)
    if state.stage is Stage.COMPLETE:
        _complete(actor, plan, attempt, state)
    return attempt


@act
def poll_signing(actor: Actor, key: UUID) -> SigningAttempt:
    """Where the person's own attempt stands now, after asking the service. Raises NotThere for anybody else's."""
    return _moved_on(actor, key, lambda service, order, state: service.poll(order, state, clock.now()))


@act
def cancel_signing(actor: Actor, key: UUID) -> SigningAttempt:
    """Give up the person's own attempt. What is signed meanwhile stays signed. Raises NotThere as `poll_signing`."""
    return _moved_on(actor, key, lambda service, order, state: service.cancel(order, state, clock.now()))


def go_on() -> int:
    """Ask for every signature that is waited for, also where the signer has closed the page; return how many ended.

    For the worker: nobody is behind it, and what it completes it completes as the signer.
    """
    with row_scope.everything():
        rows = SigningAttempt.objects.filter(stage=AttemptStage.PENDING).select_related("user")
        waiting = list(rows.order_by("started_at", "id")[:MOST_AT_ONCE])
    return sum(_goes_on(attempt) for attempt in waiting)


def _goes_on(attempt: SigningAttempt) -> bool:
    try:
        return not poll_signing(Actor.of(attempt.user), attempt.pk).is_pending
    except (NotThere, Refused):
        # The plan is not theirs any more: the custody ended, the child is protected, the account is closed.
        with row_scope.everything():
            return bool(
                SigningAttempt.objects.filter(pk=attempt.pk, stage=AttemptStage.PENDING).update(
                    stage=AttemptStage.FAILED, problem_code="not_allowed", ended_at=clock.now()
                )
            )
    except Exception as error:  # one service that is away does not hold up the others
        log.warning("a signing was not asked for: %s", type(error).__name__)
        return False


def _moved_on(actor: Actor, key: UUID, ask: Ask) -> SigningAttempt:
    attempt = SigningAttempt.objects.filter(pk=key, user=actor.user).first()
    if attempt is None:
        raise NotThere
    if not attempt.is_pending:
        return attempt
    version = Version.objects.select_related("plan").filter(pk=attempt.version_id).first()
    if version is None:
        raise NotThere
    state = _state(attempt)
    now = ask(PROVIDERS[attempt.provider], services.order_of(version, str(attempt.pk), has_read=True), state)
    plan = access.lock(version.plan) if now.stage is Stage.COMPLETE else version.plan
    attempt = SigningAttempt.objects.select_for_update(of=("self",)).get(pk=key)
    if not attempt.is_pending:  # somebody else asked in the same moment
        return attempt
    version.refresh_from_db(fields=["void_at"])
    if now.stage is Stage.COMPLETE:
        _complete(actor, plan, attempt, now)
    elif now.stage is Stage.PENDING and (version.is_void or _is_late(attempt)):
        _give_up(attempt, version, now)
    else:
        _note(attempt, now)
        attempt.save()
    return attempt


def _complete(actor: Actor, plan: Plan, attempt: SigningAttempt, state: SigningState) -> None:
    """The signature, if everything still allows it; else the attempt has failed, and says why."""
    try:
        with transaction.atomic():
            signers.check_custody_not_ended(actor, plan)
            # The service has just made sure who it is.
            access.require(replace(actor, is_fresh=True), Do.SIGN, plan)
            version = signers.readable_version(actor, plan, attempt.sha256)
            signer = signers.signing_guardian(actor, plan)
            signature = signers.word(version, signer, SignatureStatus.SIGNED, attempt.provider)
            order = services.order_of(version, str(signature.pk), has_read=True, is_fresh=True)
            attempt.evidence = revisions.keep(version, signature, order, state)
            signature.save()
            services.after_a_word(plan, version)
            attempt.signature = signature
            _end(attempt, AttemptStage.COMPLETE)
            attempt.save()
    except Refused as refused:
        if isinstance(refused, NotAllowed):
            refused.denied.write()
        attempt.evidence, attempt.signature = b"", None
        _end(attempt, AttemptStage.FAILED, refused.problems[0])
        attempt.save()


def _give_up(attempt: SigningAttempt, version: Version, state: SigningState) -> None:
    """End what can lead to nothing any more, and tell the service so."""
    PROVIDERS[attempt.provider].cancel(services.order_of(version, str(attempt.pk)), state, clock.now())
    if version.is_void:
        why = Problem("stale", _("Planen ändrades medan du skrev under. Läs den nya versionen först."))
        _end(attempt, AttemptStage.FAILED, why)
    else:
        _end(attempt, AttemptStage.EXPIRED, Problem("expired", _("Det tog för lång tid. Börja om när du vill.")))
    attempt.save()


def _known(actor: Actor, version: Version, nonce: str) -> SigningAttempt | None:
    """The attempt that this click, or an earlier one, has made already; what is late is ended first."""
    own = SigningAttempt.objects.filter(user=actor.user)
    if again := own.filter(nonce=nonce).first():
        return again
    going_on = own.filter(version=version, stage=AttemptStage.PENDING).first()
    if going_on and _is_late(going_on):
        _give_up(going_on, version, _state(going_on))
        return None
    return going_on


def _note(attempt: SigningAttempt, state: SigningState) -> None:
    """Put what the service said in the row. COMPLETE is not noted: that is what the signature does."""
    attempt.reference, attempt.qr = state.reference[:200], state.qr
    attempt.autostart_token, attempt.expires_at = state.autostart_token[:200], state.expires_at
    if state.stage is Stage.FAILED:
        _end(attempt, AttemptStage.FAILED, state.problem)
    elif state.stage is Stage.CANCELLED:
        _end(attempt, AttemptStage.CANCELLED)


def _end(attempt: SigningAttempt, stage: AttemptStage, problem: Problem | None = None) -> None:
    attempt.stage, attempt.ended_at = stage, clock.now()
    attempt.qr = attempt.autostart_token = ""  # of no use to anybody, and not to be found
    attempt.problem_code = problem.code[:40] if problem else ""
    attempt.problem = problem.message[:300] if problem else ""


def _state(attempt: SigningAttempt) -> SigningState:
    return SigningState(
        Stage.PENDING,
        reference=attempt.reference,
        qr=attempt.qr,
        autostart_token=attempt.autostart_token,
        expires_at=attempt.expires_at,
    )


def _is_late(attempt: SigningAttempt) -> bool:
    return attempt.expires_at is not None and clock.now() >= attempt.expires_at


def _service(provider: str) -> SignatureProvider:
    service = PROVIDERS.get(provider)
    if service is None or not service.label:
        raise Refused(Problem("provider", _("Välj hur du vill skriva under.")))
    return service
