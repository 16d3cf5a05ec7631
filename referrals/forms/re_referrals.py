"""Which of what came back a list shows."""

from django import forms

from referrals import queries
from referrals.forms.answering import OutcomesForm


class ReReferralsForm(OutcomesForm):
    """The period in which it came, and after how many days at most."""

    within = forms.TypedChoiceField(
        label="Came back within",
        choices=[("", "Twelve months"), *((days, f"{days} days") for days in queries.DAYS_TO_COME_BACK)],
        coerce=int,
        empty_value=None,
        required=False,
    )
