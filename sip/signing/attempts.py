"""Signing by an outside service: ask, ask again, and then a signature; or it failed, was cancelled, or took too long.

The attempt's row is the only memory. Nothing outside is asked while a transaction is open: what is to be asked is read
and let go of, the service is asked, and what it says is heard in a transaction of its own. When it says yes, everything
is checked anew under the locks: custody, consent, what is withheld, and that the version is still the one that was
shown. A service that is away ends nothing by itself; our own clock does, and the signer can begin again.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies import row_scope
from agencies.actor import Actor
from common import clock
from common.errors import NotThere, Problem, Refused
from consent.log import services as access_log
from sip.plans import access
from sip.plans.access import Do, NotAllowed
from sip.plans.acting import act
from sip.plans.models import Plan, Version
from sip.signing import revisions, services, signers
from sip.signing.models import AttemptStage, SignatureStatus, SigningAttempt
from sip.signing.providers import PROVIDERS
from sip.signing.providers.base import SignatureProvider, SigningOrder, SigningState, Stage

MOST_AT_ONCE = 500  # attempts that one round of `go_on` looks at
LONGEST = timedelta(minutes=10)  # whatever the service says of its own patience
TO_START = timedelta(seconds=30)  # a service that has not taken the order up by then never will
AWAY = "away"  # the service did not answer; of an attempt that goes on, too
SOMEBODY_ELSE = "somebody_else"  # said yes: the picture was read with another person's e-ID

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Question:
    """What a service is to be asked, and all that it takes to ask it without the database."""

    provider: str
    is_first: bool
    order: SigningOrder
    state: SigningState


@act
def start_signing(
    actor: Actor, plan: Plan, *, provider: str, sha256: str, has_read: bool, nonce: str
) -> SigningAttempt:
    """Make ready to ask an outside service for this person's signature on the version that was shown.

    Nobody is asked yet: the first `poll_signing` does that, when this is committed. The same `nonce` once more, or a
    second try while one goes on, gives the attempt there is. Raises Refused as `services.sign` does, and for who has
    not read the plan.
    """
    _service(provider)
    plan, version = signers.about_to_sign(actor, plan, sha256)
    signers.check_read(has_read)
    if known := _known(actor, version, nonce):
        return known
    attempt = SigningAttempt(
        version=version, user=actor.user, provider=provider, nonce=nonce, sha256=version.sha256, started_at=clock.now()
    )
    attempt.save(force_insert=True)
    return attempt


def poll_signing(actor: Actor, key: UUID, *, is_away: bool = False) -> SigningAttempt:
    """Where the person's own attempt stands now, after asking the service. Raises NotThere for anybody else's.

    Not to be called in a transaction (RuntimeError). A service that does not answer leaves the code AWAY in the
    attempt, until it answers or the time is out. `is_away`: it has just been asked, and did not answer.
    """
    attempt, question = _to_ask(actor, key)
    return _hear(actor, key, None if is_away else _answer(question)) if question else attempt


@act
def cancel_signing(actor: Actor, key: UUID) -> SigningAttempt:
    """Give up the person's own attempt. What is signed meanwhile stays signed. Raises NotThere as `poll_signing`.

    The service is told when that is committed, if it can be reached.
    """
    attempt, version = _own(actor, key)
    if attempt.is_pending:
        _end_here(attempt, version, AttemptStage.CANCELLED)
    return attempt


def go_on() -> int:
    """Ask for every signature that is waited for, also where the signer has closed the page; return how many ended.

    For the worker: nobody is behind it, and what it completes it completes as the signer. A service that does not
    answer is asked once a round.
    """
    with row_scope.everything():
        rows = SigningAttempt.objects.filter(stage=AttemptStage.PENDING).select_related("user")
        waiting = list(rows.order_by("started_at", "id")[:MOST_AT_ONCE])
    away: set[str] = set()
    return sum(_goes_on(attempt, away) for attempt in waiting)


def _goes_on(attempt: SigningAttempt, away: set[str]) -> bool:
    try:
        now = poll_signing(Actor.of(attempt.user), attempt.pk, is_away=attempt.provider in away)
    except (NotThere, Refused):
        return _end_not_allowed(attempt.pk)
    if now.problem_code == AWAY:
        away.add(now.provider)
    return not now.is_pending


def _end_not_allowed(key: UUID) -> bool:
    """The plan is not theirs any more: the custody ended, the child is protected, the account is closed."""
    with row_scope.everything():
        attempt = SigningAttempt.objects.select_for_update(of=("self",)).get(pk=key)
        if attempt.is_pending:
            _end_here(attempt, attempt.version, AttemptStage.FAILED, "not_allowed")
        return not attempt.is_pending


def _own(actor: Actor, key: UUID, *, is_locked: bool = True) -> tuple[SigningAttempt, Version]:
    """The person's own attempt, and its version. Where the plan is locked too, it is so before the attempt."""
    rows = SigningAttempt.objects.select_for_update(of=("self",)) if is_locked else SigningAttempt.objects.all()
    attempt = rows.filter(pk=key, user=actor.user).first()
    version = Version.objects.select_related("plan").filter(pk=attempt.version_id).first() if attempt else None
    if attempt is None or version is None:
        raise NotThere
    return attempt, version


