"""Programmes, cohorts and who is in them."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import Team, User
from common.forms import GovukDateField, GovukForm
from training.enums import Audience
from training.forms.prerequisites import GoesOnKnowingly
from training.models import Module
from training.queries.named_people import people_named


class ProgrammeForm(GovukForm):
    """What a kind of people is given. `modules` are those of the trainer's force."""

    name = forms.CharField(
        label="Name",
        max_length=80,
        help_text="For example Safeguarding for new recruits",
        error_messages={"required": "Give the programme a name"},
    )
    audience = forms.ChoiceField(
        label="Who is it for?",
        choices=Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who the programme is for"},
    )
    modules = forms.MultipleChoiceField(
        label="Modules",
        widget=forms.CheckboxSelectMultiple,
        help_text="Somebody has been trained when they were present at a session of each.",
        error_messages={"required": "Choose at least one module"},
    )
    began_on = GovukDateField(
        label="When did it begin?",
        help_text="Sessions before that day do not count.",
        error_messages={"required": "Enter the day on which it began"},
    )

    def __init__(self, *args: Any, modules: Iterable[Module], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.module_by_key = {str(module.pk): module for module in modules}
        self.fields["modules"].choices = [  # type: ignore[attr-defined]
            (pk, module.title) for pk, module in self.module_by_key.items()
        ]

    def clean_modules(self) -> list[Module]:
        """The modules themselves."""
        return [self.module_by_key[pk] for pk in self.cleaned_data["modules"]]


class CohortForm(GovukForm):
    """A cohort of a programme."""

    name = forms.CharField(label="Name", max_length=80, error_messages={"required": "Give the cohort a name"})
    intake = forms.CharField(
        label="Intake",
        max_length=40,
        help_text="For example 2026/3",
        error_messages={"required": "Say which intake it is"},
    )
    starts_on = GovukDateField(label="First day", error_messages={"required": "Enter the first day"})
    ends_on = GovukDateField(label="Last day", error_messages={"required": "Enter the last day"})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on: date | None = cleaned.get("starts_on")
        ends_on: date | None = cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day must be the first day or later")
        return cleaned


class AddMembersForm(GoesOnKnowingly, GovukForm):
    """People of the agency by e-mail address or collar number, one on a line, or everybody of a team."""

    all_the_same_label = "Add them all the same"

    who = forms.CharField(
        label="E-mail addresses or collar numbers",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text="One on a line. You can paste a column of a spreadsheet.",
    )
    team = forms.ChoiceField(label="Everybody of a department", required=False)
    marks_optional = False

    def __init__(self, *args: Any, agency_id: UUID | None, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency_id = agency_id
        self.fields["team"].choices = [  # type: ignore[attr-defined]
            ("", "Nobody more"),
            *((str(team.pk), team.name) for team in teams),
        ]

    def clean(self) -> dict[str, Any]:
        """`chosen`: the people, each once. Every line that names nobody, more than one, or somebody again, is told with its number."""
        cleaned = super().clean() or {}
        chosen: dict[UUID, User] = {}
        for line in people_named(cleaned.get("who", ""), agency_id=self.agency_id):
            if line.person is not None:
                chosen[line.person.pk] = line.person
            else:
                self.add_error("who", f"Line {line.number}, {line.text}: {line.problem}")
        if team := cleaned.get("team"):
            members = User.objects.filter(agency=self.agency_id, is_active=True, team=team)
            chosen |= {person.pk: person for person in members.order_by("name", "pk")}
        cleaned["chosen"] = list(chosen.values())
        if not chosen and not self.errors:
            self.add_error("who", "Enter at least one person, or choose a department")
        return cleaned
