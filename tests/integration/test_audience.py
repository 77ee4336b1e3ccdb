"""What is withheld from a guardian, what a young person writes alone, what an agency notes for itself: who reads it.

A marker word stands in each part of a plan. Every address of the program is then opened by everybody, and what comes
back (pages, headers, papers with what travels inside them) is searched for the markers.
"""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace

import pytest

from agencies import row_scope
from agencies.models import Membership, Role, User
from common.errors import Refused
from consent import services as consent
from consent.log.models import AccessEvent
from consent.models import Guardian
from sip.documents import services as documents
from sip.documents.models import Document
from sip.notices.models import Notice
from sip.plans import access, audience
from sip.plans.access import NotAllowed
from sip.plans.models import PrivateWords, Withholding, WorkingNote
from sip.plans.notice_kinds import SIGNATURE_ASKED
from sip.plans.services import consents, private
from sip.plans.services.reading import open_access_log
from sip.signing import services as signing
from tests.integration.markers import (
    ACTION,
    EVERYTHING,
    NOTE,
    OF_ACTION,
    OF_SITUATION,
    OF_VOICE,
    ON_PAGES,
    PLAIN,
    PRIVATE,
    REASON,
    SHARED,
    VOICE,
    hide,
    marked_world,
    paper_text,
    seen,
)
from tests.integration.test_young_person import told_in_receipt, with_log_in
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("what", "gone"),
    [
        (("voice",), OF_VOICE),
        (("situation",), OF_SITUATION),
        (("action",), OF_ACTION),
        (EVERYTHING, OF_VOICE | OF_SITUATION | OF_ACTION),
    ],
)
def test_what_is_withheld_is_nowhere_for_that_guardian_and_everywhere_for_the_others(
    what: tuple[str, ...], gone: set[str]
) -> None:
    world = marked_world()
    rows = hide(world, *what)
    papers = what == EVERYTHING  # a paper takes a second to make: whoever may read all of it opens them once
    everything = SHARED if papers else ON_PAGES
    assert seen(world, world.johan) == SHARED - gone
    assert seen(world, world.sara, papers=papers) == everything
    assert seen(world, world.alva, papers=False) == ON_PAGES  # type: ignore[attr-defined]
    assert seen(world, world.per, papers=False) == ON_PAGES | {REASON}
    for row in rows:
        by = world.per if row.action_id else world.nadja
        private.lift(world.actor(by), world.plan, row)
    assert seen(world, world.johan, papers=papers) == everything


def test_exactly_these_read_private_words_and_working_notes() -> None:
    """Attack 9: the young person's private words are in no page, paper, history, log, notice or export of another."""
    world = marked_world()
    alva = world.alva  # type: ignore[attr-defined]
    private.write_private_words(world.actor(alva), world.plan, text=f"Bara {PRIVATE}", is_for_coordinator=False)
    private.write_note(world.actor(world.per), world.plan, world.bup, text=f"Tänk på {NOTE}")
    readers = {name: seen(world, getattr(world, name), papers=False) & {PRIVATE, NOTE} for name in EVERYBODY}
    assert readers == {**{name: set() for name in EVERYBODY}, "alva": {PRIVATE}, "per": {NOTE}, "inga": {NOTE}}
    stored = PrivateWords.objects.get()
    private.write_private_words(
        world.actor(alva), world.plan, text=stored.text, is_for_coordinator=True, version=stored.version
    )
    readers = {name: seen(world, getattr(world, name), papers=False) & {PRIVATE} for name in ("johan", "nadja", "per")}
    assert readers == {"johan": set(), "nadja": {PRIVATE}, "per": set()}
    stored.refresh_from_db()
    private.write_private_words(
        world.actor(alva), world.plan, text=stored.text, is_for_coordinator=False, version=stored.version
    )
    assert PRIVATE not in world.client(world.nadja).get(f"/planer/{world.plan.pk}/").content.decode()


