"""The spreadsheet of earlier reviews."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from common.forms import GovukForm
from grading.models.earlier import MOST_BYTES, MOST_ROWS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class EarlierReviewsForm(GovukForm):
    """A workbook or a CSV file. What is in it is for the service to judge: a name and a content type prove nothing."""

    file = forms.FileField(
        label="Excel workbook or CSV file",
        help_text=f"Of at most {MOST_ROWS:,} rows and {MOST_BYTES // 1_000_000} MB; a CSV file in UTF-8.",
        allow_empty_file=True,
        error_messages={"required": "Choose a file", "max_length": "The name of the file is too long"},
        widget=forms.FileInput({"accept": f".xlsx,{XLSX},.csv,text/csv"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(
                f"The file is too large: it may have {MOST_BYTES // 1_000_000} MB. Split it and try again."
            )
        return file


class TakeBackForm(GovukForm):
    """Why a spreadsheet should not have been taken over."""

    why = forms.CharField(
        label="Why is it taken back?",
        max_length=500,
        help_text="It stands in the access log. No names.",
        error_messages={"required": "Say why it is taken back"},
    )
