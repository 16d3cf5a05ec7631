"""What the pages that look at everything ask for. Ids only: no name ever stands in an address."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Team
from common.forms import GovukForm
from training.models import Cohort, Module

NOT_OFFERED = "Choose from the list: the address asks for something that is not in it"


class TrainingEffectForm(GovukForm):
    """Of which training, and of which team; everything that anybody did first, and everybody, unless they are chosen.

    `cleaned_data["training"]` is a Cohort, a Module, or None.
    """

    marks_optional = False
    training = forms.ChoiceField(label="Training", required=False, error_messages={"invalid_choice": NOT_OFFERED})
    team = forms.ChoiceField(label="Team", required=False, error_messages={"invalid_choice": NOT_OFFERED})

    def __init__(
        self, *args: Any, cohorts: Sequence[Cohort], modules: Sequence[Module], teams: Sequence[Team], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        trainings: list[Cohort | Module] = [*cohorts, *modules]
        self.trainings = {str(one.pk): one for one in trainings}
        self.teams = {str(team.pk): team for team in teams}
        self._offer(
            "training",
            [
                ("", "The first that each person did"),
                ("Cohorts", [(str(one.pk), f"{one.programme}: {one}") for one in cohorts]),
                ("Modules", [(str(one.pk), one.title) for one in modules]),
            ],
        )
        self._offer("team", [("", "All teams"), *((str(team.pk), team.name) for team in teams)])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the types
        field.choices = choices

    def clean_training(self) -> Cohort | Module | None:
        return self.trainings.get(self.cleaned_data["training"])

    def clean_team(self) -> Team | None:
        return self.teams.get(self.cleaned_data["team"])
