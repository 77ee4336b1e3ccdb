"""Two people in the same moment, for real: connections, threads, one barrier. Each test fails without its lock."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from threading import Barrier, Thread

from django.db import connection

from agencies.models import User
from common import clock
from common.errors import Refused
from consent.models import Guardian
from sip.documents.models import Document
from sip.meetings.models import Invitation
from sip.meetings.services import Answer, answer_call
from sip.notices import services as notices
from sip.notices.models import Notice
from sip.plans.models import Plan, Request
from sip.plans.services import requests
from sip.signing import asked, expecting
from sip.signing import services as signing
from sip.signing.models import Signature, SignatureStatus
from tests.database import Database
from tests.integration.test_young_person import with_log_in
from tests.world import World


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do them in the same moment; give what each came to, or the refusal it met."""
    barrier = Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=30)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_two_requests_for_one_child_make_one_plan(committed_db: Database) -> None:
    world = World.build()

    def ask(user: User | Guardian) -> Callable[[], object]:
        return lambda: requests.request_plan(world.actor(user), world.child, seen_on=clock.today(), why="Behov.")

    results = at_once(ask(world.birgit), ask(world.per), ask(world.nadja), ask(world.sara))
    assert [type(result) for result in results] == [Request] * 4
    assert Plan.objects.count() == 1
    assert Request.objects.filter(opened_plan=True).count() == 1


def test_two_coordinators_accept_and_one_is_told(committed_db: Database) -> None:
    world = World.build().to("requested")
    accept = lambda: requests.accept_request(world.actor(world.nadja), world.plan, world.nadja)  # noqa: E731
    results = at_once(accept, accept)
    assert sorted(type(result).__name__ for result in results) == ["Plan", "Refused"]
    refusal = next(result for result in results if isinstance(result, Refused))
    assert "redan besvarad" in refusal.message


def test_five_sign_in_the_same_moment_and_the_last_brings_the_seal(committed_db: Database) -> None:
    """Both guardians, the young person and two who sign for agencies; the plan is established already."""
    world = World.build()
    alva = with_log_in(world)
    world.to("established")
    version, for_agencies = world.version, {world.per: world.bup, world.hanna: world.clinic}
    asked.ask_to_sign(
        world.actor(world.nadja), world.plan, [f"{user.pk}:{agency.pk}" for user, agency in for_agencies.items()]
    )
    family = [partial(signing.sign, world.actor(who)) for who in (world.sara, world.johan, alva)]
    others = [partial(asked.sign_for_agency, world.actor(who), has_read=True) for who in for_agencies]
    results = at_once(*[partial(sign, plan=world.plan, sha256=version.sha256) for sign in (*family, *others)])
    assert [type(result) for result in results] == [Signature] * 5, results
    signers = {str(row.pk) for row in Signature.objects.filter(version=version, status=SignatureStatus.SIGNED)}
    assert signers == {str(result.pk) for result in results if isinstance(result, Signature)}
    plans = list(Document.objects.filter(version=version, kind="plan").order_by("revision"))
    files = [bytes(row.data) for row in plans]
    assert [row.revision for row in plans] == [0, 1, 2, 3, 4, 5, 6]
    assert all(late.startswith(early) for early, late in pairwise(files))
    verdict = expecting.examine(files[-1]).verdict
    assert verdict.holds, verdict
    assert [mark.is_seal for mark in verdict.signatures] == [False] * 5 + [True]
    assert {mark.signer_id for mark in verdict.signatures[:5]} == signers
    receipts = Document.objects.filter(version=version, kind="receipt").order_by("revision")
    assert [row.revision for row in receipts] == [1, 2, 3, 4, 5, 6]
    assert expecting.examine(bytes(receipts[5].data)).verdict.holds
    version.refresh_from_db()
    assert version.sealed_at


def test_a_double_click_signs_once(committed_db: Database) -> None:
    world = World.build().to("in_review")
    sign = lambda: signing.sign(world.actor(world.sara), world.plan)  # noqa: E731
    results = at_once(sign, sign)
    assert sorted(type(result).__name__ for result in results) == ["Refused", "Signature"]
    assert "redan" in str(next(result for result in results if isinstance(result, Refused)))
    assert Signature.objects.count() == 1
    assert Document.objects.filter(kind="plan").count() == 2


def test_two_colleagues_answer_and_the_last_word_stands_whole(committed_db: Database) -> None:
    world = World.build().to("called")
    at_once(
        lambda: answer_call(world.actor(world.per), world.plan, world.bup, Answer("come", who="Per")),
        lambda: answer_call(world.actor(world.inga), world.plan, world.bup, Answer("decline", reason="Sjuk")),
    )
    found = Invitation.objects.get(agency=world.bup)
    assert (found.reply, found.who, found.reason) in [("come", "Per", ""), ("decline", "", "Sjuk")]


def test_many_sweepers_send_each_notice_once(committed_db: Database, mailoutbox: list[object]) -> None:
    world = World.build().to("called")
    due = Notice.objects.filter(due_at__lte=world.plan.created_at).count()
    already = Notice.objects.exclude(dropped_at=None).count()  # reminders that the plan has lived past
    results = at_once(*[notices.sweep] * 4)
    assert all(isinstance(result, int) for result in results), results
    done = Notice.objects.exclude(sent_at=None, dropped_at=None).count() - already
    assert sum(results) == done  # type: ignore[arg-type]
    sent = Notice.objects.filter(sent_at__isnull=False).count()
    assert sent > 0
    assert len(mailoutbox) in (0, sent)
    assert due <= sum(results)  # type: ignore[arg-type]
