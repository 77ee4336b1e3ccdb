"""The papers: made against WeasyPrint on the same HTML, handed out from what is kept, and many exported at once.

Measured in this process: what is asked is what the program adds, not what HTTP does. Everything is undone at the end.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from typing import IO

from django.db import transaction
from weasyprint import CSS, HTML

from agencies import row_scope
from agencies.actor import Actor
from agencies.models import User
from benchmarks.measure import Row, against, in_turns, p50
from common import clock
from sip.documents import export, freezing, papers, render
from sip.documents import services as documents
from sip.documents.canonical import canonical_json, content_hash
from sip.documents.context import plan_context
from sip.documents.first_page import FirstPage
from sip.documents.models import DocumentKind, Paper, PaperState
from sip.documents.orders import Order
from sip.plans import access
from sip.plans.access import Do
from sip.plans.models import Plan, Version

ROUNDS = 12
EXPORTED = 200
CACHED_GOAL = 20.0  # milliseconds
MADE_GOAL = 1.3
GROWTH_GOAL = 1.1  # of memory, from the first half of the plans to all of them


def measured(who: User) -> Iterator[Row]:
    """The three rows, for one who takes part in many plans."""
    actor = Actor.of(who)
    with row_scope.everything(), transaction.atomic():
        plans = _readable(actor)
        content = freezing.plan_content(plans[0], 1)
        found = [*_made(content), _kept(plans[0], content), *_exported(actor, plans)]
        transaction.set_rollback(True)
    yield from found


def _readable(actor: Actor) -> list[Plan]:
    rows = access.visible_to(actor).filter(child__is_protected=False).order_by("pk")[: 4 * EXPORTED]
    return [plan for plan in rows if access.can(actor, Do.READ, plan)][:EXPORTED]


def _made(content: dict[str, object]) -> list[Row]:
    """A plan's paper against WeasyPrint alone on the same HTML, with the same fonts and the same style."""
    look = render.PLAIN
    template = render._engine.get_template("documents/sip.html")
    html = render.html_of(template, plan_context(content, FirstPage()), look)

    def bare() -> float:
        began = time.perf_counter()
        style = CSS(string=render._STYLES["document"])
        HTML(string=html).write_pdf(stylesheets=[style], pdf_variant="pdf/a-3a")
        return time.perf_counter() - began

    def ours() -> float:
        began = time.perf_counter()
        render.render("sip", content)
        return time.perf_counter() - began

    return against("Plan som PDF mot WeasyPrint", *in_turns(ROUNDS, ours, bare), goal=MADE_GOAL)[:1]


def _kept(plan: Plan, content: dict[str, object]) -> Row:
    """One that is made already: found by what it holds."""
    order = Order("sip", content)
    made = order.made()
    Paper.objects.create(
        key=order.key(plan.pk), plan=plan, kind="sip", content="", look={}, state=PaperState.MADE, data=made
    )

    def fetched() -> float:
        began = time.perf_counter()
        papers.fetch(plan, order)
        return time.perf_counter() - began

    (times,) = in_turns(50, fetched)
    middle = p50(times)
    return Row("Papper som finns: p50", round(middle, 1), "ms", CACHED_GOAL, round(middle / CACHED_GOAL, 2), 1.0)


def _exported(actor: Actor, plans: list[Plan]) -> list[Row]:
    """Many plans in one archive: how long each takes, and whether memory grows with their number."""
    pdf = render.render("sip", freezing.plan_content(plans[0], 900))
    # The seeded versions have no papers; what is exported here has.
    Version.objects.filter(plan__in=[plan.pk for plan in plans]).update(void_at=clock.now())
    for plan in plans:
        _establish(plan, pdf)
    halfway: list[int] = []

    def tell(done: int) -> None:
        if done == len(plans) // 2:
            halfway.append(_memory())

    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        done = export.write(out, _folders(actor, plans), tell=tell)
        size = _length(out)
    each = (time.perf_counter() - began) * 1000 / done
    growth = _memory() / halfway[0]
    name = f"{done} planer i ett arkiv, {size // 1024} kB"
    return [
        Row(f"{name}: per plan", round(each, 1), "ms", None, None, None),
        Row(f"{name}: minne mot halvvägs", round(_memory() / 1024), "MB", None, round(growth, 2), GROWTH_GOAL),
    ]


def _folders(actor: Actor, plans: list[Plan]) -> Iterator[tuple[str, export.Files]]:
    for number, plan in enumerate(plans, start=1):
        yield f"{number:04}", export.plan_files(actor, plan)


def _establish(plan: Plan, pdf: bytes) -> None:
    """A version as a review and an establishment leave it, without the meeting before."""
    content = freezing.plan_content(plan, 900)
    version = Version.objects.create(
        plan=plan,
        number=900,
        content=canonical_json(content).decode(),
        sha256=content_hash(content),
        frozen_at=clock.now(),
        established_at=clock.now(),
    )
    documents.store(version, DocumentKind.PLAN, 0, pdf)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _length(out: IO[bytes]) -> int:
    return out.seek(0, 2)
