"""Consent as it is: an assessed maturity, what needs no consent, somebody appointed, and who is told of what."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.models import MatureChild, Routine, User
from common import clock
from common.errors import NotThere, Refused
from common.keys import new_key
from consent import family
from consent import services as consent
from consent.models import Child, ConsentDecision, Custody, Guardian, Guardianship, MaturityAssessment
from consent.rules import CHILD, Status
from sip.notices.models import Notice
from sip.plans import access
from sip.plans.access import Do
from sip.plans.services import consents, maturity, registry
from tests.world import World

pytestmark = pytest.mark.django_db

IN_A_MONTH = timedelta(days=30)


def practice(world: World, which: MatureChild) -> None:
    """The routine of the principal that keeps the plan."""
    Routine.objects.create(principal=world.soc.principal, name="Skurups rutin", mature_child=which)


def assess(world: World, *, is_mature: bool = True, **more: str) -> MaturityAssessment:
    """Nadja assesses Alva."""
    row = maturity.assess_maturity(
        world.actor(world.nadja), world.plan, is_mature=is_mature, why="Hon förklarar själv vad ett ja betyder.", **more
    )
    again(world)
    return row


def again(world: World) -> None:
    """Read the plan and the child anew."""
    world.plan = type(world.plan).objects.select_related("child__user").get(pk=world.plan.pk)
    world.child = world.plan.child


def not_required(world: World, *agencies: object, days: int = 30, reason: str = "Vården kan inte vänta.") -> None:
    """Nadja records the exception."""
    consents.consent_not_required(
        world.actor(world.nadja),
        world.plan,
        agencies,  # type: ignore[arg-type]
        reason=reason,
        until=clock.today() + timedelta(days=days),
    )


def appoint(world: World) -> Guardian:
    """A god man is registered for Alva."""
    amina = consent.register_guardian(name="Amina God", number="19900109-2387", email="amina@godman.example")
    registry.transfer_custody(world.child, amina, Custody.APPOINTED)
    return amina


def status(world: World, agency: object) -> Status:
    """Where consent stands."""
    return family.standing(world.child, agency.pk).status  # type: ignore[attr-defined]


def told(kind: str) -> set[str]:
    """Who has a notice of the kind waiting."""
    return set(Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True))


# Maturity


def test_an_assessed_child_gets_a_log_in_and_is_asked_together_with_the_guardians() -> None:
    world = World.build().to("consented")
    assert status(world, world.bup) is Status.EFFECTIVE
    row = assess(world, email="Alva@Familj.example", phone="070-123")
    assert (row.by, row.agency, row.why) == (world.nadja, world.soc, "Hon förklarar själv vad ett ja betyder.")
    alva = world.child.user
    assert alva is not None and (alva.email, alva.phone) == ("alva@familj.example", "070-123")
    assert family.standing(world.child, world.bup.pk).waiting_for == (CHILD,)
    assert access.can(world.actor(alva), Do.READ, world.plan)
    assert "Alva Lind" in told("consent_asked")
    consents.give_consent(
        world.actor(alva), world.plan, alva, world.parties, covers=["skola"], how="electronic",
        until=clock.today() + IN_A_MONTH,
    )  # fmt: skip
    assert status(world, world.bup) is Status.EFFECTIVE


def test_a_child_who_gets_a_log_in_is_asked_to_sign_and_not_reminded_of_it_there_and_then() -> None:
    world = World.build().to("in_review")
    world.establish()  # nobody has signed, so that nothing is sealed
    with clock.set_to(clock.now() + timedelta(days=20)):
        assess(world, email="alva@familj.example")
        mine = Notice.objects.filter(recipient=world.child.user)
        assert mine.filter(kind="signature_asked", dropped_at=None).count() == 1
        day = clock.local(mine.get(kind="signature_missing").due_at).date()
        assert (day - clock.today()).days >= 7


def test_where_the_routine_says_so_the_child_decides_alone_or_the_guardians_do() -> None:
    world = World.build().to("consented")
    assess(world)
    practice(world, MatureChild.ALONE)
    assert family.deciders(world.child) == (CHILD,)
    with pytest.raises(Refused, match="Alva Lind bestämmer själv"):
        consents.refuse_consent(world.actor(world.sara), world.plan, world.sara.user, [world.bup])
    Routine.objects.filter(principal=world.soc.principal).update(mature_child=MatureChild.GUARDIANS)
    assert status(world, world.bup) is Status.EFFECTIVE


def test_no_longer_mature_ends_the_log_in_and_its_sessions() -> None:
    world = World.build().to("preparing")
    assess(world, email="alva@familj.example")
    alva = world.child.user
    assert alva is not None
    browser = world.client(alva)
    own = reverse("family_plan", args=[world.plan.pk])
    assert browser.get(own).status_code == 200
    assess(world, is_mature=False)
    assert world.child.user is None
    alva.refresh_from_db()
    assert (alva.is_active, alva.session_epoch) == (False, 1)
    assert browser.get(own).status_code == 302  # to the way in
    with pytest.raises(NotThere):
        access.require(world.actor(alva), Do.READ, world.plan)
    assess(world, email="alva@familj.example")  # the address is free again
    assert world.child.user is not None and world.child.user != alva


def test_a_child_with_protected_data_gets_no_log_in_and_answers_through_the_coordinator() -> None:
    world = World.build(is_protected=True).to("preparing")
    assess(world, email="alva@familj.example")
    practice(world, MatureChild.ALONE)
    assert world.child.user is None
    consents.give_consent(
        world.actor(world.nadja), world.plan, world.child, [world.bup], covers=["hälsa"], how="oral",
        until=clock.today() + IN_A_MONTH,
    )  # fmt: skip
    assert status(world, world.bup) is Status.EFFECTIVE


@pytest.mark.parametrize(("why", "age", "match"), [("", 0, "hur du har bedömt"), ("Bedömt.", 18, "bestämmer själv")])
def test_what_is_no_assessment_is_refused(why: str, age: int, match: str) -> None:
    world = World.build().to("preparing")
    day = world.child.comes_of_age if age else clock.today()
    with clock.set_to(clock.at(day, 12)), pytest.raises(Refused, match=match):
        maturity.assess_maturity(world.actor(world.nadja), world.plan, is_mature=True, why=why)
    assert not MaturityAssessment.objects.exists()


def test_the_e_mail_of_somebody_else_is_refused_and_nothing_is_left() -> None:
    world = World.build().to("preparing")
    with pytest.raises(Refused, match="används redan"):
        assess(world, email="sara@familj.example")
    assert not MaturityAssessment.objects.exists()
    assert Child.objects.get(pk=world.child.pk).user is None


def test_an_assessment_sent_twice_is_one_and_only_the_coordinator_makes_it() -> None:
    world = World.build().to("called")
    key = new_key()
    for _press in range(2):
        maturity.assess_maturity(world.actor(world.nadja), world.plan, is_mature=True, why="Ja.", key=key)
    assert MaturityAssessment.objects.count() == 1
    # Alva is to say yes as well now, so that Per is out until she has.
    for other, error in ((world.sara, Refused), (world.per, NotThere), (world.dag, NotThere)):
        with pytest.raises(error):
            maturity.assess_maturity(world.actor(other), world.plan, is_mature=True, why="Ja.")  # type: ignore[arg-type]


# Not required


def test_health_care_and_social_services_may_be_let_in_without_a_yes_for_a_time() -> None:
    world = World.build().to("consented")
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup])
    not_required(world, world.bup)
    found = family.standing(world.child, world.bup.pk)
    assert (found.status, found.beside, found.reason) == (
        Status.NOT_REQUIRED, Status.REFUSED, "Vården kan inte vänta.",
    )  # fmt: skip
    world.call()
    again(world)
    assert access.can(world.actor(world.per), Do.READ, world.plan)
    with clock.set_to(clock.now() + timedelta(days=31)):
        assert not access.can(world.actor(world.per), Do.READ, world.plan)  # no job had to run


def test_when_consent_is_required_again_the_agency_is_out_in_the_same_moment() -> None:
    world = World.build().to("consented")
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup])
    not_required(world, world.bup)
    world.call()
    consents.consent_required_again(world.actor(world.nadja), world.plan, [world.bup], reason="Familjen sa nej.")
    assert not access.can(world.actor(world.per), Do.SEE_FRAME, world.plan)
    assert "Per Lindqvist" in told("consent_ended")


def test_a_school_is_never_let_in_without_a_yes() -> None:
    world = World.build().to("preparing")
    with pytest.raises(Refused, match="Elevhälsan Mackleanskolan får bara vara med om familjen har sagt ja"):
        not_required(world, world.bup, world.school)
    # Nor by a row that came there in another way.
    ConsentDecision.objects.create(child=world.child, agency=world.school, kind="not_required", reason="Fel väg in.")
    assert status(world, world.school) is Status.NEVER_ASKED


@pytest.mark.parametrize(
    ("reason", "days", "match"),
    [("", 30, "Skriv skälet"), (" \n", 30, "Skriv skälet"), ("Vård.", -1, "redan varit"), ("Vård.", 9000, "fyller 18")],
)
def test_an_exception_has_a_reason_and_a_last_day(reason: str, days: int, match: str) -> None:
    world = World.build().to("preparing")
    with pytest.raises(Refused, match=match):
        not_required(world, world.bup, days=days, reason=reason)
    assert not ConsentDecision.objects.exists()


def test_from_eighteen_nothing_is_shared_without_a_yes() -> None:
    world = World.build().to("preparing")
    eve = world.child.comes_of_age - timedelta(days=1)
    with clock.set_to(clock.at(eve, 12)):
        not_required(world, world.bup, days=0)
        assert status(world, world.bup) is Status.NOT_REQUIRED
    with clock.set_to(clock.at(world.child.comes_of_age, 12)):
        assert status(world, world.bup) is Status.NEVER_ASKED
        with pytest.raises(Refused, match="fyllt 18"):
            not_required(world, world.bup)


def test_the_family_and_other_staff_record_no_exception() -> None:
    world = World.build().to("called")
    for other in (world.sara, world.per):
        with pytest.raises(Refused):
            consents.consent_not_required(
                world.actor(other), world.plan, [world.bup], reason="Jag vill.", until=clock.today()
            )


# Custody


def test_somebody_appointed_decides_signs_and_reads_in_the_parents_place() -> None:
    world = World.build().to("consented")
    amina = appoint(world)
    again(world)
    assert family.deciders(world.child) == (str(amina.pk),)
    assert status(world, world.bup) is Status.NEVER_ASKED  # the parents' words count no more
    assert access.can(world.actor(amina), Do.DECIDE_CONSENT, world.plan)
    assert not access.can(world.actor(world.sara), Do.SEE_FRAME, world.plan)
    assert "Amina God" in told("consent_asked")
    with pytest.raises(Refused, match="förordnad att bestämma i stället för Sara Lind"):
        consents.give_consent(
            world.actor(world.nadja), world.plan, world.sara.user, [world.bup], covers=["hälsa"], how="oral",
            until=clock.today(),
        )  # fmt: skip
    registry.transfer_custody(world.child, amina, Custody.NONE)  # and when it ends, the parents are back
    assert status(world, world.bup) is Status.EFFECTIVE


def test_a_new_holder_of_custody_is_asked_and_until_then_sharing_stops() -> None:
    world = World.build(custody=Custody.SOLE).to("called")
    registry.transfer_custody(world.child, world.johan, Custody.JOINT)
    again(world)
    assert not access.can(world.actor(world.per), Do.SEE_FRAME, world.plan)
    assert "Johan Ek" in told("consent_asked")
    assert "Sara Lind" not in told("consent_asked")
    assert {"Nadja Öhman", "Sara Lind"} <= told("consent_changed")
    assert {"Per Lindqvist", "Hanna Björk", "Birgit Åkesson"} <= told("consent_ended")


def test_a_new_holder_of_custody_is_asked_once_also_to_sign_and_not_reminded_of_it_there_and_then() -> None:
    world = World.build(custody=Custody.SOLE).to("established")
    with clock.set_to(clock.now() + timedelta(days=30)):
        registry.transfer_custody(world.child, world.johan, Custody.JOINT)
        registry.transfer_custody(world.child, world.sara, Custody.JOINT)
        for kind in ("consent_asked", "signature_asked"):
            assert Notice.objects.filter(kind=kind, recipient=world.johan.user).count() == 1
        reminders = Notice.objects.filter(kind__in=("consent_missing", "signature_missing"), recipient=world.johan.user)
        days = {row.kind: (clock.local(row.due_at).date() - clock.today()).days for row in reminders}
        assert days.keys() == {"consent_missing", "signature_missing"}
        assert days["consent_missing"] >= 3 and days["signature_missing"] >= 7
        assert not Notice.objects.filter(kind="plan_unsigned", due_at__lte=clock.now()).exists()


def test_the_no_of_somebody_whose_custody_ended_counts_no_more() -> None:
    world = World.build().to("consented")
    consents.refuse_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup])
    registry.transfer_custody(world.child, world.sara, Custody.SOLE)
    assert status(world, world.bup) is Status.EFFECTIVE
    assert Guardianship.objects.get(guardian=world.johan).custody == "none"


# Who is told


def test_everybody_concerned_is_told_of_a_withdrawal_without_contents() -> None:
    world = World.build().to("called")
    Notice.objects.all().delete()
    consents.withdraw_consent(world.actor(world.johan), world.plan, world.johan.user, [world.bup])
    assert told("consent_changed") == {"Nadja Öhman", "Sara Lind"}  # not Johan, who did it
    assert told("consent_ended") == {"Per Lindqvist"}  # not the clinic, which goes on
    assert not User.objects.filter(pk=world.dag.pk, notices__isnull=False).exists()


def test_of_a_protected_child_only_those_who_were_named_are_told() -> None:
    world = World.build(is_protected=True).to("called")
    Notice.objects.all().delete()
    consents.withdraw_consent(world.actor(world.nadja), world.plan, world.johan.user, [world.bup])
    assert told("consent_ended") == {"Per Lindqvist"}
    assert told("consent_changed") == set()  # Nadja wrote it down; the family has no log-in


# The coordinator's own agency


def test_before_the_call_the_coordinator_prepares_and_from_it_the_own_agency_needs_consent() -> None:
    world = World.build().to("preparing")
    others = [world.bup, world.clinic, world.school]
    world.consent(agencies=others)
    assert access.can(world.actor(world.nadja), Do.READ, world.plan)
    with pytest.raises(Refused, match="Samtycke saknas för Socialtjänsten Skurup, som kallar"):
        world.call()
    world.consent(agencies=[world.soc])
    world.call()
    again(world)
    assert access.can(world.actor(world.nadja), Do.READ, world.plan)
    with clock.set_to(clock.at(world.child.comes_of_age, 12)):
        assert not access.can(world.actor(world.nadja), Do.READ, world.plan)  # nobody has said yes any more
        assert access.can(world.actor(world.nadja), Do.SEE_FRAME, world.plan)


def test_a_form_that_comes_back_with_another_answer_is_another_answer() -> None:
    """Yes, back in the browser, No: the no must hold, though the form bears the same key; and a double press is one."""
    world = World.build().to("preparing")
    key = new_key()
    sara = world.actor(world.sara)

    def answer(kind: str) -> None:
        if kind == "yes":
            consents.give_consent(
                sara, world.plan, world.sara.user, [world.bup], covers=["hälsa"], how="electronic",
                until=clock.today() + timedelta(days=30), key=key,
            )  # fmt: skip
        else:
            consents.refuse_consent(sara, world.plan, world.sara.user, [world.bup], key=key)

    for kinds, rows in ((["yes", "yes"], 1), (["no", "no"], 2), (["yes"], 3), (["no"], 4)):
        for kind in kinds:
            answer(kind)
        decisions = ConsentDecision.objects.filter(agency=world.bup).order_by("at", "id")
        assert decisions.count() == rows
        assert decisions.last().kind == ("given" if kinds[-1] == "yes" else "refused")


def test_an_old_assessment_sent_again_changes_nothing() -> None:
    world = World.build().to("preparing")
    nadja, key = world.actor(world.nadja), new_key()
    maturity.assess_maturity(nadja, world.plan, is_mature=True, why="Förstår vad det gäller.", key=key)
    maturity.assess_maturity(nadja, world.plan, is_mature=False, why="Nej, inte än.", key=new_key())
    maturity.assess_maturity(nadja, world.plan, is_mature=True, why="Förstår vad det gäller.", key=key)
    world.child.refresh_from_db()
    assert world.child.user is None
