"""Asking for a report."""

from collections.abc import Sequence
from typing import Any

from django import forms

from common.forms import GovukForm
from grading.models import DipSample
from grading.models.dip_sample import DipSampleQuerySet


class MakeReportForm(GovukForm):
    """Of which sample; `samples` are those that this person may have a report of."""

    sample = forms.ModelChoiceField(
        label="Dip sample",
        queryset=DipSample.objects.none(),
        empty_label=None,
        error_messages={
            "required": "Choose the dip sample to report on",
            "invalid_choice": "Choose a dip sample of the list",
        },
    )

    def __init__(self, *arguments: Any, samples: DipSampleQuerySet, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["sample"].queryset = samples  # type: ignore[attr-defined]


class MakeAnnualReportForm(GovukForm):
    """Of which year; `years` are those that the person's force may have a report of."""

    year = forms.TypedChoiceField(
        label="Year",
        coerce=int,
        error_messages={
            "required": "Choose the year to report on",
            "invalid_choice": "Choose a year of the list",
        },
    )

    def __init__(self, *arguments: Any, years: Sequence[int], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
