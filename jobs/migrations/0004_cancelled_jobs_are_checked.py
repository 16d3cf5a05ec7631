from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Not in 0003: its transaction holds the table's lock until it ends. Validating alone lets others read and write."""

    dependencies = [
        ("jobs", "0003_cancelled_jobs"),
    ]

    operations = [
        ValidateConstraint(model_name="job", name="job_cancelled_is_finished_without_error"),
    ]
