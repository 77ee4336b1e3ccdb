"""Indexes for lists of plans: a person's or a desk's grants whole in the index, and the plans that wait for an answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_row_level_security")]
    operations = [
        migrations.AddIndex(
            model_name="planpersongrant",
            index=models.Index(
                fields=["user", "content_object"],
                include=["permission", "agency", "until", "ends_at"],
                name="person_grant_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="planagencygrant",
            index=models.Index(
                fields=["group", "content_object"], include=["permission", "until"], name="desk_grant_whole"
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(condition=models.Q(("state", "requested")), fields=["id"], name="requested_plans"),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(
                condition=models.Q(("state__in", ("declined", "closed")), _negated=True),
                fields=["id"],
                include=["child", "state"],
                name="open_plans",
            ),
        ),
    ]
