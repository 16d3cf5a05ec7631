"""Setting up a module."""

from django import forms

from accounts.roles import ROLE_CHOICES
from common.forms import GovukForm
from training.enums import Delivery


class ModuleForm(GovukForm):
    """A module with its first version."""

    title = forms.CharField(label="Title", max_length=120, error_messages={"required": "Write the title"})
    short_title = forms.CharField(
        label="Short title",
        max_length=40,
        help_text="For the heading of a column in the matrix.",
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
        error_messages={"required": "Write a short title"},
    )
    aims = forms.CharField(
        label="Aims",
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text="What somebody can do afterwards.",
        error_messages={"required": "Write what somebody can do afterwards"},
    )
    delivery = forms.ChoiceField(
        label="How is it usually given?",
        choices=Delivery.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is usually given"},
    )
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=1,
        max_value=10_000,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={"required": "Enter how many minutes it takes"},
    )
    valid_months = forms.IntegerField(
        label="Months until it has to be done again",
        min_value=1,
        max_value=240,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        help_text="Leave empty if it never lapses.",
    )
    required_for = forms.MultipleChoiceField(
        label="Who needs it?", choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple, required=False
    )
