"""Help texts in the family's language, and their history: hidden from the same people as the plan's other contents."""

import importlib

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.keys

before = importlib.import_module("sip.plans.migrations.0006_policies_cheap_to_plan")

TABLES = ("plans_helptext", "plans_helptextevent")


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_the_default_routine_complete"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("plans", "0011_corrections_answered"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpText",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(default=common.clock.now)),
                ("row_id", models.UUIDField()),
                ("field", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=10)),
                ("text", models.TextField(blank=True)),
                ("of_sha256", models.CharField(max_length=64)),
                (
                    "translator",
                    models.CharField(
                        choices=[
                            ("staff", "Jag har skrivit texten själv"),
                            ("interpreter", "En tolk eller översättare har skrivit den"),
                        ],
                        default="staff",
                        max_length=12,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="help_texts", to="plans.plan"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HelpTextEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.UUIDField(default=common.keys.new_key, editable=False, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(default=common.clock.now)),
                ("row_id", models.UUIDField()),
                ("field", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=10)),
                ("text", models.TextField(blank=True)),
                ("of_sha256", models.CharField(max_length=64)),
                (
                    "translator",
                    models.CharField(
                        choices=[
                            ("staff", "Jag har skrivit texten själv"),
                            ("interpreter", "En tolk eller översättare har skrivit den"),
                        ],
                        default="staff",
                        max_length=12,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="plans.helptext",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="plans.plan",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="helptext",
            constraint=models.UniqueConstraint(
                fields=("plan", "language", "row_id", "field"), name="one_help_text_each"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="helptext",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "plans_helptextevent" ("agency_id", "changed_at", "changed_by_id", "field", "id", "language", "of_sha256", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "row_id", "text", "translator", "version") VALUES (NEW."agency_id", NEW."changed_at", NEW."changed_by_id", NEW."field", NEW."id", NEW."language", NEW."of_sha256", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."row_id", NEW."text", NEW."translator", NEW."version"); RETURN NULL;',
                    hash="78bf793286bd062b02e1bd728bae5b28f0bbbe08",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_702bb",
                    table="plans_helptext",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="helptext",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "plans_helptextevent" ("agency_id", "changed_at", "changed_by_id", "field", "id", "language", "of_sha256", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "row_id", "text", "translator", "version") VALUES (NEW."agency_id", NEW."changed_at", NEW."changed_by_id", NEW."field", NEW."id", NEW."language", NEW."of_sha256", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."row_id", NEW."text", NEW."translator", NEW."version"); RETURN NULL;',
                    hash="6c504e8f3436f7ee8100d6fd5599b598955bc52a",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_afd48",
                    table="plans_helptext",
                    when="AFTER",
                ),
            ),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
                f" CREATE POLICY let_in ON {table} USING ({before.contents(table)})",
                f"DROP POLICY let_in ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            )
            for table in TABLES
        ),
    ]
