"""Rows gathered by table and handed to PostgreSQL by COPY, as the tables' owner."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql

NULL = r"\N"


def _text(value: object) -> str:
    """One value as COPY's text format has it. The seed holds no tabs, line breaks or backslashes."""
    if value is None:
        return NULL
    return value if type(value) is str else str(value)


class Tables:
    """The rows on their way. `columns` names, by table, what each row gives; the model's defaults give the rest."""

    def __init__(self, connection: psycopg.Connection[Any], columns: dict[str, str]) -> None:
        self._connection = connection
        self._rows: dict[str, list[str]] = {table: [] for table in columns}
        self._copy: dict[str, sql.Composed] = {}
        self._tail: dict[str, str] = {}
        for table, names in columns.items():
            given = names.split()
            rest = _defaults(table, given)
            self._tail[table] = "".join(f"\t{_text(value)}" for value in rest.values()) + "\n"
            listed = sql.SQL(", ").join(sql.Identifier(name) for name in [*given, *rest])
            self._copy[table] = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), listed)

    def add(self, table: str, *values: object) -> None:
        """One row of `table`."""
        self._rows[table].append("\t".join(map(_text, values)) + self._tail[table])

    def flush(self) -> None:
        """Hand over what is gathered."""
        for table, rows in self._rows.items():
            if rows:
                with self._connection.cursor().copy(self._copy[table]) as copy:
                    copy.write("".join(rows))
                rows.clear()


def _defaults(table: str, given: list[str]) -> dict[str, object]:
    """What the model gives a column that the seed does not name, so that a new column is no break of the bench."""
    model = next(m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table)
    found: dict[str, object] = {}
    for field in model._meta.concrete_fields:
        if field.column in given or isinstance(field, models.AutoField):
            continue
        value = field.get_default()
        if value is None and not field.null:
            raise LookupError(f"{table}.{field.column} has no default: the seed must give it")
        found[field.column] = json.dumps(value) if isinstance(field, models.JSONField) else value
    return found


@contextmanager
def unchecked(admin_url: str, owner_url: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection, for which no foreign key is looked up and no history written row by row."""
    with psycopg.connect(owner_url) as connection:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            owner = sql.Identifier(connection.info.user)
            admin.execute(sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(owner))
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.commit()
        yield connection


def history(connection: psycopg.Connection[Any], *names: str) -> None:
    """One event of the change history for each row, as the triggers would have written on insert."""
    for name in names:
        model = apps.get_model("plans", name)
        event = apps.get_model("plans", f"{name}Event")
        shared = [f.column for f in event._meta.concrete_fields if not f.name.startswith("pgh_")]
        moment = "changed_at" if "changed_at" in shared else "since"
        words = {
            "event": sql.Identifier(event._meta.db_table),
            "table": sql.Identifier(model._meta.db_table),
            "shared": sql.SQL(", ").join(map(sql.Identifier, shared)),
            "moment": sql.Identifier(moment),
        }
        connection.execute(
            sql.SQL(
                "INSERT INTO {event} (pgh_created_at, pgh_label, pgh_obj_id, {shared}) "
                "SELECT {moment}, 'insert', id, {shared} FROM {table} ORDER BY id"
            ).format(**words)
        )
