from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the one before, whose transaction holds the tables' locks until it ends: validating alone lets others read and write."""

    dependencies = [
        ("grading", "0031_annual_report"),
    ]

    operations = [
        ValidateConstraint(model_name="report", name="report_is_of_what_its_kind_says"),
        ValidateConstraint(model_name="report", name="report_of_a_year_is_planned_or_asked_for"),
        ValidateConstraint(
            model_name="reportschedule", name="report_schedule_of_years_once_a_year_in_its_month"
        ),
    ]
