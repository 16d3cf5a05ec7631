"""Setting aside an incident that nobody can review or settle."""

from collections.abc import Sequence
from typing import Any

from django import forms

from common.forms import GovukForm
from grading.models import SampledIncident
from grading.models.findings import SHORTEST_WHY


class SetAsideForm(GovukForm):
    """Which one, and why nobody could."""

    sampled = forms.ChoiceField(
        label="Which incident?", widget=forms.RadioSelect, error_messages={"required": "Say which incident"}
    )
    why = forms.CharField(
        label="Why can nobody review or settle it?",
        min_length=SHORTEST_WHY,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=f"Also whom you asked, in at least {SHORTEST_WHY} characters. No names.",
        error_messages={
            "required": f"Say why in at least {SHORTEST_WHY} characters",
            "min_length": f"Say why in at least {SHORTEST_WHY} characters",
        },
    )

    def __init__(self, *args: Any, stuck: Sequence[SampledIncident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sampled"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one}: {one.incident.number}") for one in stuck
        ]
