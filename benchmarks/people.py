"""The houses of the bench and who works there: 21 regions, 290 municipalities, some 6,000 agencies."""

from dataclasses import dataclass, field
from datetime import date

from benchmarks.tables import Tables
from common.text import sort_key

REGIONS, MUNICIPALITIES = 21, 290
SCHOOLS = 16  # in each municipality
CLINICS = 10  # of each kind, in each region
PLANS_PER_COORDINATOR = 150
NO_PASSWORD = "!"  # noqa: S105 — Django's word for one that nothing matches
SINCE = date(2015, 1, 1)

FIRST = [
    "Adam",
    "Agnes",
    "Alba",
    "Albin",
    "Alice",
    "Alma",
    "Alva",
    "Amir",
    "Anna",
    "Anton",
    "Arvid",
    "Astrid",
    "Axel",
    "Bella",
    "Bo",
    "Carl",
    "Cleo",
    "Dalia",
    "Dante",
    "Ebba",
    "Edda",
    "Edvin",
    "Elias",
    "Elin",
    "Ella",
    "Elsa",
    "Elvira",
    "Emil",
    "Emma",
    "Erik",
    "Ester",
    "Fatima",
    "Felix",
    "Filip",
    "Freja",
    "Gabriel",
    "Greta",
    "Gustav",
    "Hanna",
    "Harry",
    "Hedda",
    "Hugo",
    "Ida",
    "Idun",
    "Ines",
    "Iris",
    "Isak",
    "Ivar",
    "Jack",
    "Jasmin",
    "Joel",
    "Julia",
    "Kajsa",
    "Kerstin",
    "Lea",
    "Leo",
    "Liam",
    "Lily",
    "Linn",
    "Liv",
    "Loke",
    "Lova",
    "Lukas",
    "Maja",
    "Malte",
    "Maryam",
    "Matteo",
    "Melker",
    "Mila",
    "Milo",
    "Moa",
    "Molly",
    "Nellie",
    "Nils",
    "Noah",
    "Nora",
    "Olga",
    "Olle",
    "Omar",
    "Oskar",
    "Otto",
    "Rut",
    "Saga",
    "Sam",
    "Samira",
    "Selma",
    "Sigge",
    "Signe",
    "Sixten",
    "Stella",
    "Svea",
    "Tage",
    "Theo",
    "Thea",
    "Tuva",
    "Tyra",
    "Valter",
    "Vera",
    "Viggo",
    "Wilma",
    "Åke",
    "Åsa",
    "Östen",
]
LAST = [
    "Abdi",
    "Ahlin",
    "Alm",
    "Andersson",
    "Arvidsson",
    "Asp",
    "Axelsson",
    "Backman",
    "Berg",
    "Berglund",
    "Björk",
    "Blom",
    "Boman",
    "Borg",
    "Bäck",
    "Dahl",
    "Ek",
    "Eklund",
    "Eriksson",
    "Falk",
    "Fors",
    "Frank",
    "Gran",
    "Gustafsson",
    "Hall",
    "Hansson",
    "Hassan",
    "Hedlund",
    "Hjort",
    "Holm",
    "Isaksson",
    "Jansson",
    "Johansson",
    "Jonsson",
    "Karlsson",
    "Khalil",
    "Kvist",
    "Larsson",
    "Lind",
    "Lindqvist",
    "Ljung",
    "Lund",
    "Löf",
    "Magnusson",
    "Mattsson",
    "Mohamed",
    "Moberg",
    "Nilsson",
    "Norberg",
    "Nyberg",
    "Olofsson",
    "Persson",
    "Quist",
    "Rask",
    "Rosén",
    "Sandberg",
    "Sjö",
    "Sköld",
    "Stark",
    "Ström",
    "Sundin",
    "Svensson",
    "Tran",
    "Törn",
    "Ullman",
    "Viklund",
    "Wallin",
    "Westman",
    "Yilmaz",
    "Zetterlund",
    "Åberg",
    "Åkesson",
    "Ängsö",
    "Öberg",
    "Öhman",
]


