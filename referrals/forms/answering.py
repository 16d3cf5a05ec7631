"""What agencies answer, what they are sent, and what hub and writer ask and tell each other."""

from typing import Any

from django import forms
from django.utils import timezone

from common.forms import GovukDateField, GovukForm, GovukMomentField
from referrals.enums import ANSWERED, AnswerChannel, FeedbackKind, Missing, RejectionReason, ShareState


def _words(label: str, problem: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": problem},
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
    missing = forms.MultipleChoiceField(
        label="If you need further work, what is missing?",
        choices=Missing.choices,
        widget=forms.CheckboxSelectMultiple,
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
        if state == ShareState.FURTHER_WORK and not cleaned.get("missing"):
            self.add_error("missing", "Choose what is missing.")
        if state in (ShareState.REJECTED, ShareState.FURTHER_WORK) and not words:
            self.add_error("words", "Say in words why, or what is missing.")
        return cleaned


class RecordAnswerForm(AnswerForm):
    """What an agency answered of which nobody can sign in, and how the hub heard it."""

    told_by = forms.CharField(
        label="Who of the agency gave the answer?",
        help_text="Name and role.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter who gave the answer."},
    )
    channel = forms.ChoiceField(
        label="How did it come?",
        choices=AnswerChannel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it came."},
    )
    told_at = GovukMomentField(
        label="When did it come?",
        help_text="Day and time, for example 27 3 2026 at 14:30.",
        error_messages={"required": "Enter the day and the time."},
    )
    field_order = ("told_by", "channel", "told_at", "answer_state", "rejection_reason", "missing", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer_state"].label = "What is the answer?"
        self.fields["rejection_reason"].label = "If they reject it, the reason"
        self.fields["missing"].label = "If they need further work, what is missing?"
        self.fields["words"].label = "In their words"

    def clean_told_at(self) -> Any:
        told_at = self.cleaned_data["told_at"]
        if told_at and told_at > timezone.now():
            raise forms.ValidationError("This is later than now.")
        return told_at


class SupplyForm(GovukForm):
    words = _words(
        "What was missing",
        "Write what was missing.",
        "The agency reads this beside what it was given, and answers again.",
    )


class QuestionForm(GovukForm):
    question = _words("Your question", "Write your question.", "The person who wrote the referral reads it here.")


class ReplyForm(GovukForm):
    reply = _words("Your reply", "Write your reply.", "The hub reads it beside the referral.")


class FeedbackForm(GovukForm):
    """Learning or thanks for who wrote it."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[
            (FeedbackKind.LEARNING.value, "Something to learn from it"),
            (FeedbackKind.THANKS.value, "Thanks"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is."},
    )
    words = _words(
        "In your words",
        "Write what you want to tell.",
        "One thing that helped, or one that would have. No names are needed.",
    )


class OutcomesForm(GovukForm):
    """The period of the figures."""

    marks_optional = False
    start = GovukDateField(label="From", required=False)
    end = GovukDateField(label="To", required=False)
