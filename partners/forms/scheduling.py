"""Moving and repeating a session, making a course, adding material."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms

from common.forms import GovukForm, GovukMomentField, OnceForm, dress
from partners.enums import MaterialTime, Repeat
from partners.models.sessions import MOST_DATES, MOST_REPEATS
from partners.queries.diary import Span

# Every date that a session may have has its field, so that none is lost when it is moved.
FURTHER = tuple(f"date_{number}" for number in range(2, MOST_DATES + 1))


class KnownWarningMixin:
    """A form that may come back with a warning: who has read it ticks a box and goes on."""

    fields: dict[str, forms.Field]
    data: Any

    def offer_to_go_on(self) -> None:
        """Show the box, once there is something to be warned of."""
        box: Any = forms.BooleanField(label="I have read the warning. Do it all the same.", required=False)
        box.is_page_heading, box.is_optional = False, False
        dress(box)
        self.fields["warning_read"] = box

    @property
    def warning_was_read(self) -> bool:
        return bool(self.data.get("warning_read"))


def add_further_dates(form: Any) -> None:
    """Give a form the fields of a session's second date and of those after it."""
    for number, name in enumerate(FURTHER, start=2):
        field: Any = GovukMomentField(label=f"Date {number}, if there is one", required=False)
        field.is_page_heading, field.is_optional = False, False
        dress(field)
        form.fields[name] = field


def further_starts(cleaned: dict[str, Any]) -> list[datetime]:
    return [cleaned[name] for name in FURTHER if cleaned.get(name)]


def minutes_each(spans: Sequence[Span]) -> int:
    """How long each date of a session is: as long as the first."""
    starts_at, ends_at = spans[0]
    return int((ends_at - starts_at).total_seconds()) // 60


def initial_dates(spans: Sequence[Span]) -> dict[str, Any]:
    """How the dates of a session fill a form."""
    starts = [starts_at for starts_at, _ in spans]
    return dict(zip(("starts_at", *FURTHER), starts, strict=False))


class MoveForm(KnownWarningMixin, GovukForm):  # type: ignore[misc]
    starts_at = GovukMomentField(label="When it begins", help_text="For example 27 3 2027, at 18:30")
    minutes = forms.IntegerField(
        label="How many minutes each time",
        min_value=15,
        max_value=600,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="Everybody who is booked can read it. Name nobody.",
        error_messages={"required": "Say why the session is moved"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_further_dates(self)
        self.order_fields(["starts_at", *FURTHER, "minutes", "reason"])

    def spans(self) -> list[Span]:
        """All dates with their ends, from a valid form."""
        length = timedelta(minutes=self.cleaned_data["minutes"])
        return [
            (start, start + length) for start in [self.cleaned_data["starts_at"], *further_starts(self.cleaned_data)]
        ]


class RepeatForm(KnownWarningMixin, OnceForm):  # type: ignore[misc]
    every = forms.ChoiceField(
        label="How often",
        choices=Repeat.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often"},
    )
    count = forms.IntegerField(
        label="How many more sessions",
        min_value=1,
        max_value=MOST_REPEATS,
        help_text=f"1 to {MOST_REPEATS}, after this one.",
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-2"}),
        error_messages={"required": "Enter how many more sessions"},
    )


class CourseForm(OnceForm):
    title = forms.CharField(
        label="Title of the course", max_length=120, error_messages={"required": "Enter the title of the course"}
    )


class MaterialForm(GovukForm):
    time = forms.ChoiceField(
        label="For whom and when",
        choices=MaterialTime.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose for whom it is"},
    )
    file = forms.FileField(
        label="File",
        help_text="A PDF, a JPEG or a PNG. It is checked for malware before anybody can open it.",
        error_messages={"required": "Choose a file"},
    )
