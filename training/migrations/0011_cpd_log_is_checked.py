"""The constraints of the CPD log hold for rows of before too; checked while people go on working."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("training", "0010_cpd_log")]

    operations = [
        ValidateConstraint("cpdentry", "cpd_entry_looked_back_says_when"),
        ValidateConstraint("cpdentry", "cpd_entry_taken_back_says_who_when_and_why"),
    ]
