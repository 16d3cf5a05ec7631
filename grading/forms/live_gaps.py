"""Closing a live gap."""

from django import forms

from common.forms import GovukForm
from grading.models.live_gap import SHORTEST_OUTCOME


class CloseLiveGapForm(GovukForm):
    """What was done for who may be at risk."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    outcome = forms.CharField(
        label="What was done",
        max_length=4000,
        min_length=SHORTEST_OUTCOME,
        widget=forms.Textarea({"rows": 4}),
        help_text=f"Who was told and what came of it, in at least {SHORTEST_OUTCOME} characters. No names.",
        error_messages={
            "required": "Say what was done",
            "min_length": f"Say what was done in at least {SHORTEST_OUTCOME} characters",
        },
    )

    def clean_seen(self) -> int:
        """How many corrections of the review the page showed."""
        return self.cleaned_data["seen"] or 0
