"""An attempt's row is there before the outside service is asked: when it was."""

from django.db import migrations, models

# What went on was asked in the same moment as it was made.
BACKFILL = "UPDATE signing_signingattempt SET asked_at = started_at"


class Migration(migrations.Migration):
    dependencies = [("signing", "0007_paper_as_it_was")]

    operations = [
        migrations.AddField("signingattempt", "asked_at", models.DateTimeField(null=True)),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
