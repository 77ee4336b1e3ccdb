"""The second lock on guests and polls: seen where the meeting or the plan is (0002). A guest reads by the link alone."""

from django.db import migrations

SEEN_WITH = {
    "meetings_guest": "meetings_meeting m WHERE m.id = meetings_guest.meeting_id",
    "meetings_poll": "plans_plan p WHERE p.id = meetings_poll.plan_id",
    "meetings_polltime": "meetings_poll q WHERE q.id = meetings_polltime.poll_id",
    "meetings_pollasked": "meetings_poll q WHERE q.id = meetings_pollasked.poll_id",
    "meetings_pollanswer": "meetings_polltime t WHERE t.id = meetings_pollanswer.time_id",
}


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_guests_polls_usual_parties"), ("plans", "0004_row_level_security")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON {table} "
            f"USING (sip_setting('sip.everything') = 'on' OR EXISTS (SELECT 1 FROM {rows}));",
            f"DROP POLICY let_in ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )
        for table, rows in SEEN_WITH.items()
    ]
