"""Restrictions, conflicts of interest and emergency access: what is asked."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import User
from common.forms import GovukDateField, GovukForm
from common.references import normalise_reference
from referrals.enums import (
    CONFLICT_MOVES,
    SHORTEST_EMERGENCY_REASON,
    ConflictMove,
    ConflictState,
    EmergencyOutcome,
    RestrictionReason,
)
from referrals.forms.challenge import words_field

YES_OR_NO = [("yes", "Yes"), ("no", "No: nobody else may learn that there is one")]


class PeopleField(forms.ModelMultipleChoiceField):
    """Checkboxes with each person's name, job and agency."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person: User) -> str:  # type: ignore[override]
        job = f", {person.job_title}" if person.job_title else ""
        return f"{person.name}{job}, {person.agency}"


def _people_field(label: str, help_text: str) -> PeopleField:
    return PeopleField(
        label=label,
        help_text=help_text,
        queryset=User.objects.none(),
        error_messages={
            "required": "Choose at least one person.",
            "invalid_choice": "Choose people from the list.",
        },
    )


def _offer(form: forms.Form, people: Sequence[User]) -> None:
    ids = [person.pk for person in people]
    offered = User.objects.filter(pk__in=ids).select_related("agency").order_by("agency__name", "name", "pk")
    form.fields["people"].queryset = offered  # type: ignore[attr-defined]


class RestrictForm(GovukForm):
    reason = forms.ChoiceField(
        label="Why is it restricted?",
        choices=RestrictionReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is restricted."},
    )
    words = words_field("Say more", "Say why in words.", help_text="Only the people you name read it.", rows=3)
    people = _people_field(
        "Who may see it?",
        "Each sees what their role lets them see, and nobody else knows that it is there. At least one must decide at the hub.",
    )
    is_hinted = forms.ChoiceField(
        label="If another referral comes about the same person, may its decision-maker be told that there is a restricted record?",
        help_text="They read nothing of it, and are told to ask a MASH supervisor. Choose No where that alone could put somebody in danger.",
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether decision-makers may be told."},
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, people)

    def clean_is_hinted(self) -> bool:
        return bool(self.cleaned_data["is_hinted"] == "yes")


class NamePeopleForm(GovukForm):
    people = _people_field("Who else may see it?", "Each sees what their role lets them see.")

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, people)


class UnnameForm(GovukForm):
    """Nothing is asked: the button says it."""


class LiftForm(GovukForm):
    reason = words_field(
        "Why need it not be restricted any more?",
        "Say why it need not be restricted any more.",
        help_text="Everybody whose role opens it will see it again. The record of the restriction stays.",
        rows=3,
    )


class DeclareForm(GovukForm):
    words = words_field(
        "Whom do you know, and how?",
        "Say whom you know, and how.",
        help_text="For example: the father is a neighbour. A supervisor reads this. Do not open the referral to find out more.",
        rows=3,
    )


class ReferenceForm(GovukForm):
    reference = forms.CharField(
        label="Reference of the referral",
        help_text="For example PPN-2026-7KQ2M",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
        error_messages={"required": "Enter the reference."},
    )

    def clean_reference(self) -> str:
        return normalise_reference(self.cleaned_data["reference"])


class ConnectionForm(GovukForm):
    marks_optional = False
    given_names = forms.CharField(label="Given names", max_length=80, required=False)
    family_name = forms.CharField(label="Family name", max_length=80, required=False)
    date_of_birth = GovukDateField(label="Date of birth", help_text="If you know it", required=False)
    address = forms.CharField(
        label="Address", help_text="For example your own, or your parents'", max_length=300, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("address"):
            if not cleaned.get("given_names") and not cleaned.get("family_name"):
                self.add_error("family_name", "Enter a whole name or an address.")
            elif not cleaned.get("family_name"):
                self.add_error("family_name", "Enter the family name too.")
            elif not cleaned.get("given_names"):
                self.add_error("given_names", "Enter the given names too.")
        return cleaned


class JudgeForm(GovukForm):
    move = forms.ChoiceField(
        label="Are they concerned in it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether they are concerned."},
    )
    judgement = words_field("Why?", "Say why.", help_text="It stays on record.", rows=3)

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            ConflictMove.CONFIRM: "Yes: it stays closed to them and is taken off them",
            ConflictMove.CLEAR: "No: it is open to them as their role allows",
        }
        possible = [move for move in ConflictMove if ConflictState(state) in CONFLICT_MOVES[move]]
        self.fields["move"].choices = [(move.value, words[move]) for move in possible]  # type: ignore[attr-defined]


class BreakGlassForm(GovukForm):
    reason = forms.CharField(
        label="Why can it not wait?",
        help_text=f"Who is in danger, and what you need to know. At least {SHORTEST_EMERGENCY_REASON} characters.",
        min_length=SHORTEST_EMERGENCY_REASON,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Say why it cannot wait.",
            "min_length": f"Say why it cannot wait, in at least {SHORTEST_EMERGENCY_REASON} characters.",
        },
    )
    understood = forms.BooleanField(
        label="I know that others are told at once, that all I read is marked, and that somebody reviews it",
        error_messages={"required": "Tick the box to go on."},
    )


class ReviewEmergencyForm(GovukForm):
    outcome = forms.ChoiceField(
        label="Was it justified?",
        choices=EmergencyOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it was justified."},
    )
    review = words_field("Why?", "Say why.", rows=3)
    action = forms.CharField(
        label="What follows, if it was not justified?",
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == EmergencyOutcome.NOT_JUSTIFIED and not cleaned.get("action", "").strip():
            self.add_error("action", "Say what follows.")
        return cleaned
