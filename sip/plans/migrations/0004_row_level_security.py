"""The second lock: PostgreSQL hides every row of a plan from a transaction whose actor has not been let in to it.

What the transaction is told stands in agencies/row_scope.py; who is let in, in the grants. A view that forgets its
check gets nothing. The tables' owner, who migrates and backs up, is not held by it.

Written out per row as EXISTS over the grants' own index, and not as a function: PostgreSQL plans EXISTS either as a
probe (a page of one plan) or as one hash (a list of thousands), and cannot look into a function.
"""

from django.db import migrations

SETTING = """
CREATE FUNCTION sip_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting(name, true), '') $$;
"""

EVERYTHING = "sip_setting('sip.everything') = 'on'"
ACTOR = "sip_setting('sip.user')::uuid"
OWN_AGENCIES = "sip_setting('sip.agencies')::uuid[]"


def permissions(*codenames):
    names = ", ".join(f"'{name}'" for name in codenames)
    return f"ARRAY(SELECT id FROM auth_permission WHERE codename IN ({names}))"


READING = permissions("take_part_in_plan", "belong_to_plan", "read_plan_in_emergency")
TAKING_PART = permissions("take_part_in_plan")


def let_in(plan, among=None):
    """SQL: a grant lets the actor in to the plan whose key is the expression `plan`, with a permission `among`."""
    wanted = f"AND g.permission_id = ANY ({among})" if among else ""
    today = "(g.until IS NULL OR g.until >= sip_setting('sip.today')::date)"
    return f"""(
        EXISTS (SELECT 1 FROM plans_planpersongrant g WHERE g.content_object_id = {plan} AND g.user_id = {ACTOR}
                AND (g.agency_id IS NULL OR g.agency_id = ANY ({OWN_AGENCIES})) AND {today}
                AND (g.ends_at IS NULL OR g.ends_at > sip_setting('sip.now')::timestamptz) {wanted})
        OR EXISTS (SELECT 1 FROM plans_planagencygrant g WHERE g.content_object_id = {plan}
                AND g.group_id = ANY (sip_setting('sip.desks')::int[]) AND {today} {wanted})
    )"""


DECIDES = "sip_setting('sip.decides') = 'on'"


def asked_for(plan):
    """SQL: the plan is only asked for as yet, and the actor is one who may answer."""
    return f"({DECIDES} AND EXISTS (SELECT 1 FROM plans_plan p WHERE p.id = {plan} AND p.state = 'requested'))"


def frame(table):
    return f"{EVERYTHING} OR {let_in(f'{table}.plan_id')} OR {asked_for(f'{table}.plan_id')}"


def contents(table):
    return f"{EVERYTHING} OR {let_in(f'{table}.plan_id', READING)} OR {asked_for(f'{table}.plan_id')}"


POLICIES = {
    "plans_plan": f"{EVERYTHING} OR {let_in('plans_plan.id')} OR ({DECIDES} AND state = 'requested')",
    # A manager answers for the own unit's deviations without a part in the plan.
    "plans_deviation": f"{frame('plans_deviation')} OR agency_id = ANY (sip_setting('sip.managed')::uuid[])",
    # Another agency's working notes are never seen, whatever one's part in the plan.
    "plans_workingnote": f"{EVERYTHING} OR (agency_id = ANY ({OWN_AGENCIES}) AND "
    f"{let_in('plans_workingnote.plan_id', TAKING_PART)})",
    # The young person's own; the coordinator's when the young person says so.
    "plans_privatewords": f"{EVERYTHING} OR by_id = {ACTOR} OR (is_for_coordinator AND EXISTS (SELECT 1 FROM "
    f"plans_plan p WHERE p.id = plans_privatewords.plan_id AND p.coordinator_id = {ACTOR}) AND "
    f"{let_in('plans_privatewords.plan_id', TAKING_PART)})",
    # What is withheld from a guardian is not told to the family.
    "plans_withholding": f"{EVERYTHING} OR {let_in('plans_withholding.plan_id', TAKING_PART)}",
    "plans_emergencyopening": f"{frame('plans_emergencyopening')} OR user_id = {ACTOR}",
    **{
        table: frame(table)
        for table in ("plans_request", "plans_stamp", "plans_party", "plans_assignment", "plans_followup")
    },
    **{
        table: contents(table)
        for table in (
            *("plans_voice", "plans_wheelmark", "plans_need", "plans_goal", "plans_action"),
            *("plans_version", "plans_comment"),
            # The change history holds the same words.
            *("plans_voiceevent", "plans_wheelmarkevent", "plans_needevent", "plans_goalevent", "plans_actionevent"),
            "plans_partyevent",
        )
    },
}


def protect(table, condition):
    return f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON {table} USING ({condition});"


def unprotect(table):
    return f"DROP POLICY let_in ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_private_parts_and_emergency")]
    operations = [
        migrations.RunSQL(SETTING, "DROP FUNCTION sip_setting(text)"),
        *(migrations.RunSQL(protect(table, rule), unprotect(table)) for table, rule in POLICIES.items()),
    ]
