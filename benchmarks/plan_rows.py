"""What one plan of the bench consists of, as the services would have left it: frame, consents, grants, contents."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random

from agencies.routines import Rules
from benchmarks import waits
from benchmarks.people import House, Municipality, key
from benchmarks.tables import Tables
from common import clock
from common.text import sort_key
from sip.plans import routine_limits
from sip.plans.listing import LAST
from sip.web.staff.waiting.item import Kind, What

WITHOUT_PARTIES = ("requested", "declined", "preparing")
PATH = ("requested", "preparing", "called", "met", "in_review", "established", "following_up", "closed")
ACTS = ("request", "accept", "call", "close_meeting", "review", "establish", "follow_up", "close")
WORDS = (
    "Hen orkar inte hela skoldagar och vill att de vuxna pratar med varandra i stället för om varandra. "
    "Morgnarna är svårast, fredagar går bäst. Mentorn är viktig, och att någon hämtar när det blir för mycket. "
)
COLUMNS = {
    "auth_group": "id name",
    "agencies_principal": "id name kind code",
    "agencies_agency": "id principal_id kind_id name name_key level phone desk_id",
    "agencies_user": "id password email name name_key",
    "agencies_membership": "id user_id agency_id role starts",
    "consent_child": "id name name_key number number_index born municipality school is_protected",
    "consent_guardian": "id user_id name number number_index",
    "consent_guardianship": "child_id guardian_id custody changed_at",
    "consent_consentdecision": "id child_id agency_id guardian_id kind covers how until recorded_by_id at",
    "plans_plan": "id child_id state reviewed_from coordinator_id coordinator_agency_id lead_principal_id "
    "lead_agency_id lead_person_id follow_up_on close_reason version created_at",
    "plans_request": "id plan_id by_id agency_id seen_on why opened_plan at",
    "plans_stamp": "id plan_id act from_state to_state by_id agency_id at",
    "plans_party": "id plan_id agency_id is_caller expects can_do since",
    "plans_assignment": "id plan_id agency_id user_id reason since",
    "plans_version": "id plan_id number content sha256 frozen_at established_at",
    "plans_voice": "id changed_by_id changed_at plan_id child_words guardians_view works_well situation",
    "plans_need": "id changed_by_id changed_at plan_id text",
    "plans_goal": "id changed_by_id changed_at plan_id need_id text when order",
    "plans_action": "id changed_by_id changed_at plan_id goal_id text responsible agency_id contact start due",
    "plans_followup": "id plan_id held_on by_id at",
    "plans_planpersongrant": "permission_id user_id content_object_id agency_id until state list_key place",
    "plans_planagencygrant": "permission_id group_id content_object_id until state list_key place",
    "plans_waiting": waits.COLUMNS,
    "meetings_meeting": "id plan_id number caller_id called_by_id called_at purpose question start end place "
    "answer_by opened_at closed_at",
    "meetings_invitation": "id meeting_id agency_id is_call reply answered_by_id answered_at",
    "meetings_invitation_people": "invitation_id user_id",
    "meetings_attendance": "id meeting_id agency_id guardian_id is_child is_present note",
    "signing_signature": "id version_id role guardian_id status how at",
    "consent_log_accessevent": "id at user_id agency_id child_id act object_type object_id session",
}


def ms(moment: datetime) -> int:
    """The moment in milliseconds, as a UUIDv7 begins."""
    return int(moment.timestamp() * 1000)


@dataclass(frozen=True)
class Party:
    """One agency's part, and who is called by name there, if anybody."""

    house: House
    named: str | None


@dataclass(frozen=True)
class Draft:
    """Everything that decides what a plan's rows are. `family`: (guardian, user); `eve`: the last day as a child."""

    number: int
    plan: str
    child: str
    state: str
    created: datetime
    place: Municipality
    school: House
    coordinator: str | None
    parties: list[Party]
    family: tuple[tuple[str, str], ...]
    until: date | None
    eve: date
    is_protected: bool
    name: str

    @property
    def listed_as(self) -> tuple[str, str, str]:
        """What the grants carry for the list of plans."""
        return (self.state, LAST, "") if self.is_protected else (self.state, sort_key(self.name), self.place.name)

    @property
    def is_asked(self) -> bool:
        """Whether the family has said yes: always once there are parties, and for half of those in preparation."""
        return bool(self.parties) or (self.state == "preparing" and self.number % 2 == 0)


