"""The rules of the register hold for rows of before too: looked at beside running work."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partners", "0012_registers_and_certificates")]

    operations = [
        ValidateConstraint(model_name="booking", name="booking_walk_in_is_marked"),
        ValidateConstraint(model_name="booking", name="booking_part_and_minutes_of_who_was_there"),
        ValidateConstraint(model_name="booking", name="booking_marked_how_when_marked"),
        ValidateConstraint(model_name="booking", name="booking_by_code_is_by_oneself"),
        ValidateConstraint(model_name="session", name="session_code_says_who_and_when"),
    ]
