"""The papers: made against WeasyPrint on the same HTML, handed out from what is kept, and many exported at once.

What is kept is asked for over HTTP, at the address where a reader fetches it. The rest is measured in this process and
undone at the end: what is asked is what the program adds.
"""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from weasyprint import CSS, HTML

from agencies import row_scope
from agencies.actor import Actor
from agencies.models import User
from benchmarks.measure import Row, against, in_turns, p50
from benchmarks.site import Visitor
from common import clock
from sip.documents import exports, freezing, papers, render
from sip.documents import services as documents
from sip.documents.canonical import canonical_json, content_hash
from sip.documents.context import plan_context
from sip.documents.first_page import FirstPage
from sip.documents.models import Document, DocumentKind
from sip.plans import access
from sip.plans.access import Do
from sip.plans.models import Plan, Version

ROUNDS = 12
EXPORTED = 200
NUMBER = 900  # of the versions that are made here
FLOOR = "/bench/golv/"
CACHED_GOAL = 20.0  # milliseconds
MADE_GOAL = 1.3
GROWTH_GOAL = 1.1  # of memory, from the first half of the plans to all of them


def measured(who: User, visitor: Visitor) -> Iterator[Row]:
    """The rows, for one who takes part in many plans and sits at a desk; `visitor`: the same, logged in."""
    actor = Actor.of(who, is_fresh=True)
    with row_scope.everything():
        plans = _readable(actor)
        content = freezing.plan_content(plans[0], NUMBER)
    yield from _kept(plans[0], content, visitor)
    with row_scope.everything(), transaction.atomic():
        found = [*_made(content), *_exported(actor, plans, content)]
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


def _kept(plan: Plan, content: dict[str, object], visitor: Visitor) -> Iterator[Row]:
    """What is made already, fetched by a reader: a version's own paper, and one that is found by what it holds."""
    with row_scope.everything():
        if not Document.objects.filter(version__plan=plan, version__number=NUMBER).exists():
            _establish(plan, render.render("sip", content))
    own = f"/planer/{plan.pk}/sip-v{NUMBER}.pdf"
    for name, path in (("Planen som finns", own), ("Stor text som finns", f"{own}?stor=ja")):
        _make(visitor, path)
        page, floor = in_turns(ROUNDS * 4, lambda path=path: visitor.get(path)[0], lambda: visitor.get(FLOOR)[0])
        middle = p50(page)
        figures = (round(middle, 1), "ms", round(p50(floor), 1), round(middle / CACHED_GOAL, 2), 1.0)
        yield Row(f"{name}, hämtad över HTTP, mot {CACHED_GOAL:g} ms: p50", *figures)


def _make(visitor: Visitor, path: str) -> None:
    """The paper at this address. No worker runs here: when it is asked for and not made yet, it is made at once."""
    try:
        visitor.get(path)
    except RuntimeError:  # 202: it waits for a worker
        papers.make_all()
        visitor.get(path)


def _exported(actor: Actor, plans: list[Plan], content: dict[str, object]) -> list[Row]:
    """Many plans through the job: how long each takes, and whether memory grows with their number; then fetched."""
    pdf = render.render("sip", content)
    # The seeded versions have no papers; what is exported here has.
    Version.objects.filter(established_at__gte=clock.at(clock.today())).update(void_at=clock.now())
    Version.objects.filter(plan__in=[plan.pk for plan in plans]).update(void_at=clock.now())
    for plan in plans:
        _establish(plan, pdf)
    agency = exports.desks(actor)[0]
    made = exports.order(actor, agency, exports.Scope(since=clock.today()), reason="Mätning.")
    halfway: list[int] = []
    with _counted(lambda done: halfway.append(_memory()) if done == made.total // 2 else None):
        began = time.perf_counter()
        exports.make_all()
        each = (time.perf_counter() - began) * 1000 / made.total
    grown = _memory() / halfway[0]
    made.refresh_from_db()
    if made.done < len(plans):
        raise RuntimeError(f"{made.done} of {len(plans)} plans were exported")
    before = _memory()
    began = time.perf_counter()
    size = sum(len(piece) for piece in exports.take(actor, made.pk))
    fetched = (time.perf_counter() - began) * 1000 / made.total
    name = f"{made.total} planer i ett arkiv"
    rise = _memory() / before
    return [
        Row(f"{name}: görs, per plan", round(each, 1), "ms", None, None, None),
        Row(f"{name}: hämtas, per plan ({size // 1024} kB)", round(fetched, 1), "ms", None, None, None),
        Row(f"{name}: minne mot halvvägs", round(_memory() / 1024), "MB", None, round(grown, 2), GROWTH_GOAL),
        Row(f"{name}: minne när det hämtas mot före", round(_memory() / 1024), "MB", None, round(rise, 2), GROWTH_GOAL),
    ]


@contextmanager
def _counted(tell: Callable[[int], object]) -> Iterator[None]:
    """Meanwhile `tell` hears how many plans the job has seen to."""
    see_to, done = exports._see_to, 0

    def counting(key: UUID, part: UUID) -> None:
        nonlocal done
        see_to(key, part)
        done += 1
        tell(done)

    exports._see_to = counting
    try:
        yield
    finally:
        exports._see_to = see_to


def _establish(plan: Plan, pdf: bytes) -> None:
    """A version as a review and an establishment leave it, without the meeting before."""
    content = freezing.plan_content(plan, NUMBER)
    version, _is_new = Version.objects.update_or_create(
        plan=plan,
        number=NUMBER,
        defaults={
            "content": canonical_json(content).decode(),
            "sha256": content_hash(content),
            "frozen_at": clock.now(),
            "established_at": clock.now(),
            "void_at": None,
        },
    )
    Document.objects.filter(version=version).delete()
    documents.store(version, DocumentKind.PLAN, 0, pdf)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
