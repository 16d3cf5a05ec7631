"""What is asked of reviews of retention, holds, and what narrows their lists."""

from datetime import date
from typing import Any

from django import forms

from common.forms import GovukDateField, GovukForm, dress
from referrals.enums import (
    SHORTEST_REVIEW_REASON,
    CriterionAnswer,
    HoldReason,
    RetentionCriterion,
    RetentionGroup,
    RetentionState,
)

NOT_OFFERED = "Choose from the list: the address asks for something that is not in it"
NOBODY = "Name nobody: it stands until the referral goes, and the proposal is read by a second person."


def _words(label: str, required: str, *, help_text: str = NOBODY) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": required},
    )


def _choice(label: str, choices: list[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=False, error_messages={"invalid_choice": NOT_OFFERED}
    )


class RetentionQueueForm(GovukForm):
    """What narrows the queue; what waits for somebody unless a state is chosen."""

    marks_optional = False
    state = _choice("State", [("", "To see to"), *RetentionState.choices])
    group = _choice("Group", [("", "Every group"), *RetentionGroup.choices])
    held = _choice("Legal hold", [("", "With or without"), ("yes", "Held"), ("no", "Not held")])
    due = _choice("Due", [("", "Any day"), ("now", "By today"), ("year", "Within a year")])
    care = _choice("Child under ten", [("", "With or without"), ("yes", "With")])

    def terms(self, *, on: date) -> dict[str, Any]:
        """What was chosen; nothing of what is not offered."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if due := chosen.pop("due", ""):
            chosen["due_by"] = on if due == "now" else date(on.year + 1, on.month, min(on.day, 28))
        return chosen


class RetentionDecisionForm(GovukForm):
    """The retention criteria as questions, and what follows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in RetentionCriterion:
            self.fields[criterion.value] = forms.ChoiceField(
                label=criterion.label,
                choices=CriterionAnswer.choices,
                widget=forms.RadioSelect,
                error_messages={"required": f"Answer: {criterion.label}"},
            )
        self.fields["decision"] = forms.ChoiceField(
            label="What follows?",
            choices=[
                ("retain", "Retain it, and review it again"),
                ("propose", "Propose that it is disposed of; a second person decides"),
            ],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose what follows"},
        )
        self.fields["reason"] = _words("Why?", "Say why")
        for field in self.fields.values():
            dress(field)

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"]).strip()
        if len(reason) < SHORTEST_REVIEW_REASON:
            raise forms.ValidationError(f"Say why, in at least {SHORTEST_REVIEW_REASON} characters")
        return reason

    @property
    def answers(self) -> dict[str, str]:
        return {criterion.value: self.cleaned_data[criterion.value] for criterion in RetentionCriterion}


class RetentionGroupForm(GovukForm):
    group = forms.ChoiceField(
        label="Review group",
        choices=RetentionGroup.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a review group"},
    )
    group_reason = _words("Why does it belong there?", "Say why it belongs to this group")


class SendBackForm(GovukForm):
    reason = _words("Why does it go back?", "Say why it goes back")


class HoldForm(GovukForm):
    reference = forms.CharField(
        label="Reference of the referral",
        help_text="For example PPN-2026-7F3K9",
        max_length=40,
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the reference of the referral"},
    )
    reason = forms.ChoiceField(
        label="Why must it be kept?",
        choices=HoldReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is held"},
    )
    words = _words("Say more", "Say why it is held", help_text="The matter and its number, for example. Name nobody.")
    starts_on = GovukDateField(label="Since when?", error_messages={"required": "Enter since when it is held"})
    ends_on = GovukDateField(
        label="Until when?",
        required=False,
        help_text="The last day, if you know it. Otherwise until somebody lifts it.",
    )


class LiftHoldForm(GovukForm):
    reason = _words("Why need it not be held any longer?", "Say why it need not be held any longer")
