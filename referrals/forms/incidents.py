"""The file of an import, and the filters of the list of incidents."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from accounts.models import Area
from common.forms import GovukForm
from referrals.enums import IncidentKind, Vulnerability

PERIODS = (
    ("", "At any time"),
    ("7", "In the last 7 days"),
    ("30", "In the last 30 days"),
    ("90", "In the last 90 days"),
    ("365", "In the last year"),
)


class ImportIncidentsForm(GovukForm):
    """A CSV file. What is in it is for the service to judge: a name and a content type prove nothing."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        error_messages={"required": "Choose a CSV file", "max_length": "The name of the file is too long"},
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"In UTF-8, of at most {settings.CSV_MAX_BYTES // 1_000_000} MB."

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.CSV_MAX_BYTES:
            raise ValidationError(
                f"The file is too large: it may have {settings.CSV_MAX_BYTES // 1_000_000} MB. Split it and try again."
            )
        return file


class IncidentFilterForm(GovukForm):
    """The filters of the list; they live in the address. A value that is none of the choices filters nothing."""

    marks_optional = False
    kind = forms.ChoiceField(label="Kind", choices=[("", "All"), *IncidentKind.choices], required=False)
    district = forms.ModelChoiceField(
        label="District", queryset=Area.objects.none(), empty_label="All", required=False, to_field_name="code"
    )
    flag = forms.ChoiceField(label="Vulnerability noted", choices=[("", "All"), *Vulnerability.choices], required=False)
    days = forms.TypedChoiceField(label="Reported", choices=PERIODS, coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, districts: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = districts  # type: ignore[attr-defined]