def key(kind: int, number: int, at: int = 1_500_000_000_000) -> str:
    """A UUIDv7 that says the same in every run: `at` (milliseconds), the kind of row, its number."""
    return f"{at >> 16:08x}-{at & 0xFFFF:04x}-7{kind:03x}-8000-{number:012x}"


@dataclass(frozen=True)
class House:
    """One agency: its key, its desk's group, and who works there."""

    key: str
    name: str
    desk: int
    principal: str
    principal_name: str
    staff: str
    intake: str


@dataclass
class Municipality:
    """What a plan needs of the place where the child lives."""

    name: str
    region: int
    social: House
    schools: list[House]
    coordinators: list[str] = field(default_factory=list)
    plans: int = 0


@dataclass
class Houses:
    """Everybody who helps. Made once; coordinators come as the plans become too many for those there are."""

    tables: Tables
    municipalities: list[Municipality] = field(default_factory=list)
    regional: list[dict[str, list[House]]] = field(default_factory=list)
    principals: dict[str, str] = field(default_factory=dict)
    users: int = 0
    agencies: int = 0

    def build(self) -> None:
        """Regions first, then municipalities."""
        for number in range(REGIONS):
            principal = self._principal(f"Exempelregion {number:02}", "region", number)
            self.regional.append(
                {
                    kind: [self.house(principal, kind, f"{name} {number:02}-{n:02}") for n in range(CLINICS)]
                    for kind, name in (
                        ("bup", "BUP"),
                        ("barnklinik", "Barnkliniken"),
                        ("habilitering", "Habiliteringen"),
                        ("tandvard", "Folktandvården"),
                    )
                }
            )
            self._coordinator(self.regional[-1]["bup"][0].key)
        for number in range(MUNICIPALITIES):
            name = f"Exempelby {number:03}"
            principal = self._principal(f"{name}s kommun", "municipality", 1000 + number)
            self.municipalities.append(
                Municipality(
                    name=name,
                    region=number * REGIONS // MUNICIPALITIES,
                    social=self.house(principal, "socialtjanst", f"Socialtjänsten {name}"),
                    schools=[self.house(principal, "elevhalsa", f"Elevhälsan {name} {n}") for n in range(SCHOOLS)],
                )
            )
            self.municipalities[-1].coordinators.append(self._coordinator(self.municipalities[-1].social.key))

    def coordinator(self, place: Municipality) -> str:
        """Who coordinates the next plan of this municipality."""
        place.plans += 1
        if place.plans > PLANS_PER_COORDINATOR * len(place.coordinators):
            place.coordinators.append(self._coordinator(place.social.key))
        return place.coordinators[-1]

    def house(self, principal: str, kind: str, name: str) -> House:
        """An agency with its desk, somebody who works there and an intake."""
        self.agencies += 1
        mine, desk = key(2, self.agencies), 1000 + self.agencies
        self.tables.add("auth_group", desk, f"desk:{mine}")
        self.tables.add(
            "agencies_agency", mine, principal, kind, name, sort_key(name), "specialist", "010-000 00 00", desk
        )
        return House(
            mine,
            name,
            desk,
            principal,
            self.principals[principal],
            self.worker(mine, "staff"),
            self.worker(mine, "intake"),
        )

    def worker(self, agency: str, role: str) -> str:
        """Somebody who works there."""
        user = self.user()
        self.tables.add("agencies_membership", key(4, self.users), user, agency, role, SINCE)
        return user

    def user(self) -> str:
        """Somebody who can log in, with a name."""
        self.users += 1
        name = f"{FIRST[self.users % len(FIRST)]} {LAST[self.users // 7 % len(LAST)]}"
        mine = key(3, self.users)
        self.tables.add("agencies_user", mine, NO_PASSWORD, f"u{self.users}@bench.example", name, sort_key(name))
        return mine

    def _coordinator(self, agency: str) -> str:
        return self.worker(agency, "coordinator")

    def _principal(self, name: str, kind: str, number: int) -> str:
        mine = key(1, number)
        self.principals[mine] = name
        self.tables.add("agencies_principal", mine, name, kind, str(number))
        return mine
