"""The signed papers as they look, and the second lock on them: seen where the signature is (0002)."""

import django.db.models.deletion
from django.db import migrations, models

import common.clock
import common.keys

SEEN = "sip_setting('sip.everything') = 'on' OR EXISTS (SELECT 1 FROM signing_signature s WHERE s.id = signing_signaturescan.signature_id)"


class Migration(migrations.Migration):
    dependencies = [("signing", "0004_asynchronous_attempts")]

    operations = [
        migrations.CreateModel(
            name="SignatureScan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("data", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(default=common.clock.now)),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scan", to="signing.signature"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(
            f"ALTER TABLE signing_signaturescan ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON signing_signaturescan USING ({SEEN});",
            "DROP POLICY let_in ON signing_signaturescan; ALTER TABLE signing_signaturescan DISABLE ROW LEVEL SECURITY;",
        ),
    ]
