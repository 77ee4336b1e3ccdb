"""Archives of many plans, and the second lock on them: its owner's alone, and of each plan only while it is seen."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.keys

EVERYTHING = "sip_setting('sip.everything') = 'on'"
OWN = f"{EVERYTHING} OR by_id = sip_setting('sip.user')::uuid"
SEEN = (
    f"{EVERYTHING} OR (EXISTS (SELECT 1 FROM documents_export e WHERE e.id = documents_exportpart.export_id)"
    " AND EXISTS (SELECT 1 FROM plans_plan p WHERE p.id = documents_exportpart.plan_id))"
)


def _locked(table: str, condition: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON {table} USING ({condition});",
        f"DROP POLICY let_in ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_the_default_routine_complete"),
        ("documents", "0004_copies"),
        ("plans", "0011_corrections_answered"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("scope", models.JSONField()),
                ("reason", models.CharField(max_length=500)),
                ("session", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("made", "Made")], default="waiting", max_length=8
                    ),
                ),
                ("total", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("protected", models.PositiveIntegerField(default=0)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(default=common.clock.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")), fields=("by",), name="one_export_at_a_time"
                    )
                ],
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["asked_at"], name="exports_to_make")
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportPart",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("is_done", models.BooleanField(default=False)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("versions", models.JSONField(default=list)),
                ("data", models.BinaryField(null=True)),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="documents.export"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="plans.plan"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("export", "plan"), name="one_part_per_plan_of_an_export")
                ],
            },
        ),
        _locked("documents_export", OWN),
        _locked("documents_exportpart", SEEN),
    ]
