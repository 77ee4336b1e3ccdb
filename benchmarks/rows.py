"""What is measured: each row drives the running site over HTTP, in turns with the floor."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.core import signing

from agencies import row_scope
from agencies.actor import Actor
from agencies.models import Agency, Membership, Role, User
from benchmarks import papers, reminders, sweep
from benchmarks import signing as signatures
from benchmarks.measure import Row, against, in_turns, p50
from benchmarks.seed import published_number
from benchmarks.site import Site, Visitor, log_in
from benchmarks.world import SEEN
from sip.plans import access
from sip.plans.models import Plan

FLOOR = "/bench/golv/"
LIST = "/planer/"
ROUNDS = 30
DEEP = 0.9  # of the way through the list


@dataclass(frozen=True)
class Bench:
    """The running variants of the site, by name ("" is the whole one), and who visits them."""

    sites: dict[str, Site]
    people: dict[str, User]
    visitors: dict[str, Visitor]

    @classmethod
    def of(cls, sites: dict[str, Site]) -> "Bench":
        """The staff member and the two intakes that the world was made with."""
        people = {name: _hero(name) for name in SEEN}
        return cls(sites, people, {name: log_in(sites[""], str(user.pk)) for name, user in people.items()})

    def time(self, who: str, path: str, rounds: int = ROUNDS) -> tuple[list[float], list[float]]:
        """One page and the floor, in turns."""
        visitor = self.visitors[who]
        page, floor = in_turns(rounds, lambda: visitor.get(path)[0], lambda: visitor.get(FLOOR)[0])
        return page, floor


def _hero(name: str) -> User:
    agency = Agency.objects.get(name=f"BUP Mätpunkten {name}")
    role = Role.STAFF if name == "staff" else Role.INTAKE
    return Membership.objects.select_related("user").get(agency=agency, role=role).user


def seen_by(user: User) -> int:
    """How many plans somebody may know of."""
    actor = Actor.of(user)
    with row_scope.acting(actor):
        return access.visible_to(actor).count()


def lists(bench: Bench) -> Iterator[Row]:
    """Planer: the first page of three people; each filter and a deep page against the first page."""
    for who, user in bench.people.items():
        yield from against(f"Planer, {seen_by(user)} synliga", *bench.time(who, LIST), goal=3)
    for who in ("desk", "big"):
        visitor = bench.visitors[who]
        n = seen_by(bench.people[who])
        for what, path in _narrowed(bench.people[who]).items():
            page, first = in_turns(ROUNDS, partial(_seconds, visitor, path), partial(_seconds, visitor, LIST))
            yield from against(f"Planer, {n} synliga, {what} mot första sidan", page, first, goal=1.5)[:1]


def _seconds(visitor: Visitor, path: str) -> float:
    return visitor.get(path)[0]


def _narrowed(user: User) -> dict[str, str]:
    """Each filter, and the page far down, by what it is."""
    actor = Actor.of(user)
    with row_scope.acting(actor):
        plans = access.visible_to(actor).exclude(state__in=("closed", "declined")).filter(child__is_protected=False)
        rows = list(plans.order_by("child__name_key", "pk").values_list("child__name_key", "pk", "child__municipality"))
    name_key, plan_id, municipality = rows[int(len(rows) * DEEP)]
    mark = signing.dumps([name_key, str(plan_id)], salt="planer")
    return {
        "läge": "/planer/?lage=established",
        "alla som är slut": "/planer/?lage=avslutade",
        "kommun": f"/planer/?lage=pagaende&kommun={municipality.replace(' ', '+')}",
        f"längst ner (rad {int(len(rows) * DEEP)})": f"/planer/?lage=pagaende&efter={mark}",
        "längst ner bland de avslutade": f"/planer/?lage=avslutade&efter={mark}",
    }


def search(bench: Bench) -> Iterator[Row]:
    """By the beginning of a name, and by identity number, against the first page of the list."""
    for who in ("desk", "big"):
        visitor, n = bench.visitors[who], seen_by(bench.people[who])
        path = "/planer/?lage=pagaende&namn=alva+l"
        page, first = in_turns(ROUNDS, partial(_seconds, visitor, path), partial(_seconds, visitor, LIST))
        yield from against(f"Sök på namn, {n} synliga, mot första sidan", page, first, goal=1.5)
    visitor, number = bench.visitors["desk"], published_number()
    page, first = in_turns(
        ROUNDS, lambda: visitor.post("/planer/sok/", {"q": number})[0], partial(_seconds, visitor, LIST)
    )
    yield from against("Sök på personnummer mot första sidan", page, first, goal=1.5)


def today(bench: Bench) -> Iterator[Row]:
    """Idag, for the same three and for a coordinator with a full desk of plans."""
    for who, user in bench.people.items():
        yield from against(f"Idag, {seen_by(user)} synliga", *bench.time(who, "/idag/", ROUNDS // 2), goal=3)
    coordinator = _busiest_coordinator()
    visitor = log_in(bench.sites[""], str(coordinator.pk))
    page, floor = in_turns(ROUNDS // 2, partial(_seconds, visitor, "/idag/"), partial(_seconds, visitor, FLOOR))
    yield from against(f"Idag, samordnare, {seen_by(coordinator)} synliga", page, floor, goal=3)


def _busiest_coordinator() -> User:
    with access.for_nobody() as plans:
        open_ones = plans.exclude(state__in=("closed", "declined")).filter(coordinator__isnull=False)
        keys = list(open_ones.order_by("coordinator_id").values_list("coordinator_id", flat=True))
    return User.objects.get(pk=max(sorted(set(keys)), key=keys.count))


def plan(bench: Bench) -> Iterator[Row]:
    """The plan's page; then what it costs to write the access event and to hold the rows apart in PostgreSQL."""
    page_of = _largest_plan(bench.people["staff"])
    path, visitor = f"/planer/{page_of.pk}/", bench.visitors["staff"]
    yield from against("Planens sida", *bench.time("staff", path), goal=4)
    sides = {name: visitor.at(site) for name, site in bench.sites.items()}
    taken = dict(zip(sides, in_turns(ROUNDS * 2, *(partial(_seconds, v, path) for v in sides.values())), strict=True))
    whole = p50(taken[""])
    for name, words, goal in (
        ("event", "åtkomsthändelsens kostnad", None),
        ("rls", "radskyddets kostnad", None),
        ("both", "åtkomsthändelse och radskydd tillsammans", 1.25),
    ):
        without = p50(taken[name])
        yield Row(f"Planens sida: {words}", round(whole, 1), "ms", round(without, 1), round(whole / without, 3), goal)


def _largest_plan(user: User) -> Plan:
    """An established plan with many actions and parties."""
    actor = Actor.of(user)
    with row_scope.acting(actor):
        rows = access.visible_to(actor).filter(state="established").order_by("pk")[:400]
        sized = [(row.actions.count() + 2 * row.parties.count(), row) for row in rows]
        return max(sized, key=lambda pair: pair[0])[1]


GROUPS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "list": lists,
    "search": search,
    "today": today,
    "plan": plan,
    "sweep": lambda _bench: sweep.sweep(),
    "reminders": lambda _bench: reminders.reminders(),
    "papers": lambda bench: papers.measured(bench.people["desk"], bench.visitors["desk"]),
    "signing": lambda _bench: signatures.signing(),
}
