"""What the family wants corrected, about which line, and the coordinator's answer.

The rows are hidden from more than before: a comment and a correction are for who wrote it and for the coordinator. A
dissenting view follows the plan and is read with it.
"""

import importlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

before = importlib.import_module("sip.plans.migrations.0006_policies_cheap_to_plan")

COORDINATES = f"""EXISTS (SELECT 1 FROM plans_plan p WHERE p.id = plans_comment.plan_id
    AND p.coordinator_id = {before.ACTOR})"""
FOR_WHOM = f"kind = 'dissent' OR by_id = {before.ACTOR} OR {COORDINATES}"
SEEN_BY = f"{before.EVERYTHING} OR (({FOR_WHOM}) AND ({before.policy('plans_comment')}))"


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("plans", "0010_deviations_by_hand"),
    ]
    operations = [
        migrations.AlterField(
            "comment",
            "kind",
            models.CharField(
                max_length=10,
                choices=[
                    ("comment", "kommentar"),
                    ("correction", "rättelse"),
                    ("dissent", "avvikande uppfattning"),
                ],
            ),
        ),
        migrations.AddField("comment", "row_id", models.UUIDField(blank=True, null=True)),
        migrations.AddField(
            "comment",
            "verdict",
            models.CharField(
                max_length=10,
                blank=True,
                default="",
                choices=[("changes", "Det ändras"), ("stays", "Det står kvar")],
            ),
        ),
        migrations.AddField("comment", "answer", models.TextField(blank=True, default="")),
        migrations.AddField(
            "comment",
            "answered_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("comment", "answered_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="", verdict="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="answered_by_somebody_at_some_time",
            ),
        ),
        migrations.RunSQL(
            f"ALTER POLICY let_in ON plans_comment USING ({SEEN_BY})",
            f"ALTER POLICY let_in ON plans_comment USING ({before.policy('plans_comment')})",
        ),
    ]
