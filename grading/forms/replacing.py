"""Replacing a PPN that was drawn."""

from typing import Any

from django import forms

from common.forms import GovukForm
from grading.enums import RemovalReason
from grading.models.findings import SHORTEST_WHY


class ReplaceItemForm(GovukForm):
    """Why a PPN leaves the sample. What was withdrawn has that reason; nothing else has it."""

    reason = forms.ChoiceField(
        label="Why is it replaced?",
        widget=forms.RadioSelect,
        help_text="The panel reads this.",
        error_messages={"required": "Choose why it is replaced", "invalid_choice": "Choose a reason of the list"},
    )
    words = forms.CharField(
        label="Why, in words",
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
        help_text=f"At least {SHORTEST_WHY} characters. No names. Who runs rounds reads this, the panel does not.",
        error_messages={"required": f"Say why in at least {SHORTEST_WHY} characters"},
    )

    def __init__(self, *args: Any, is_withdrawn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            choice for choice in RemovalReason.choices if (choice[0] == RemovalReason.WITHDRAWN) is is_withdrawn
        ]

    def clean_words(self) -> str:
        """Long enough."""
        words: str = self.cleaned_data["words"].strip()
        if len(words) < SHORTEST_WHY:
            raise forms.ValidationError(f"Say why in at least {SHORTEST_WHY} characters")
        return words
