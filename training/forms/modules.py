"""Setting up a module."""

from django import forms

from accounts.roles import ROLE_CHOICES
from common.forms import GovukForm
from training.enums import Delivery, LearningTheme


class VersionForm(GovukForm):
    """What is taught, how, and for how long it holds."""

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
        error_messages={"required": "Enter how many minutes it takes", "invalid": "Enter minutes as a whole number"},
    )
    valid_months = forms.IntegerField(
        label="Months until it has to be done again",
        min_value=1,
        max_value=240,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        help_text="Leave empty if it never lapses.",
        error_messages={"invalid": "Enter months as a whole number"},
    )
    teaches = forms.MultipleChoiceField(
        label="What does it help with?",
        choices=LearningTheme.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="It is suggested to whoever is to get better at one of these.",
    )


class NextVersionForm(VersionForm):
    """The next version of a module. `after` is the number of the version that was on the page."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ModuleForm(VersionForm):
    """A module with its first version, and who needs it."""

    title = forms.CharField(label="Title", max_length=120, error_messages={"required": "Write the title"})
    short_title = forms.CharField(
        label="Short title",
        max_length=40,
        help_text="For the heading of a column in the matrix.",
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
        error_messages={"required": "Write a short title"},
    )
    required_for = forms.MultipleChoiceField(
        label="Who needs it?", choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = ("title", "short_title")
