"""Of a signature on paper: the day it was signed beside the moment it was recorded, what it says, what was said before."""

from django.db import migrations, models

# The hour was made up: the day is what somebody wrote down. Whoever signed on paper until now signed the whole version.
BACKFILL = """
UPDATE signing_signature s
SET signed_on = (s.at AT TIME ZONE 'Europe/Stockholm')::date, paper_sha256 = v.sha256
FROM plans_version v
WHERE v.id = s.version_id AND s.how = 'paper'
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0006_asked_signers")]

    operations = [
        migrations.AddField("signature", "signed_on", models.DateField(blank=True, null=True)),
        migrations.AddField("signature", "paper_sha256", models.CharField(blank=True, max_length=64, default="")),
        migrations.AlterField("signature", "paper_sha256", models.CharField(blank=True, max_length=64)),
        migrations.AddField("signature", "refused_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("how", "paper"), ("signed_on__isnull", False)),
                    models.Q(models.Q(("how", "paper"), _negated=True), ("signed_on__isnull", True)),
                    _connector="OR",
                ),
                name="a_signature_on_paper_has_its_day",
            ),
        ),
    ]
