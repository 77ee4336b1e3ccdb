"""A plan with a marker word in every part, and everything that somebody finds of it anywhere in the program."""

import io
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

import pikepdf
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from agencies.models import User
from consent.models import Guardian
from sip.plans.models import Section, Withholding, WorkingNote
from sip.plans.services import contents, frame, private
from tests.integration.test_young_person import with_log_in
from tests.world import World
from tests.world_again import kept

VOICE, SITUATION, ACTION = "RÖSTMÄRKE", "LÄGESMÄRKE", "INSATSMÄRKE"
WHEEL, NEED, WORKS = "HJULMÄRKE", "BEHOVSMÄRKE", "FUNGERARMÄRKE"
BACKUP, WHY = "RESERVMÄRKE", "UTFALLSMÄRKE"
PLAIN, GUARDIANS = "ÖPPETMÄRKE", "FÖRÄLDRAMÄRKE"
PRIVATE, NOTE, REASON = "PRIVATMÄRKE", "NOTISMÄRKE", "SKÄLSMÄRKE"
OF_VOICE, OF_SITUATION = {VOICE, WHEEL}, {SITUATION, NEED, WORKS}
OF_ACTION = {ACTION, BACKUP, WHY}
SHARED = {PLAIN, GUARDIANS, *OF_VOICE, *OF_SITUATION, *OF_ACTION}
ON_PAGES = SHARED - {WHEEL}  # what the wheel says in words stands on paper only
ALL = SHARED | {PRIVATE, NOTE, REASON}


@kept
def marked_world() -> World:
    """An established plan with a marker in every part, and Alva's own log-in."""
    world = World.build()
    world.alva = with_log_in(world)  # type: ignore[attr-defined]
    world.to("met")
    nadja, per = world.actor(world.nadja), world.actor(world.per)
    contents.set_voice(
        nadja,
        world.plan,
        child_words=f"Jag säger {VOICE}.",
        guardians_view=f"Vi säger {GUARDIANS}.",
        works_well=f"Det som är {WORKS}.",
        situation=f"Nu är det {SITUATION}.",
    )
    contents.set_wheel(nadja, world.plan, marks={"trygg": 2}, works={"trygg": WHEEL}, hard={})
    contents.edit(nadja, world.plan, world.need, "text", f"Behöver {NEED}")
    contents.edit(per, world.plan, world.assessment, "text", f"Gör {ACTION}")
    contents.edit(per, world.plan, world.assessment, "if_not", f"Då görs {BACKUP}")
    contents.edit(world.actor(world.birgit), world.plan, world.schedule, "text", f"Schema {PLAIN}")
    world.review()
    world.sign(world.sara)
    world.establish()
    frame.tell_outcome(per, world.plan, world.assessment, result="partly", why=f"För att {WHY}")
    world.plan.refresh_from_db()
    return world


def hide(world: World, *what: str, by: User | None = None, guardian: Guardian | None = None) -> list[Withholding]:
    """Withhold the sections, and with "action" Per's own action, from Johan."""
    rows = []
    for section in what:
        is_action = section == Section.ACTION
        rows.append(
            private.withhold(
                world.actor(by or (world.per if is_action else world.nadja)),
                world.plan,
                guardian or world.johan,
                section,
                action=world.assessment if is_action else None,
                reason=f"Barnet skadas. {REASON}",
            )
        )
    return rows


EVERYTHING = tuple(Section.values)


def addresses(world: World, patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    """Every address of the program that is about this plan, with every key of it filled in; and the lists."""
    keys: dict[str, list[Any]] = {
        "plan_id": [world.plan.pk],
        "number": [1],
        "row_id": [world.assessment.pk, world.goal.pk, world.need.pk],
        "note_id": list(WorkingNote.objects.order_by().values_list("pk", flat=True)),
    }
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(world, pattern.url_patterns, route)
            continue
        if pattern.callback.policy.who == "public":  # type: ignore[attr-defined]
            continue
        found = [route]
        for name in re.findall(r"<\w+:(\w+)>", route):
            found = [re.sub(rf"<\w+:{name}>", str(key), each) for each in found for key in keys.get(name, [])]
        yield from found


def text_of(response: HttpResponse) -> str:
    """All that an answer tells: its headers, its text, and of a paper the words, the data inside, every stream."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    told = f"{response.headers} {body.decode('utf-8', 'replace')}"
    return told + paper_text(body) if body.startswith(b"%PDF") else told


@cache
def paper_text(data: bytes) -> str:
    """The words of a PDF as a reader sees them, its attachments, and every stream in it."""
    words = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        words += "".join(file.get_file().read_bytes().decode() for file in pdf.attachments.values())
        words += "".join(str(thing) for thing in pdf.docinfo.values())
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                words += thing.read_bytes().decode("utf-8", "replace")
    return words


def seen(world: World, who: User | Guardian, *, papers: bool = True) -> set[str]:
    """The markers that somebody finds anywhere in the program; `papers`: also in what is fetched as a PDF (slow)."""
    client = world.client(who)
    told = []
    for address in addresses(world, get_resolver().url_patterns):
        if address.endswith(".pdf") and not papers:
            continue
        response = client.get(address, follow=True)
        assert response.status_code < 500, address
        told.append(text_of(response))
    return {mark for mark in ALL if any(mark in page for page in told)}
