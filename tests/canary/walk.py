"""A random walk: two families with a marker in every text, things that happen to them, people who knock anywhere."""

import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

from django.core import mail
from django.db import transaction

from agencies.models import User
from common import clock
from common.errors import Conflict, NotThere, Refused
from consent.models import Custody, How
from sip.meetings.translating import NewHelp, swedish_of, write_help
from sip.notices.services import sweep
from sip.plans import help_texts
from sip.plans.audience import EVERYTHING
from sip.plans.models import Section
from sip.plans.services import consents, family, private, registry, taking_part
from sip.signing import services as signing
from tests.access.addresses import NO_NUMBER, NOWHERE, Address, every_address
from tests.access.crowd import Crowd
from tests.canary.markers import Garden, Planted
from tests.canary.oracle import Oracle
from tests.world import STATES, World

INPUT = re.compile(r'<(?:input|textarea|select|button)\b[^>]*\bname="([^"]+)"(?:[^>]*\bvalue="([^"]*)")?')
FAMILY_NAMES = ("guardian a", "guardian b", "young person", "guardian of another child")


@dataclass
class Leak:
    """A marker that came to somebody whom it is not for."""

    who: str
    where: str
    planted: Planted
    story: list[str]

    def __str__(self) -> str:
        return f"{self.planted.kind} to {self.who} at {self.where} after {', '.join(self.story)}"


class Dice(random.Random):
    """Chance that falls the same way each time: no secret, a walk that can be walked again."""


