"""Guests by link, times proposed before a call, and who is usually asked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.keys


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_the_default_routine_complete"),
        ("meetings", "0004_history_row_level_security"),
        ("plans", "0008_lists_from_the_grants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Guest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("interpreter", "Tolk"),
                            ("relative", "Närstående eller stödperson"),
                            ("other", "Annan gäst"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "reply",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("come", "Kommer"),
                            ("substitute", "Skickar en ersättare"),
                            ("decline", "Kan inte komma"),
                            ("not_us", "Det är inte vi"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="guests", to="meetings.meeting"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("made_at", models.DateTimeField(default=common.clock.now)),
                ("answer_by", models.DateField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="polls", to="plans.plan"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PollAsked",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="asked", to="meetings.poll"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PollTime",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="times", to="meetings.poll"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PollAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("works", models.BooleanField()),
                ("at", models.DateTimeField(default=common.clock.now)),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "time",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="meetings.polltime"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UsualParty",
            fields=[
                (
                    "id",
                    models.UUIDField(default=common.keys.new_key, editable=False, primary_key=True, serialize=False),
                ),
                ("municipality", models.CharField(blank=True, max_length=100)),
                ("from_age", models.PositiveSmallIntegerField()),
                ("to_age", models.PositiveSmallIntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.agencykind"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)), fields=("plan",), name="one_open_poll_per_plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="pollasked",
            constraint=models.UniqueConstraint(fields=("poll", "agency"), name="one_asked_per_poll_and_agency"),
        ),
        migrations.AddConstraint(
            model_name="polltime",
            constraint=models.UniqueConstraint(fields=("poll", "start", "end"), name="one_of_each_time_in_a_poll"),
        ),
        migrations.AddConstraint(
            model_name="polltime",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="poll_time_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="pollanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency__isnull", False)),
                fields=("time", "agency"),
                name="one_answer_per_time_and_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="pollanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency__isnull", True)),
                fields=("time", "by"),
                name="one_answer_per_time_and_relative",
            ),
        ),
        migrations.AddConstraint(
            model_name="usualparty",
            constraint=models.UniqueConstraint(
                fields=("municipality", "kind", "agency"), name="one_usual_party_of_each", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="usualparty",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_age__gte", models.F("from_age"))), name="usual_party_ages_in_order"
            ),
        ),
    ]
