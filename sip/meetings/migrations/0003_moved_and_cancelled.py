"""A meeting may be moved and cancelled; what it was before stands in its history, as do earlier answers."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.keys


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_protection_kind"),
        ("meetings", "0002_row_level_security"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("plans", "0008_lists_from_the_grants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InvitationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.UUIDField(default=common.keys.new_key, editable=False, serialize=False)),
                ("is_call", models.BooleanField()),
                ("grounds", models.JSONField(default=list)),
                (
                    "reply",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("come", "Kommer"),
                            ("substitute", "Skickar en ersättare"),
                            ("decline", "Kan inte komma"),
                            ("not_us", "Det är inte vi"),
                        ],
                        max_length=10,
                    ),
                ),
                ("who", models.CharField(blank=True, max_length=200)),
                ("mandate", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MeetingEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.UUIDField(default=common.keys.new_key, editable=False, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("called_at", models.DateTimeField(default=common.clock.now)),
                ("purpose", models.TextField()),
                ("question", models.TextField()),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("place", models.CharField(blank=True, max_length=200)),
                ("link", models.CharField(blank=True, max_length=500)),
                ("answer_by", models.DateField()),
                ("adaptations", models.TextField(blank=True)),
                ("sequence", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("why_changed", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="invitation",
            name="instead",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="why_changed",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="reply",
            field=models.CharField(
                blank=True,
                choices=[
                    ("come", "Kommer"),
                    ("substitute", "Skickar en ersättare"),
                    ("decline", "Kan inte komma"),
                    ("not_us", "Det är inte vi"),
                ],
                max_length=10,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invitation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "meetings_invitationevent" ("agency_id", "answered_at", "answered_by_id", "grounds", "id", "instead_id", "is_call", "mandate", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reply", "who") VALUES (NEW."agency_id", NEW."answered_at", NEW."answered_by_id", NEW."grounds", NEW."id", NEW."instead_id", NEW."is_call", NEW."mandate", NEW."meeting_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."reply", NEW."who"); RETURN NULL;',
                    hash="f28a0fd225abebe48d5927333bda386bf8109f73",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1f593",
                    table="meetings_invitation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invitation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "meetings_invitationevent" ("agency_id", "answered_at", "answered_by_id", "grounds", "id", "instead_id", "is_call", "mandate", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reply", "who") VALUES (NEW."agency_id", NEW."answered_at", NEW."answered_by_id", NEW."grounds", NEW."id", NEW."instead_id", NEW."is_call", NEW."mandate", NEW."meeting_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."reply", NEW."who"); RETURN NULL;',
                    hash="f851915dc560f6fa15fd08299388507bb3bc403e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_af01b",
                    table="meetings_invitation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meeting",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "meetings_meetingevent" ("adaptations", "answer_by", "called_at", "called_by_id", "caller_id", "cancelled_at", "changed_at", "closed_at", "end", "id", "link", "number", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "plan_id", "purpose", "question", "sequence", "start", "why_changed") VALUES (NEW."adaptations", NEW."answer_by", NEW."called_at", NEW."called_by_id", NEW."caller_id", NEW."cancelled_at", NEW."changed_at", NEW."closed_at", NEW."end", NEW."id", NEW."link", NEW."number", NEW."opened_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."plan_id", NEW."purpose", NEW."question", NEW."sequence", NEW."start", NEW."why_changed"); RETURN NULL;',
                    hash="e28d91bb0a293d29ae38eed59887cd88139f2fba",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_61d9e",
                    table="meetings_meeting",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meeting",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "meetings_meetingevent" ("adaptations", "answer_by", "called_at", "called_by_id", "caller_id", "cancelled_at", "changed_at", "closed_at", "end", "id", "link", "number", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "plan_id", "purpose", "question", "sequence", "start", "why_changed") VALUES (NEW."adaptations", NEW."answer_by", NEW."called_at", NEW."called_by_id", NEW."caller_id", NEW."cancelled_at", NEW."changed_at", NEW."closed_at", NEW."end", NEW."id", NEW."link", NEW."number", NEW."opened_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."plan_id", NEW."purpose", NEW."question", NEW."sequence", NEW."start", NEW."why_changed"); RETURN NULL;',
                    hash="f1b79392da46b78472a518b5687f7768b9559281",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_495b8",
                    table="meetings_meeting",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="agency",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="instead",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="meeting",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="meetings.meeting",
            ),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="meetings.invitation",
            ),
        ),
        migrations.AddField(
            model_name="meetingevent",
            name="called_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="meetingevent",
            name="caller",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="meetingevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="meetingevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="meetings.meeting",
            ),
        ),
        migrations.AddField(
            model_name="meetingevent",
            name="plan",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="plans.plan",
            ),
        ),
    ]
