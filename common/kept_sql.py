"""SQL that is worked out once in a process, for the few places where many people wait for each other.

Django needs longer to work a question out than PostgreSQL to answer it. Here it is worked out from a queryset, so that the rule stands
there and nowhere else, and then asked again with other values. PostgreSQL in turn needs longer to read and plan such a statement than to
do what it says: each connection has it prepared, once, where DATABASE_PREPARES does not say otherwise.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models, transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)
# Fields, not those made of them, and the type of which they leave a value as it is.
AS_IS: dict[type, type] = {
    models.CharField: str,
    models.TextField: str,
    models.BooleanField: bool,
    models.PositiveSmallIntegerField: int,
    models.PositiveIntegerField: int,
    models.UUIDField: uuid.UUID,
}


class Given(models.Expression):
    """A value that a kept question is asked with, by its name."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]


class Prepared(ServerBindingCursor):
    """A cursor that has the server keep each statement, read and planned, for as long as the connection lives."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        # The stubs know nothing of what psycopg brings.
        return super().execute(query, params, **(options | {"prepare": True}))  # type: ignore[misc]


def prepared() -> Any:
    """A cursor for statements that are asked again and again; through Django's own, so that all that listens there hears of them."""
    given = _connection()
    if not _prepares(given):
        return given.cursor()
    given.ensure_connection()
    return given._prepare_cursor(Prepared(given.connection))  # type: ignore[call-arg]


def say(sql: str, values: Sequence[Any]) -> None:
    """Say something to the connection past Django's cursor, which would count it among the statements of a page."""
    given = _connection()
    (Prepared(given.connection) if _prepares(given) else given.connection.cursor()).execute(sql, values)  # type: ignore[call-arg]


def _connection() -> Any:
    """The one of this thread; itself, for its stand-in looks it up anew at everything that it is asked."""
    return connections[DEFAULT_DB_ALIAS]


def _prepares(given: Any) -> bool:
    return given.settings_dict["OPTIONS"].get("prepare_threshold") is not None


@contextmanager
def at_once() -> Iterator[None]:
    """What is asked and saved within, in a transaction, goes to the database one after the other without waiting for each answer.

    Only what this module asks and saves: others look at once how many rows they have changed. Answers are waited for where somebody
    reads one, and at the end, where anything that the database refuses may be raised too. So `insert` saves in here or is refused,
    also where it is to save nothing that is there already.
    """
    given = _connection()
    if not _prepares(given) or not given.in_atomic_block or _awaited() is not None:
        yield
        return
    awaited: list[Callable[[], object]] = []
    given.kept_awaited = awaited
    try:
        with given.wrap_database_errors, given.connection.pipeline():
            yield
    finally:
        given.kept_awaited = None
    for one in awaited:
        one()


@contextmanager
def ending_at_once() -> Iterator[Callable[[], None]]:
    """A transaction whose end, from the call of what is given, goes to the database as in `at_once`, with its COMMIT.

    Who holds a lock that many wait for so waits for two answers while they hold it. Within another transaction nothing is committed
    yet: there it is as if `at_once` were written.
    """
    is_whole = not _connection().in_atomic_block
    with ExitStack() as after_commit, transaction.atomic(), ExitStack() as before_commit:
        yield lambda: (after_commit if is_whole else before_commit).enter_context(at_once())


def _awaited() -> list[Callable[[], object]] | None:
    """What is to be done with the answers that are not waited for now; None where each is."""
    return getattr(_connection(), "kept_awaited", None)


class Asked(Generic[Row]):
    """A question that was sent. The answer is read once."""

    def __init__(self, cursor: Any, model: type[Row]) -> None:
        self.cursor, self.model = cursor, model

    def rows(self) -> list[tuple[Any, ...]]:
        """What the database answers, as it is. A date, a time or a number comes as Python's own."""
        with self.cursor as cursor:
            answer: list[tuple[Any, ...]] = cursor.fetchall()
        return answer

    def row(self) -> Row:
        """The row, where whole rows were asked for. Raises the model's DoesNotExist."""
        for row in self.rows():
            names = [field.attname for field in self.model._meta.concrete_fields]
            return self.model.from_db(DEFAULT_DB_ALIAS, names, row)
        raise self.model.DoesNotExist  # type: ignore[attr-defined]


class KeptQuestion(Generic[Row]):
    """A queryset of which every value that differs between two times is a Given; it is built when it is asked first."""

    def __init__(self, build: "Callable[[], models.QuerySet[Row, Any]]") -> None:
        self.build = build

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[str], type[Row]]:
        """The statement, the names of what it is asked with, and what it asks for.

        What never differs stands in it: else it could not be planned for that.
        """
        query = self.build().query
        sql, values = query.sql_with_params()
        each, names = iter(values), []

        def written(found: re.Match[str]) -> str:
            if found.group() == "%%":
                return "%%"
            value = next(each)
            if isinstance(value, Given):
                names.append(value.name)
                return "%s"
            return _literal(value)

        return re.sub("%%|%s", written, sql), tuple(names), query.model  # type: ignore[return-value]

    def ask(self, **given: Any) -> Asked[Row]:
        """Send the question; for `at_once`."""
        sql, names, model = self._compiled
        cursor = prepared()
        cursor.execute(sql, [given[name] for name in names])
        return Asked(cursor, model)

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """What the database answers, as `Asked.rows` has it."""
        return self.ask(**given).rows()


