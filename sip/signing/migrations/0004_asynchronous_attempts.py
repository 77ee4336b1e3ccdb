"""Signings in outside services, and the second lock on them: an attempt is its owner's alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.keys

OWN = "sip_setting('sip.everything') = 'on' OR user_id = sip_setting('sip.user')::uuid"


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0010_deviations_by_hand"),
        ("signing", "0003_one_time_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SigningAttempt",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("provider", models.CharField(max_length=10)),
                ("nonce", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("pending", "pågår"),
                            ("complete", "klar"),
                            ("failed", "misslyckades"),
                            ("cancelled", "avbruten"),
                            ("expired", "tiden gick ut"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=200)),
                ("qr", models.TextField(blank=True)),
                ("autostart_token", models.CharField(blank=True, max_length=200)),
                ("expires_at", models.DateTimeField(null=True)),
                ("problem_code", models.CharField(blank=True, max_length=40)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("evidence", models.BinaryField(default=bytes)),
                ("started_at", models.DateTimeField(default=common.clock.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "signature",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="signing.signature"
                    ),
                ),
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("stage", "pending")), fields=["started_at"], name="signing_attempts_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "nonce"), name="one_attempt_per_click"),
                    models.UniqueConstraint(
                        condition=models.Q(("stage", "pending")),
                        fields=("user", "version"),
                        name="one_open_attempt_per_signer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("stage", "pending")),
                            models.Q(models.Q(("stage", "pending"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_attempt_that_is_not_pending_has_ended",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            f"ALTER TABLE signing_signingattempt ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON signing_signingattempt USING ({OWN});",
            "DROP POLICY let_in ON signing_signingattempt; ALTER TABLE signing_signingattempt DISABLE ROW LEVEL SECURITY;",
        ),
    ]
