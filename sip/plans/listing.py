"""Which plans a page of a list shows: the keys, in Swedish order of name, of what the reader may know of.

⚡ Nothing but the grants' own indexes is read: each grant carries the plan's state, the child's place in the order and
the municipality (written by grants.py). Who may know of a plan is said by access.py, with the very same questions as
`visible_to`; PostgreSQL holds the rows apart once more when they are loaded.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When

from agencies.actor import Actor
from common.text import sort_key
from sip.plans import access, protection
from sip.plans.models import Plan
from sip.plans.states import CLOSED_STATES, OPEN_STATES, State

LAST = "\U0010ffff"  # sorts after every other character, and can be typed by nobody

Place = tuple[str, UUID]  # in the order of the list: the child's key, and the plan's


def listed_as(plan: Plan) -> dict[str, str]:
    """What the plan's grants carry. Of a protected child nothing may be read out of the order or the choices."""
    child = plan.child
    key = child.name_key if protection.may_stand_in_lists(child) else LAST
    return {"state": str(plan.state), "list_key": key, "place": protection.municipality_of(child)}


# Each way is asked by itself, in the order of its own index, and no further than the page reaches: never joined by OR.
_FIRST = "(SELECT DISTINCT list_key, content_object_id FROM ({way}) AS way WHERE {wanted} ORDER BY 1, 2 LIMIT %s)"
_MERGED = "SELECT * FROM ({ways}) AS found ORDER BY 1, 2 LIMIT %s"
_PLACES = "(SELECT DISTINCT place FROM ({way}) AS way WHERE place <> '')"


@dataclass(frozen=True)
class Seen:
    """What somebody may know of in some states: a question, with its values, for each way to know of a plan."""

    ways: tuple[tuple[str, tuple[Any, ...]], ...]

    @classmethod
    def by(cls, actor: Actor, states: tuple[str, ...]) -> "Seen":
        """What `actor` may know of. The states: all of them open, or all of them over."""
        is_over = Q(state__in=CLOSED_STATES)
        some = Q(is_over if set(states) <= set(CLOSED_STATES) else ~is_over)  # as the indexes say it
        if states not in (OPEN_STATES, CLOSED_STATES):
            some &= Q(state__in=states)
        ways: list[QuerySet[Any, Any]] = [rows.filter(some) for rows in access.ways_in(actor)]
        if actor.decides_requests and State.REQUESTED in states:
            ways.append(access.asked_for().annotate(list_key=_KEY, place=_PLACE, content_object_id=F("pk")))
        asked = (rows.order_by().values_list("list_key", "content_object_id", "place") for rows in ways)
        return cls(tuple(rows.query.sql_with_params() for rows in asked))

    def keys(self, most: int, *, municipality: str = "", name: str = "", after: Place | None = None) -> list[Place]:
        """The first `most` plans, each once: from a municipality, whose name begins so, after a place in the order."""
        conditions, values = ["TRUE"], list[Any]()
        if municipality:
            conditions.append("place = %s")
            values.append(municipality)
        if name:
            start = sort_key(name)
            conditions.append("list_key >= %s AND list_key < %s")
            values += [start, start + LAST]
        if after:
            conditions.append("(list_key, content_object_id) > (%s, %s)")
            values += after
        wanted = " AND ".join(conditions)
        ways = " UNION ".join(_FIRST.format(way=sql, wanted=wanted) for sql, _given in self.ways)
        given = [value for _sql, mine in self.ways for value in (*mine, *values, most)]
        return _ask(_MERGED.format(ways=ways), [*given, most])

    def places(self) -> list[str]:
        """The municipalities, in no order."""
        sql = " UNION ".join(_PLACES.format(way=sql) for sql, _given in self.ways)
        return [place for (place,) in _ask(sql, [value for _sql, given in self.ways for value in given])]


_PROTECTED = Q(child__is_protected=True)
_KEY = Case(When(_PROTECTED, then=Value(LAST)), default=F("child__name_key"))
_PLACE = Case(When(_PROTECTED, then=Value("")), default=F("child__municipality"))


def _ask(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
