from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0002_given_up_jobs"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="cancelled_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When somebody no longer wanted it; its worker stops at its next step",
                null=True,
            ),
        ),
        # Every follow-up is a row: they are read in a transaction of their own (0004), while workers claim and finish them.
        AddConstraintNotValid(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_at", None),
                    models.Q(("error", ""), ("finished_at__isnull", False), ("given_up_at", None)),
                    _connector="OR",
                ),
                name="job_cancelled_is_finished_without_error",
            ),
        ),
    ]
