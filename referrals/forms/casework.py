"""What the hub and the receiving agencies enter."""

from typing import Any

from django import forms

from common.forms import GovukForm
from referrals.enums import (
    ANSWERED,
    ShareState,
)


class CloseForm(GovukForm):
    """Nothing is asked, unless an agency waits for more or something is left open."""

    reason = forms.CharField(
        label="Why is nothing more sent?",
        help_text="It stays on the record of the closing.",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why nothing more is sent."},
    )

    def __init__(self, *args: Any, needs_reason: bool, leaves_open: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if leaves_open:
            self.fields["reason"].label = "Why do these stay open?"
            self.fields["reason"].error_messages["required"] = "Say why these stay open."
        if not needs_reason:
            del self.fields["reason"]


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
