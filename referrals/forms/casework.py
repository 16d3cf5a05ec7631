"""What the hub and the receiving agencies enter."""

from typing import Any

from django import forms

from accounts.models import Agency
from common.forms import GovukForm
from referrals.enums import (
    ANSWERED,
    LawfulBasis,
    RejectionReason,
    ShareState,
)
from referrals.models import Referral


class ShareForm(GovukForm):
    """Sharing with one agency; those that have the referral are not offered."""

    agency = forms.ModelChoiceField(
        label="Share with",
        queryset=Agency.objects.none(),
        empty_label="Choose an agency",
        error_messages={
            "required": "Choose an agency.",
            "invalid_choice": "Choose an agency from the list. Those that this is shared with are not in it.",
        },
    )
    lawful_basis = forms.ChoiceField(
        label="Lawful basis",
        choices=LawfulBasis.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the lawful basis."},
    )
    reason = forms.CharField(
        label="Why does this agency need it?",
        help_text="It stays on the record of the disclosure.",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why this agency needs it."},
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        have_it = referral.shares.live().values("agency")
        agencies = Agency.objects.active().filter(is_hub=False).exclude(pk__in=have_it).order_by("name")
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]


class EndShareForm(GovukForm):
    reason = forms.CharField(
        label="Why does the sharing end?",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the sharing ends."},
    )


class AnswerForm(GovukForm):
    """What the receiving agency answers."""

    answer_state = forms.ChoiceField(
        label="What is your agency's answer?",
        choices=[(state, ShareState(state).label) for state in ANSWERED],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer."},
    )
    rejection_reason = forms.ChoiceField(
        label="If you reject it, the reason",
        choices=[("", "Choose a reason"), *RejectionReason.choices],
        required=False,
    )
    words = forms.CharField(
        label="In your words",
        help_text="The hub and the person who wrote the referral read this. Needed when you reject it or need further work.",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        state, words = cleaned.get("answer_state"), cleaned.get("words", "").strip()
        if state == ShareState.REJECTED and not cleaned.get("rejection_reason"):
            self.add_error("rejection_reason", "Choose why you reject it.")
        if state in (ShareState.REJECTED, ShareState.FURTHER_WORK) and not words:
            self.add_error("words", "Say in words why, or what is missing.")
        return cleaned


class SharedFilterForm(GovukForm):
    marks_optional = False
    state = forms.ChoiceField(
        label="Answer",
        choices=[("", "All"), *((state, ShareState(state).label) for state in (ShareState.WAITING, *ANSWERED))],
        required=False,
    )


def may_filter(form: GovukForm) -> dict[str, Any]:
    """The filters of a form from the address that are right; wrong ones are left out."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "", False)}
