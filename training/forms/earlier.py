"""Sign-offs on paper of before: the file, which of its columns is which, and for which module one is accepted."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from common.forms import GovukForm
from common.spreadsheet_form import SpreadsheetForm
from training.models import Module
from training.models.earlier import MOST_BYTES, MOST_ROWS
from training.queries.earlier import Offer


class InitialTrainingForm(SpreadsheetForm):
    """Somebody's record of initial training as a spreadsheet."""

    most_rows, most_bytes = MOST_ROWS, MOST_BYTES


class AcceptForm(GovukForm):
    """Which module a sign-off of before meets, and why."""

    module = forms.ChoiceField(
        label="Which module does it meet?",
        help_text="Of those that their profiles ask for. It holds as long as the module does, from the day it was done.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the module"},
    )
    why = forms.CharField(
        label="Why does it count?",
        max_length=500,
        help_text="For example what you saw: the signed sheet, or their work. It stays with the sign-off.",
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why it counts"},
    )

    def __init__(self, *args: Any, offers: Sequence[Offer], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules: dict[str, Module] = {str(one.module.pk): one.module for one in offers}
        self.fields["module"].choices = [(str(one.module.pk), one.in_words(on=on)) for one in offers]  # type: ignore[attr-defined]
        named = next((one for one in offers if one.is_named and not one.is_over(on=on)), None)
        self.fields["module"].initial = str(named.module.pk) if named else None

    def clean_module(self) -> Module:
        return self.modules[self.cleaned_data["module"]]
