"""What the hub enters when it reopens or withdraws a referral."""

from typing import Any

from django import forms

from common.forms import GovukForm
from referrals.enums import VoidReason
from referrals.forms.challenge import words_field


class ReopenForm(GovukForm):
    reason = words_field("Why is it reopened?", "Say why it is reopened.", help_text="It stays on record.", rows=3)


class VoidForm(GovukForm):
    """The reference is asked of duplicates alone."""

    reason = forms.ChoiceField(
        label="Why is it withdrawn?",
        choices=VoidReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is withdrawn."},
    )
    kept_reference = forms.CharField(
        label="Reference of the referral that stands",
        help_text="If it was sent twice. For example PPN-2026-7KQ2M",
        required=False,
        max_length=20,
    )
    words = words_field(
        "Why, in words?",
        "Say why in words.",
        help_text="Who wrote it reads this. Do not name the wrong person.",
        rows=3,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reason") == VoidReason.DUPLICATE and not cleaned.get("kept_reference"):
            self.add_error("kept_reference", "Give the reference of the other referral, which stands.")
        return cleaned
