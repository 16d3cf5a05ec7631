"""The hub's own risk level, why, and what who wrote it may read."""

from typing import Any

from django import forms

from common.forms import GovukForm
from referrals.enums import RiskLevel
from referrals.models import Referral


class RiskLevelForm(GovukForm):
    level = forms.TypedChoiceField(
        label="Which risk level is it?",
        choices=list(reversed(RiskLevel.choices)),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the risk level."},
    )
    reason = forms.CharField(
        label="Why?",
        help_text="For the hub and the supervisor: what is known that the writer did not know, or weighed differently.",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "true"}),
        error_messages={"required": "Say why."},
    )
    may_be_told = forms.CharField(
        label="What may be told to who wrote it?",
        help_text="They read these words beside the new level; so does everybody who reads the versions.",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
        error_messages={"required": "Write what may be told to who wrote it."},
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referral = referral
        self.fields["level"].help_text = f"It is {referral.get_risk_level_display().lower()} now."

    def clean_level(self) -> int:
        level: int = self.cleaned_data["level"]
        if level == self.referral.risk_level:
            raise forms.ValidationError("This is the level that it has. Choose another, or leave it.")
        return level
