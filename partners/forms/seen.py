"""A form that knows what stood there when it began."""

from copy import copy
from datetime import datetime
from typing import Any

from django import forms

from partners.forms.words import PartnersForm


class SeenForm(PartnersForm):
    """Carries what stood there when the form began, so that nobody writes over what a colleague wrote meanwhile."""

    def __init__(self, *args: Any, seen: datetime | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial["seen"] = _as_text(seen)

    @property
    def seen(self) -> datetime | None:
        """Of a form that was sent."""
        try:
            return datetime.fromisoformat(self.data.get("seen", ""))
        except ValueError:
            return None

    def show_anew(self, refusal: str, seen: datetime | None) -> None:
        """Say what was refused and keep what was typed; whoever sends it again has seen what stands now."""
        self.add_error(None, refusal)
        data: Any = copy(self.data)
        data["seen"] = _as_text(seen)
        self.data = data


def _as_text(seen: datetime | None) -> str:
    return seen.isoformat() if seen else ""
