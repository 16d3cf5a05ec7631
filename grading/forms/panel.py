"""Changing who grades while a round is being graded."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import User
from common.forms import GovukForm
from grading.models import RoundItem


class SuccessorForm(GovukForm):
    """Who grades instead. `people` may grade; their agency stands beside the name, and why they cannot take the place."""

    successor = forms.ChoiceField(
        label="Who grades instead",
        widget=forms.RadioSelect,
        help_text="Not of the author's team, and with no hand in the PPN. A grader of a partner agency stays with each.",
        error_messages={"required": "Choose who grades instead", "invalid_choice": "Choose somebody of the list"},
    )

    def __init__(self, *args: Any, people: Iterable[tuple[User, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = list(people)
        self.people = {str(person.pk): person for person, _ in listed}
        self.fields["successor"].choices = [  # type: ignore[attr-defined]
            (str(person.pk), f"{person.name}, {person.agency}" + (f". Cannot: {why}" if why else ""))
            for person, why in listed
        ]

    def clean_successor(self) -> User:
        """The person."""
        return self.people[self.cleaned_data["successor"]]


class ReplaceGraderForm(SuccessorForm):
    """Which of a grader's PPNs, to whom and why. `items` are those not graded yet."""

    item = forms.ChoiceField(label="Which PPN", required=False, help_text="What was graded stays as it is.")
    reason = forms.CharField(
        label="Why",
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
        error_messages={"required": "Say why somebody else is to grade"},
    )

    def __init__(self, *args: Any, items: Iterable[RoundItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "All that they have not graded"), *((str(item.pk), str(item)) for item in items)]
        self.fields["item"].choices = choices  # type: ignore[attr-defined]


class ConflictForm(GovukForm):
    """How a grader knows whom a PPN is about."""

    reason = forms.CharField(
        label="How do you know of it?",
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
        help_text="For example: I worked with the family. No names. The supervisor who runs the round reads this.",
        error_messages={"required": "Say how you know of it"},
    )
