"""SQL that is worked out once in a process, for the few places where many people wait for each other.

Django needs longer to work a question out than PostgreSQL to answer it. Here it is worked out from a queryset, so that the rule stands
there and nowhere else, and then asked again with other values.
"""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)


class Given(models.Expression):
    """A value that a kept question is asked with, by its name."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]


class KeptQuestion(Generic[Row]):
    """A queryset of which every value that differs between two times is a Given; it is built when it is asked first."""

    def __init__(self, build: "Callable[[], models.QuerySet[Row, Any]]") -> None:
        self.build = build

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any]]:
        sql, values = self.build().query.sql_with_params()
        return sql, tuple(values)

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """What the database answers, as it is. A date, a time or a number comes as Python's own."""
        sql, values = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[one.name] if isinstance(one, Given) else one for one in values])
            return cursor.fetchall()


def insert(row: models.Model, *, unless_taken: tuple[str, ...] | None = None) -> bool:
    """Save a new row as `save(force_insert=True)` does, without working out the statement anew. For models without signals or parents.

    `unless_taken` names columns that are unique together, or with no name all that are: where they are taken nothing is saved, and the
    answer is no. Anything else that the database refuses is an IntegrityError as ever.
    """
    sql, fields, number = _insertion(type(row), unless_taken)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if not cursor.rowcount:
            return False
        if number is not None:
            setattr(row, number, cursor.fetchone()[0])
    row._state.adding, row._state.db = False, connection.alias
    return True


@cache
def _insertion(
    model: type[models.Model], unless_taken: tuple[str, ...] | None
) -> "tuple[str, Sequence[models.Field[Any, Any]], str | None]":
    """The statement, the fields whose values it takes, and the one that the database numbers."""
    quote = connection.ops.quote_name
    numbered = isinstance(model._meta.pk, models.AutoField)
    fields = [field for field in model._meta.concrete_fields if not (numbered and field.primary_key)]
    names = ", ".join(quote(field.column) for field in fields)
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608
    if unless_taken is not None:
        columns = f"({', '.join(map(quote, unless_taken))}) " if unless_taken else ""
        sql += f" ON CONFLICT {columns}DO NOTHING"
    if not numbered:
        return sql, fields, None
    key = model._meta.pk
    return f"{sql} RETURNING {quote(key.column)}", fields, key.attname