@dataclass
class Walk:
    """One random world and its visitors."""

    rng: random.Random
    crowd: Crowd = field(init=False)
    garden: Garden = field(default_factory=Garden)
    leaks: list[Leak] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    story: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._oracles: dict[tuple[UUID, UUID], Oracle] = {}
        self._forms: dict[str, list[tuple[str, str]]] = {}
        self.addresses = every_address()

    def build(self, mine: str, theirs: str, *, is_protected: bool) -> None:
        """Two families, each with a plan taken to a state, everything in it planted on the way."""
        self.crowd = Crowd.gather(is_protected=is_protected, other_to="")
        for world, state in ((self.crowd.other, theirs), (self.crowd.world, mine)):
            self.garden.family(world)
            self._take(world, state)
        self.story = [mine, theirs, *(["protected"] if is_protected else [])]
        self.cookies = self.crowd.cookies()

    def _take(self, world: World, state: str) -> None:
        steps: dict[str, list[Callable[[], Any]]] = {
            "requested": [world.request], "preparing": [world.accept], "consented": [world.consent],
            "called": [world.call], "opened": [world.open_meeting], "met": [world.write, world.close_meeting],
            "in_review": [world.review], "established": [world.establish], "following_up": [world.follow_up],
            "closed": [world.close],
        }  # fmt: skip
        for name in STATES[: STATES.index(state) + 1]:
            for step in steps[name]:
                self.garden.words(world) if hasattr(world, "plan") else None
                step()
                self.garden.words(world)

    # What happens

    def happen(self, name: str) -> None:
        """One thing happens to one of the families; what the rules refuse changes nothing."""
        world = self.rng.choice([self.crowd.world, self.crowd.other])
        try:
            with transaction.atomic():
                HAPPENINGS[name](world, self.rng)
        except (Refused, NotThere, Conflict):
            return
        self._planted_anew()
        self.story.append(name)

    def _planted_anew(self) -> None:
        self._oracles.clear()
        for world in (self.crowd.world, self.crowd.other):
            self.garden.words(world)
            world.child.refresh_from_db()
            world.plan.child.refresh_from_db()

    # Who knocks

    def knock(self, times: int) -> None:
        """So many random requests by random people."""
        for _turn in range(times):
            person = self.rng.choice(list(self.crowd.people))
            self.requests += 1
            if self.rng.random() < 0.05:
                self._search(person)
                continue
            address = self.rng.choice(self.addresses)
            path = address.filled(**self._keys(address))
            draw = self.rng.random()
            if draw < 0.2:
                self._send(person, address, path)
            else:
                response = self._ask(person, "HEAD" if draw < 0.23 else "GET", path, {})
                if response.status_code == 200 and draw >= 0.23:
                    self._forms[address.name] = INPUT.findall(response.content.decode(errors="replace"))

    def look(self) -> None:
        """Who coordinates opens each plan's page: there the markers are to be found, whatever chance has shown."""
        for world in (self.crowd.world, self.crowd.other):
            self._ask("coordinator", "GET", f"/planer/{world.plan.pk}/", {})

    def _search(self, person: str) -> None:
        child = self.rng.choice([self.crowd.world, self.crowd.other]).child
        what = self.rng.choice([child.number, child.name, child.name.split()[0][:4], "qz1", child.school])
        where, name = self.rng.choice([("/planer/sok/", "q"), ("/onskan/ny/", "number"), ("/planer/", "namn")])
        self._ask(person, "GET" if name == "namn" else "POST", where, {name: what, "lage": "alla"})

    def _send(self, person: str, address: Address, path: str) -> None:
        data = {name: value if self.rng.random() < 0.5 else self._value() for name, value in self._fields(address)}
        response = self._ask(person, "POST", path, data)
        if response.status_code == 302:
            self._planted_anew()

    def _fields(self, address: Address) -> list[tuple[str, str]]:
        return [each for each in self._forms.get(address.name, [("text", "")]) if each[0] != "csrfmiddlewaretoken"]

    def _value(self) -> str:
        world = self.rng.choice([self.crowd.world, self.crowd.other])
        rows: list[Any] = [world.plan, world.child, world.sara, world.bup, world.per, world.nadja, world.school]
        rows += [getattr(world, name) for name in ("need", "goal", "mornings", "schedule") if hasattr(world, name)]
        words = ["", "x", "1", "on", "yes", "no", "voice", clock.today().isoformat(), world.child.number]
        return str(self.rng.choice([*(row.pk for row in rows), *words]))

    def _keys(self, address: Address) -> dict[str, Any]:
        plan = self.rng.choice([self.crowd.world, self.crowd.other]).plan
        values: dict[str, Any] = {"plan_id": plan.pk, "number": self.rng.choice([1, 1, 1, 2, NO_NUMBER])}
        rows = [] if set(address.arguments) <= set(values) else self._rows()
        return {name: values[name] if name in values else self.rng.choice(rows) for name in address.arguments}

    def _rows(self) -> list[UUID]:
        """The keys of everything that an address may be about, and of nothing."""
        rows: list[UUID] = [NOWHERE]
        for each in (self.crowd.world, self.crowd.other):
            rows += [
                getattr(each, name).pk for name in ("need", "goal", "assessment", "mornings") if hasattr(each, name)
            ]
            for kept in ("working_notes", "withholdings", "versions", "meetings"):
                rows += getattr(each.plan, kept).values_list("pk", flat=True)
            rows += each.child.relatives.values_list("pk", flat=True)
            rows += [each.sara.pk, each.johan.pk]
        return rows

    def _ask(self, person: str, method: str, path: str, data: dict[str, str]) -> Any:
        client = self.crowd.browser
        client.cookies = SimpleCookie({name: morsel.value for name, morsel in self.cookies[person].items()})
        with transaction.atomic():
            response: Any = getattr(client, method.lower())(path, data, secure=True)
        if response.status_code >= 500 and path not in ("/redo",):
            raise AssertionError(f"{response.status_code} for {person} {method} {path} after {self.story}")
        # A form that comes back holds what was typed in it: that is the visitor's own.
        typed = {each for value in data.values() for each in self.garden.found_in(str(value))}
        self.judge(person, f"{method} {path}", _text(response), typed)
        return response

    # What must not be seen

    def judge(self, person: str, where: str, text: str, typed: set[Planted] = frozenset()) -> None:  # type: ignore[assignment]
        """Every marker in the text must be for this person."""
        user = self.crowd.people.get(person)
        on_paper = ".pdf" in where
        for planted in self.garden.found_in(text) - typed:
            if user is not None and self._oracle(user, planted.child_id).may_see(planted, on_paper=on_paper):
                kind = "PDF " if on_paper else "ICS " if ".ics" in where else ""
                self.seen[kind + planted.kind] += 1
                continue
            self.leaks.append(Leak(person, where, planted, list(self.story)))

    def _oracle(self, user: User, child_id: UUID) -> Oracle:
        key = (user.pk, child_id)
        if key not in self._oracles:
            world = self.crowd.world if self.crowd.world.child.pk == child_id else self.crowd.other
            world.plan.refresh_from_db()
            self._oracles[key] = Oracle(user, world.plan)
        return self._oracles[key]

    def told(self) -> None:
        """What is sent holds nothing of anybody."""
        sweep()
        for message in mail.outbox:
            self.judge("everybody", "a mail", f"{message.subject}\n{message.body}")
        mail.outbox.clear()


