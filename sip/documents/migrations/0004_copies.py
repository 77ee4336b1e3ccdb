"""Copies handed out, and the second lock on them: seen where the version is (plans/0004)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.keys

SEEN = "sip_setting('sip.everything') = 'on' OR EXISTS (SELECT 1 FROM plans_version v WHERE v.id = documents_copy.version_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_the_default_routine_complete"),
        ("consent", "0003_protection_kind"),
        ("documents", "0003_papers"),
        ("plans", "0011_corrections_answered"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Copy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("how", models.CharField(choices=[("service", "I tjänsten"), ("paper", "På papper")], max_length=8)),
                ("is_original", models.BooleanField(default=False)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consent.guardian"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="plans.version"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "agency", "guardian"),
                        name="one_copy_each_of_a_version",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(
            f"ALTER TABLE documents_copy ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON documents_copy USING ({SEEN});",
            "DROP POLICY let_in ON documents_copy; ALTER TABLE documents_copy DISABLE ROW LEVEL SECURITY;",
        ),
    ]