EVERYBODY = ("alva", "sara", "johan", "nadja", "per", "inga", "hanna", "birgit", "dag", "chef")


def test_attack_9_nothing_of_private_words_is_frozen_logged_told_or_exported() -> None:
    world = World.build()
    alva = with_log_in(world)
    world.to("met")
    private.write_private_words(world.actor(alva), world.plan, text=PRIVATE, is_for_coordinator=True)
    private.write_note(world.actor(world.per), world.plan, world.bup, text=NOTE)
    world.review()
    world.establish()
    world.close()
    papers = [paper_text(bytes(row.data)) for row in Document.objects.all()]
    assert papers and not [paper for paper in papers if PRIVATE in paper or NOTE in paper]
    rows = [str(list(model.objects.values_list())) for model in (AccessEvent, Notice)]  # type: ignore[attr-defined]
    assert not [row for row in rows if PRIVATE in row or NOTE in row]
    assert PRIVATE not in world.version.content and NOTE not in world.version.content


def test_the_extract_betrays_nothing() -> None:
    """No control code, no empty heading, no "there is none", no number that is skipped; and it is not signed."""
    world = marked_world()
    private.withhold(world.actor(world.nadja), world.plan, world.johan, "action", action=world.mornings, reason="Fara.")
    hide(world, *EVERYTHING)
    _version, data = documents.download_plan(world.actor(world.johan), world.plan, 1)
    words = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    page = words.stdout.decode()
    for betraying in (
        "Kontrollkod",
        "saknas",
        "egna ord",
        "Inga ",
        "Åtgärder av andra",
        "hjulet",
        "Behov",
        "utan eget",
    ):
        assert betraying not in page, betraying
    assert not re.search(r"^\s*[1-4]\s+[A-ZÅÄÖ]", page, re.MULTILINE)
    assert b"/ByteRange" not in data
    assert world.version.sha256[:12].upper() not in page.replace(" ", "")
    assert "Alva är i skolan fyra dagar av fem" in re.sub(r"\s+", " ", page)
    assert documents.download_plan(world.actor(world.johan), world.plan, 1)[1] == data  # the same bytes each time
    sealed = documents.download_plan(world.actor(world.sara), world.plan, 1)[1]
    assert b"/ByteRange" in sealed and "Kontrollkod" in paper_text(sealed)


def test_the_receipt_has_neither_the_hash_nor_what_others_wrote_of_the_whole() -> None:
    world = marked_world()
    signing.dissent(world.actor(world.sara), world.plan, text="Sara tycker ANNAT om hemligheten.")
    signing.dissent(world.actor(world.johan), world.plan, text="Johan vill mer.")
    hide(world, "voice")
    told = paper_text(documents.download_receipt(world.actor(world.johan), world.plan, 1)[1])
    assert "Johan vill mer." in told and "Sara Lind" in told
    assert "ANNAT" not in told and world.version.sha256 not in told and "Kontrollkod" not in told
    whole = told_in_receipt(world.version)
    assert [row["name"] for row in whole["dissent"]] == ["Sara Lind", "Johan Ek"]  # type: ignore[attr-defined]


def test_goals_stay_when_their_only_action_is_withheld() -> None:
    world = marked_world()
    private.withhold(
        world.actor(world.birgit), world.plan, world.johan, "action", action=world.schedule, reason="Fara."
    )
    hide(world, "action")
    page = world.client(world.johan).get(f"/familj/{world.plan.pk}/").content.decode()
    assert world.goal.text in page and PLAIN not in page and ACTION not in page


