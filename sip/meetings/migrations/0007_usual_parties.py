"""Who is usually asked, by the child's age (domain.md §7–8). A beginning: each region changes its rows."""

from django.db import migrations

ADULT = 20
USUAL = {
    "bvc": (0, 5),
    "forskola": (1, 5),
    "skola": (6, 19),
    "elevhalsa": (6, 19),
    "socialtjanst": (0, ADULT),
    "forsta-linjen": (6, 17),
    "ungdomsmottagning": (15, ADULT),
}


def seed(apps, schema_editor):
    kinds = set(apps.get_model("agencies", "AgencyKind").objects.values_list("pk", flat=True))
    rows = apps.get_model("meetings", "UsualParty").objects
    for slug, (first, last) in USUAL.items():
        if slug in kinds:
            rows.create(kind_id=slug, from_age=first, to_age=last)


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0006_guests_and_polls_row_level_security"),
        ("agencies", "0002_kinds_and_default_routine"),
    ]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
