"""History goes with its record."""

from django.db import connection, transaction


@transaction.atomic
def forget_history(*, label: str, record_id: str) -> int:
    """Delete the history of a record that was disposed of; return of how many changes. For retention, in the transaction that
    deletes the record and writes its certificate: the database refuses while the record is there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget_history(%s, %s)", [label, record_id])
        return int(cursor.fetchone()[0])
