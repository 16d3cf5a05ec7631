"""Searching the access log. Ids only: no name ever stands in an address."""

from collections.abc import Sequence
from typing import Any

from django import forms

from common.forms import GovukDateField, GovukForm


class AccessLogSearchForm(GovukForm):
    marks_optional = False
    what = forms.CharField(label="What was done", required=False, help_text="For example referral.read")
    actor_id = forms.UUIDField(label="Who (id of the person)", required=False)
    object_id = forms.UUIDField(label="Record (its id)", required=False)

    def clean(self) -> dict[str, Any]:
        """Ids as text, the way the log keeps them."""
        cleaned = super().clean() or {}
        return {name: str(value) if value else "" for name, value in cleaned.items()}


class WhoLookedForm(GovukForm):
    """Narrows what is shown of one record by person and days."""

    marks_optional = False
    who = forms.ChoiceField(label="Who", required=False)
    start = GovukDateField(label="From", required=False)
    end = GovukDateField(label="To", required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)  # noqa: S101 -- for the types
        who.choices = [("", "Everybody"), *people]
