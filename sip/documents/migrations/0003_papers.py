"""Papers made apart, and the second lock on them: seen where the plan is (plans/0004)."""

import django.db.models.deletion
from django.db import migrations, models

import common.clock

SEEN = (
    "sip_setting('sip.everything') = 'on' OR EXISTS (SELECT 1 FROM plans_plan p WHERE p.id = documents_paper.plan_id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_row_level_security"),
        ("plans", "0010_deviations_by_hand"),
    ]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("content", models.TextField()),
                ("look", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("made", "Made"), ("failed", "Failed")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("data", models.BinaryField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField(default=common.clock.now)),
                ("used_on", models.DateField(default=common.clock.today)),
                (
                    "plan",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="plans.plan"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="plans.version"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["asked_at"], name="papers_to_make")
                ],
            },
        ),
        migrations.RunSQL(
            f"ALTER TABLE documents_paper ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON documents_paper USING ({SEEN});",
            "DROP POLICY let_in ON documents_paper; ALTER TABLE documents_paper DISABLE ROW LEVEL SECURITY;",
        ),
    ]
