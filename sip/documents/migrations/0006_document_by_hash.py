from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_exports")]

    operations = [
        migrations.AddIndex("document", models.Index(fields=["sha256"], name="documents_by_hash")),
    ]
