"""Skills, evidence of them, and the answer to it."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from common.forms import GovukDateField, GovukForm, OnceForm
from training.enums import EvidenceAnswer, SkillLevel
from training.models import Skill, SkillEvidence


class SkillForm(GovukForm):
    """What a skill is called and what shows it."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give the skill a name"})
    counts_as_evidence = forms.CharField(
        label="What counts as evidence?",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="What somebody who has the skill can write about, and others can see. Nothing about a case.",
        error_messages={"required": "Write what counts as evidence"},
    )
    valid_months = forms.IntegerField(
        label="Months until it has to be shown again",
        min_value=1,
        max_value=240,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        help_text="Leave empty if it never lapses.",
        error_messages={"invalid": "Enter months as a whole number"},
    )


class EvidenceForm(OnceForm):
    """One entry of one's own, written once."""

    skill = forms.ChoiceField(label="Skill", error_messages={"required": "Choose the skill"})
    shown_on = GovukDateField(
        label="When did you show it?", error_messages={"required": "Enter the day on which you showed it"}
    )
    level = forms.TypedChoiceField(
        label="How well do you do it?",
        coerce=int,
        choices=SkillLevel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how well you do it"},
    )
    words = forms.CharField(
        label="What did you do, and how does it show the skill?",
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        help_text="Names nobody and says nothing about a case.",
        error_messages={"required": "Write what you did and how it shows the skill"},
    )

    def __init__(self, *args: Any, skills: Iterable[Skill], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.skills = {str(skill.pk): skill for skill in skills}
        choices = [(pk, skill.name) for pk, skill in self.skills.items()]
        self.fields["skill"].choices = [("", "Choose a skill"), *choices]  # type: ignore[attr-defined]

    def clean_skill(self) -> Skill:
        """The skill itself."""
        return self.skills[self.cleaned_data["skill"]]

    def clean_shown_on(self) -> date:
        """Not in the future."""
        shown_on: date = self.cleaned_data["shown_on"]
        if shown_on > self.today:
            raise forms.ValidationError("The day on which you showed it cannot be in the future")
        return shown_on


class AnswerForm(GovukForm):
    """Whether an entry is enough, and what is missing; whether the two go together is for the service to say."""

    answer = forms.ChoiceField(
        label="Does this show the skill at that level?",
        choices=[
            (EvidenceAnswer.CONFIRMED.value, "Yes, I confirm it"),
            (EvidenceAnswer.NOT_YET.value, "Not yet"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it shows the skill"},
    )
    words = forms.CharField(
        label="What do you want to say about it?",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="If it is not enough yet, say what is missing. The person reads this.",
    )

    def clean(self) -> dict[str, Any]:
        """What is missing is said, beside its own field."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("answer") == EvidenceAnswer.NOT_YET and not given.get("words", "").strip():
            self.add_error("words", "Say what is missing")
        return given


class ConfirmEvidenceForm(GovukForm):
    """Which of these entries are confirmed; `cleaned_data["confirm"]` holds their ids."""

    confirm = forms.TypedMultipleChoiceField(
        coerce=UUID,
        error_messages={
            "required": "Tick at least one entry",
            "invalid_choice": "One of these entries was answered meanwhile. Look at the list again",
        },
    )

    def __init__(self, *args: Any, entries: Iterable[SkillEvidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirm"].choices = [(str(entry.pk), str(entry.skill)) for entry in entries]  # type: ignore[attr-defined]
