"""Planning reports."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from common.forms import GovukForm
from grading.enums import LAST_DAY_OF_SCHEDULES, Rhythm
from grading.models import ReportSchedule


class ScheduleForm(GovukForm):
    """When a report is made, and who is told; `people` may read the reports of the force."""

    rhythm = forms.ChoiceField(
        label="How often is a report made?",
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often a report is made"},
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

    def __init__(self, *arguments: Any, people: QuerySet[User], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["readers"].queryset = people  # type: ignore[attr-defined]


def answers_of(schedule: ReportSchedule) -> dict[str, Any]:
    """What the form says of a schedule before it is changed."""
    return {
        "rhythm": schedule.rhythm,
        "day": schedule.day,
        "time": schedule.time,
        "readers": [reader.pk for reader in schedule.readers.all()],
    }
