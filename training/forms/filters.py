"""Filters of lists."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms

from accounts.models import Team
from common.forms import GovukForm, QuickSelect
from training.enums import COUNTED_STATES, Delivery, NeedKind
from training.models import RoleProfile, Theme
from training.queries.matrix import NO_TEAM, TO_ACT_ON, MatrixFilter

LISTED = (Delivery.WEBINAR, Delivery.E_LEARNING, Delivery.VIDEO)


class CatalogueFilterForm(GovukForm):
    """By theme and by how it is given; a theme is named by its position."""

    marks_optional = False
    theme = forms.ChoiceField(label="Theme", required=False)
    delivery = forms.ChoiceField(
        label="Delivery", required=False, choices=[("", "Every delivery"), *((one.value, one.label) for one in LISTED)]
    )

    def __init__(self, *args: Any, themes: Iterable[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes = {str(theme.position): theme for theme in themes}
        choices = [(position, theme.name) for position, theme in self.themes.items()]
        self.fields["theme"].choices = [("", "Every theme"), *choices]  # type: ignore[attr-defined]

    def filters(self) -> dict[str, Any]:
        """What the list takes; a choice that is unknown filters nothing."""
        if not self.is_valid():
            return {}
        theme = self.themes.get(self.cleaned_data["theme"])
        return {"theme": theme, "delivery": self.cleaned_data["delivery"]}


class TeamForm(GovukForm):
    """One of the teams that a person sees."""

    marks_optional = False
    team = forms.ChoiceField(label="Team", required=False)

    def __init__(self, *args: Any, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [(str(team.pk), team.name) for team in teams]  # type: ignore[attr-defined]


class MatrixFilterForm(GovukForm):
    """Which people, which requirements, and how they stand. What is unknown filters nothing."""

    marks_optional = False
    team = forms.ChoiceField(label="Team", required=False, widget=QuickSelect)
    profile = forms.ChoiceField(label="Profile", required=False, widget=QuickSelect)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Every kind"), *NeedKind.choices])
    state = forms.ChoiceField(
        label="Standing",
        required=False,
        choices=[
            ("", "Every standing"),
            (TO_ACT_ON, "All but what is met"),
            *((state.value, state.label) for state in COUNTED_STATES),
        ],
    )
    words = forms.CharField(
        label="Name or collar number",
        required=False,
        max_length=80,
        widget=forms.TextInput({"class": "govuk-input--width-10", "autocomplete": "off", "spellcheck": "false"}),
    )
    what = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(
        self, query: Mapping[str, str], *, teams: Sequence[Team], profiles: Iterable[RoleProfile], own_team: UUID | None
    ) -> None:
        self.teams = {str(team.pk): team for team in teams}
        self.profiles = {str(profile.pk): profile for profile in profiles}
        self.has_teams = len(self.teams) > 1
        super().__init__({name: self._known(name, query, own_team) for name in self.base_fields})
        team_choices = [("", "Everybody"), *((pk, one.name) for pk, one in self.teams.items()), (NO_TEAM, "In no team")]
        profile_choices = [("", "Every profile"), *((pk, one.name) for pk, one in self.profiles.items())]
        self.fields["team"].choices = team_choices  # type: ignore[attr-defined]
        self.fields["profile"].choices = profile_choices  # type: ignore[attr-defined]

    def _known(self, name: str, query: Mapping[str, str], own_team: UUID | None) -> str:
        """What the address asks for, where it is one of the choices; who asks for no team sees their own."""
        value = query.get(name, "")[:80].replace("\x00", "")
        if name == "team":
            if not self.has_teams:
                return next(iter(self.teams), "")
            usual = str(own_team) if str(own_team) in self.teams else ""
            value = query.get(name, usual)
            return value if value in (*self.teams, NO_TEAM, "") else usual
        if name == "profile":
            return value if value in self.profiles else ""
        if name == "kind":
            return value if value in NeedKind.values else ""
        if name == "state":
            return value if value in (*COUNTED_STATES, TO_ACT_ON) else ""
        return value.strip()

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the team is filtered by."""
        return any(value for name, value in self.data.items() if name != "team")

    def chosen(self) -> MatrixFilter:
        """What the list takes."""
        values = self.data
        return MatrixFilter(
            team=self.teams.get(values["team"]),
            in_no_team=values["team"] == NO_TEAM,
            profile=self.profiles.get(values["profile"]),
            kind=NeedKind(values["kind"]) if values["kind"] else None,
            what=values["what"],
            state=values["state"],
            words=values["words"],
        )

    def address(self, **others: str) -> str:
        """The query of this filter with other values, without what is empty; the team always, so that a link means what it says."""
        return urlencode({name: value for name, value in {**self.data, **others}.items() if value or name == "team"})


class ForecastFilterForm(GovukForm):
    """One of the teams that a person sees, or all of them."""

    marks_optional = False
    team = forms.ChoiceField(label="Team", required=False, widget=QuickSelect)

    def __init__(self, query: Mapping[str, str], *, teams: Sequence[Team]) -> None:
        self.teams = {str(team.pk): team for team in teams}
        value = query.get("team", "")
        super().__init__({"team": value if value in (*self.teams, NO_TEAM) else ""})
        choices = [("", "Everybody"), *((pk, one.name) for pk, one in self.teams.items()), (NO_TEAM, "In no team")]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> MatrixFilter:
        """Whose requirements the forecast is of."""
        value = self.data["team"]
        return MatrixFilter(team=self.teams.get(value), in_no_team=value == NO_TEAM)
