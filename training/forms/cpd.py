"""Logging CPD."""

import uuid
from datetime import date
from typing import Any

from django import forms

from common.forms import GovukDateField, GovukForm
from training.enums import CpdKind
from training.models.cpd import FEWEST_HOURS, MOST_HOURS


class CpdForm(GovukForm):
    """One entry. The key is made with the form, so that sending it twice logs it once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    done_on = GovukDateField(label="When?", error_messages={"required": "Enter the day on which it was done"})
    kind = forms.ChoiceField(
        label="What kind?",
        choices=CpdKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of CPD it was"},
    )
    topic = forms.CharField(
        label="What was it about?",
        max_length=120,
        help_text="A few words, for example stalking. Nothing about a case.",
        error_messages={"required": "Write what it was about"},
    )
    hours = forms.DecimalField(
        label="Hours",
        max_digits=4,
        decimal_places=2,
        min_value=FEWEST_HOURS,
        max_value=MOST_HOURS,
        widget=forms.TextInput({"inputmode": "decimal", "class": "govuk-input--width-4"}),
        help_text="For example 1.5",
        error_messages={
            "required": "Enter how many hours it took",
            "invalid": "Enter hours as a number, for example 1.5",
            "min_value": "Hours are from 0.25 to 24",
            "max_value": "Hours are from 0.25 to 24",
            "max_decimal_places": "Enter hours with at most two decimals, for example 1.25",
            "max_digits": "Hours are from 0.25 to 24",
            "max_whole_digits": "Hours are from 0.25 to 24",
        },
    )
    learned = forms.CharField(
        label="What was learned?",
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Write what was learned"},
    )
    will_change = forms.CharField(
        label="What will be done differently?", max_length=4000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("key", uuid.uuid4())

    def clean_done_on(self) -> date:
        """Not in the future."""
        done_on: date = self.cleaned_data["done_on"]
        if done_on > self.today:
            raise forms.ValidationError("The day on which it was done cannot be in the future")
        return done_on
