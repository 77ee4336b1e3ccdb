"""The second lock on meetings, calls and attendance: seen where the plan is (plans/0004)."""

from django.db import migrations

# Which plan is told by the meeting; the meeting's own policy answers for it.
POLICIES = {
    "meetings_meeting": "EXISTS (SELECT 1 FROM plans_plan p WHERE p.id = meetings_meeting.plan_id)",
    "meetings_invitation": "EXISTS (SELECT 1 FROM meetings_meeting m WHERE m.id = meetings_invitation.meeting_id)",
    "meetings_attendance": "EXISTS (SELECT 1 FROM meetings_meeting m WHERE m.id = meetings_attendance.meeting_id)",
}


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("plans", "0004_row_level_security")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON {table} "
            f"USING (sip_setting('sip.everything') = 'on' OR {rule});",
            f"DROP POLICY let_in ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )
        for table, rule in POLICIES.items()
    ]
