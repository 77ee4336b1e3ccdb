"""The world of the bench: which plan is whose, who takes part in it and where it stands.

The same SIZE gives the same world on any day; its days are counted from today. Older plans are closed (80 %), so that
keys and states lie as they do where a service has been used for years. What each plan consists of is in plan_rows.py.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random

from agencies.routines import Rules
from benchmarks.people import FIRST, LAST, House, Houses, Municipality, key
from benchmarks.plan_rows import WITHOUT_PARTIES, Draft, Party, PlanRows, ms
from benchmarks.tables import Tables
from common.text import sort_key
from consent.models import ADULT_AGE, birthday

CLOSED_SHARE = 0.8
# What the open ones stand at, in hundredths.
OPEN = {"requested": 4, "preparing": 10, "called": 15, "met": 5, "in_review": 10, "established": 48, "following_up": 8}
PROTECTED_SHARE = 0.01
FLUSH = 2_000  # plans
SEEN = {"staff": 800, "desk": 5_000, "big": 40_000}  # how many plans an agency's people see


@dataclass
class World:
    """Everybody and every plan. `placeholder` is the encrypted text that stands for every identity number."""

    size: int
    tables: Tables
    permissions: dict[str, int]
    placeholder: str
    known_index: str  # the keyed index of the one published test number that is searched for
    today: date
    rules: Rules
    heroes: dict[str, House] = field(default_factory=dict)

    def build(self) -> None:
        """The people, then the plans in the order they came, handed over in pieces."""
        self.random = Random(20_260_101)  # noqa: S311 — a world that is the same every time, no secret
        self.houses = Houses(self.tables)
        self.houses.build()
        self.rows = PlanRows(self.tables, self.permissions, self.random, self.today, self.rules)
        for name in SEEN:
            self.heroes[name] = self.houses.house(key(1, 0), "bup", f"BUP Mätpunkten {name}")
        members = {
            name: frozenset(self.random.sample(range(self.size), min(most, self.size * 4 // 5)))
            for name, most in SEEN.items()
        }
        self.searched = max(members["desk"])
        self.family: tuple[tuple[str, str], ...] = ()
        for number in range(self.size):
            heroes = [name for name in SEEN if number in members[name]]
            draft = self._draft(number, heroes)
            self.rows.write(draft)
            if number % FLUSH == 0:
                self.tables.flush()
        self.tables.flush()

    def _draft(self, number: int, heroes: list[str]) -> Draft:
        random = self.random
        is_closed = number < self.size * CLOSED_SHARE
        place = self.houses.municipalities[int(len(self.houses.municipalities) * random.random() ** 2)]
        state = self._state(is_closed, has_parties=bool(heroes))
        created = self._moment(number)
        is_protected = not heroes and random.random() < PROTECTED_SHARE
        born = self.today - timedelta(days=random.randint(4 * 365, 15 * 365))
        last_name = random.choice(LAST)
        if number % 2 == 0:  # every other child has the guardians of the one before
            self.family = tuple(self._guardian(number * 2 + n, last_name) for n in range(2))
        school = place.schools[number % len(place.schools)]
        ran_out = is_closed and not heroes and random.random() < 0.3
        draft = Draft(
            number=number,
            plan=key(20, number, ms(created)),
            child=key(10, number, ms(created)),
            state=state,
            created=created,
            place=place,
            school=school,
            coordinator=None if state == "requested" else self.houses.coordinator(place),
            parties=[] if state in WITHOUT_PARTIES else self._parties(place, school, heroes),
            family=self.family,
            until=self.today - timedelta(days=random.randint(1, 400)) if ran_out else None,
            eve=birthday(born, ADULT_AGE) - timedelta(days=1),
            is_protected=is_protected,
            name=f"{random.choice(FIRST)} {last_name}",
        )
        self._child(draft, born)
        return draft

    def _state(self, is_closed: bool, *, has_parties: bool) -> str:
        if is_closed:
            return "declined" if not has_parties and self.random.random() < 0.05 else "closed"
        states = [s for s in OPEN if s not in WITHOUT_PARTIES] if has_parties else list(OPEN)
        return self.random.choices(states, [OPEN[s] for s in states])[0]

    def _moment(self, number: int) -> datetime:
        """Closed ones from five years back to 200 days ago, open ones after that."""
        share = number / self.size
        days = 200 + 1600 * (1 - share / CLOSED_SHARE) if share < CLOSED_SHARE else 4 + 980 * (1 - share)
        return datetime.combine(self.today, time(9), UTC) - timedelta(days=days)

    def _child(self, draft: Draft, born: date) -> None:
        number_index = self.known_index if draft.number == self.searched else opaque(f"child {draft.number}")
        self.tables.add(
            *("consent_child", draft.child, draft.name, sort_key(draft.name), self.placeholder, number_index, born),
            *(draft.place.name, f"Skolan {draft.number % 16}", draft.is_protected),
        )
        for guardian, _user in draft.family:
            self.tables.add("consent_guardianship", draft.child, guardian, "joint", draft.created)

    def _guardian(self, number: int, last_name: str) -> tuple[str, str]:
        user, guardian = self.houses.user(), key(11, number)
        name = f"{FIRST[number % len(FIRST)]} {last_name}"
        self.tables.add("consent_guardian", guardian, user, name, self.placeholder, opaque(f"guardian {number}"))
        return guardian, user

    def _parties(self, place: Municipality, school: House, heroes: list[str]) -> list[Party]:
        """The coordinator's own, the school, and two to six in all."""
        random = self.random
        regional = self.houses.regional[place.region]
        chosen = [place.social, school, *(self.heroes[name] for name in heroes)]
        kinds = random.sample(list(regional), max(0, min(len(regional), random.randint(2, 6) - len(chosen))))
        chosen += [random.choice(regional[kind]) for kind in kinds]
        # The school's is the one who asked; the coordinator's own agency needs nobody more.
        somebody = [house.staff if random.random() < 0.7 else None for house in chosen[2:]]
        named = [None, None, *somebody]
        return [
            Party(house, house.staff if house is self.heroes["staff"] else user)
            for house, user in zip(chosen, named, strict=True)
        ]


def opaque(text: str) -> str:
    """An index value that no identity number has."""
    return sha256(text.encode()).hexdigest()
