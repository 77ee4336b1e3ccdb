"""Who is usually asked: by age and municipality, kept by the region's administrator, and never more than a reminder."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from agencies.models import Agency, AgencyKind, Membership, Principal, Role, User
from common import clock
from common.errors import NotThere, Refused
from sip.meetings import usual
from sip.meetings.models import UsualParty
from sip.plans.access import Denied
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A plan that is prepared, for a child of school age in Skurup."""
    return World.build().to("preparing")


@pytest.fixture
def asta(world: World) -> User:
    """The region's administrator."""
    user = User.objects.create_user("asta@region.example", "Asta Ordning")
    since = clock.today() - timedelta(days=30)
    Membership.objects.create(user=user, agency=world.bup, role=Role.ADMINISTRATOR, starts=since)
    return user


def names(world: World) -> set[str]:
    return {agency.name for agency in usual.usual_agencies(world.plan)}


def row(kind: str, first: int | None, last: int | None, municipality: str = "") -> usual.NewUsual:
    return usual.NewUsual(AgencyKind.objects.filter(pk=kind).first(), first, last, municipality)


def test_the_childs_age_and_municipality_decide(world: World) -> None:
    assert names(world) == {world.school.name, world.soc.name}
    UsualParty.objects.filter(kind="elevhalsa").update(from_age=16)
    assert world.school.name not in names(world)
    UsualParty.objects.filter(kind="socialtjanst").update(municipality="Ystad")
    assert world.soc.name not in names(world)


def test_an_agency_may_be_named_where_the_kind_is_not_enough(world: World) -> None:
    UsualParty.objects.create(kind=world.bup.kind, agency=world.bup, from_age=0, to_age=20)
    assert world.bup.name in names(world) and world.clinic.name not in names(world)


def test_the_regions_own_is_found_where_it_says_itself_which(world: World) -> None:
    UsualParty.objects.create(kind=world.bup.kind, from_age=0, to_age=20)
    assert world.bup.name in names(world)  # the only one in the region
    region, kind = world.bup.principal, world.bup.kind
    other = Agency.create(principal=region, kind=kind, name="BUP Lund", level="specialist")
    assert world.bup.name not in names(world) and other.name not in names(world)  # two, and nothing says which
    near = Agency.create(principal=region, kind=kind, name="BUP Skurup", level="specialist")
    assert near.name in names(world) and other.name not in names(world)
    elsewhere = Principal.objects.create(name="Region Annan", kind="region", code="98")
    Agency.create(principal=elsewhere, kind=world.clinic.kind, name="Barnkliniken Skurup", level="specialist")
    UsualParty.objects.create(kind=world.clinic.kind, from_age=0, to_age=20)
    assert "Barnkliniken Skurup" not in names(world)


def test_the_administrator_names_an_agency(world: World, asta: User) -> None:
    client, page = world.client(asta), reverse("usual")
    said = {"key": str(uuid4()), "kind": "", "from_age": "0", "to_age": "20", "agency": str(world.dental.pk)}
    assert client.post(page, said).status_code == 302
    assert world.dental.name in client.get(page).content.decode() and world.dental.name in names(world)
    wrong = client.post(page, {**said, "key": str(uuid4()), "kind": "bup"})
    assert wrong.status_code == 422 and "annan verksamhetstyp" in wrong.content.decode()
    elsewhere = Principal.objects.create(name="Region Annan", kind="region", code="98")
    far = Agency.create(principal=elsewhere, kind=world.bup.kind, name="BUP Borta", level="specialist")
    for strange in (str(far.pk), "x", str(uuid4())):
        assert client.post(page, {**said, "key": str(uuid4()), "agency": strange}).status_code == 422
    with pytest.raises(Refused, match="i listan"):
        usual.add_usual(world.actor(asta), usual.NewUsual(far.kind, 1, 2, agency=far), key=uuid4())


def test_a_key_that_another_row_has_makes_a_row_of_its_own(world: World, asta: User) -> None:
    taken = UsualParty.objects.filter(region__isnull=True)[0]
    made = usual.add_usual(world.actor(asta), row("bup", 6, 17), key=taken.pk)
    assert made.pk != taken.pk and made.kind_id == "bup"


def test_a_protected_childs_municipality_is_told_by_no_list() -> None:
    world = World.build(is_protected=True).to("preparing")
    assert names(world) == set()


def test_the_administrator_keeps_a_list_of_the_regions_own(world: World, asta: User) -> None:
    actor, everybodys = world.actor(asta), UsualParty.objects.filter(region__isnull=True).count()
    key = uuid4()
    for _time in range(2):  # pressed twice
        usual.add_usual(actor, row("bup", 6, 17), key=key)
    own = UsualParty.objects.filter(region=world.bup.principal)
    assert own.count() == everybodys + 1
    usual.add_usual(actor, row("bup", 8, 15), key=uuid4())  # the same kind again changes its ages
    assert own.get(kind="bup").from_age == 8
    usual.remove_usual(actor, own.get(kind="bup").pk)
    assert not own.filter(kind="bup").exists()
    assert UsualParty.objects.filter(region__isnull=True).count() == everybodys


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (("", 1, 2), "Välj vilka"),
        (("bup", None, 2), "åldern i år"),
        (("bup", -1, 2), "åldern i år"),
        (("bup", 1, 99), "åldern i år"),
        (("bup", 9, 2), "lägre än den första"),
    ],
)
def test_what_cannot_be_is_refused(
    world: World, asta: User, values: tuple[str, int | None, int | None], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        usual.add_usual(world.actor(asta), row(*values), key=uuid4())
    assert not UsualParty.objects.filter(region=world.bup.principal).exists()


def test_nobody_else_and_no_other_region(world: World, asta: User) -> None:
    for user in (world.nadja, world.per, world.sara.user):
        with pytest.raises(Denied):
            usual.add_usual(world.actor(user), row("bup", 1, 2), key=uuid4())
        assert world.client(user).get(reverse("usual")).status_code == 404
    with pytest.raises(NotThere):
        usual.remove_usual(world.actor(asta), uuid4())


def test_the_pages(world: World, asta: User) -> None:
    client, page = world.client(asta), reverse("usual")
    assert "Socialtjänst" in client.get(page).content.decode()
    wrong = client.post(page, {"key": str(uuid4()), "kind": "bup", "from_age": "x", "to_age": "2"})
    assert wrong.status_code == 422 and "åldern i år" in wrong.content.decode()
    said = {"key": str(uuid4()), "kind": "bup", "from_age": "6", "to_age": "17", "municipality": "Skurup"}
    assert client.post(page, said).status_code == 302
    assert "BUP" in client.get(page).content.decode()
    assert client.post(page, {"remove": "x"}).status_code == 404
    nadja = world.client(world.nadja)
    consent = nadja.get(reverse("consents", args=[world.plan.pk])).content.decode()
    assert "Brukar vara med för barn i den här åldern" in consent and world.school.name in consent
    call = nadja.get(reverse("call", args=[world.plan.pk])).content.decode()
    assert "Familjen är inte tillfrågad än" in call
