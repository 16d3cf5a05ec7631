"""The form three months after a session."""

from typing import Any

from django import forms

from common.forms import GovukForm
from partners.enums import Used
from partners.forms.questions import NOBODY
from partners.models.follow_ups import LONGEST


def _words(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 4}), help_text=NOBODY
    )


class FollowUpForm(GovukForm):
    """Used it? How? What changed?"""

    used = forms.ChoiceField(
        label="Have you used what you learned?",
        choices=Used.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you have used it"},
    )
    how = _words("If yes: how?")
    changed = _words("What changed by it?")
    may_tell = forms.BooleanField(
        label="You may tell others about this, without my name and my agency",
        required=False,
        help_text="Trainers and people who work with trends then read your words. You can take it back at any time.",
    )

    def clean(self) -> dict[str, Any]:
        """Who used it says how."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("used") == Used.YES and "how" in data and not data["how"]:
            self.add_error("how", "Say how you used it")
        return data
