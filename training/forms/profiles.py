"""Setting up a profile, and who is in it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import ROLE_CHOICES
from common.forms import GovukDateField, GovukForm, dress
from training.enums import SkillLevel
from training.forms.records import FoundPersonField
from training.models import Module, RoleProfile, Skill
from training.queries.named_people import named_among

ANY_LEVEL = "any"
MOST_CHARACTERS = 10_000
LEVELS = [
    ("", "Not asked for"),
    (ANY_LEVEL, "Asked for, at any level"),
    *((str(level.value), f"Asked for: {str(level.label).lower()}") for level in SkillLevel),
]


class ProfileForm(GovukForm):
    """What a profile says and asks for. Each skill of the force has a question of its own, `skill_<id>`."""

    name = forms.CharField(label="Name", max_length=80, error_messages={"required": "Give the profile a name"})
    purpose = forms.CharField(
        label="What do people in this role do?", max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    for_whom = forms.CharField(label="Who is it for?", max_length=200, required=False)
    account_role = forms.ChoiceField(
        label="Account role",
        required=False,
        choices=[("", "None: people are assigned one by one"), *ROLE_CHOICES],
        help_text="Whoever holds that role in this service is in the profile as long as they hold it.",
    )
    required = forms.MultipleChoiceField(
        label="Modules that everybody needs", required=False, widget=forms.CheckboxSelectMultiple
    )
    optional = forms.MultipleChoiceField(
        label="Modules to choose from", required=False, widget=forms.CheckboxSelectMultiple
    )
    optional_needed = forms.IntegerField(
        label="How many of those to choose from, at least",
        min_value=0,
        max_value=99,
        initial=0,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-2"}),
        error_messages={"required": "Enter how many, or 0", "invalid": "Enter a whole number"},
    )

    read = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, modules: Iterable[Module], skills: Iterable[Skill], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.skills = list(skills)
        for skill in self.skills:
            self.fields[f"skill_{skill.pk}"] = field = forms.ChoiceField(
                label=f"Skill: {skill.name}", required=False, choices=LEVELS, help_text=skill.counts_as_evidence
            )
            dress(field)
        choices = [(str(module.pk), module.title) for module in modules]
        for name in ("required", "optional"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def answers_of(profile: RoleProfile) -> dict[str, Any]:
        """What the form says of a profile whose modules and skills were read along."""
        names = ("name", "purpose", "for_whom", "account_role", "optional_needed")
        modules, skills = profile.modules.all(), profile.skills.all()
        return {
            **{name: getattr(profile, name) for name in names},
            "required": [str(link.module_id) for link in modules if not link.is_optional],
            "optional": [str(link.module_id) for link in modules if link.is_optional],
            **{f"skill_{link.skill_id}": str(link.level or ANY_LEVEL) for link in skills},
        }

    def content(self) -> dict[str, Any]:
        """What the service takes, from a valid form."""
        given = self.cleaned_data
        levels = {skill.pk: given[f"skill_{skill.pk}"] for skill in self.skills}
        return {
            **{name: given[name] for name in ("name", "purpose", "for_whom", "account_role", "optional_needed")},
            "required": [UUID(pk) for pk in given["required"]],
            "optional": [UUID(pk) for pk in given["optional"]],
            "skills": {pk: None if level == ANY_LEVEL else int(level) for pk, level in levels.items() if level},
        }


class DaysOfAssignmentForm(GovukForm):
    """From when somebody is in a profile, and until when it is to be complete."""

    starts_on = GovukDateField(
        label="From when?", error_messages={"required": "Enter the day from which they are in the profile"}
    )
    complete_by = GovukDateField(
        label="By when is everything to be complete?",
        required=False,
        help_text="Until then what they lack is shown as due. Without a day it is missing at once.",
    )


class AssignForm(DaysOfAssignmentForm):
    """Somebody of the agency into a profile."""

    person = FoundPersonField(
        label="Who?", error_messages={"required": "Write the e-mail address or collar number of a person"}
    )
    field_order = ("person", "starts_on", "complete_by")

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].find_among(people)  # type: ignore[attr-defined]


class AssignSeveralForm(DaysOfAssignmentForm):
    """Several of these people into a profile, by a pasted list; `cleaned_data["people"]` is a list of them."""

    people = forms.CharField(
        label="Who?",
        max_length=MOST_CHARACTERS,
        help_text="E-mail addresses or collar numbers, one on each line.",
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        error_messages={"required": "Write at least one e-mail address or collar number"},
    )
    field_order = ("people", "starts_on", "complete_by")

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choosable = people

    def clean_people(self) -> list[User]:
        """Everybody of the list; each line that names nobody is an error of its own."""
        lines = named_among(self.cleaned_data["people"], self.choosable)
        if faults := [f"Line {line.number}, {line.text}: {line.problem}" for line in lines if line.person is None]:
            raise forms.ValidationError(faults)
        return [line.person for line in lines if line.person is not None]


class EndAssignmentForm(GovukForm):
    """The first day without the profile."""

    ends_on = GovukDateField(
        label="First day without the profile",
        help_text="The same day as it began, if it was a mistake.",
        error_messages={"required": "Enter the first day without the profile"},
    )


class WhatIfForm(GovukForm):
    """One of the force's profiles."""

    marks_optional = False
    profile = forms.ChoiceField(label="Profile", required=False)

    def __init__(self, *args: Any, profiles: Iterable[RoleProfile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profiles = {str(profile.pk): profile for profile in profiles}
        choices = [(pk, profile.name) for pk, profile in self.profiles.items()]
        self.fields["profile"].choices = [("", "Choose a profile"), *choices]  # type: ignore[attr-defined]

    def chosen(self) -> RoleProfile | None:
        """The profile; None where none was chosen or it is unknown."""
        return self.profiles.get(self.cleaned_data["profile"]) if self.is_valid() else None
