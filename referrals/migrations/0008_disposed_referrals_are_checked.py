"""The rules about referrals that were disposed of are checked against what is there, while people go on working."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("referrals", "0007_retention")]

    operations = [
        ValidateConstraint(model_name="referral", name="referral_sent_has_reference_time_and_deadline"),
        ValidateConstraint(model_name="referral", name="referral_sent_has_risk_and_lawful_basis"),
        ValidateConstraint(model_name="referral", name="referral_disposed_of_says_nothing"),
    ]
