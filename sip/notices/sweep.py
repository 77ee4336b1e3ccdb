"""The sweep: take up what is due, hold back by night and by the hour, send one letter per person, mark.

A letter is a transaction of its own. Whenever a worker is killed, what it had taken up is taken up again when its lease
ends, under the same key; what had been marked is not sent again. Inside nothing is told twice; towards the mail server
the one gap is a crash between its answer and our commit, and then the second copy bears the first one's Message-ID.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import translation

from agencies import languages, row_scope
from agencies.models import User
from common import clock, once
from common.errors import given
from sip.notices import claiming, delivery, registry, timing
from sip.notices.claiming import Claimed, Held, Told
from sip.notices.letters import Item, Letter
from sip.notices.models import Channel, Letterbox, Notice, Rhythm
from sip.notices.preferences import chosen

logger = logging.getLogger(__name__)
Pair = tuple[Notice, Item]

BATCH = 500
MOST = 10_000

# A recipient whose server stalls must not hold up the others: one minute, then twice as long each time, at most a day.
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(days=1)
MOST_DOUBLINGS = 11  # by then it is more than a day; a power that only grows would overflow in a month


def sweep(most: int = MOST) -> int:
    """Send what is due, longest waiting first, until `most` notices have been looked at; return how many were.

    Safe to run in many workers at once and to be delivered twice: what one has taken up the others pass over.
    """
    handled = 0
    ways = delivery.Ways()
    try:
        while handled < most:
            with transaction.atomic():
                claimed = claiming.claim(min(BATCH, most - handled))
                letters = _hold_back(claimed)
            if not claimed:
                break
            handled += len(claimed)
            for rows in letters:
                _one_letter(rows, ways)
    finally:
        ways.close()
    return handled


def _hold_back(claimed: list[Claimed]) -> list[list[Claimed]]:
    """Put back what must wait, all at once; give the rest, letter by letter."""
    if not claimed:
        return []
    by_letter: dict[tuple[UUID, UUID], list[Claimed]] = defaultdict(list)
    for row in claimed:
        by_letter[row.notice.recipient_id, given(row.notice.bundle)].append(row)
    paces = _paces({recipient for recipient, _bundle in by_letter})
    letters: list[list[Claimed]] = []
    held: list[Held] = []
    for (recipient, _bundle), rows in by_letter.items():
        goes, waits = _share_out([row.notice for row in rows], paces[recipient], fresh=_fresh(rows))
        held += waits
        if goes:
            letters.append([row for row in rows if row.notice.id in goes])
    claiming.hold(held)
    return letters


def _paces(recipients: set[UUID]) -> dict[UUID, timing.Pace]:
    """How each of them gets letters. Whoever has no letterbox yet gets one, to be held while a letter is sent."""
    users = User.objects.filter(pk__in=recipients).select_related("notice_preference", "letterbox")
    paces, without = {}, []
    for user in users:
        box = getattr(user, "letterbox", None)
        if box is None:
            without.append(Letterbox(user=user))
        paces[user.pk] = _pace(user, box)
    Letterbox.objects.bulk_create(sorted(without, key=lambda box: box.user_id), ignore_conflicts=True)
    return paces


def _fresh(rows: list[Claimed]) -> set[UUID]:
    return {row.notice.id for row in rows if row.is_fresh}


def _due(notice: Notice) -> timing.Due:
    kind = notice.kind
    return timing.Due(notice.id, notice.due_at, notice.deadline, registry.is_compulsory(kind), registry.is_urgent(kind))


def _pace(user: User, box: Letterbox | None) -> timing.Pace:
    is_daily = chosen(user).rhythm == Rhythm.DAILY
    return timing.Pace(is_daily, box.last_letter_at if box else None)


def _share_out(notices: list[Notice], pace: timing.Pace, *, fresh: set[UUID]) -> tuple[set[UUID], list[Held]]:
    """What goes out now, and what is put back. What an attempt may already have told keeps its letter's key.

    But never when the letter goes without it: under the same key it would be taken for a copy, and be lost.
    """
    due, now = [_due(notice) for notice in notices], clock.now()
    if settings.NOTICES_AT_ONCE and not any(row.is_urgent for row in due):
        # Neither the night nor the hour holds; who chose a letter a day still gets one, with whatever goes at all.
        held = {row.id: timing.with_the_days_letter(now, row, pace) for row in due}
        goes = [] if min(held.values()) > now else list(held)
        held = {} if goes else held
    else:
        goes, held = timing.share_out(now, due, pace)
        if settings.NOTICES_AT_ONCE:
            held = dict.fromkeys(held, now)
    return set(goes), [Held(key, until, bool(goes) or key in fresh) for key, until in held.items()]


def _one_letter(rows: list[Claimed], ways: delivery.Ways) -> None:
    """One person's letter in one transaction. A notice that breaks is put off and holds up nobody else."""
    try:
        # One transaction; nobody is behind it: each kind asks what its reader sees, and what several ask alike, once.
        with row_scope.everything(), once.one_moment():
            _send_or_hold(rows, ways)
    except (OperationalError, InterfaceError):
        raise  # the database is away; the end of the lease brings these back
    except DatabaseError as error:
        _put_off(_still_ours(rows), error)


