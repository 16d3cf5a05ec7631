"""A version of the threshold document."""

from typing import Any

from django import forms

from accounts.enums import AreaKind
from accounts.models import Area
from common.forms import GovukDateField, GovukForm


class ThresholdDocumentForm(GovukForm):
    """What it is called, for whom and from when it counts, and where it is."""

    title = forms.CharField(
        label="Title and version",
        max_length=120,
        help_text="For example: Threshold chart, version 4",
        error_messages={"required": "Enter the title."},
    )
    area = forms.ModelChoiceField(
        label="For which local authority",
        queryset=Area.objects.filter(kind=AreaKind.LOCAL_AUTHORITY).order_by("name"),
        required=False,
        empty_label="All that have none of their own",
    )
    valid_from = GovukDateField(label="Counts from", help_text="For example 27 3 2026")
    link = forms.URLField(
        label="Link",
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter a link that begins with https://"},
    )
    kept_at = forms.CharField(label="Where it is filed, if there is no link", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("link") or cleaned.get("kept_at")):
            self.add_error("link", "Give the link, or say where it is filed.")
        return cleaned
