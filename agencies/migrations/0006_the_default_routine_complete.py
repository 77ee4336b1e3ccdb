"""The default routine gets what it lacked: a yearly review, and for which kind of agency a limit is (domain.md §4)."""

from django.db import migrations

# The limits that are for one kind of agency alone (domain.md §4).
OF_KIND = {"lss_review": "lss", "bup_first_assessment": "bup", "bup_deeper_or_treatment": "bup"}
# what, days, start event, status, source: no statute asks for it, but a plan that nobody looks at is forgotten.
YEARLY = ("yearly_review", 365, "plan_established", "default", "Förval, inte bekräftat")


def complete_default(apps, schema_editor):
    limit = apps.get_model("agencies", "RoutineLimit")
    for what, kind in OF_KIND.items():
        limit.objects.filter(what=what).update(agency_kind=kind)
    routine = apps.get_model("agencies", "Routine").objects.filter(principal__isnull=True).order_by("name").first()
    if routine is not None:
        what, days, start, status, source = YEARLY
        values = {"days": days, "start_event": start, "status": status, "source": source}
        limit.objects.get_or_create(routine=routine, what=what, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0005_region_and_routine")]
    operations = [migrations.RunPython(complete_default, migrations.RunPython.noop)]
