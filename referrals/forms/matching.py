"""What a decision-maker says about two descriptions of people."""

from django import forms

from common.forms import GovukForm
from referrals.enums import MatchAnswer


class MatchForm(GovukForm):
    """Sent by the buttons beside two descriptions."""

    other = forms.UUIDField(widget=forms.HiddenInput)
    answer = forms.TypedChoiceField(choices=MatchAnswer.choices, coerce=MatchAnswer, widget=forms.HiddenInput)


class UndoMatchForm(GovukForm):
    reason = forms.CharField(
        label="Why is this taken back?",
        help_text="It stays on the record with the answer.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why this is taken back."},
    )
