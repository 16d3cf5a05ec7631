from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
import django.db.models.deletion

# No row has a round yet, and the version that still runs writes none: nothing that it does breaks the rule.
ONCE_A_ROUND = """
CREATE UNIQUE INDEX report_scheduled_once_a_round ON grading_report (round_id) WHERE is_scheduled;
"""


class Migration(migrations.Migration):
    """Reports of grading rounds beside those of dip samples. Backwards only while there is none of a round: none is deleted."""

    dependencies = [
        ("grading", "0020_set_aside"),
    ]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[("DIP_SAMPLE", "Compliance of a dip sample"), ("ROUND", "Grades of a round")],
                default="DIP_SAMPLE",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="dip_sample",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="grading.dipsample",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="grading.gradinground",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddConstraint(
                    model_name="report",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("is_scheduled", True)),
                        fields=("round",),
                        name="report_scheduled_once_a_round",
                    ),
                ),
            ],
            database_operations=[migrations.RunSQL(ONCE_A_ROUND, "DROP INDEX report_scheduled_once_a_round;")],
        ),
        # The version that still runs writes only what both allow; the rows there are read in 0020.
        AddConstraintNotValid(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dip_sample__isnull", False), ("kind", "DIP_SAMPLE"), ("round", None)),
                    models.Q(("dip_sample", None), ("kind", "ROUND"), ("round__isnull", False), ("slot", None)),
                    _connector="OR",
                ),
                name="report_is_of_what_its_kind_says",
            ),
        ),
    ]
