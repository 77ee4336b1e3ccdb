"""The second lock on what the family has decided and on whom the child wants there: seen by those whom a plan of the
child's lets in, and by whoever decided. Carve-outs and telephone numbers stand in these rows."""

from django.db import migrations

# Through the plans' own policy: whoever may know of one of the child's plans.
LET_IN_TO_CHILD = """
CREATE FUNCTION sip_let_in_to_child(child uuid) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 5000 AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.plans_plan p WHERE p.child_id = child);
END $$;
"""
EVERYTHING = "sip_setting('sip.everything') = 'on'"
ACTOR = "sip_setting('sip.user')::uuid"
OWN_CHILD = f"child_id IN (SELECT c.id FROM consent_child c WHERE c.user_id = {ACTOR})"
OWN_WORD = f"guardian_id IN (SELECT g.id FROM consent_guardian g WHERE g.user_id = {ACTOR})"

POLICIES = {
    "consent_consentdecision": f"{EVERYTHING} OR sip_let_in_to_child(child_id) OR {OWN_WORD} OR {OWN_CHILD}",
    "consent_maturityassessment": f"{EVERYTHING} OR sip_let_in_to_child(child_id) OR {OWN_CHILD}",
    "consent_relative": f"{EVERYTHING} OR sip_let_in_to_child(child_id) OR {OWN_CHILD}",
}


class Migration(migrations.Migration):
    dependencies = [("plans", "0006_policies_cheap_to_plan"), ("consent", "0003_protection_kind")]
    operations = [
        migrations.RunSQL(LET_IN_TO_CHILD, "DROP FUNCTION sip_let_in_to_child(uuid)"),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON {table} USING ({rule});",
                f"DROP POLICY let_in ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
            )
            for table, rule in POLICIES.items()
        ),
    ]
