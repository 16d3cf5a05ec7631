"""The form in which somebody types the code on a trainer's screen."""

from django import forms

from common.forms import GovukForm


class CodeForm(GovukForm):
    """The code on the trainer's screen."""

    code = forms.CharField(
        label="Code",
        max_length=12,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "govuk-input--width-5"}
        ),
        help_text="Six digits, on the trainer's screen. It changes every minute.",
        error_messages={"required": "Enter the code on the trainer's screen"},
    )
