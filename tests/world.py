"""A world to test in, built through the services: Alva, her family, those who help, and a plan taken to any state.

`World.build()` makes the people; each verb takes the plan one step on; `to("met")` takes it the whole way:

    world = World.build().to("established")
    client = world.client(world.nadja)

Days are counted from today, so that a world stands on any day (also inside `clock.set_to`). Only published test
numbers are used. Dag works in the same corridor as Per and must never see the plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.test import Client

from agencies.actor import Actor
from agencies.models import Agency, AgencyKind, Membership, Principal, Role, User
from common import clock
from consent import services as consent
from consent.models import Child, Custody, Guardian, Guardianship, How
from sip.documents import services as documents
from sip.meetings import services as meetings
from sip.meetings.models import Meeting
from sip.plans.call_rules import Ground
from sip.plans.models import Action, Goal, Need, Plan, Request, Version
from sip.plans.services import consents, contents, frame, requests
from sip.signing import on_paper
from sip.signing import services as signing
from sip.signing.models import AskedSigner, Signature
from sip.web.middleware import FRESH_KEY, REASONS_KEY
from tests import world_again

CHILD_WORDS = "Jag vill vara med på gympan utan att någon stirrar."
CARVE_OUT = "Inget om Saras egen sjukskrivning."
STATES = (
    "requested",
    "preparing",
    "consented",
    "called",
    "opened",
    "met",
    "in_review",
    "established",
    "following_up",
    "closed",
)


@dataclass
class World:
    """The people and the one plan of a test. Names are those of domain.md's demo; nobody of them exists."""

    soc: Agency
    bup: Agency
    clinic: Agency
    school: Agency
    dental: Agency
    nadja: User
    per: User
    inga: User
    chef: User
    dag: User
    hanna: User
    birgit: User
    child: Child
    sara: Guardian
    johan: Guardian
    vera: User
    plan: Plan = field(init=False)
    need: Need = field(init=False)
    goal: Goal = field(init=False)
    later: Goal = field(init=False)
    schedule: Action = field(init=False)
    assessment: Action = field(init=False)
    mornings: Action = field(init=False)
    # What it was built as, and how many rows had changed by then: whether anything has happened since.
    key: tuple[object, ...] | None = field(init=False, default=None)
    changes: int | None = field(init=False, default=None)

    @classmethod
    def build(cls, *, is_protected: bool = False, custody: Custody = Custody.JOINT) -> "World":
        """The people, before anybody has asked for a plan. With sole custody, Johan has none."""
        key = world_again.ground(is_protected, custody)
        people: dict[str, Any] = {}
        made = world_again.once_more(key, lambda: people.update(cls._people(is_protected, custody)), people)
        world = cls(**made)
        world.key, world.changes = key, world_again.changes()
        return world

    @classmethod
    def _people(cls, is_protected: bool, custody: Custody) -> dict[str, Any]:
        region = Principal.objects.create(name="Region Exempel", kind="region", code="99")
        skurup = Principal.objects.create(name="Skurups kommun", kind="municipality", code="1264", region=region)
        soc = _agency(skurup, "socialtjanst", "Socialtjänsten Skurup", "first_line")
        bup = _agency(region, "bup", "BUP Ystad", "specialist")
        clinic = _agency(region, "barnklinik", "Barn- och ungdomskliniken Ystad", "specialist")
        school = _agency(skurup, "elevhalsa", "Elevhälsan Mackleanskolan", "general")
        dental = _agency(region, "tandvard", "Tandvården Skurup", "general")
        child = Child.create(
            name="Alva Lind",
            number="20140918-2399",
            municipality="Skurup",
            school="Mackleanskolan",
            is_protected=is_protected,
        )
        sara = _guardian(child, "Sara Lind", "19880519-2393", "sara@familj.example", custody)
        johans = Custody.NONE if custody == Custody.SOLE else custody
        johan = _guardian(child, "Johan Ek", "19881224-2397", "johan@familj.example", johans)
        return dict(  # noqa: C408 — by name, as the fields are
            soc=soc,
            bup=bup,
            clinic=clinic,
            school=school,
            dental=dental,
            nadja=_worker("Nadja Öhman", "nadja@skurup.example", soc, Role.COORDINATOR, phone="0411-55 01 02"),
            per=_worker("Per Lindqvist", "per@region.example", bup, Role.STAFF),
            inga=_worker("Inga Mottagare", "inga@region.example", bup, Role.INTAKE),
            chef=_worker("Mona Chef", "mona@region.example", bup, Role.MANAGER),
            dag=_worker("Dag Utanför", "dag@region.example", bup, Role.STAFF),
            hanna=_worker("Hanna Björk", "hanna@region.example", clinic, Role.STAFF),
            birgit=_worker("Birgit Åkesson", "birgit@skurup.example", school, Role.STAFF),
            child=child,
            sara=sara,
            johan=johan,
            vera=_worker("Vera Granskare", "vera@region.example", bup, Role.LOG_REVIEWER),
        )

    def sibling(self) -> "World":
        """Another child of the same family, with the same helpers: for a plan that is somebody else's."""
        child = Child.create(name="Ebba Lind", number="20120125-2382", municipality="Skurup", school="Mackleanskolan")
        for guardian in (self.sara, self.johan):
            Guardianship.objects.create(child=child, guardian=guardian, custody=Custody.JOINT, changed_at=clock.now())
        return replace(self, child=child)

    # Who acts

    def actor(self, user: User | Guardian) -> Actor:
        """The person, freshly authenticated. For a protected child the test is the reason."""
        user = user.user if isinstance(user, Guardian) else user
        return Actor.of(user, reason="Prövning" if self.child.is_protected else "", is_fresh=True)

    def client(self, user: User | Guardian, **options: Any) -> Client:
        """A browser where the person has just logged in. For a protected child the reason is given already."""
        user = user.user if isinstance(user, Guardian) else user
        client = Client(**options)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[FRESH_KEY] = clock.now().timestamp()
        if self.child.is_protected and hasattr(self, "plan"):
            given = {"reason": "Prövning", "at": clock.now().timestamp()}
            session[REASONS_KEY] = {str(self.plan.pk): given}
        session.save()
        return client

    @property
    def parties(self) -> list[Agency]:
        """The agencies that the family says yes to: the coordinator's own, and those to be called or invited."""
        return [self.bup, self.clinic, self.school, self.soc]

    @property
    def version(self) -> Version:
        """The newest version of the plan."""
        return self.plan.versions.order_by("-number")[0]

    @property
    def meeting(self) -> Meeting:
        """The newest meeting of the plan."""
        return self.plan.meetings.order_by("-number")[0]

    # One step at a time

    def request(self, *, seen_on: date | None = None) -> Request:
        """Birgit asks for a SIP."""
        asked = requests.request_plan(
            self.actor(self.birgit),
            self.child,
            seen_on=seen_on or clock.today() - timedelta(days=4),
            why="Alva orkar inte hela skoldagar.",
            important="Att få vara med på gympan.",
        )
        self.plan = asked.plan
        return asked

    def accept(self) -> None:
        """Nadja takes it up and coordinates it herself."""
        requests.accept_request(self.actor(self.nadja), self.plan, self.nadja)

    def consent(
        self,
        *guardians: Guardian,
        agencies: Sequence[Agency] | None = None,
        until: date | None = None,
        carve_out: str = CARVE_OUT,
    ) -> None:
        """Each guardian (those with custody, when none is named) says yes; Nadja was told."""
        holders = [row for row in (self.sara, self.johan) if row.guardianships.exclude(custody="none").exists()]
        for guardian in guardians or holders:
            consents.give_consent(
                self.actor(self.nadja),
                self.plan,
                guardian.user,
                agencies or self.parties,
                covers=["skola", "hälsa", "familj"],
                carve_out=carve_out,
                how=How.ORAL,
                until=until or clock.today() + timedelta(days=365),
            )

    def call(self, **changes: Any) -> meetings.Called:
        """Nadja calls BUP (Per) and the clinic (Hanna) and invites the school (Birgit), to a meeting in two weeks."""
        day = clock.today() + timedelta(days=14)
        values: dict[str, Any] = {
            "purpose": "Enas om vad som är viktigast för Alva i höst",
            "question": "Vad ska vi börja med, och vad får vänta?",
            "start": self.at(day, 14),
            "end": self.at(day, 15),
            "place": "Mackleanskolan rum 4",
            "answer_by": day - timedelta(days=5),
            "called": [self.bup, self.clinic],
            "invited": [self.school],
            "named": {self.bup.pk: [self.per], self.clinic.pk: [self.hanna], self.school.pk: [self.birgit]},
            "grounds": {self.bup.pk: [Ground.REFERRAL], self.clinic.pk: [Ground.KNOWN]},
        }
        return meetings.call(self.actor(self.nadja), self.plan, meetings.NewCall(**{**values, **changes}))

    @staticmethod
    def at(day: date, hour: int) -> datetime:
        """That hour on Swedish clocks."""
        return clock.at(day, hour)

    def open_meeting(self) -> None:
        """Nadja opens the meeting."""
        meetings.open_meeting(self.actor(self.nadja), self.plan)

    def write(self) -> None:
        """Everything that a plan must hold: voice, a need, two goals, three actions, the lead, the follow-up day."""
        nadja = self.actor(self.nadja)
        contents.set_voice(
            nadja,
            self.plan,
            child_words=CHILD_WORDS,
            guardians_view="Vi orkar inte fyra möten i veckan.",
            works_well="Alva tycker om slöjd och sin mentor.",
            situation="Hög frånvaro sedan mars.",
        )
        self.need = contents.add_need(nadja, self.plan, text="Orka hela skoldagar")
        self.goal = contents.add_goal(
            nadja, self.plan, text="Alva är i skolan fyra dagar av fem före jul", when="now", need=self.need
        )
        self.later = contents.add_goal(nadja, self.plan, text="Alva deltar på idrotten på sitt sätt", when="later")
        action = partial(contents.NewAction, goal=self.goal, need=self.need, start=clock.today())
        due = clock.today() + timedelta(days=40)
        self.schedule = contents.add_action(
            self.actor(self.birgit),
            self.plan,
            action("Anpassat schema och lugn plats", self.school, contact="Birgit Åkesson", due=due),
        )
        self.assessment = contents.add_action(
            self.actor(self.per),
            self.plan,
            action("Bedömning av nedstämdhet", self.bup, contact="Per Lindqvist", level="specialist", due=due),
        )
        self.mornings = contents.add_action(
            nadja, self.plan, action("Sara och Johan lämnar varannan morgon", contact="Sara Lind", due=due)
        )
        frame.set_lead(nadja, self.plan, principal=self.bup.principal, agency=self.bup, person=self.per)
        frame.set_follow_up_date(nadja, self.plan, day=clock.today() + timedelta(days=90))

    def close_meeting(self, *extra: meetings.Attendee) -> None:
        """Nadja closes it: the school, BUP, the clinic, Sara and Alva were there, Johan worked."""
        there = partial(meetings.Attendee, True)
        attendance = [
            there("psykolog", agency=self.bup),
            there("dietist", agency=self.clinic),
            there("rektor", agency=self.school),
            there("vårdnadshavare", guardian=self.sara),
            there("hela mötet", is_child=True),
            meetings.Attendee(False, "arbete", guardian=self.johan),
            *extra,
        ]
        meetings.close_meeting(self.actor(self.nadja), self.plan, attendance)

    def review(self) -> Version:
        """Nadja opens the plan to the family."""
        return documents.review(self.actor(self.nadja), self.plan)

    def sign(self, *guardians: Guardian) -> None:
        """Each guardian named signs in the service."""
        for guardian in guardians:
            signing.sign(self.actor(guardian), self.plan)

    def sign_on_paper(self, signer: Guardian | Child | AskedSigner, **more: Any) -> Signature:
        """Nadja records that somebody signed the paper that is made for them."""
        values = {"mark": on_paper.mark_of(self.plan, self.version, signer), **more}
        return on_paper.sign_on_paper(self.actor(self.nadja), self.plan, signer, **values)

    def establish(self) -> None:
        """Nadja establishes the plan."""
        signing.establish(self.actor(self.nadja), self.plan)

    def follow_up(self) -> None:
        """The follow-up is held today."""
        frame.follow_up(self.actor(self.nadja), self.plan, held=clock.today())

    def close(self) -> None:
        """The plan is closed."""
        frame.close(self.actor(self.nadja), self.plan, reason="goals_met")

    # The whole way

    def to(self, state: str) -> "World":
        """Take a fresh world to one of STATES; "consented" is preparing with consent, "opened" a meeting going on."""
        untouched = self.key is not None and self.changes == world_again.changes()
        key = (*self.key, state) if self.key is not None and untouched else None
        vars(self).update(world_again.once_more(key, lambda: self._live(state), vars(self)))
        return self

    def _live(self, state: str) -> None:
        steps = {
            "requested": [self.request],
            "preparing": [self.accept],
            "consented": [self.consent],
            "called": [self.call],
            "opened": [self.open_meeting],
            "met": [self.write, self.close_meeting],
            "in_review": [self.review],
            "established": [self.establish],
            "following_up": [self.follow_up],
            "closed": [self.close],
        }
        for name in STATES[: STATES.index(state) + 1]:
            for step in steps[name]:
                step()
        self.plan.refresh_from_db()
        self.key = None  # it has been lived on from


def _agency(principal: Principal, kind: str, name: str, level: str) -> Agency:
    return Agency.create(principal=principal, kind=AgencyKind.objects.get(pk=kind), name=name, level=level)


def _worker(name: str, email: str, agency: Agency, role: Role, phone: str = "") -> User:
    user = User.objects.create_user(email, name, phone=phone)
    since = clock.today() - timedelta(days=365)
    Membership.objects.create(user=user, agency=agency, role=role, starts=since)
    return user


def _guardian(child: Child, name: str, number: str, email: str, custody: Custody) -> Guardian:
    guardian = consent.register_guardian(name=name, number=number, email=email)
    Guardianship.objects.create(child=child, guardian=guardian, custody=custody, changed_at=clock.now())
    return guardian
