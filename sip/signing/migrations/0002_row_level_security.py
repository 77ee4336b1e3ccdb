"""The second lock on what hangs on a version: seen where the version is (plans/0004)."""

from django.db import migrations

SEEN = "sip_setting('sip.everything') = 'on' OR EXISTS (SELECT 1 FROM plans_version v WHERE v.id = signing_signature.version_id)"


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial"), ("plans", "0004_row_level_security")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE signing_signature ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON signing_signature USING ({SEEN});",
            "DROP POLICY let_in ON signing_signature; ALTER TABLE signing_signature DISABLE ROW LEVEL SECURITY;",
        )
    ]
