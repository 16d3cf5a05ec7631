"""What is noted on a case of unusual access."""

from collections.abc import Sequence
from typing import Any

from django import forms

from audit.enums import UnusualMove, UnusualState
from common.forms import GovukForm


class UnusualStateForm(GovukForm):
    """Which cases are listed; those to be looked at unless another state is chosen."""

    marks_optional = False
    state = forms.ChoiceField(label="State", choices=UnusualState.choices, required=False)

    def chosen(self) -> str:
        return (self.cleaned_data["state"] if self.is_valid() else "") or UnusualState.NEW


class UnusualNoteForm(GovukForm):
    """What came of a case."""

    move = forms.ChoiceField(
        label="What came of it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it"},
    )
    note = forms.CharField(
        label="What did you find?",
        help_text="It stands in the access log. Name nobody whom a referral is about.",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Say what you found"},
    )

    def __init__(self, *args: Any, moves: Sequence[UnusualMove], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["move"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the types
        field.choices = [(move.value, move.label) for move in moves]
