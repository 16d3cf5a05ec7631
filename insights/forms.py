"""Searching the access log. Ids only: no name ever stands in an address."""

from typing import Any

from django import forms

from common.forms import GovukForm


class AccessLogSearchForm(GovukForm):
    marks_optional = False
    what = forms.CharField(label="What was done", required=False, help_text="For example referral.read")
    actor_id = forms.UUIDField(label="Who (id of the person)", required=False)
    object_id = forms.UUIDField(label="Record (its id)", required=False)

    def clean(self) -> dict[str, Any]:
        """Ids as text, the way the log keeps them."""
        cleaned = super().clean() or {}
        return {name: str(value) if value else "" for name, value in cleaned.items()}
