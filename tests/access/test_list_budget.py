"""What the list of plans may cost (performance.md): queries, bytes, and no table read from end to end.

Some thousand plans, of which the reader sees some hundred, committed and analysed, so that PostgreSQL plans as it does
where the service is used. Every scan of a large table must go by an index *condition*: an index that is merely walked
from its beginning is a sequential scan by another name.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies import row_scope
from agencies.models import User
from common import clock
from common.text import sort_key
from consent.models import Child
from sip.plans.grant_names import COORDINATE, TAKE_PART, permission_id
from sip.plans.listing import listed_as
from sip.plans.models import Plan, PlanAgencyGrant, PlanPersonGrant
from tests.database import Database
from tests.world import World

QUERIES = 11  # everything that goes to PostgreSQL is counted: BEGIN, COMMIT and what the transaction is told, too
BYTES = 60_000
OTHERS, MINE = 3_000, 300
LARGE = {"plans_plan", "plans_planpersongrant", "plans_planagencygrant", "consent_child"}


@pytest.fixture
def crowd(committed_db: Database) -> Iterator[World]:
    """Plans of strangers, and some that Inga's desk and Per see."""
    world = World.build()
    strangers = User.objects.bulk_create(
        User(name=f"Främling {n}", name_key=f"framling {n}", password="!") for n in range(60)
    )
    children = Child.objects.bulk_create(
        Child(
            name=f"Barn {n:04}",
            name_key=sort_key(f"Barn {n:04}"),
            number_index=uuid4().hex,  # no identity number: nothing is looked up by it here
            born=clock.today() - timedelta(days=3_000),
            municipality=f"Ort {n % 20}",
        )
        for n in range(OTHERS + MINE)
    )
    plans = Plan.objects.bulk_create(
        Plan(child=child, state="established", coordinator=world.nadja, coordinator_agency=world.soc)
        for child in children
    )
    seen = [plan for number, plan in enumerate(plans) if number % 11 == 0]
    others = [plan for number, plan in enumerate(plans) if number % 11]
    take_part, coordinate = permission_id(TAKE_PART), permission_id(COORDINATE)
    PlanPersonGrant.objects.bulk_create(
        PlanPersonGrant(
            user=strangers[n % 60], permission_id=permission, content_object=plan, **listed_as(plan), agency=world.soc
        )
        for n, plan in enumerate(others)
        for permission in (take_part, coordinate)
    )
    PlanPersonGrant.objects.bulk_create(
        PlanPersonGrant(
            user=world.per, permission_id=take_part, content_object=plan, **listed_as(plan), agency=world.bup
        )
        for plan in seen
    )
    PlanAgencyGrant.objects.bulk_create(
        PlanAgencyGrant(group=world.bup.desk, permission_id=take_part, content_object=plan, **listed_as(plan))
        for plan in seen
    )
    PlanAgencyGrant.objects.bulk_create(
        PlanAgencyGrant(group=world.school.desk, permission_id=take_part, content_object=plan, **listed_as(plan))
        for plan in others
    )
    with psycopg.connect(committed_db.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    yield world


def scans(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of a query plan that read a large table, but those that PostgreSQL only plans for."""
    if node.get("Relation Name") in LARGE and node.get("Actual Loops", 1):
        yield node
    for below in node.get("Plans", []):
        yield from scans(below)


def explained(sql: str) -> dict[str, Any]:
    """How PostgreSQL answers the query."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)
        found = cursor.fetchone()[0]
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


ADDRESSES = {
    "/planer/": 25,
    "/planer/?lage=avslutade": 0,
    "/planer/?lage=pagaende&kommun=Ort+3": 15,
    "/planer/?lage=pagaende&namn=barn+00": 10,
}
SEARCH = 3  # the events of a search that found somebody: SAVEPOINT, INSERT, RELEASE


@pytest.mark.parametrize("name", ["per", "inga"])
def test_the_list_keeps_its_budget(crowd: World, name: str) -> None:
    client, actor = crowd.client(getattr(crowd, name)), crowd.actor(getattr(crowd, name))
    client.get("/planer/")  # what is read once per process is read
    for address, expected in ADDRESSES.items():
        with CaptureQueriesContext(connection) as captured:
            page = client.get(address)
        assert page.status_code == 200
        assert page.content.decode().count('<th scope="row">') == expected, address
        assert len(page.content) <= BYTES
        queries = [row["sql"] for row in captured]
        assert len(queries) <= QUERIES + SEARCH * ("namn" in address), [sql[:80] for sql in queries]
        of_plans = [sql for sql in queries if "plans_plan" in sql and "INSERT" not in sql]
        assert len(of_plans) == (3 if expected else 2)  # which they are, from where, and the few that are shown
        with row_scope.acting(actor):
            # The shuffling of the tests (tests/hostile.py) stands between an index and whoever reads it in order.
            asked = [explained(sql.replace("ORDER BY RANDOM()", "")) for sql in of_plans]
        assert [walk for each in asked for walk in walks(each)] == [], address
        # Which they are is read in the order of the list, and not much further than the page reaches.
        if "kommun" not in address:
            assert sum(scan["Actual Rows"] for scan in scans(asked[0])) <= 26, address


def walks(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The scans that go by no condition of an index."""
    for scan in scans(node):
        if "Index Cond" not in scan and "Recheck Cond" not in scan:
            yield scan["Node Type"], scan["Relation Name"]
