"""Fills the bench's database, and shows that its grants are those that sip/plans/grants.py would have written."""

import time
from pathlib import Path

import psycopg
from django.conf import settings
from django.db.models import Q

from agencies import routines, row_scope
from benchmarks import tables
from benchmarks.plan_rows import COLUMNS
from benchmarks.world import World
from common import clock, crypto, identity
from sip.embedded.terminal import say
from sip.plans import access, grants, listing
from sip.plans.models import PlanAgencyGrant, PlanPersonGrant, Waiting
from sip.plans.opened import opened
from sip.web.staff.waiting import index

NUMBERS = Path(__file__).parents[1] / "cases" / "testpersonnummer.txt"
COMPARED = 300  # plans


def published_number() -> str:
    """One of the numbers that Skatteverket publishes for testing."""
    lines = (line.strip() for line in NUMBERS.read_text().splitlines())
    return next(line for line in lines if line and not line.startswith("#"))


def fill(size: int, admin_url: str) -> None:
    """Write the world of `size` plans into the empty, migrated database, as the tables' owner."""
    began = time.monotonic()
    with tables.unchecked(admin_url, settings.OWNER_DATABASE_URL) as connection:
        world(size, connection)
        tables.history(connection, "Party", "Voice", "Need", "Goal", "Action")
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('auth_group', 'id'), (SELECT max(id) FROM auth_group))"
        )
    with psycopg.connect(settings.OWNER_DATABASE_URL, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    say(f"{size} planer på {time.monotonic() - began:.0f} s.")
    compare()


def world(size: int, connection: psycopg.Connection) -> World:
    """The world itself, written to `connection`."""
    permissions = dict(connection.execute("SELECT codename, id FROM auth_permission").fetchall())
    number = published_number()
    made = World(
        size=size,
        tables=tables.Tables(connection, COLUMNS),
        permissions=permissions,
        placeholder=crypto.encrypt(number),
        known_index=identity.index(number),
        today=clock.today(),
        rules=routines.rules_for(None),
    )
    made.build()
    return made


def compare() -> None:
    """Stop unless some hundred plans are granted to those whom the services would have granted them to."""
    with row_scope.everything(), access.for_nobody() as plans:
        today = clock.today()
        step = max(1, plans.count() // COMPARED)
        keys = list(plans.order_by("id").values_list("pk", flat=True))[::step]
        for plan in plans.filter(pk__in=keys).select_related("child"):
            people, desks = grants.desired(plan)
            holds = Q(until__isnull=True) | Q(until__gte=today)
            persons = PlanPersonGrant.objects.filter(holds, content_object=plan)
            found = set(persons.values_list("user_id", "permission__codename", "agency_id"))
            as_listed = {tuple(listing.listed_as(plan).values())}
            held = PlanAgencyGrant.objects.filter(holds, content_object=plan)
            if found != set(people) or set(held.values_list("group_id", "permission__codename")) != set(desks):
                raise AssertionError(f"{plan.pk} ({plan.state}) has other grants than the services would have made")
            carried = {row for rows in (persons, held) for row in rows.values_list("state", "list_key", "place")}
            waits = {index._key(row): index._values(row) for row in Waiting.objects.filter(plan=plan)}
            ought = index.wanted(opened(plans.filter(pk=plan.pk)))
            if waits != {key: index._values(row) for key, row in ought.items()}:
                raise AssertionError(f"{plan.pk} ({plan.state}) has other things waiting than the services would have")
            if carried - as_listed:
                raise AssertionError(f"{plan.pk} ({plan.state}): its grants carry {carried}, not {as_listed}")
