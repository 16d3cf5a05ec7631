"""Reminders of before are checked, and one of a kind is held, while people go on working."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

ONCE = models.UniqueConstraint(
    fields=["acceptance", "days"],
    condition=models.Q(acceptance__isnull=False),
    name="lapse_reminder_once_for_an_acceptance",
)


class Migration(migrations.Migration):
    # Indexes are built concurrently, which no transaction allows.
    atomic = False

    dependencies = [("training", "0021_earlier_sign_offs")]

    operations = [
        ValidateConstraint("lapsereminder", "lapse_reminder_is_about_one_thing"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"CREATE UNIQUE INDEX CONCURRENTLY {ONCE.name} ON training_lapsereminder (acceptance_id, days) "
                    "WHERE acceptance_id IS NOT NULL",
                    f"DROP INDEX CONCURRENTLY {ONCE.name}",
                )
            ],
            state_operations=[migrations.AddConstraint("lapsereminder", ONCE)],
        ),
    ]
