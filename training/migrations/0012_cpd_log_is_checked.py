"""Indexes of the CPD log, built while people go on working, and its constraints checked for rows of before."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

ONCE_AN_EVENT = models.UniqueConstraint(
    fields=["event", "person"],
    name="cpd_entry_once_an_event",
    condition=models.Q(taken_back_at=None, event__isnull=False),
)
ROW_TAKEN_ONCE = models.UniqueConstraint(
    fields=["person", "row_digest"],
    name="cpd_entry_row_is_taken_once",
    condition=models.Q(taken_back_at=None) & ~models.Q(row_digest=""),
)


def concurrently(constraint: models.UniqueConstraint, columns: str, where: str) -> migrations.SeparateDatabaseAndState:
    """A unique constraint as an index that is built without locking the table."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"CREATE UNIQUE INDEX CONCURRENTLY {constraint.name} ON training_cpdentry ({columns}) WHERE {where}",
                f"DROP INDEX CONCURRENTLY {constraint.name}",
            )
        ],
        state_operations=[migrations.AddConstraint("cpdentry", constraint)],
    )


class Migration(migrations.Migration):
    # Indexes are built concurrently, which no transaction allows.
    atomic = False

    dependencies = [("training", "0011_cpd_log")]

    operations = [
        AddIndexConcurrently(
            "cpdentry",
            models.Index(fields=["event"], name="cpd_entry_of_event", condition=models.Q(event__isnull=False)),
        ),
        AddIndexConcurrently(
            "cpdentry",
            models.Index(
                fields=["taken_from"], name="cpd_entry_of_import", condition=models.Q(taken_from__isnull=False)
            ),
        ),
        concurrently(ONCE_AN_EVENT, "event_id, person_id", "event_id IS NOT NULL AND taken_back_at IS NULL"),
        concurrently(ROW_TAKEN_ONCE, "person_id, row_digest", "taken_back_at IS NULL AND NOT (row_digest = '')"),
        ValidateConstraint("cpdentry", "cpd_entry_looked_back_says_when"),
        ValidateConstraint("cpdentry", "cpd_entry_taken_back_says_who_when_and_why"),
    ]
