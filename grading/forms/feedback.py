"""What the writer of a graded PPN answers."""

from collections.abc import Iterable
from typing import Any

from django import forms

from common.forms import GovukForm
from grading.enums import FeedbackMove


class AnswerForm(GovukForm):
    """That they read it, or disagree and with what. `moves` are those open to them."""

    move = forms.TypedChoiceField(
        label="Have you read it?",
        coerce=FeedbackMove,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose “I have read this” or “I disagree”"},
    )
    words = forms.CharField(
        label="What do you disagree with?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Only if you disagree. The supervisor who runs the round and whoever leads your team read it; the grade stays.",
    )

    def __init__(self, *args: Any, moves: Iterable[FeedbackMove], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["move"].choices = [(move.value, move.label) for move in moves]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        move, words = cleaned.get("move"), cleaned.get("words", "")
        if move == FeedbackMove.DISAGREE and not words:
            self.add_error("words", "Say what you disagree with")
        if move == FeedbackMove.ACKNOWLEDGE and words:
            self.add_error("move", "Choose “I disagree”, or leave the words out")
        return cleaned
