"""The form that takes a spreadsheet, for every kind of row that can be taken over."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from common.forms import GovukForm
from common.xlsx import XLSX


class SpreadsheetForm(GovukForm):
    """A workbook or a CSV file. What is in it is for the service to judge: a name and a content type prove nothing."""

    most_rows: ClassVar[int]
    most_bytes: ClassVar[int]

    file = forms.FileField(
        label="Excel workbook or CSV file",
        allow_empty_file=True,
        error_messages={"required": "Choose a file", "max_length": "The name of the file is too long"},
        widget=forms.FileInput({"accept": f".xlsx,{XLSX},.csv,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = f"{self.most_bytes // 1_000_000} MB"
        self.fields["file"].help_text = f"Of at most {self.most_rows:,} rows and {most}; a CSV file in UTF-8."

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > self.most_bytes:
            raise ValidationError(
                f"The file is too large: it may have {self.most_bytes // 1_000_000} MB. Split it and try again."
            )
        return file
