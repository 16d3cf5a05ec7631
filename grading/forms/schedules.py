"""Planning reports."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from common.clock import MONTHS
from common.forms import GovukForm
from grading.enums import KIND_OF, LAST_DAY_OF_SCHEDULES, ReportKind, Rhythm
from grading.models import ReportSchedule

OF_WHAT = {
    ReportKind.DIP_SAMPLE: "on the newest published dip sample",
    ReportKind.ANNUAL: "the annual report of the year before",
}


class ScheduleForm(GovukForm):
    """When a report is made, and who is told; `people` may read the reports of the force.

    `kind`: of a schedule that is changed, which keeps its kind.
    """

    rhythm = forms.ChoiceField(
        label="How often is a report made?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often a report is made"},
    )
    month = forms.TypedChoiceField(
        label="In which month, if it is the annual report?",
        choices=[("", "Choose a month"), *enumerate(MONTHS, start=1)],
        required=False,
        coerce=int,
        empty_value=None,
        help_text="One by which the last dip sample and the last grading round of the year before are published.",
        error_messages={"invalid_choice": "Choose a month of the list"},
    )
    day = forms.IntegerField(
        label="On which day of the month?",
        min_value=1,
        max_value=LAST_DAY_OF_SCHEDULES,
        help_text=f"1 to {LAST_DAY_OF_SCHEDULES}: every month has those.",
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-2"}),
        error_messages={
            "required": "Enter a day of the month",
            "invalid": "Enter the day as a number",
            "min_value": f"Enter a day from 1 to {LAST_DAY_OF_SCHEDULES}",
            "max_value": f"Enter a day from 1 to {LAST_DAY_OF_SCHEDULES}",
        },
    )
    time = forms.TimeField(
        label="At what time?",
        input_formats=["%H:%M", "%H.%M"],
        help_text="On the clock in London, like 08:30.",
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "govuk-input--width-5"}),
        error_messages={"required": "Enter a time", "invalid": "Enter a time like 08:30"},
    )
    readers = forms.ModelMultipleChoiceField(
        label="Who is told?",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Each gets an e-mail with a link, and must sign in. Who may no longer read reports then gets none.",
        error_messages={
            "required": "Choose at least one person",
            "invalid_choice": "Choose people of the list",
            "invalid_pk_value": "Choose people of the list",
        },
    )

    def __init__(
        self, *arguments: Any, people: QuerySet[User], kind: ReportKind | str | None = None, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.fields["readers"].queryset = people  # type: ignore[attr-defined]
        rhythms = [rhythm for rhythm in Rhythm if kind is None or KIND_OF[rhythm] == kind]
        self.fields["rhythm"].choices = [  # type: ignore[attr-defined]
            (rhythm.value, f"{rhythm.label}: {OF_WHAT[KIND_OF[rhythm]]}") for rhythm in rhythms
        ]
        if kind is not None and kind != ReportKind.ANNUAL:
            del self.fields["month"]

    @property
    def kind(self) -> ReportKind:
        """Of the report that is planned."""
        return KIND_OF[Rhythm(self.cleaned_data["rhythm"])]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_annual = cleaned.get("rhythm") == Rhythm.YEARLY
        if is_annual and not cleaned.get("month") and "month" not in self.errors:
            self.add_error("month", "Choose the month of the annual report")
        if not is_annual:
            # Whatever stands there: it is asked of the annual report only.
            cleaned["month"] = None
        return cleaned


def answers_of(schedule: ReportSchedule) -> dict[str, Any]:
    """What the form says of a schedule before it is changed."""
    return {
        "rhythm": schedule.rhythm,
        "month": schedule.month,
        "day": schedule.day,
        "time": schedule.time,
        "readers": [reader.pk for reader in schedule.readers.all()],
    }