@act
def _to_ask(actor: Actor, key: UUID) -> tuple[SigningAttempt, _Question | None]:
    """The attempt, and what to ask of it; None where there is nothing to ask."""
    attempt, version = _own(actor, key)
    is_first = attempt.asked_at is None
    if not attempt.is_pending:
        return attempt, None
    if version.is_void:
        _end_here(attempt, version, AttemptStage.FAILED, "stale")
        return attempt, None
    if not attempt.reference and _is_late(attempt):
        _end_here(attempt, version, AttemptStage.FAILED, AWAY)
        return attempt, None
    if is_first:
        attempt.asked_at = clock.now()
        attempt.save(update_fields=["asked_at"])
    elif not attempt.reference:  # another request is asking for the first time just now, or was killed at it
        return attempt, None
    order = replace(_order(attempt, version), person=signers.number_of(actor, version.plan))
    return attempt, _Question(attempt.provider, is_first, order, _state(attempt))


def _answer(question: _Question) -> SigningState | None:
    """What the service says; None where it is away, however it shows that."""
    with transaction.atomic(durable=True):
        pass  # a RuntimeError where a transaction is open: nobody waits for a network with a lock in their hand
    try:
        service = PROVIDERS[question.provider]
        if question.is_first:
            return service.start(question.order, clock.now())
        return service.poll(question.order, question.state, clock.now())
    except Exception as error:  # of what is not ours; whatever it is, the signer is told in words
        log.warning("a service that signs did not answer: %s", type(error).__name__)
        return None


@act
def _hear(actor: Actor, key: UUID, state: SigningState | None) -> SigningAttempt:
    """Put what the service said in the attempt; a yes becomes a signature."""
    _attempt, version = _own(actor, key, is_locked=False)
    is_yes = state is not None and state.stage is Stage.COMPLETE
    plan = access.lock(version.plan) if is_yes else version.plan
    attempt, version = _own(actor, key)
    if not attempt.is_pending:  # somebody else asked in the same moment, or it was given up
        if state and not attempt.reference:
            _call_off(attempt.provider, _order(attempt, version), state)
        return attempt
    if state and is_yes and _complete(actor, plan, attempt, state):
        return attempt
    if state and not is_yes:
        _note(attempt, state)
    elif attempt.reference:
        attempt.problem_code = AWAY
    else:
        _end(attempt, AttemptStage.FAILED, Problem(AWAY, ""))
    if attempt.is_pending and version.is_void:
        _end_here(attempt, version, AttemptStage.FAILED, "stale")
    elif attempt.is_pending and _is_late(attempt):
        _end_here(attempt, version, AttemptStage.EXPIRED, "expired")
    attempt.save()
    return attempt


