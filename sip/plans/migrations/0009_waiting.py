"""What waits for whom: the rows that Idag is found by. Filled when beat starts, and by every change of a plan."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Whose it is sees it: told by the row itself, without a look at the plan for each. It holds nothing of contents.
POLICY = """sip_setting('sip.everything') = 'on' OR user_id = sip_setting('sip.user')::uuid
OR desk_id = ANY (sip_setting('sip.desks')::int[])"""
INCLUDED = ("plan", "what", "kind", "about", "agency", "due", "hides", "until")
CASCADE = django.db.models.deletion.CASCADE


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_protection_kind"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("plans", "0008_lists_from_the_grants"),
    ]
    operations = [
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=20)),
                ("about", models.UUIDField()),
                ("due", models.DateTimeField()),
                ("shows", models.DateField(default=datetime.date(1, 1, 1))),
                ("hides", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("agency", models.ForeignKey(on_delete=CASCADE, related_name="+", to="agencies.agency")),
                ("desk", models.ForeignKey(null=True, on_delete=CASCADE, related_name="+", to="auth.group")),
                ("plan", models.ForeignKey(on_delete=CASCADE, related_name="waiting", to="plans.plan")),
                (
                    "user",
                    models.ForeignKey(null=True, on_delete=CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
        *(
            migrations.AddIndex(
                "waiting",
                models.Index(
                    condition=models.Q((f"{who}__isnull", False)),
                    fields=[who, "shows"],
                    include=INCLUDED,
                    name=f"waits_for_{who}",
                ),
            )
            for who in ("user", "desk")
        ),
        migrations.AddIndex("waiting", models.Index(fields=["agency", "what", "due"], name="waits_at_agency")),
        migrations.AddConstraint(
            "waiting",
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, desk__isnull=False)
                | models.Q(user__isnull=False, desk__isnull=True),
                name="waits_for_a_person_or_a_desk",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE plans_waiting ENABLE ROW LEVEL SECURITY; "
            f"CREATE POLICY let_in ON plans_waiting USING ({POLICY});",
            "DROP POLICY let_in ON plans_waiting; ALTER TABLE plans_waiting DISABLE ROW LEVEL SECURITY;",
        ),
    ]
