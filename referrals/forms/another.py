"""A PPN may exist already: why there should be another."""

from typing import Any

from django import forms

from common.forms import GovukForm


class AnotherForm(GovukForm):
    """Asked beside the button that submits; of an urgent PPN it may stay open."""

    marks_optional = False
    why_another = forms.CharField(
        label="Why do you send another?",
        help_text="For example: this is about other people, or something new happened.",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
        error_messages={"required": "Say why you send another, or add to the one that exists."},
    )

    def __init__(self, *args: Any, is_urgent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why_another"].required = not is_urgent
