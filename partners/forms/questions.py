"""Asking a question, answering it, publishing it, and searching what is published."""

from django import forms

from common.forms import GovukForm, OnceForm
from partners.forms.seen import SeenForm
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
