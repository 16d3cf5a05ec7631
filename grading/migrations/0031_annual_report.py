from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
import django.db.models.deletion

# No slot has a year yet, and the version that still runs writes none: nothing that it does breaks the rule.
ONCE_A_YEAR = """
CREATE UNIQUE INDEX report_slot_once_a_year ON grading_reportslot (schedule_id, year) WHERE year IS NOT NULL;
"""
MONTHS = [
    (1, "January"),
    (2, "February"),
    (3, "March"),
    (4, "April"),
    (5, "May"),
    (6, "June"),
    (7, "July"),
    (8, "August"),
    (9, "September"),
    (10, "October"),
    (11, "November"),
    (12, "December"),
]


class Migration(migrations.Migration):
    """Annual reports beside those of samples and rounds, and schedules of them.

    Backwards only while there is none of either: reports are never deleted.
    """

    dependencies = [
        ("accounts", "0005_intelligence_officer"),
        ("grading", "0030_invitations"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="force",
            field=models.ForeignKey(
                blank=True,
                help_text="Of an annual report",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.agency",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="year",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="Of an annual report: a calendar year", null=True
            ),
        ),
        migrations.AddField(
            model_name="reportschedule",
            name="month",
            field=models.PositiveSmallIntegerField(
                blank=True, choices=MONTHS, help_text="Of what is made once a year", null=True
            ),
        ),
        migrations.AddField(
            model_name="reportslot",
            name="year",
            field=models.PositiveSmallIntegerField(blank=True, help_text="Of which its annual report is", null=True),
        ),
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[
                    ("DIP_SAMPLE", "Compliance of a dip sample"),
                    ("ROUND", "Grades of a round"),
                    ("ANNUAL", "Annual report"),
                ],
                default="DIP_SAMPLE",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="reportschedule",
            name="kind",
            field=models.CharField(
                choices=[("DIP_SAMPLE", "Compliance of a dip sample"), ("ANNUAL", "Annual report")],
                default="DIP_SAMPLE",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="reportschedule",
            name="rhythm",
            field=models.CharField(
                choices=[
                    ("MONTHLY", "Every month"),
                    ("TWO_MONTHLY", "Every two months, from January"),
                    ("QUARTERLY", "Every three months, from January"),
                    ("YEARLY", "Once a year"),
                ],
                max_length=12,
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddConstraint(
                    model_name="reportslot",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("year__isnull", False)),
                        fields=("schedule", "year"),
                        name="report_slot_once_a_year",
                    ),
                ),
            ],
            database_operations=[migrations.RunSQL(ONCE_A_YEAR, "DROP INDEX report_slot_once_a_year;")],
        ),
        # The rule of before with a third kind: the version that still runs writes only what both allow. The rows that are
        # there are read in the next migration.
        migrations.RemoveConstraint(model_name="report", name="report_is_of_what_its_kind_says"),
        AddConstraintNotValid(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("dip_sample__isnull", False),
                        ("force", None),
                        ("kind", "DIP_SAMPLE"),
                        ("round", None),
                        ("year", None),
                    ),
                    models.Q(
                        ("dip_sample", None),
                        ("force", None),
                        ("kind", "ROUND"),
                        ("round__isnull", False),
                        ("slot", None),
                        ("year", None),
                    ),
                    models.Q(
                        ("dip_sample", None),
                        ("force__isnull", False),
                        ("kind", "ANNUAL"),
                        ("round", None),
                        ("year__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="report_is_of_what_its_kind_says",
            ),
        ),
        AddConstraintNotValid(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "ANNUAL"), _negated=True),
                    ("is_scheduled", False),
                    ("slot__isnull", False),
                    _connector="OR",
                ),
                name="report_of_a_year_is_planned_or_asked_for",
            ),
        ),
        AddConstraintNotValid(
            model_name="reportschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "ANNUAL"),
                        ("rhythm", "YEARLY"),
                        ("month__gte", 1),
                        ("month__isnull", False),
                        ("month__lte", 12),
                    ),
                    models.Q(
                        models.Q(("kind", "ANNUAL"), _negated=True),
                        models.Q(("rhythm", "YEARLY"), _negated=True),
                        ("month", None),
                    ),
                    _connector="OR",
                ),
                name="report_schedule_of_years_once_a_year_in_its_month",
            ),
        ),
    ]
