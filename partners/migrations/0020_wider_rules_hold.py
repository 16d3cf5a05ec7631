"""The rules that the migration before made wider hold for rows of before too: looked at beside running work."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partners", "0019_partners_rest")]

    operations = [
        ValidateConstraint(model_name="booking", name="booking_registered_says_who_and_when"),
        ValidateConstraint(model_name="session", name="session_held_says_who_and_when"),
        ValidateConstraint(model_name="sessionquestion", name="session_question_says_something"),
    ]
