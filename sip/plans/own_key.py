"""The key that a form carries, so that a double click makes one row: its own, unless somebody else's row has it."""

from uuid import UUID

from django.db.models import Model

from agencies import row_scope
from common.keys import new_key


def own_key(model: type[Model], key: UUID | None) -> UUID:
    """`key` for a new row of `model`; another where there is none, or a row with it already, whoever may see that."""
    if key is None:
        return new_key()
    with row_scope.everything():  # a row with that key may be somebody else's
        return new_key() if model._default_manager.filter(pk=key).exists() else key
