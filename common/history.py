"""What a tracked model's rows have been: django-pghistory's own table of them, which no type checker knows of."""

from typing import Any

from django.db.models import Model, QuerySet


def kept_of(tracked: type[Model]) -> QuerySet[Any]:
    """Every state that the database keeps of the model's rows; `pgh_id` is their order, `pgh_obj_id` whose they are.

    Raises AttributeError for a model that is not tracked.
    """
    model: Any = tracked
    rows: QuerySet[Any] = model.pgh_event_model.objects.all()
    return rows


def history_of(row: Model) -> QuerySet[Any]:
    """Every state that the database keeps of this row."""
    return kept_of(type(row)).filter(pgh_obj_id=row.pk)