def _send_or_hold(rows: list[Claimed], ways: delivery.Ways) -> None:
    """Lock the person's letterbox and the whole letter, and decide anew: much may have happened in between.

    The letter is all that bears its key, also what another worker has taken up of it. A verb that changes some of it
    right now is waited for; no verb ever waits for us.
    """
    taken = claiming.take([row.notice for row in rows])
    if taken is None:
        # Another worker writes to them. Or nothing is ours: dropped, moved, passed on, handled after the lease's end.
        _still_ours(rows).update(locked_until=clock.now() + FIRST_RETRY)
        return
    box, notices = taken
    user, bundle = notices[0].recipient, given(notices[0].bundle)
    goes, held = _share_out(notices, _pace(user, box), fresh=_fresh(rows))
    claiming.hold(held)
    with translation.override(languages.of(user)):
        _tell([notice for notice in notices if notice.id in goes], user, bundle, ways)


def _still_ours(rows: list[Claimed]) -> QuerySet[Notice]:
    """What of it waits as we left it: not dropped, moved or told, nor taken up by somebody else meanwhile."""
    ours = Notice.objects.filter(pk__in=[row.notice.pk for row in rows], locked_until=rows[0].notice.locked_until)
    return ours.filter(sent_at__isnull=True, dropped_at__isnull=True)


def _tell(notices: list[Notice], user: User, bundle: UUID, ways: delivery.Ways) -> None:
    """Drop what is no longer true; leave what is switched off on the page; put the rest in one letter."""
    pairs = _still_true(notices, user)
    off = set(chosen(user).switched_off)
    on_page = [pair for pair in pairs if registry.is_left_out(pair[0].kind, off)]
    to_write = [pair for pair in pairs if not registry.is_left_out(pair[0].kind, off)]
    if on_page:
        claiming.mark_sent([_told(pair) for pair in on_page], Channel.PAGE)
    if to_write:
        _write(to_write, user, bundle, ways)


def _write(pairs: list[Pair], user: User, bundle: UUID, ways: delivery.Ways) -> None:
    """Send one letter with all of it, and mark; or put all of it off."""
    attempts = max(notice.attempts for notice, _item in pairs)
    channel, address = delivery.way_to(user, chosen(user), attempts)
    if ways.is_down(channel):
        _rows(pairs).update(locked_until=clock.now() + FIRST_RETRY)
        return
    try:
        ways.send(Letter(bundle, [item for _notice, item in pairs]), channel, address)
    except Exception as error:
        _put_off(_rows(pairs), error, attempts)
        return
    # What is urgent goes beside the others: it does not make them wait for an hour.
    is_counted = channel != Channel.PAGE and not any(registry.is_urgent(notice.kind) for notice, _item in pairs)
    told = [_told(pair) for pair in pairs]
    claiming.mark_sent(told, channel, address, letter_to=user.pk if is_counted else None)


def _rows(pairs: list[Pair]) -> QuerySet[Notice]:
    return Notice.objects.filter(pk__in=[notice.pk for notice, _item in pairs])


def _still_true(notices: Iterable[Notice], user: User) -> list[Pair]:
    """What is still true, in words. What is not is dropped, what breaks is put off."""
    pairs, untrue = [], []
    for notice in notices:
        try:
            if user.is_active and registry.get(notice.kind).still_true(notice):
                pairs.append((notice, Item.of(notice)))
            else:
                untrue.append(notice.pk)
        except DatabaseError:
            raise
        except Exception as error:
            # The letter goes without it; under the same key it would be taken for a copy, and be lost.
            broken = Notice.objects.filter(pk=notice.pk)
            _put_off(broken, error, notice.attempts)
            broken.update(bundle=None)
    if untrue:
        Notice.objects.filter(pk__in=untrue).update(dropped_at=clock.now())
    return pairs


def _told(pair: Pair) -> Told:
    notice, item = pair
    # The demo's outbox is where its letters are read; elsewhere nobody reads a secret after the one it was sent to.
    is_kept = settings.DEMO or not registry.get(notice.kind).is_secret
    return Told(notice.id, item.subject, item.body if is_kept else "")


def _put_off(rows: QuerySet[Notice], error: Exception, attempts: int = 0) -> None:
    """Try again later, each time later than the last. Of the error only what holds nothing personal is kept."""
    why = str(error) if isinstance(error, delivery.CannotDeliver) else type(error).__name__
    wait = min(FIRST_RETRY * 2 ** min(attempts, MOST_DOUBLINGS), LONGEST_RETRY)
    rows.update(attempts=F("attempts") + 1, locked_until=clock.now() + wait, last_error=why[:200])
    logger.warning("notices put off %s: %s", wait, why)
