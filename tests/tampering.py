"""What somebody with the keys of the database could do: tests of what notices it, or of rows from before a rule."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model


@contextmanager
def walls_down(*models: type[Model]) -> Iterator[None]:
    """Without the triggers of these tables, which would refuse the change."""
    switch("DISABLE", models)
    yield
    switch("ENABLE", models)


def switch(how: str, models: tuple[type[Model], ...]) -> None:
    with connection.cursor() as cursor:
        # Deferred checks that wait would keep the table from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in models:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} {how} TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