class KeptRow(KeptQuestion[Row]):
    """A queryset of whole rows, of which one is asked for."""

    def get(self, **given: Any) -> Row:
        """The row. Raises the model's DoesNotExist."""
        return self.ask(**given).row()


def insert(row: models.Model, *, unless_taken: tuple[str, ...] | None = None) -> bool:
    """Save a new row as `save(force_insert=True)` does, without working out the statement anew. For models without signals or parents.

    `unless_taken` names columns that are unique together, or with no name all that are: where they are taken nothing is saved, and the
    answer is no. Anything else that the database refuses is an IntegrityError as ever.
    """
    return _insert([row], unless_taken)


def insert_all(rows: Sequence[models.Model]) -> None:
    """Save new rows of one model in one statement, in this order."""
    if rows:
        _insert(rows, None)


def update_each(rows: Sequence[models.Model], fields: tuple[str, ...]) -> None:
    """Save these fields of these rows of one model, one row after the other in this order, as `save(update_fields=…)` does.

    Where triggers ask how the others stand the order counts, which one statement over all of them would not keep. Raises DatabaseError
    where one of the rows is gone.
    """
    if not rows:
        return
    sql, written = _update(type(rows[0]), fields)
    with prepared() as cursor:
        cursor.executemany(sql, [_values(row, written, is_new=False) for row in rows])
        if cursor.rowcount != len(rows):
            raise DatabaseError(f"{len(rows) - cursor.rowcount} rows are gone.")


def _insert(rows: Sequence[models.Model], unless_taken: tuple[str, ...] | None) -> bool:
    awaited = _awaited()
    head, columns, end, number = _insertion(type(rows[0]), unless_taken if awaited is None else None)
    one = f"({', '.join(['%s'] * len(columns))})"
    # However many rows there are is a statement of its own, which nobody asks for again.
    cursor = prepared() if len(rows) == 1 else _connection().cursor()
    values = [value for row in rows for value in _values(row, columns, is_new=True)]
    cursor.execute(f"{head} {', '.join([one] * len(rows))}{end}", values)

    def is_saved() -> bool:
        with cursor:
            if cursor.rowcount and number is not None:
                for row, (given,) in zip(rows, cursor.fetchall(), strict=True):
                    setattr(row, number, given)
            return bool(cursor.rowcount)

    if awaited is not None:
        awaited.append(is_saved)
    elif not is_saved():
        return False
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return True


def _literal(value: Any) -> str:
    """As SQL, for a statement that takes other values beside it."""
    with _connection().cursor() as cursor:
        text: str = cursor.mogrify("%s", [value])
    return text.replace("%", "%%")


class _Column(NamedTuple):
    """A field, and the type of which a value goes to the database as it is; None where there is no such type."""

    field: Any
    name: str
    as_is: type | None


def _columns(fields: "Sequence[models.Field[Any, Any]]") -> list[_Column]:
    return [_Column(field, field.attname, _as_is(field)) for field in fields]


def _as_is(field: Any) -> type | None:
    target = field
    while target.is_relation:
        target = target.target_field
    is_stamped = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return None if is_stamped else AS_IS.get(type(target))


def _values(row: models.Model, columns: Sequence[_Column], *, is_new: bool) -> list[Any]:
    """What the fields make of the row's values. What they would leave as it is they are not asked about: they take longer than the rest."""
    given, known = _connection(), row.__dict__
    return [
        known[name]
        if name in known and as_is is not None and (known[name] is None or type(known[name]) is as_is)
        else field.get_db_prep_save(field.pre_save(row, is_new), given)
        for field, name, as_is in columns
    ]


@cache
def _insertion(
    model: type[models.Model], unless_taken: tuple[str, ...] | None
) -> tuple[str, Sequence[_Column], str, str | None]:
    """What stands before the values, the fields that they are of, what stands after them, and the field that the database numbers."""
    quote: Any = _connection().ops.quote_name
    key: Any = model._meta.pk
    is_numbered = isinstance(key, models.AutoField)
    fields: list[Any] = [field for field in model._meta.concrete_fields if not (is_numbered and field.primary_key)]
    names = ", ".join(quote(field.column) for field in fields)
    end = ""
    if unless_taken is not None:
        columns = f"({', '.join(map(quote, unless_taken))}) " if unless_taken else ""
        end = f" ON CONFLICT {columns}DO NOTHING"
    if is_numbered:
        end += f" RETURNING {quote(key.column)}"
    head = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES"
    return head, _columns(fields), end, key.attname if is_numbered else None


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, Sequence[_Column]]:
    """The statement for one row, and the fields that it takes, the key last."""
    quote: Any = _connection().ops.quote_name
    key: Any = model._meta.pk
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    new = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {new} WHERE {quote(key.column)} = %s"  # noqa: S608
    return sql, _columns([*fields, key])
