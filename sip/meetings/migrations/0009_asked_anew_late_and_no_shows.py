"""What asks all anew is counted; who is asked later has a day of their own; a no-show is a flag, not a word."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0008_usual_parties_of_a_region"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="invitation",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invitation",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="meeting",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="meeting",
            name="update_update",
        ),
        migrations.AddField(
            model_name="attendance",
            name="is_no_show",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="asked_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="own_answer_by",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="asked_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="own_answer_by",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="round",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="meetingevent",
            name="round",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invitation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "meetings_invitationevent" ("agency_id", "answered_at", "answered_by_id", "asked_on", "grounds", "id", "instead_id", "is_call", "mandate", "meeting_id", "own_answer_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reply", "who") VALUES (NEW."agency_id", NEW."answered_at", NEW."answered_by_id", NEW."asked_on", NEW."grounds", NEW."id", NEW."instead_id", NEW."is_call", NEW."mandate", NEW."meeting_id", NEW."own_answer_by", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."reply", NEW."who"); RETURN NULL;',
                    hash="b130af180bc9f50a06677325d16cd9b427d83d02",
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
                    func='INSERT INTO "meetings_invitationevent" ("agency_id", "answered_at", "answered_by_id", "asked_on", "grounds", "id", "instead_id", "is_call", "mandate", "meeting_id", "own_answer_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reply", "who") VALUES (NEW."agency_id", NEW."answered_at", NEW."answered_by_id", NEW."asked_on", NEW."grounds", NEW."id", NEW."instead_id", NEW."is_call", NEW."mandate", NEW."meeting_id", NEW."own_answer_by", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."reply", NEW."who"); RETURN NULL;',
                    hash="7453a2f3776a4973067dd6e2ae1a6a4c7ae07840",
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
                    func='INSERT INTO "meetings_meetingevent" ("adaptations", "answer_by", "called_at", "called_by_id", "caller_id", "cancelled_at", "changed_at", "closed_at", "end", "id", "link", "number", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "plan_id", "purpose", "question", "round", "sequence", "start", "why_changed") VALUES (NEW."adaptations", NEW."answer_by", NEW."called_at", NEW."called_by_id", NEW."caller_id", NEW."cancelled_at", NEW."changed_at", NEW."closed_at", NEW."end", NEW."id", NEW."link", NEW."number", NEW."opened_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."plan_id", NEW."purpose", NEW."question", NEW."round", NEW."sequence", NEW."start", NEW."why_changed"); RETURN NULL;',
                    hash="b72aa78f1830e28936d196fa4266e68f3c7b0698",
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
                    func='INSERT INTO "meetings_meetingevent" ("adaptations", "answer_by", "called_at", "called_by_id", "caller_id", "cancelled_at", "changed_at", "closed_at", "end", "id", "link", "number", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "plan_id", "purpose", "question", "round", "sequence", "start", "why_changed") VALUES (NEW."adaptations", NEW."answer_by", NEW."called_at", NEW."called_by_id", NEW."caller_id", NEW."cancelled_at", NEW."changed_at", NEW."closed_at", NEW."end", NEW."id", NEW."link", NEW."number", NEW."opened_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."plan_id", NEW."purpose", NEW."question", NEW."round", NEW."sequence", NEW."start", NEW."why_changed"); RETURN NULL;',
                    hash="a747c107252f289b3afa233137308a6e4b46ea06",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_495b8",
                    table="meetings_meeting",
                    when="AFTER",
                ),
            ),
        ),
    ]
