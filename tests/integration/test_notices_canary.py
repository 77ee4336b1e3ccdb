"""No notice, of any kind, in any language, by any way, holds a name, a number, an address or a kind of agency.

What must not be said is read from the database: everything that stands there about anybody, and markers planted in
every text that somebody has written. A kind that is added later is tried here without anybody thinking of it.
"""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation

from agencies.models import Agency, AgencyKind, Principal, User
from common import clock
from common.keys import new_key
from consent.models import Child, Guardian, Relative
from sip.meetings.models import Invitation
from sip.notices import registry
from sip.notices.letters import Item, Letter
from sip.notices.models import Notice
from sip.plans.models import Deviation, Version
from tests.canary import markers
from tests.world import World

pytestmark = pytest.mark.django_db

LANGUAGES = sorted({code for code, _name in settings.LANGUAGES} | {"en", "fi", "ar", "so", "uk"})
SHORTEST = 3  # letters in a name that is looked for
KEYS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")
SAY_NOTHING = {"och", "för", "första", "linjen", "barn"}  # words of agencies’ names that by themselves name none


@pytest.fixture
def world() -> World:
    """A plan with all that can be written in one, established."""
    return World.build().to("established")


def secrets() -> set[str]:
    """Every word of everybody's names and places, every kind of agency, and numbers and addresses whole."""
    users, agencies = list(User.objects.all()), list(Agency.objects.all())
    children, guardians = list(Child.objects.all()), list(Guardian.objects.all())
    names = [row.name for row in (*users, *agencies, *children, *guardians, *Relative.objects.all())]
    names += [row.name for row in (*Principal.objects.all(), *AgencyKind.objects.all())]
    names += [place for child in children for place in (child.municipality, child.school)]
    words = {word for name in names for word in re.findall(r"[^\W\d_]+", name.lower()) if len(word) >= SHORTEST}
    whole = [value for user in users for value in (user.email, user.phone)] + [agency.phone for agency in agencies]
    whole += [row.number for row in (*children, *guardians)] + [guardian.address for guardian in guardians]
    return (words - SAY_NOTHING) | {value.lower() for value in whole if value}


def letters(items: list[Item]) -> Iterator[str]:
    """Everything that letters about it would say, by each way."""
    for item in items:
        letter = Letter(new_key(), [item])
        yield from (letter.subject, letter.plain, letter.html, letter.short, item.body)
    whole = Letter(new_key(), items)
    yield from (whole.subject, whole.plain, whole.html, whole.short)


def told_too_much(text: str, hidden: set[str]) -> list[str]:
    """What of the hidden stands in it; addresses of pages say nothing but a key."""
    bare = KEYS.sub("", re.sub(r"style=\"[^\"]*\"|<meta[^>]*>", "", text)).lower()
    bare = re.sub(r"https?://[^\s\"<]*", "", bare)
    words = set(re.findall(r"[^\W\d_]+", bare))
    joined = bare.replace("-", "")  # a number is a number with and without its dash
    found = [one for one in hidden if (one in words if one.isalpha() else one in bare or one in joined)]
    return sorted(found + markers.MARKER.findall(bare))


def every_notice(world: World) -> Iterator[Notice]:
    """Each kind, about whatever it may be about, to staff and to family."""
    models = (Invitation, Version, Deviation)
    details = [world.meeting.pk, *(key for model in models for key in model.objects.values_list("pk", flat=True)[:1])]
    pairs = [(world.sara.user, world.plan.pk), *((world.nadja, detail) for detail in [world.plan.pk, *details])]
    for name in registry.names():
        for recipient, detail in pairs:
            yield Notice(kind=name, recipient=recipient, about=world.plan.pk, detail=detail, deadline=clock.now())


def test_no_notice_of_any_kind_tells_of_anybody(world: World) -> None:
    garden = markers.Garden()
    garden.words(world)
    hidden = secrets()
    assert {"alva", "nadja", "bup", "skola", "socialtjänst"} <= hidden
    leaks = set()
    for language in LANGUAGES:
        with translation.override(language):
            items = list(dict.fromkeys(Item.of(notice) for notice in every_notice(world)))
            assert len(items) >= len(registry.names())
            for text in letters(items):
                assert "%(" not in text
                leaks.update((language, found, text[:80]) for found in told_too_much(text, hidden))
    assert leaks == set()


def test_the_canary_sings(world: World) -> None:
    hidden = secrets()
    for said in (
        "Alva har en plan",
        "Ring BUP",
        "Mötet är i Ystad",
        world.child.number,
        "20140918-2399",
        "Per Lindqvist",
        "qz123456x",
    ):
        item = Item(said, said, "")
        assert all(told_too_much(text, hidden) for text in letters([item])), said
