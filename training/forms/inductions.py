"""Making an induction plan, moving it, and saying that a step is done."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import User
from common.forms import GovukDateField, GovukForm, dress
from training.forms.prerequisites import GoesOnKnowingly
from training.forms.records import PersonField
from training.models import Induction, InductionStep
from training.queries.inductions import Proposal


class PeopleForm(GovukForm):
    """Who helps the starter, and who answers for them."""

    mentor = PersonField(label="Mentor", widget=forms.Select, error_messages={"required": "Choose the mentor"})
    line_manager = PersonField(
        label="Line manager",
        help_text="Somebody else than the mentor.",
        widget=forms.Select,
        error_messages={"required": "Choose the line manager"},
    )

    def __init__(self, *args: Any, mentors: Iterable[User], line_managers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].offer(mentors)  # type: ignore[attr-defined]
        self.fields["line_manager"].offer(line_managers)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two people."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("mentor") and data.get("mentor") == data.get("line_manager"):
            self.add_error("line_manager", "Choose somebody else than the mentor")
        return data


class MakeInductionForm(GoesOnKnowingly, PeopleForm):
    """The two people, and of each module and skill by how many working days after the first day."""

    all_the_same_label = "Make the plan all the same"

    def __init__(self, *args: Any, proposals: Iterable[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = list(proposals)
        for one in self.proposals:
            kind = "To choose from" if one.is_choice else "Module" if one.module else "Skill"
            self.fields[one.key] = field = forms.IntegerField(
                label=f"{kind}: {one.title}",
                help_text="Working days after the first day." + (" Empty: not in the plan." if one.is_choice else ""),
                required=not one.is_choice,
                min_value=1,
                max_value=500,
                initial=one.working_days,
                widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
                error_messages={
                    "required": f"Enter the working days of {one.title}",
                    "invalid": "Enter a whole number of working days",
                    "min_value": "Enter at least 1 working day",
                    "max_value": "Enter at most 500 working days",
                },
            )
            dress(field)

    def plan(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        given = self.cleaned_data
        days: dict[UUID, int] = {
            thing.pk: given[one.key]
            for one in self.proposals
            if given[one.key] is not None and (thing := one.module or one.skill)
        }
        named = {"mentor": given["mentor"], "line_manager": given["line_manager"]}
        return named | {"working_days": days, "knowing": self.knowing()}


class RoleHolderForm(MakeInductionForm):
    """The same for somebody who is in the profile by their account role: no page has said their first day yet."""

    starts_on = GovukDateField(
        label="First day",
        help_text="When they began in this role. The days of the plan are counted from it.",
        error_messages={"required": "Enter the first day"},
    )
    field_order = ("starts_on", "mentor", "line_manager")

    def plan(self) -> dict[str, Any]:
        """With the first day."""
        return {"starts_on": self.cleaned_data["starts_on"], **super().plan()}


def _reason(label: str = "Why?") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Stays in the history of the plan, which the person reads. Nothing about health.",
        error_messages={"required": "Say why"},
    )


class ChangePeopleForm(PeopleForm):
    """Another mentor or line manager, and why."""

    reason = _reason()


class MoveStepForm(GoesOnKnowingly, GovukForm):
    """Another day, a place or a person, and why."""

    all_the_same_label = "Move it all the same"

    due_on = GovukDateField(label="By when?", error_messages={"required": "Enter the day"})
    where = forms.CharField(
        label="When, where or with whom?",
        max_length=120,
        required=False,
        help_text="For example: Thursday with the mentor, desk 4.",
    )
    reason = forms.CharField(
        label="Why another day?",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Only where the day changes. Stays in the history of the plan. Nothing about health.",
    )

    def __init__(self, *args: Any, step: InductionStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        self.initial.setdefault("due_on", step.due_on)
        self.initial.setdefault("where", step.where)

    def clean(self) -> dict[str, Any]:
        """Another day has a reason, and is one of the plan's."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        due_on: date | None = data.get("due_on")
        plan: Induction = self.step.induction
        if due_on and not plan.starts_on <= due_on <= plan.complete_by:
            self.add_error("due_on", "The day must be between the first and the last day of the plan")
        elif due_on and due_on != self.step.due_on and not data.get("reason"):
            self.add_error("reason", "Say why the day changes")
        return data


class ExtendForm(GovukForm):
    """A later last day, and why."""

    complete_by = GovukDateField(label="New last day", error_messages={"required": "Enter the new last day"})
    reason = _reason()

    def __init__(self, *args: Any, after: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.after = after

    def clean_complete_by(self) -> date:
        """Later than now."""
        complete_by: date = self.cleaned_data["complete_by"]
        if complete_by <= self.after:
            raise forms.ValidationError("The new last day must be after the one of now")
        return complete_by


class WhyForm(GovukForm):
    """A reason alone."""

    reason = _reason()


class DeclareForm(GovukForm):
    """What the starter did, in their words."""

    words = forms.CharField(
        label="What did you do, and what can you do now?",
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text="The trainer reads this before they log the module. Nothing about a case. You say it once.",
        error_messages={"required": "Write what you did and can do now"},
    )
