from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Not with the columns: that transaction holds the locks of the tables. Validating alone lets others read and write."""

    dependencies = [
        ("grading", "0027_good_enough"),
    ]

    operations = [
        ValidateConstraint(model_name="incidentreview", name="incident_review_only_forms_found_are_good_enough"),
        ValidateConstraint(model_name="incidentreview", name="incident_review_not_good_enough_says_what_is_missing"),
        ValidateConstraint(model_name="incidentreview", name="incident_review_school_told_of_child_and_domestic_abuse"),
        ValidateConstraint(model_name="settlement", name="settlement_only_forms_found_are_good_enough"),
        ValidateConstraint(model_name="settlement", name="settlement_not_good_enough_says_what_is_missing"),
        ValidateConstraint(model_name="settlement", name="settlement_school_told_of_child_and_domestic_abuse"),
    ]
