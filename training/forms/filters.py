"""Filters of lists."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Team
from common.forms import GovukForm
from training.enums import Delivery
from training.models import Theme

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
