"""Grading a PPN, and agreeing its grade."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.models import User
from common.forms import GovukForm, dress
from grading.enums import ALWAYS_MARKED, RUBRIC, Criterion, OverallGrade, why_not
from grading.models import GradeDraft, GradeFeedback
from grading.queries.feedback import LearningPoint

OWN_WORDS = "OWN"
DOES_NOT_APPLY = "NA"


class OverallField(forms.TypedChoiceField):
    """A grade 1 to 4, nothing chosen before."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(grade.value, f"{grade.value} {grade.label}") for grade in OverallGrade]
        super().__init__(choices=choices, coerce=int, widget=forms.RadioSelect, **kwargs)


@dataclass(frozen=True)
class CriterionToMark:
    """One criterion on the page: its field, what earns each mark, and the field for why it does not apply, where that may be."""

    field: forms.BoundField
    descriptors: dict[str, str]
    why_not: forms.BoundField | None


class GradeForm(GovukForm):
    """One grader's own grade: the ten criteria, overall, a strength and a learning point. `draft`: what they typed before.

    What is missing is for the service to say (`Incomplete`), so that a draft may leave anything open.
    """

    marks_optional = False

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    overall = OverallField(label="Overall grade", required=False, empty_value=None)
    reason = forms.CharField(
        label="Why not the grade that your marks suggest?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text="Needed only where you grade it otherwise than your marks suggest: their middle mark, at most 3 "
        "where any mark is 1, at most 2 where that is the concern, the voice, or needs and harm.",
    )
    strength = forms.CharField(
        label="One strength",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="What to keep doing. Goes to the person who wrote it, without your name, when the round is published.",
    )
    learning_point = forms.CharField(
        label="One learning point",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="One change that would have made it better. About the text, not the person. Whoever agrees the grade chooses one "
        "for the person who wrote it, without your name.",
    )

    def __init__(self, *args: Any, draft: GradeDraft | None = None, **kwargs: Any) -> None:
        initial = {**draft.answers, "version": draft.version} if draft else {"version": 0}
        super().__init__(*args, initial=initial, **kwargs)
        for criterion in Criterion:
            marks = [(str(grade.value), f"{grade.value} {grade.label}") for grade in OverallGrade]
            if criterion not in ALWAYS_MARKED:
                marks.append((DOES_NOT_APPLY, "Does not apply"))
                self._add(why_not(criterion), forms.CharField(label="Why not?", required=False, max_length=300))
            marked = forms.ChoiceField(label=criterion.label, choices=marks, required=False, widget=forms.RadioSelect)
            self._add(criterion.value, marked)
        self.order_fields([*self.names_of_criteria(), "overall", "reason", "strength", "learning_point"])

    @staticmethod
    def names_of_criteria() -> list[str]:
        """In the order of the page: each criterion, then the reason why it does not apply."""
        return [name for criterion in Criterion for name in (criterion.value, why_not(criterion))]

    def _add(self, name: str, field: forms.Field) -> None:
        dress(field)
        self.fields[name] = field

    def criteria(self) -> list[CriterionToMark]:
        """Each criterion's fields with what earns each mark."""
        return [
            CriterionToMark(
                field=self[rubric.criterion.value],
                descriptors={str(mark): text for mark, text in rubric.descriptors.items()},
                why_not=self[why_not(rubric.criterion)] if rubric.criterion not in ALWAYS_MARKED else None,
            )
            for rubric in RUBRIC
        ]

    def answers(self) -> dict[str, str]:
        """What was typed, as a draft keeps it, from a valid form."""
        given = {name: self.cleaned_data[name] for name in self.fields if name != "version"}
        return {name: "" if answer is None else str(answer) for name, answer in given.items()}

    def grade(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        marks = {code: self.cleaned_data[code] for code in Criterion.values if self.cleaned_data[code]}
        return {
            "overall": self.cleaned_data["overall"],
            "reason": self.cleaned_data["reason"],
            "strength": self.cleaned_data["strength"],
            "learning_point": self.cleaned_data["learning_point"],
            "criteria": {code: None if mark == DOES_NOT_APPLY else int(mark) for code, mark in marks.items()},
            # What was written before a mark was chosen instead says nothing any more.
            "not_applicable": {
                code: self.cleaned_data[why_not(code)] for code, mark in marks.items() if mark == DOES_NOT_APPLY
            },
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

    learning_point = forms.ChoiceField(
        label="What is its writer to learn?",
        required=False,
        widget=forms.RadioSelect,
        help_text="One of what the graders wrote, or your own words. The writer reads it without a name.",
    )
    own_words = forms.CharField(
        label="In your own words",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="One change that would have made it better. About the text, not the person.",
    )
    theme = forms.ChoiceField(
        label="What the learning point is about",
        required=False,
        choices=[("", "Choose"), *Criterion.choices],
        help_text="The criterion with the lowest marks, unless you choose another. Training is suggested by it.",
    )

    def __init__(self, *args: Any, graders: Iterable[User], learning_points: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learning_points = {str(number): words for number, words in enumerate(learning_points)}
        self.fields["learning_point"].choices = [  # type: ignore[attr-defined]
            *self.learning_points.items(),
            (OWN_WORDS, "Something else, in my own words"),
        ]
        if not self.learning_points:
            del self.fields["learning_point"]
        self.graders = {str(person.pk): person for person in graders}
        self.fields["discussed_by"].choices = [  # type: ignore[attr-defined]
            (pk, f"{person.name}, {person.agency}") for pk, person in self.graders.items()
        ]

    def clean_discussed_by(self) -> list[User]:
        """The people themselves."""
        return [self.graders[pk] for pk in self.cleaned_data["discussed_by"]]

    def clean(self) -> dict[str, Any]:
        """With `learning`: the learning point, or None where nothing is chosen."""
        cleaned = super().clean() or {}
        chosen, own, theme = (cleaned.pop(name, "") for name in ("learning_point", "own_words", "theme"))
        words = self.learning_points.get(chosen, own)
        if own and chosen in self.learning_points:
            self.add_error("own_words", "Choose “Something else, in my own words”, or leave this empty")
        if chosen == OWN_WORDS and not own:
            self.add_error("own_words", "Write the learning point")
        if words and not theme:
            self.add_error("theme", "Choose what the learning point is about")
        cleaned["learning"] = LearningPoint(words, theme) if words else None
        return cleaned

    @staticmethod
    def initial_of(feedback: GradeFeedback | None, *, points: list[str], weakest: str) -> dict[str, Any]:
        """What was chosen before; where nothing was, the criterion with the lowest marks."""
        if feedback is None:
            return {"theme": weakest}
        if feedback.learning_point in points:
            return {"learning_point": str(points.index(feedback.learning_point)), "theme": feedback.theme}
        return {"learning_point": OWN_WORDS, "own_words": feedback.learning_point, "theme": feedback.theme}
