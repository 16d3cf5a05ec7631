from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Not in 0019: its transaction holds the table's lock until it ends. Validating alone lets others read and write."""

    dependencies = [
        ("grading", "0021_grading_report"),
    ]

    operations = [
        ValidateConstraint(model_name="report", name="report_is_of_what_its_kind_says"),
    ]
