"""Grading a PPN, and agreeing its grade."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import User
from common.forms import GovukForm
from grading.enums import ALWAYS_MARKED, RUBRIC, Criterion, OverallGrade
from grading.models import GradeDraft

DOES_NOT_APPLY = "NA"


class OverallField(forms.TypedChoiceField):
    """A grade 1 to 4, nothing chosen before."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(grade.value, f"{grade.value} {grade.label}") for grade in OverallGrade]
        super().__init__(choices=choices, coerce=int, widget=forms.RadioSelect, **kwargs)


class GradeForm(GovukForm):
    """One grader's own grade: overall, and as many of the ten criteria as they wish. `draft`: what they typed before.

    With `is_draft` it is only kept, so that nothing needs an answer yet.
    """

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    overall = OverallField(label="Overall grade", error_messages={"required": "Choose a grade from 1 to 4"})
    reason = forms.CharField(
        label="Why not the grade that your marks suggest?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text="Needed only where you marked all ten criteria and grade it otherwise than they suggest: their middle mark, at most 3 "
        "where any mark is 1, at most 2 where that is the concern, the voice, or needs and harm.",
    )
    strength = forms.CharField(
        label="One strength",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Goes to the person who wrote it.",
    )
    learning_point = forms.CharField(
        label="One learning point",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="One change that would have made it better. About the text, not the person.",
    )

    def __init__(self, *args: Any, draft: GradeDraft | None = None, is_draft: bool = False, **kwargs: Any) -> None:
        initial = {**draft.answers, "version": draft.version} if draft else {"version": 0}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["overall"].required = not is_draft
        for criterion in Criterion:
            marks = [(str(grade.value), str(grade.value)) for grade in OverallGrade]
            if criterion not in ALWAYS_MARKED:
                marks.append((DOES_NOT_APPLY, "Does not apply"))
            self.fields[criterion.value] = forms.ChoiceField(
                label=criterion.label, choices=marks, required=False, widget=forms.RadioSelect
            )

    def criteria(self) -> list[tuple[forms.BoundField, dict[int, str]]]:
        """Each criterion's field with what earns each mark."""
        return [(self[rubric.criterion.value], rubric.descriptors) for rubric in RUBRIC]

    def answers(self) -> dict[str, str]:
        """What was typed, as a draft keeps it, from a valid form."""
        return {name: str(self.cleaned_data[name]) for name in self.fields if name != "version"}

    def grade(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        marks = {code: self.cleaned_data[code] for code in Criterion.values if self.cleaned_data[code]}
        return {
            "overall": self.cleaned_data["overall"],
            "reason": self.cleaned_data["reason"],
            "strength": self.cleaned_data["strength"],
            "learning_point": self.cleaned_data["learning_point"],
            "criteria": {code: None if mark == DOES_NOT_APPLY else int(mark) for code, mark in marks.items()},
        }


class AgreeForm(GovukForm):
    """The grade that the panel agreed, who talked about it, and why. `graders` are those of this PPN."""

    grade = OverallField(label="Agreed grade", error_messages={"required": "Choose a grade from 1 to 4"})
    discussed_by = forms.MultipleChoiceField(
        label="Who discussed it?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Two of the graders at least, where the grades must be discussed.",
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Needed when the graders differ, when the agreed grade is not theirs, and for a correction.",
    )

    def __init__(self, *args: Any, graders: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.graders = {str(person.pk): person for person in graders}
        self.fields["discussed_by"].choices = [  # type: ignore[attr-defined]
            (pk, f"{person.name}, {person.agency}") for pk, person in self.graders.items()
        ]

    def clean_discussed_by(self) -> list[User]:
        """The people themselves."""
        return [self.graders[pk] for pk in self.cleaned_data["discussed_by"]]