def _text(response: Any) -> str:
    """All that is handed out: headers, body; a PDF as its words."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content and response.get("Content-Type", "").startswith("application/pdf"):
        tool = shutil.which("pdftotext") or "pdftotext"
        words = subprocess.run([tool, "-", "-"], input=content, capture_output=True, check=True).stdout
        return headers + words.decode()
    return headers + content.decode(errors="replace").replace("\r\n ", "")  # a calendar folds its lines


def _agency(world: World, rng: random.Random) -> Any:
    return rng.choice([world.bup, world.clinic, world.school, world.soc])


def _guardian(world: World, rng: random.Random) -> Any:
    return rng.choice([world.sara, world.johan])


def _withhold(world: World, rng: random.Random) -> None:
    section = rng.choice(list(Section))
    if section == Section.ACTION and not hasattr(world, "mornings"):
        return  # nothing is agreed yet
    action = rng.choice([world.assessment, world.mornings]) if section == Section.ACTION else None
    actor = world.actor(world.per if action and action == world.assessment else world.nadja)
    private.withhold(actor, world.plan, _guardian(world, rng), section, action=action, reason="Barnet far illa annars.")


def _note(world: World, rng: random.Random) -> None:
    who, agency = rng.choice([(world.per, world.bup), (world.hanna, world.clinic), (world.nadja, world.soc)])
    private.write_note(world.actor(who), world.plan, agency, text="Ring skolan.")


def _private(world: World, rng: random.Random) -> None:
    if world.child.user:
        words = {"text": "Ingen får veta.", "is_for_coordinator": rng.random() < 0.3}
        private.write_private_words(world.actor(world.child.user), world.plan, **words)


def _answer(world: World, rng: random.Random) -> None:
    asked = [row for row in world.plan.comments.exclude(kind="dissent").order_by("id") if row.answered_at is None]
    if asked:
        row = rng.choice(asked)
        verdict = "stays" if row.kind == "correction" else ""
        family.answer_correction(world.actor(world.nadja), world.plan, row.pk, text="Det står så.", verdict=verdict)


def _translate(world: World, _rng: random.Random) -> None:
    """All that stands in the plan is told in Arabic, which the guardians read from now on."""
    User.objects.filter(pk__in=[world.sara.user_id, world.johan.user_id]).update(language="ar")
    known = help_texts.stored_in(world.plan, "ar")
    texts = [
        NewHelp(each.key, "نص", each.fingerprint, known[each.key].version if each.key in known else 0)
        for each in swedish_of(world.plan, EVERYTHING)
    ]
    write_help(world.actor(world.nadja), world.plan, "ar", texts, translator="interpreter")


HAPPENINGS: dict[str, Callable[[World, random.Random], Any]] = {
    "withdraw": lambda w, r: consents.withdraw_consent(
        w.actor(w.nadja), w.plan, _guardian(w, r).user, [_agency(w, r)]),
    "refuse": lambda w, r: consents.refuse_consent(w.actor(w.nadja), w.plan, _guardian(w, r).user, [_agency(w, r)]),
    "agree": lambda w, r: consents.give_consent(
        w.actor(w.nadja), w.plan, _guardian(w, r).user, [_agency(w, r)], covers=["hälsa"], how=How.ORAL,
        carve_out="Inte om mormor.", until=clock.today() + timedelta(days=r.choice([0, 200]))),
    "unassign": lambda w, _r: taking_part.unassign(w.actor(w.inga), w.plan, w.bup, [w.per]),
    "assign": lambda w, _r: taking_part.assign(w.actor(w.inga), w.plan, w.bup, [w.dag]),
    "leave work": lambda w, r: registry.end_membership(r.choice([w.per, w.inga, w.hanna, w.birgit])),
    "protect child": lambda w, r: registry.protect_child(w.child, r.random() < 0.7),
    "protect guardian": lambda w, r: registry.protect_guardian(_guardian(w, r), True),
    "custody": lambda w, r: registry.transfer_custody(w.child, _guardian(w, r), r.choice(list(Custody))),
    "withhold": _withhold,
    "note": _note,
    "private words": _private,
    "translate": _translate,
    "comment": lambda w, r: family.comment(w.actor(_guardian(w, r)), w.plan, text="Det stämmer inte."),
    "correct": lambda w, r: family.correct(
        w.actor(_guardian(w, r)), w.plan, text="Fel namn.", row_id=getattr(w, "goal", None) and w.goal.pk),
    "answer family": _answer,
    "dissent": lambda w, r: signing.dissent(w.actor(_guardian(w, r)), w.plan, text="Jag ser det annorlunda."),
    "close": lambda w, _r: w.close(),
    "review": lambda w, _r: w.review(),
}  # fmt: skip
