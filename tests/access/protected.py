"""A world where everything that may be protected is a word of its own, and all that somebody is told of it."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agencies.models import User
from consent.models import Child, Guardian, Relative
from tests.integration.markers import text_of
from tests.world import World
from tests.world_again import kept

ADDRESS, PHONE, EMAIL = "Gömmavägen 7", "070-174 06 05", "gomd@familj.example"
PLACE, LINK = "Hemliga salen", "https://video.example/gomd-rum"
SCHOOL, TOWN = "Gömda skolan", "Gömlinge"
GRANNY_PHONE = "070-174 06 09"
WORK_PHONE, WORK_EMAIL = "040-628 04 10", "per.gomd@region.example"
OF_JOHAN = (ADDRESS, PHONE, EMAIL)
OF_MEETING = (PLACE, LINK)
OF_CHILD = (SCHOOL, TOWN)


@kept
def marked(state: str, *, is_protected: bool = False) -> World:
    """A world where everything that may be protected is a word that stands nowhere else."""
    world = World.build(is_protected=is_protected)
    Guardian.objects.filter(pk=world.johan.pk).update(address=ADDRESS)
    User.objects.filter(pk=world.johan.user_id).update(phone=PHONE, email=EMAIL)
    User.objects.filter(pk=world.per.pk).update(phone=WORK_PHONE, email=WORK_EMAIL)
    Relative.objects.create(child=world.child, name="Märta Ek", relation="farmor", phone=GRANNY_PHONE)
    original = world.call
    world.call = lambda **changes: original(place=PLACE, link=LINK, **changes)  # type: ignore[method-assign]
    world.to(state)
    del world.call  # from here on it calls to where everybody else does
    Child.objects.filter(pk=world.child.pk).update(school=SCHOOL, municipality=TOWN)
    for row in (world.johan, world.per, world.child, world.plan):
        row.refresh_from_db()
    return world


def addresses(world: World, patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    """Every address that may tell something of the plan, with each of its keys filled in."""
    people = [world.child.pk, world.sara.pk, world.johan.pk, *world.child.relatives.values_list("pk", flat=True)]
    keys: dict[str, list[Any]] = {
        "plan_id": [world.plan.pk],
        "number": [1],
        "row_id": [row.pk for row in (*world.plan.actions.all(), *world.plan.goals.all())],
        "person_id": people,
        "relative_id": people,
    }
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(world, pattern.url_patterns, route)
            continue
        found = [route]
        for name in re.findall(r"<\w+:(\w+)>", route):
            found = [re.sub(rf"<\w+:{name}>", str(key), each) for each in found for key in keys.get(name, [])]
        yield from found


def told(world: World, who: User | Guardian) -> str:
    """Everything that somebody gets out of the program: each page, paper and calendar file, opened and sent."""
    client = world.client(who)
    client.raise_request_exception = False
    pages = []
    for address in addresses(world, get_resolver().url_patterns):
        pages.append(text_of(client.get(address, follow=True)))
    for name in ("plan", "answer", "sign", "relatives"):
        pages.append(text_of(client.post(reverse(name, args=[world.plan.pk]), {"odd": "\x00"}, follow=True)))
    pages.append(text_of(client.post(reverse("find_plan"), {"q": "20140918-2399"}, follow=True)))
    return "\n".join(pages)


def hits(text: str, markers: tuple[str, ...]) -> set[str]:
    """The markers that stand in the text, however it writes its spaces."""
    plain = re.sub(r"\s+", " ", text.replace("\r\n ", ""))
    return {mark for mark in markers if mark in plain}


def everybody_but(world: World, *seeing: User) -> list[User]:
    """All who can log in and are none of these."""
    return [user for user in User.objects.order_by("pk") if user not in seeing]


def marked_after(world: World, state: str) -> World:
    """The world taken to a state with a place and a link that are looked for."""
    original = world.call
    world.call = lambda **changes: original(place=PLACE, link=LINK, **changes)  # type: ignore[method-assign]
    return world.to(state)


def told_now(world: World, who: User | Guardian) -> str:
    """As `told`, of the newest paper only: one that was made before is what it was."""
    client = world.client(who)
    old = {reverse(name, args=[world.plan.pk, 1]) for name in ("pdf", "receipt", "child_pdf")}
    pages = [address for address in addresses(world, get_resolver().url_patterns) if address not in old]
    newest = reverse("pdf", args=[world.plan.pk, world.version.number])
    return "\n".join(text_of(client.get(address, follow=True)) for address in (*pages, newest))
