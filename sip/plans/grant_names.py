"""The names of the five permissions that a grant can hold, as django-guardian stores them."""

from functools import cache

from django.contrib.auth.models import Permission

COORDINATE = "coordinate_plan"
TAKE_PART = "take_part_in_plan"
BELONG = "belong_to_plan"
CHOOSE = "choose_who_takes_part"
EMERGENCY = "read_plan_in_emergency"


@cache
def permission_id(codename: str) -> int:
    """The key of the permission row; the rows are made by migrate and never change after."""
    return Permission.objects.get(codename=codename, content_type__app_label="plans").pk
