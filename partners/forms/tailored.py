"""Asking for a session, proposing dates, answering, scheduling."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from common.forms import GovukMomentField
from common.templatetags.dates import moment
from partners.enums import SessionKind, Venue
from partners.forms.scheduling import KnownWarningMixin
from partners.forms.words import PartnersForm, PartnersOnceForm
from partners.models import TailoredDate
from partners.models.sessions import LARGEST_CAPACITY

OTHERS = "OTHERS"


class AskForm(PartnersOnceForm):
    kind = forms.ChoiceField(
        label="What is it about?",
        choices=SessionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is about"},
    )
    audience = forms.CharField(
        label="Who is it for?",
        max_length=200,
        help_text="For example reception staff of three practices.",
        error_messages={"required": "Say who it is for"},
    )
    size = forms.IntegerField(
        label="How many people?",
        min_value=1,
        max_value=LARGEST_CAPACITY,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={"required": "Enter how many people"},
    )
    purpose = forms.CharField(
        label="What should they take away?",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Name no child, adult or family.",
        error_messages={"required": "Say what they should take away"},
    )
    wished = forms.CharField(
        label="When would it suit?",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="For example Tuesday evenings in February.",
        error_messages={"required": "Say when it would suit"},
    )
    venue = forms.ChoiceField(
        label="Where?",
        choices=Venue.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where"},
    )


class ProposeForm(PartnersForm):
    date_1 = GovukMomentField(label="First date", help_text="For example 27 3 2027, at 18:30")
    date_2 = GovukMomentField(label="Second date", required=False)
    date_3 = GovukMomentField(label="Third date", required=False)
    words = forms.CharField(
        label="What you want to say to the agency", required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )

    def starts(self) -> list[datetime]:
        return [self.cleaned_data[name] for name in ("date_1", "date_2", "date_3") if self.cleaned_data[name]]


class AnswerForm(PartnersForm):
    answer = forms.ChoiceField(
        label="Which date suits?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a date, or that none suits"},
    )
    words = forms.CharField(
        label="Which dates would suit",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text="Needed where none of the dates suits.",
    )

    def __init__(self, *args: Any, dates: Iterable[TailoredDate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(date.pk), moment(date.starts_at)) for date in dates]
        self.fields["answer"].choices = [*offered, (OTHERS, "None of them")]  # type: ignore[attr-defined]


class ScheduleForm(KnownWarningMixin, PartnersForm):  # type: ignore[misc]
    title = forms.CharField(label="Title", max_length=120, error_messages={"required": "Enter a title"})
    joining_link = forms.URLField(
        label="Joining link", required=False, max_length=500, assume_scheme="https", help_text="You may add it later."
    )
    place = forms.CharField(
        label="Place",
        max_length=200,
        help_text="Building, room, postcode.",
        error_messages={"required": "Enter the place"},
    )

    def __init__(self, *args: Any, venue: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["place" if venue == Venue.ONLINE else "joining_link"]


class DeclineForm(PartnersForm):
    words = forms.CharField(
        label="Why there will be no session",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="The agency reads it.",
        error_messages={"required": "Say why there will be no session"},
    )


class WithdrawForm(PartnersForm):
    words = forms.CharField(label="Reason", required=False, max_length=500, widget=forms.Textarea({"rows": 3}))
