"""The list of plans from the grants alone: each carries the plan's state, the child's place in the order, and the
municipality. What stood in `sip.listing` (0006) is no longer asked for: the policy on plans says what it said there,
without it, and tells first what needs no looking up.
"""

import importlib

from django.db import migrations, models

before = importlib.import_module("sip.plans.migrations.0006_policies_cheap_to_plan")

BACKFILL = """
UPDATE {grant} g SET
    state = p.state,
    list_key = CASE WHEN c.is_protected THEN U&'\\+10FFFF' ELSE c.name_key END,
    place = CASE WHEN c.is_protected THEN '' ELSE c.municipality END
FROM plans_plan p JOIN consent_child c ON c.id = p.child_id WHERE p.id = g.content_object_id;
"""
ON_PLANS = f"{before.EVERYTHING} OR ({before.DECIDES} AND state = 'requested') OR sip_let_in(plans_plan.id)"
OVER = models.Q(("state__in", ("declined", "closed")))
GRANTS = {
    "planpersongrant": ("user", "person_grant", ["permission", "agency", "ends_at", "until", "place", "state"]),
    "planagencygrant": ("group", "desk_grant", ["permission", "until", "place", "state"]),
}
FIELDS = {"state": 20, "list_key": 200, "place": 100}


class Migration(migrations.Migration):
    dependencies = [("plans", "0007_row_level_security_of_consent")]
    operations = [
        *(
            migrations.AddField(model, name, models.CharField(default="", max_length=length))
            for model in GRANTS
            for name, length in FIELDS.items()
        ),
        *(migrations.RunSQL(BACKFILL.format(grant=f"plans_{model}"), migrations.RunSQL.noop) for model in GRANTS),
        # What the rows' foreign keys have waiting must be over before an index is made.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        *(
            migrations.AddIndex(
                model,
                models.Index(
                    condition=OVER if is_over else models.Q(OVER, _negated=True),
                    fields=[who, "list_key", "content_object"],
                    include=include,
                    name=f"{name}_{'over' if is_over else 'open'}",
                ),
            )
            for model, (who, name, include) in GRANTS.items()
            for is_over in (False, True)
        ),
        migrations.RunSQL(
            f"ALTER POLICY let_in ON plans_plan USING ({ON_PLANS})",
            f"ALTER POLICY let_in ON plans_plan USING ({before.policy('plans_plan')})",
        ),
    ]
