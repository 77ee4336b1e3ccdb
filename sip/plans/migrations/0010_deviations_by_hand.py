"""Deviations that somebody tells by hand, and their answer. Seen by who told and by that unit's manager alone."""

import importlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

before = importlib.import_module("sip.plans.migrations.0006_policies_cheap_to_plan")

MANAGES = "agency_id = ANY (sip_setting('sip.managed')::uuid[])"
SEEN_BY = f"{before.EVERYTHING} OR {MANAGES} OR reported_by_id = {before.ACTOR}"
# A meeting that closes tells of who stayed away, for nobody.
WRITTEN_BY = f"{SEEN_BY} OR {before.frame('plans_deviation')}"
PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("plans", "0009_waiting")]
    operations = [
        migrations.AddField("deviation", "happened_on", models.DateField(blank=True, null=True)),
        migrations.AddField("deviation", "answer", models.TextField(blank=True, default="")),
        migrations.AddField("deviation", "answered_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("deviation", "closed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("deviation", "version", models.PositiveIntegerField(default=1)),
        *(
            migrations.AddField(
                "deviation",
                name,
                models.ForeignKey(
                    blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            )
            for name in ("answered_by", "reported_by")
        ),
        migrations.AddField(
            "deviation",
            "reported_for",
            models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="agencies.agency"),
        ),
        migrations.RunSQL(
            f"ALTER POLICY let_in ON plans_deviation USING ({SEEN_BY}) WITH CHECK ({WRITTEN_BY})",
            f"ALTER POLICY let_in ON plans_deviation USING ({before.policy('plans_deviation')})",
        ),
    ]
