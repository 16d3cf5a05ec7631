"""Locks on whole tables, for the rare question whose answer must not be changed by what is only being written."""

from django.db import connection
from django.db.models import Model


def hold_writers(model: type[Model]) -> None:
    """Wait for whoever is writing rows of this model, and let nobody begin until the caller's transaction ends.

    Without it a row that commits a moment later, but says an earlier time, would change afterwards what was found now.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