def test_who_has_less_signs_on_paper_and_is_asked_for_nothing_else() -> None:
    world = World.build().to("met")
    hide(world, "voice")
    world.review()
    asked = {
        (row.kind, row.recipient_id) for row in Notice.objects.filter(kind__in=("signature_asked", "plan_readable"))
    }
    assert asked == {("signature_asked", world.sara.user_id), ("plan_readable", world.johan.user_id)}
    johan = world.client(world.johan)
    page = johan.get(f"/planer/{world.plan.pk}/skriv-under/").content.decode()
    assert "Planen skrivs under på papper" in page and world.version.sha256 not in page
    sent = {"has_read": "on", "sha256": world.version.sha256}
    assert johan.post(f"/planer/{world.plan.pk}/skriv-under/", sent).status_code == 422
    for verb in (signing.sign, signing.refuse_to_sign):
        with pytest.raises(Refused, match="skrivs under på papper"):
            verb(world.actor(world.johan), world.plan)
    family = johan.get(f"/familj/{world.plan.pk}/").content.decode()
    assert "Läs och skriv under" not in family and "Nadja ordnar det" in family
    assert "Läs och skriv under" in world.client(world.sara).get(f"/familj/{world.plan.pk}/").content.decode()
    world.sign_on_paper(world.johan)


def test_a_notice_that_asks_for_a_signature_is_dropped_when_something_is_withheld_before_it_is_sent() -> None:
    world = World.build().to("in_review")
    notice = Notice.objects.get(kind="signature_asked", recipient=world.johan.user)
    assert SIGNATURE_ASKED.still_true(notice)
    hide(world, "voice")
    assert not SIGNATURE_ASKED.still_true(notice)


def test_the_familys_log_tells_of_no_withholding_note_or_private_word() -> None:
    world = marked_world()
    alva = world.alva  # type: ignore[attr-defined]
    for reader in (world.per, world.nadja):
        world.client(reader).get(f"/planer/{world.plan.pk}/")
    before = {who: told_log(world, who) for who in (world.johan, world.sara)}
    private.write_private_words(world.actor(alva), world.plan, text=PRIVATE, is_for_coordinator=True)
    private.write_note(world.actor(world.per), world.plan, world.bup, text=NOTE)
    hide(world, *EVERYTHING)
    assert AccessEvent.objects.filter(act="withhold", object_type="withholding").count() == 3
    assert {who: told_log(world, who) for who in (world.johan, world.sara)} == before
    assert not {"write_private", "write_note"} & acts_told(world, world.nadja)
    assert "write_private" in acts_told(world, alva) and "withhold" not in acts_told(world, alva)
    assert "withhold" in acts_told(world, world.nadja)


def told_log(world: World, who: Guardian) -> set[tuple[str, str]]:
    """What the log tells a guardian, without their own looking at it."""
    rows = open_access_log(world.actor(who), world.plan)
    return {(row.act, str(row.user_id)) for row in rows if row.act != "read_log"}


def acts_told(world: World, who: User) -> set[str]:
    return {row.act for row in open_access_log(world.actor(who), world.plan)}


def test_the_guardian_is_told_nothing_when_something_is_withheld_or_shown_again() -> None:
    world = marked_world()
    before = Notice.objects.count()
    for row in hide(world, *EVERYTHING):
        private.lift(world.actor(world.per if row.action_id else world.nadja), world.plan, row)
    assert Notice.objects.count() == before


def test_only_the_responsible_professional_withholds() -> None:
    world = marked_world()
    may = {
        (name, section)
        for name in ("nadja", "per", "hanna", "birgit", "inga", "dag", "sara", "johan", "alva")
        for section in EVERYTHING
        if _may(lambda name=name, section=section: hide(world, section, by=getattr(world, name)))
    }
    health_and_social = {
        (name, section) for name in ("nadja", "per", "hanna", "inga") for section in ("voice", "situation")
    }
    assert may == health_and_social | {("per", "action"), ("inga", "action")}


def test_only_who_withheld_it_shows_it_again_and_the_coordinator_when_they_are_gone() -> None:
    world = marked_world()
    (row,) = hide(world, "voice", by=world.per)
    for name in ("nadja", "hanna", "birgit", "johan", "alva", "dag"):
        user = getattr(world, name)
        assert not _may(lambda user=user: private.lift(world.actor(user), world.plan, row)), name
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.sara.user, [world.bup])
    assert VOICE not in seen(world, world.johan, papers=False)
    assert not _may(lambda: private.lift(world.actor(world.per), world.plan, row))
    assert _may(lambda: private.lift(world.actor(world.nadja), world.plan, row))