@dataclass
class PlanRows:
    """Writes the rows of one draft after the other; each row's key follows from its number."""

    tables: Tables
    permissions: dict[str, int]
    random: Random
    today: date
    rules: Rules

    def __post_init__(self) -> None:
        self.count = 0

    def write(self, draft: Draft) -> None:
        """All rows of one plan."""
        self.at, self.began = draft.created, ms(draft.created)
        self.waits = self._waits(draft)
        self.parties: dict[str, str] = {}
        self.silent: set[str] = set()
        self._frame(draft)
        self._consents(draft)
        self._grants(draft)
        if draft.state == "preparing":
            kind = Kind.CALL if draft.is_asked else Kind.CONSENT
            self.waits.limit(kind, self.seen_on, routine_limits.MEETING_HELD)
        if draft.parties:
            self._meeting(draft)
            if draft.state != "called":
                self._contents(draft)
                self._papers(draft)
        own = draft.place.social.key
        for act in ("see_frame", "read", "edit_contents", "search"):
            self._add(
                *("consent_log_accessevent", 40, self.at, draft.coordinator, own, draft.child, act, "plan", draft.plan),
                "f" * 64,
            )

    def _waits(self, draft: Draft) -> waits.Waits:
        own, last_day = draft.place.social, min(draft.until or draft.eve, draft.eve)
        until = last_day if draft.is_asked else None
        return waits.Waits(self.tables, self.rules, draft.plan, draft.coordinator or "", own, until, draft.is_protected)

    @property
    def seen_on(self) -> date:
        """When the need was seen."""
        return self.at.date() - timedelta(days=4)

    def _add(self, table: str, kind: int, *values: object) -> str:
        self.count += 1
        mine = key(kind, self.count, self.began)
        self.tables.add(table, mine, *values)
        return mine

    def _frame(self, draft: Draft) -> None:
        """The plan, the wish, a stamp for every act until the state, the parties."""
        state, own = draft.state, draft.place.social.key
        is_taken_up = state not in ("requested", "declined")
        lead = draft.parties[-1].house if draft.parties and state != "called" else None
        follow_up = self.today + timedelta(days=self.random.randint(-20, 120)) if lead and state != "closed" else None
        if follow_up and state == "established":
            self.waits.follow_up(follow_up)
        self.tables.add(
            *("plans_plan", draft.plan, draft.child, state, "met" if state == "in_review" else ""),
            *((draft.coordinator, own) if is_taken_up else (None, None)),
            *((lead.principal, lead.key, lead.staff) if lead else (None, None, None)),
            *(follow_up, "goals_met" if state == "closed" else "", 7, self.at),
        )
        school = draft.school
        self._add("plans_request", 21, draft.plan, school.staff, school.key, self.seen_on, WORDS, True, self.at)
        acts = ["request", "decline"] if state == "declined" else ACTS[: PATH.index(state) + 1]
        before = ""
        for n, act in enumerate(acts):
            after = "declined" if act == "decline" else PATH[n]
            by, agency = (school.staff, school.key) if n == 0 else (draft.coordinator, own)
            self._add("plans_stamp", 22, draft.plan, act, before, after, by, agency, self.at + timedelta(hours=3 * n))
            before = after
        for party in draft.parties:
            says = ("Att vi delar på det.", "Vi kan börja i augusti.") if self.random.random() < 0.6 else ("", "")
            house = party.house
            party_row = (draft.plan, house.key, house is draft.place.social, *says, self.at)
            self.parties[house.key] = self._add("plans_party", 23, *party_row)
            if not says[0]:
                self.silent.add(house.key)

    def _consents(self, draft: Draft) -> None:
        asked_about = [party.house for party in draft.parties] or ([draft.school] if draft.is_asked else [])
        for house in asked_about:
            for guardian, _user in draft.family:
                self._add(
                    *("consent_consentdecision", 12, draft.child, house.key, guardian, "given", '["skola"]', "oral"),
                    *(draft.until, draft.coordinator, self.at),
                )

    def _grants(self, draft: Draft) -> None:
        """What sip/plans/grants.py writes, and the assignments it reads (benchmarks/seed.py compares the two)."""
        own, last_day = draft.place.social.key, min(draft.until or draft.eve, draft.eve)
        has_called = last_day if draft.parties else None
        if draft.coordinator:
            self._person("coordinate_plan", draft.coordinator, draft, own, None)
            if draft.state != "declined":
                self._person("take_part_in_plan", draft.coordinator, draft, own, has_called)
        taking_part = [("initiator", draft.school.key, draft.school.staff)]
        taking_part += [("named", party.house.key, party.named) for party in draft.parties if party.named]
        if draft.coordinator and draft.state != "declined":
            self.waits.persons[own] = [draft.coordinator]
        for reason, agency, user in taking_part:
            self.waits.has_somebody.add(agency)
            self._add("plans_assignment", 24, draft.plan, agency, user, reason, self.at)
            if reason == "named" or not draft.is_protected:
                self._person("take_part_in_plan", user, draft, agency, last_day if draft.is_asked else None)
                self.waits.persons.setdefault(agency, []).append(user)
        if not draft.is_protected:
            for _guardian, user in draft.family:
                self._person("belong_to_plan", user, draft, None, draft.eve)
        permission = self.permissions["choose_who_takes_part" if draft.is_protected else "take_part_in_plan"]
        for party in draft.parties:
            self.tables.add(
                "plans_planagencygrant", permission, party.house.desk, draft.plan, last_day, *draft.listed_as
            )

    def _person(self, permission: str, user: str, draft: Draft, agency: str | None, until: date | None) -> None:
        grant = (self.permissions[permission], user, draft.plan, agency, until)
        self.tables.add("plans_planpersongrant", *grant, *draft.listed_as)

    def _meeting(self, draft: Draft) -> None:
        """Called and to come, or held; half of the coming one's calls are unanswered."""
        is_coming = draft.state == "called"
        days = self.random.randint(1, 14)
        start = self.at.replace(hour=12) + timedelta(days=14)
        if is_coming:
            start = start.replace(year=self.today.year, month=self.today.month, day=self.today.day)
            start += timedelta(days=days)
        caller = draft.place.social
        meeting = self._add(
            *(
                "meetings_meeting",
                30,
                draft.plan,
                1,
                caller.key,
                draft.coordinator,
                self.at,
                "Enas om vad som är först",
            ),
            *("Vad börjar vi med?", start, start + timedelta(hours=1), "Skolan rum 4"),
            *((start - timedelta(days=2)).date(), *((None, None) if is_coming else (start, start))),
        )
        if is_coming:
            self.waits.hold(meeting, start)
            self._before(draft, start)
        elif draft.state == "met":
            self.waits.limit(Kind.PLAN, clock.local(start).date(), routine_limits.PLAN_TO_EVERYONE)
        for party in draft.parties:
            house = party.house
            if house is not caller:
                reply = "" if is_coming and self.random.random() < 0.5 else "come"
                by = (house.intake, self.at) if reply else (None, None)
                invitation = self._add("meetings_invitation", 31, meeting, house.key, True, reply, *by)
                if not reply:
                    meets = clock.local(start).date()
                    self.waits.answer(invitation, house, (start - timedelta(days=2)).date(), meets)
                if party.named:
                    self.tables.add("meetings_invitation_people", invitation, party.named)
            if not is_coming:
                self._add("meetings_attendance", 32, meeting, house.key, None, False, True, "handläggare")
        if not is_coming:
            self._add("meetings_attendance", 32, meeting, None, draft.family[0][0], False, True, "vårdnadshavare")

    def _before(self, draft: Draft, start: datetime) -> None:
        """What waits before the meeting: two lines that are not written, and the day itself."""
        for party in draft.parties:
            row = self.parties[party.house.key]
            self.waits.attend(row, party.house, start, start + timedelta(hours=1))
            if party.house.key in self.silent:
                meets = clock.local(start).date()
                self.waits.take_part(What.EXPECT, Kind.MEETING, row, party.house, start, hides=meets)

    def _contents(self, draft: Draft) -> None:
        """The child's words, two needs, three goals, three to twelve actions."""
        random, by = self.random, (draft.coordinator, self.at)
        self._add("plans_voice", 25, *by, draft.plan, WORDS, "Vi orkar inte fyra möten i veckan.", "Slöjd.", WORDS)
        needs = [self._add("plans_need", 26, *by, draft.plan, text) for text in ("Orka skolan", "Sova på nätterna")]
        goals = [
            self._add("plans_goal", 27, *by, draft.plan, needs[n % 2], "I skolan fyra dagar av fem", when, n)
            for n, when in enumerate(("now", "now", "later"))
        ]
        for n in range(random.randint(3, 12)):
            house = draft.parties[n % len(draft.parties)].house
            start = self.at.date()
            due = start + timedelta(days=60)
            if draft.state in ("established", "following_up"):
                due = max(start, self.today + timedelta(days=random.randint(-10, 120)))
            action = self._add(
                *("plans_action", 28, house.staff, self.at, draft.plan, goals[n % 3]),
                *("Anpassat schema och en lugn plats att gå till", "agency", house.key, "Någon där", start, due),
            )
            if draft.state in ("established", "following_up"):
                self.waits.outcome(action, house, due)

    def _papers(self, draft: Draft) -> None:
        """The frozen version, both guardians' signatures, the follow-up."""
        if draft.state == "met":
            return
        established = None if draft.state == "in_review" else self.at + timedelta(days=21)
        frozen = self.at + timedelta(days=20)
        if draft.state == "in_review":
            self.waits.limit(Kind.PLAN, clock.local(frozen).date(), routine_limits.PLAN_TO_EVERYONE)
        houses = [party.house for party in draft.parties]
        whose = [{"agency": house.name, "principal": house.principal_name} for house in houses]
        actions = [{"text": WORDS, "responsible": responsible} for responsible in whose]
        content = json.dumps({"schema": "sip-plan/1", "voice": WORDS, "actions": actions}, ensure_ascii=False)
        digest = sha256(content.encode()).hexdigest()
        version = self._add("plans_version", 29, draft.plan, 1, content, digest, frozen, established)
        if established:
            for guardian, _user in draft.family:
                self._add("signing_signature", 33, version, "guardian", guardian, "signed", "local", established)
        if draft.state in ("following_up", "closed"):
            self._add("plans_followup", 34, draft.plan, self.today - timedelta(days=3), draft.coordinator, self.at)
        if draft.state == "following_up":
            self.waits.limit(Kind.FOLLOW_UP, self.today - timedelta(days=3), routine_limits.PLAN_TO_EVERYONE)
