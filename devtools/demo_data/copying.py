"""Rows into PostgreSQL by COPY, a batch at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, JSONField, Model
from django.db.models.fields import NOT_PROVIDED
from psycopg.types.json import Jsonb


@contextmanager
def built_afterwards(*indexes: str) -> Iterator[None]:
    """Take these indexes away and build them when everything is there: a GIN index grows row by row far more slowly."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(indexes)])
        definitions = [definition for (definition,) in cursor.fetchall()]
        for name in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for definition in definitions:
            cursor.execute(definition)


@contextmanager
def without_history() -> Iterator[None]:
    """What is loaded was never changed by anybody, and a history of millions of rows would take longer than the rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname = 'audit_history'"
        )
        tables = [connection.ops.quote_name(name) for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_history")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_history")


class Table:
    """Rows waiting to be copied into one model's table; a field that a row does not name gets its default."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
        self.columns = [str(field.column) for field in fields]
        self.fields = {field.attname: _default(field) for field in fields}
        self.rows: list[list[Any]] = []
        self.copied = 0

    def add(self, **values: Any) -> None:
        """Add a row by the names of its columns (`author_id`, not `author`)."""
        self.rows.append([values.pop(name, default) for name, default in self.fields.items()])
        if values:
            raise TypeError(f"{self.model.__name__} has no {', '.join(values)}.")

    def copy(self) -> None:
        """Send what waits to the database."""
        if not self.rows:
            return
        quote = connection.ops.quote_name
        columns = ", ".join(quote(column) for column in self.columns)
        statement = f"COPY {quote(self.model._meta.db_table)} ({columns}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in self.rows:
                copy.write_row(row)
        self.copied += len(self.rows)
        self.rows.clear()


def _default(field: "Field[Any, Any]") -> Any:
    if field.default is NOT_PROVIDED:
        return "" if field.blank and field.empty_strings_allowed and not field.null else None
    default = field.get_default()
    return Jsonb(default) if isinstance(field, JSONField) else default
