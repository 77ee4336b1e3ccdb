"""What makes the tests hostile: rows come in no particular order unless the query asks for one."""

import pytest
from django.db.models import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import SQLCompiler


@pytest.fixture(autouse=True, scope="session")
def rows_come_shuffled() -> None:
    """Let RANDOM() decide wherever a query leaves the order open, ties included.

    PostgreSQL promises nothing there, yet mostly hands rows over in the order they were written, which
    hides the mistake until the table is large.
    """
    written = SQLCompiler.get_order_by
    shuffled = (OrderBy(Random()), ("RANDOM()", (), False))

    def get_order_by(compiler: SQLCompiler) -> list:
        ordering = written(compiler)
        query = compiler.query
        if query.distinct or query.combinator or compiler.connection.vendor != "postgresql":
            return ordering
        return [*ordering, shuffled]

    SQLCompiler.get_order_by = get_order_by
