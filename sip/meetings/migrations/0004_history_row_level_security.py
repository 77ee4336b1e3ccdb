"""The second lock on the history of meetings and answers: seen where the meeting is (0002)."""

from django.db import migrations

TABLES = {"meetings_meetingevent": "pgh_obj_id", "meetings_invitationevent": "meeting_id"}


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_moved_and_cancelled")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON {table} "
            "USING (sip_setting('sip.everything') = 'on' "
            f"OR EXISTS (SELECT 1 FROM meetings_meeting m WHERE m.id = {table}.{key}));",
            f"DROP POLICY let_in ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )
        for table, key in TABLES.items()
    ]
