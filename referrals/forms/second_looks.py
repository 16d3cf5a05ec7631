"""What a supervisor enters to have decisions looked at a second time, and what who looks enters."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from common.forms import GovukDateField, GovukForm
from referrals.enums import contradiction
from referrals.forms.deciders import DecidersField
from referrals.forms.decision import LevelAndPathwayForm
from referrals.models.second_look import LARGEST_SIZE, LONGEST_SEED, USUAL_SIZE

LONGEST_REASON = 2_000


class DrawSecondLookForm(GovukForm):
    """The period, how many, and who takes part."""

    start = GovukDateField(label="Decided from", help_text="For example, 1 7 2026")
    end = GovukDateField(label="Decided up to", help_text="The last day that counts")
    size = forms.IntegerField(
        label="How many referrals",
        min_value=1,
        max_value=LARGEST_SIZE,
        initial=USUAL_SIZE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "required": "Enter how many.",
            "invalid": "Enter a whole number.",
            "min_value": "Enter at least 1.",
            "max_value": f"Enter at most {LARGEST_SIZE}.",
        },
    )
    people = DecidersField(
        label="Who takes part",
        help_text="Each gets as many as the others. Nobody gets what they wrote or ever decided on.",
        required_message="Choose who takes part.",
    )
    seed = forms.CharField(
        label="Seed",
        help_text="Leave it empty for a random one. The same seed draws the same referrals again.",
        required=False,
        max_length=LONGEST_SEED,
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and start > end:
            self.add_error("end", "The last day comes before the first.")
        return cleaned


class SecondDecisionForm(LevelAndPathwayForm):
    """Level, pathway and a short reason."""

    reason = forms.CharField(
        label="Reason",
        help_text="A few sentences: what decided it, and what you would have wanted to know.",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Give the reason."},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        level, pathway = cleaned.get("level"), cleaned.get("pathway")
        if level and pathway and (words := contradiction(level, pathway)):
            self.add_error("level", words)
        return cleaned
