from django.db import migrations, models
from django.db.models import functions


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_letters_and_preferences"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                models.F("recipient"),
                functions.Greatest("due_at", "locked_until"),
                condition=models.Q(("dropped_at__isnull", True), ("sent_at__isnull", True)),
                name="notices_next_of_person",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("bundle__isnull", False), ("dropped_at__isnull", True), ("sent_at__isnull", True)),
                fields=["bundle"],
                name="notices_letters",
            ),
        ),
    ]
