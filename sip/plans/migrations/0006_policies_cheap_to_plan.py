"""The same policies, cheaper: who is let in is asked of a function, and for a list answered for all plans at once.

A page of one plan asks some fifty small questions. With the grants' EXISTS written out in every policy PostgreSQL spent
more time on planning each question than on answering it; a function's plan is made once per connection. A list goes the
other way: the program says so (`sip.listing`, agencies/row_scope.py), and the plans that the actor is let in to are
gathered once instead of being looked up row by row. Both say the same as the policies of 0004; measured by make bench.
"""

import importlib

from django.db import migrations

before = importlib.import_module("sip.plans.migrations.0004_row_level_security")

# Names with their schema: nobody's temporary table is read in their place.
LET_IN = """
CREATE FUNCTION sip_let_in(plan uuid, among text[] DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 5000 AS $$  -- dear, so that lists begin with the grants
DECLARE
    today date := public.sip_setting('sip.today')::date;
BEGIN
    IF plan IS NULL OR today IS NULL THEN
        RETURN false;  -- nobody has said who acts
    END IF;
    RETURN EXISTS (
        SELECT 1 FROM public.plans_planpersongrant g JOIN public.auth_permission p ON p.id = g.permission_id
        WHERE g.user_id = public.sip_setting('sip.user')::uuid AND g.content_object_id = plan
        AND (g.agency_id IS NULL OR g.agency_id = ANY (public.sip_setting('sip.agencies')::uuid[]))
        AND (g.until IS NULL OR g.until >= today)
        AND (g.ends_at IS NULL OR g.ends_at > public.sip_setting('sip.now')::timestamptz)
        AND (among IS NULL OR p.codename = ANY (among))
    ) OR EXISTS (
        SELECT 1 FROM public.plans_planagencygrant g JOIN public.auth_permission p ON p.id = g.permission_id
        WHERE g.group_id = ANY (public.sip_setting('sip.desks')::int[]) AND g.content_object_id = plan
        AND (g.until IS NULL OR g.until >= today)
        AND (among IS NULL OR p.codename = ANY (among))
    );
END $$;

CREATE FUNCTION sip_asked_for(plan uuid) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 5000 AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.plans_plan p WHERE p.id = plan AND p.state = 'requested');
END $$;
"""

EVERYTHING, ACTOR = before.EVERYTHING, before.ACTOR
# Never null: what comes after AND would be asked all the same.
DECIDES = "coalesce(sip_setting('sip.decides'), '') = 'on'"
LISTING = "coalesce(sip_setting('sip.listing'), '') = 'on'"
OWN_AGENCIES = before.OWN_AGENCIES
READING = "ARRAY['take_part_in_plan', 'belong_to_plan', 'read_plan_in_emergency']"
TAKING_PART = "ARRAY['take_part_in_plan']"
TODAY = "(g.until IS NULL OR g.until >= sip_setting('sip.today')::date)"

# What `sip_let_in` says, of all plans at once: kept as two hashes for the rest of the question.
LISTED = f"""(
    plans_plan.id IN (SELECT g.content_object_id FROM plans_planpersongrant g WHERE g.user_id = {ACTOR}
        AND (g.agency_id IS NULL OR g.agency_id = ANY ({OWN_AGENCIES})) AND {TODAY}
        AND (g.ends_at IS NULL OR g.ends_at > sip_setting('sip.now')::timestamptz))
    OR plans_plan.id IN (SELECT g.content_object_id FROM plans_planagencygrant g
        WHERE g.group_id = ANY (sip_setting('sip.desks')::int[]) AND {TODAY}))"""
LET_IN_TO_PLAN = f"CASE WHEN {LISTING} THEN {LISTED} ELSE sip_let_in(plans_plan.id) END"


def let_in(plan, among=None):
    """SQL: a grant lets the actor in to the plan whose key is the expression `plan`, with a permission `among`."""
    return f"sip_let_in({plan}, {among})" if among else f"sip_let_in({plan})"


def asked_for(plan):
    """SQL: the plan is only asked for as yet, and the actor is one who may answer."""
    return f"({DECIDES} AND sip_asked_for({plan}))"


def frame(table):
    return f"{EVERYTHING} OR {let_in(f'{table}.plan_id')} OR {asked_for(f'{table}.plan_id')}"


def contents(table):
    return f"{EVERYTHING} OR {let_in(f'{table}.plan_id', READING)} OR {asked_for(f'{table}.plan_id')}"


def policy(table):
    """The policy of 0004 for this table, asked of the functions."""
    special = {
        "plans_plan": f"{EVERYTHING} OR {LET_IN_TO_PLAN} OR ({DECIDES} AND state = 'requested')",
        "plans_deviation": f"{frame('plans_deviation')} OR agency_id = ANY (sip_setting('sip.managed')::uuid[])",
        "plans_workingnote": f"{EVERYTHING} OR (agency_id = ANY ({OWN_AGENCIES}) AND "
        f"{let_in('plans_workingnote.plan_id', TAKING_PART)})",
        "plans_privatewords": f"{EVERYTHING} OR by_id = {ACTOR} OR (is_for_coordinator AND EXISTS (SELECT 1 FROM "
        f"plans_plan p WHERE p.id = plans_privatewords.plan_id AND p.coordinator_id = {ACTOR}) AND "
        f"{let_in('plans_privatewords.plan_id', TAKING_PART)})",
        "plans_withholding": f"{EVERYTHING} OR {let_in('plans_withholding.plan_id', TAKING_PART)}",
        "plans_emergencyopening": f"{frame('plans_emergencyopening')} OR user_id = {ACTOR}",
    }
    if table in special:
        return special[table]
    return frame(table) if before.POLICIES[table] == before.frame(table) else contents(table)


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_list_indexes")]
    operations = [
        migrations.RunSQL(LET_IN, "DROP FUNCTION sip_asked_for(uuid); DROP FUNCTION sip_let_in(uuid, text[])"),
        *(
            migrations.RunSQL(
                f"ALTER POLICY let_in ON {table} USING ({policy(table)})",
                f"ALTER POLICY let_in ON {table} USING ({rule})",
            )
            for table, rule in before.POLICIES.items()
        ),
    ]
