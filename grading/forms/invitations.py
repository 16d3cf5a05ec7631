"""Asking an agency for graders, and answering."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Agency
from common.forms import GovukDateField, GovukForm
from grading.enums import ReplyState
from grading.models.invitation import MOST_PLACES


class InviteForm(GovukForm):
    """Which agency, for how many graders and by when. `agencies` come each with how many of its people may grade."""

    agency = forms.ChoiceField(
        label="Agency",
        help_text="Those with somebody who may grade. All of them are asked, and each answers for themselves.",
        error_messages={"required": "Choose an agency", "invalid_choice": "Choose an agency of the list"},
    )
    places = forms.IntegerField(
        label="How many graders",
        min_value=1,
        max_value=MOST_PLACES,
        initial=1,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-2"}),
    )
    reply_by = GovukDateField(label="Answer by", help_text="They get one reminder, two days before.")
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="For example what grading takes. Nothing about any PPN and no names of people in one.",
    )

    def __init__(self, *args: Any, agencies: Iterable[tuple[Agency, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = list(agencies)
        self.agencies = {str(agency.pk): agency for agency, _ in listed}
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            ("", "Choose an agency"),
            *((str(agency.pk), f"{agency} ({count} may grade)") for agency, count in listed),
        ]

    def clean_agency(self) -> Agency:
        """The agency itself."""
        return self.agencies[self.cleaned_data["agency"]]


class ReplyForm(GovukForm):
    """Whether one takes part, and why not; whether the two go together is for the service to say."""

    state = forms.TypedChoiceField(
        label="Can you take part?",
        coerce=ReplyState,
        choices=ReplyState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you take part"},
    )
    reason = forms.CharField(
        label="Why you cannot",
        required=False,
        max_length=300,
        widget=forms.TextInput,
        help_text="Only if you cannot. A few words, for example: on leave. The supervisor who runs the round reads them.",
    )
