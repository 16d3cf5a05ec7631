"""The form after a session."""

from typing import Any

from django import forms

from common.forms import GovukForm
from partners.models.session_feedback import LONGEST_WORDS
from partners.queries.session_feedback import QUESTIONS

USEFUL = [("1", "1: not at all"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5: very")]


def _marks(name: str, missing: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=QUESTIONS[name],
        choices=USEFUL,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


class SessionFeedbackForm(GovukForm):
    """Three marks, and what the person will do with it."""

    useful = _marks("useful", "Say how useful the session was")
    sure_before = _marks("sure_before", "Say how confident you were before the session")
    sure_after = _marks("sure_after", "Say how confident you are now")
    practice = forms.CharField(
        label="What will you use in practice?",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=f"At most {LONGEST_WORDS} characters. Write nothing that shows who you are, and name nobody.",
    )

    def given(self) -> dict[str, Any]:
        """What `give_feedback` takes, from a valid form."""
        return self.cleaned_data