def _may(verb: Callable[[], object]) -> bool:
    try:
        verb()
    except (NotAllowed, access.Denied):
        return False
    return True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 2_001}, "reason"),
        ({"section": "allt"}, "what"),
        ({"section": "action"}, "what"),
        ({"section": "voice", "action": "own"}, "what"),
        ({"section": "action", "action": "other"}, "what"),
        ({"guardian": "other"}, "guardian"),
        ({"guardian": "no custody"}, "guardian"),
    ],
)
def test_a_withholding_says_from_whom_what_and_why(changes: dict[str, str], field: str) -> None:
    world = World.build().to("met")
    other = world.sibling().to("opened")
    other.write()
    guardian = world.johan
    if changes.get("guardian") == "other":
        guardian = consent.register_guardian(name="Annan", number="19900109-2387", email="annan@familj.example")
    elif changes.get("guardian"):
        world.johan.guardianships.filter(child=world.child).update(custody="none")
    action = {"own": world.assessment, "other": other.assessment}.get(changes.get("action", ""))
    with pytest.raises(Refused) as refused:
        private.withhold(
            world.actor(world.per),
            world.plan,
            guardian,
            changes.get("section", "voice"),
            action=action,
            reason=changes.get("reason", "Fara."),
        )
    assert [problem.field for problem in refused.value.problems] == [field]
    assert not Withholding.objects.exists()


def test_withholding_asks_for_fresh_authentication() -> None:
    world = World.build().to("met")
    stale = replace(world.actor(world.per), is_fresh=False)
    with pytest.raises(Refused) as refused:
        private.withhold(stale, world.plan, world.johan, "voice", reason="Fara.")
    assert [problem.code for problem in refused.value.problems] == ["fresh"]


def test_a_guardian_who_also_works_in_the_plan_does_not_get_to_it_that_way() -> None:
    world = marked_world()
    Membership.objects.create(user=world.johan.user, agency=world.bup, role=Role.INTAKE, starts=world.child.born)
    assert (
        "/familj/" not in world.client(world.johan).get(f"/planer/{world.plan.pk}/", follow=True).request["PATH_INFO"]
    )
    hide(world, *EVERYTHING)
    assert seen(world, world.johan) & (OF_VOICE | OF_SITUATION | OF_ACTION | {REASON}) == set()


# The second lock


def test_the_database_holds_when_the_audience_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    world = marked_world()
    alva = world.alva  # type: ignore[attr-defined]
    private.write_private_words(world.actor(alva), world.plan, text=PRIVATE, is_for_coordinator=False)
    private.write_note(world.actor(world.per), world.plan, world.bup, text=NOTE)
    monkeypatch.setattr(audience, "notes", lambda _plan, _standing: list(WorkingNote.objects.select_related()))
    monkeypatch.setattr(audience, "private_words", lambda _plan, _standing: PrivateWords.objects.first())
    monkeypatch.setattr(audience, "withheld", lambda _plan, _standing: list(Withholding.objects.all()))
    hide(world, *EVERYTHING)
    for name in ("johan", "nadja", "hanna", "dag"):
        assert not seen(world, getattr(world, name), papers=False) & {PRIVATE, NOTE}, name
        with row_scope.acting(world.actor(getattr(world, name))):
            assert (PrivateWords.objects.count(), WorkingNote.objects.count()) == (0, 0), name
            assert Withholding.objects.count() == (3 if name in ("nadja", "hanna") else 0), name
    plan_page, own_page = f"/planer/{world.plan.pk}/", f"/familj/{world.plan.pk}/mina-privata-ord/"
    assert NOTE in world.client(world.per).get(plan_page).content.decode()
    assert PRIVATE in world.client(alva).get(own_page).content.decode()
