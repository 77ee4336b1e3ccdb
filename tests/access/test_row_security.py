"""The second lock: with the application's own check gone, PostgreSQL still lets no foreign row out (security.md).

Fails when a table with a plan's contents has no policy, or when a policy lets in somebody whom no grant lets in.
"""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from agencies import row_scope
from agencies.models import User
from consent.models import ConsentDecision, Relative
from sip.plans import access
from sip.plans.models import Plan
from sip.plans.services import contents
from tests.world import World
from tests.world_again import kept

pytestmark = pytest.mark.django_db

# Tables that lead to a plan and hold nothing of it: who is let in, and which colleagues a call names.
OPEN = {"plans_planpersongrant", "plans_planagencygrant", "meetings_invitation_people"}

# What the family has decided, how mature the child is, whom the child wants there: seen where a plan of the child's is.
OF_THE_FAMILY = {"consent_consentdecision", "consent_maturityassessment", "consent_relative"}

# Leads to no plan by itself, its parts do; whoever asked for it sees it.
OF_ONE_PERSON = {"documents_export"}


def of_a_plan() -> list[type[models.Model]]:
    """Every model that leads to a plan through its foreign keys, history tables included."""
    found = {Plan}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model in found
        }
        if more <= found:
            break
        found |= more
    return sorted((model for model in found if model._meta.db_table not in OPEN), key=lambda m: m._meta.db_table)


def rows(model: type[models.Model]) -> int:
    return model._default_manager.count()


def test_every_table_that_leads_to_a_plan_is_locked() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        locked = {name for (name,) in cursor.fetchall()}
    assert {model._meta.db_table for model in of_a_plan()} | OF_THE_FAMILY | OF_ONE_PERSON == locked


@kept
def _world() -> World:
    world = World.build().to("established")
    world.sibling().to("in_review")
    return world


@pytest.mark.parametrize("name", ["dag", "chef"])
def test_a_stranger_who_asks_the_tables_themselves_gets_nothing(name: str) -> None:
    world = _world()
    with row_scope.acting(world.actor(getattr(world, name))):
        assert {model.__name__: rows(model) for model in of_a_plan() if rows(model)} == {}


def test_nobody_gets_nothing() -> None:
    _world()
    assert rows(Plan) == 2
    with row_scope._within(row_scope.NOTHING):
        assert {model.__name__: rows(model) for model in of_a_plan() if rows(model)} == {}


@pytest.mark.parametrize("name", ["nadja", "per", "inga", "hanna", "birgit", "sara", "johan"])
def test_who_is_let_in_sees_rows(name: str) -> None:
    world = _world()
    user = getattr(world, name)
    with row_scope.acting(world.actor(user)):
        assert {plan.pk for plan in Plan.objects.all()} == {plan.pk for plan in access.visible_to(world.actor(user))}
        assert all(rows(model) for model in of_a_plan() if model.__name__ in ("Voice", "Goal", "Action", "Version"))


def test_the_application_check_taken_away_lets_nothing_foreign_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plan page is opened by a stranger with `can`, `load` and the list's own filter all gone."""
    world = _world()
    everybody: Any = lambda *_args, **_named: access.Standing(frozenset(access.Relation))  # noqa: E731
    monkeypatch.setattr(access, "standing", everybody)
    monkeypatch.setattr(access, "visible_to", lambda _actor, _among=None: Plan.objects.all())
    page = world.client(world.dag).get(f"/planer/{world.plan.pk}/")
    assert page.status_code == 404
    listed = world.client(world.dag).get("/planer/").content.decode()
    assert "Alva" not in listed
    assert "Alva" in world.client(world.nadja).get("/planer/").content.decode()


def test_a_write_to_a_foreign_plan_is_refused_by_the_database() -> None:
    world = _world()
    with row_scope.acting(world.actor(world.dag)):
        assert world.goal.__class__.objects.filter(pk=world.goal.pk).update(text="ändrat") == 0
        assert Plan.objects.filter(pk=world.plan.pk).delete()[0] == 0


def test_what_is_told_holds_for_the_transaction_and_no_longer() -> None:
    world = _world()
    before = rows(Plan)
    with row_scope.acting(world.actor(world.dag)):
        with row_scope.everything():
            assert rows(Plan) == before
        assert rows(Plan) == 0
    assert rows(Plan) == before
    assert User.objects.filter(pk=world.dag.pk).exists()


def test_a_key_that_a_hidden_row_has_makes_no_error() -> None:
    """The page's own key for a new row, swapped for that of a row in somebody else's plan."""
    world = World.build().to("opened")
    foreign = world.sibling().to("met")
    foreign_goal = foreign.goal.pk
    with row_scope.acting(world.actor(world.nadja)):
        made = contents.add_need(world.actor(world.nadja), world.plan, text="Sova bättre", key=foreign.need.pk)
    assert made.pk not in (foreign.need.pk, foreign_goal)


@pytest.mark.parametrize(("name", "sees"), [("dag", False), ("per", True), ("nadja", True), ("sara", True)])
def test_what_the_family_decided_is_locked_too(name: str, sees: bool) -> None:
    world = World.build().to("called")
    Relative.objects.create(child=world.child, name="Mormor Ek", relation="mormor")
    with row_scope.acting(world.actor(getattr(world, name))):
        assert ConsentDecision.objects.exists() is sees
        assert Relative.objects.exists() is sees
