"""The codes, and the second lock on them: a code is its owner's alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.keys
import sip.signing.models

OWN = "sip_setting('sip.everything') = 'on' OR user_id = sip_setting('sip.user')::uuid"


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0010_deviations_by_hand"),
        ("signing", "0002_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SigningCode",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("nonce", models.CharField(default=sip.signing.models.new_nonce, editable=False, max_length=64)),
                ("sent_at", models.DateTimeField(default=common.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="plans.version"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "sent_at"], name="signing_codes_of_person")],
            },
        ),
        migrations.RunSQL(
            f"ALTER TABLE signing_signingcode ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON signing_signingcode USING ({OWN});",
            "DROP POLICY let_in ON signing_signingcode; ALTER TABLE signing_signingcode DISABLE ROW LEVEL SECURITY;",
        ),
    ]
