"""The spreadsheet of earlier reviews."""

from django import forms

from common.forms import GovukForm
from common.spreadsheet_form import SpreadsheetForm
from grading.models.earlier import MOST_BYTES, MOST_ROWS


class EarlierReviewsForm(SpreadsheetForm):
    """Reviews of earlier samples as a spreadsheet."""

    most_rows, most_bytes = MOST_ROWS, MOST_BYTES


class TakeBackForm(GovukForm):
    """Why a spreadsheet should not have been taken over."""

    why = forms.CharField(
        label="Why is it taken back?",
        max_length=500,
        help_text="It stands in the access log. No names.",
        error_messages={"required": "Say why it is taken back"},
    )