def _complete(actor: Actor, plan: Plan, attempt: SigningAttempt, state: SigningState) -> bool:
    """The signature, if everything still allows it; else the attempt has failed, and says why.

    False where the signature could not be put in place: nothing has happened, and it is tried anew.
    """
    if state.person != signers.number_of(actor, plan):
        access_log.record(actor, Do.SIGN, child_id=plan.child_id, object_type="plan", object_id=plan.pk, is_denied=True)
        _end(attempt, AttemptStage.FAILED, Problem(SOMEBODY_ELSE, ""))
        attempt.save()
        return True
    try:
        with transaction.atomic():
            signers.check_custody_not_ended(actor, plan)
            # The service has just made sure who it is.
            access.require(replace(actor, is_fresh=True), Do.SIGN, plan)
            version = signers.readable_version(actor, plan, attempt.sha256)
            signer = signers.signing_guardian(actor, plan)
            signature = signers.word(version, signer, SignatureStatus.SIGNED, attempt.provider)
            order = services.order_of(version, str(signature.pk))
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
    except Exception as error:  # nothing of it is kept, and the service is asked anew
        log.error("a signature that was given was not put in place: %s", type(error).__name__)
        attempt.refresh_from_db()
        return False
    return True


def _known(actor: Actor, version: Version, nonce: str) -> SigningAttempt | None:
    """The attempt that this click, or an earlier one, has made already; what is late is ended first."""
    own = SigningAttempt.objects.filter(user=actor.user)
    if again := own.filter(nonce=nonce).first():
        return again
    going_on = own.filter(version=version, stage=AttemptStage.PENDING).select_for_update(of=("self",)).first()
    if going_on and _is_late(going_on):
        _end_here(going_on, version, AttemptStage.EXPIRED, "expired")
        return None
    return going_on


def _note(attempt: SigningAttempt, state: SigningState) -> None:
    """Put what the service said in the row. COMPLETE is not noted: that is what the signature does."""
    attempt.reference, attempt.qr, attempt.problem_code = state.reference[:200], state.qr, ""
    attempt.autostart_token, attempt.expires_at = state.autostart_token[:200], state.expires_at
    if state.stage is Stage.FAILED:
        _end(attempt, AttemptStage.FAILED, state.problem)
    elif state.stage is Stage.CANCELLED:
        _end(attempt, AttemptStage.CANCELLED)


def _end_here(attempt: SigningAttempt, version: Version, stage: AttemptStage, code: str = "") -> None:
    """End it ourselves, and tell the service when that is committed. `code` is put in words by the page."""
    if attempt.reference:
        _call_off(attempt.provider, _order(attempt, version), _state(attempt))
    _end(attempt, stage, Problem(code, "") if code else None)
    attempt.save()


def _call_off(provider: str, order: SigningOrder, state: SigningState) -> None:
    transaction.on_commit(partial(_called_off, provider, order, state))


def _called_off(provider: str, order: SigningOrder, state: SigningState) -> None:
    """Best effort: what the service does not hear of, its own clock ends."""
    try:
        PROVIDERS[provider].cancel(order, state, clock.now())
    except Exception as error:  # as in `_answer`
        log.warning("a service that signs was not told: %s", type(error).__name__)


def _end(attempt: SigningAttempt, stage: AttemptStage, problem: Problem | None = None) -> None:
    attempt.stage, attempt.ended_at = stage, clock.now()
    attempt.qr = attempt.autostart_token = ""  # of no use to anybody, and not to be found
    attempt.problem_code = problem.code[:40] if problem else ""
    attempt.problem = problem.message[:300] if problem else ""


def _order(attempt: SigningAttempt, version: Version) -> SigningOrder:
    return services.order_of(version, str(attempt.pk))


def _state(attempt: SigningAttempt) -> SigningState:
    return SigningState(
        Stage.PENDING,
        reference=attempt.reference,
        qr=attempt.qr,
        autostart_token=attempt.autostart_token,
        expires_at=attempt.expires_at,
    )


def _is_late(attempt: SigningAttempt) -> bool:
    return clock.now() >= _until(attempt)


def _until(attempt: SigningAttempt) -> datetime:
    if not attempt.reference:
        return attempt.started_at + TO_START
    longest = attempt.started_at + LONGEST
    return min(longest, attempt.expires_at or longest)


def _service(provider: str) -> SignatureProvider:
    service = PROVIDERS.get(provider)
    if service is None or not service.label:
        raise Refused(Problem("provider", _("Välj hur du vill skriva under.")))
    return service
