"""Asking a question, answering it, publishing it, and searching what is published."""

from copy import copy
from datetime import datetime
from typing import Any

from django import forms

from common.forms import GovukForm, OnceForm
from partners.models.questions import LONGEST_ANSWER, LONGEST_ASKED, LONGEST_PUBLIC_QUESTION

NOBODY = "Name no child, adult or family, and nothing by which they could be known."


class AskForm(OnceForm):
    """A question to the trainers."""

    words = forms.CharField(
        label="Your question",
        max_length=LONGEST_ASKED,
        widget=forms.Textarea({"rows": 5}),
        help_text=NOBODY,
        error_messages={"required": "Write your question"},
    )


class SeenForm(GovukForm):
    """Carries what stood there when the form began, so that nobody writes over what a colleague wrote meanwhile."""

    def __init__(self, *args: Any, seen: datetime | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial["seen"] = _as_text(seen)

    @property
    def seen(self) -> datetime | None:
        """Of a form that was sent."""
        try:
            return datetime.fromisoformat(self.data.get("seen", ""))
        except ValueError:
            return None

    def show_anew(self, refusal: str, seen: datetime | None) -> None:
        """Say what was refused and keep what was typed; whoever sends it again has seen what stands now."""
        self.add_error(None, refusal)
        data: Any = copy(self.data)
        data["seen"] = _as_text(seen)
        self.data = data


def _as_text(seen: datetime | None) -> str:
    return seen.isoformat() if seen else ""


class AnswerQuestionForm(SeenForm):
    """For who asked alone."""

    answer = forms.CharField(
        label="Your answer",
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea({"rows": 8}),
        help_text="Who asked reads it, and is told by e-mail that it is there.",
        error_messages={"required": "Write the answer"},
    )


class PublishForm(SeenForm):
    """In words for everybody."""

    public_question = forms.CharField(
        label="The question, for everybody",
        max_length=LONGEST_PUBLIC_QUESTION,
        widget=forms.Textarea({"rows": 3}),
        help_text=f"Write it anew, in general words. {NOBODY}",
        error_messages={"required": "Write the question for everybody"},
    )
    public_answer = forms.CharField(
        label="The answer, for everybody",
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea({"rows": 8}),
        error_messages={"required": "Write the answer for everybody"},
    )
    names_nobody = forms.BooleanField(
        label="I have read both: they name nobody, and nobody can be known from them",
        error_messages={"required": "Read both again, and tick that they name nobody"},
    )


class KnowledgeSearchForm(GovukForm):
    """Words to look for."""

    marks_optional = False
    text = forms.CharField(
        label="Words to look for",
        max_length=100,
        required=False,
        help_text="Write no names. Put words in quotation marks to find them together.",
    )
