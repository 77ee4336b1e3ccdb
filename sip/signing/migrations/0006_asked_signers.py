"""Those who are asked to sign for an agency, and the second lock on them: seen where the version is (0002)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.keys

SEEN = "sip_setting('sip.everything') = 'on' OR EXISTS (SELECT 1 FROM plans_version v WHERE v.id = signing_askedsigner.version_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_the_default_routine_complete"),
        ("consent", "0003_protection_kind"),
        ("plans", "0011_corrections_answered"),
        ("signing", "0005_paper_scans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="signature",
            name="role",
            field=models.CharField(
                choices=[("guardian", "vårdnadshavare"), ("child", "barnet"), ("principal", "företräder huvudmannen")],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="AskedSigner",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(default=common.clock.now)),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="asked_signers", to="plans.version"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="signature",
            name="asked",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="word",
                to="signing.askedsigner",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked__isnull", False), ("guardian__isnull", True), ("role", "principal")),
                    models.Q(models.Q(("role", "principal"), _negated=True), ("asked__isnull", True)),
                    _connector="OR",
                ),
                name="who_signs_for_an_agency_was_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="askedsigner",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_back_at__isnull", True)),
                fields=("version", "user"),
                name="asked_once_to_sign_a_version",
            ),
        ),
        migrations.RunSQL(
            f"ALTER TABLE signing_askedsigner ENABLE ROW LEVEL SECURITY; CREATE POLICY let_in ON signing_askedsigner USING ({SEEN});",
            "DROP POLICY let_in ON signing_askedsigner; ALTER TABLE signing_askedsigner DISABLE ROW LEVEL SECURITY;",
        ),
    ]
