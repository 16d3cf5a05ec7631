"""The question before a CPI form."""

from django import forms

from common.forms import GovukForm
from referrals.enums import Situation


class SituationForm(GovukForm):
    """Which of these it is; only the last leads to the form."""

    page_heading_field = "situation"
    situation = forms.TypedChoiceField(
        label="Which of these fits?",
        help_text="A CPI form is not watched round the clock. The first that fits counts.",
        choices=Situation.choices,
        coerce=Situation,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which of these fits."},
    )
