"""What somebody with the keys of the database could do: tests of what notices it, or of rows from before a rule."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model


@contextmanager
def walls_down(*models: type[Model]) -> Iterator[None]:
    """Without the triggers of these tables, which would refuse the change; those that were off before stay off after."""
    standing = _enabled(models)
    switch("DISABLE", models)
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, trigger in standing:
            cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{trigger}"')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _enabled(models: tuple[type[Model], ...]) -> list[tuple[str, str]]:
    """Table and name of each trigger of these tables that is on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid::regclass::text = ANY(%s)",
            [[model._meta.db_table for model in models]],
        )
        return list(cursor.fetchall())


def switch(how: str, models: tuple[type[Model], ...]) -> None:
    with connection.cursor() as cursor:
        # Deferred checks that wait would keep the table from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in models:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} {how} TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
