"""Opening a round and choosing its graders."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from common.clock import Quarter, quarter_of
from common.forms import GovukForm
from grading.models.rounds import LARGEST_SIZE, USUAL_SIZE
from grading.queries.panel import FEWEST_GRADERS

QUARTERS_OFFERED = 8


def quarters_before(day: date) -> list[Quarter]:
    """The quarters that may be graded: the last one that ended first, then earlier ones, and the running one."""
    running = quarter_of(day)
    quarters = [running.previous()]
    while len(quarters) < QUARTERS_OFFERED:
        quarters.append(quarters[-1].previous())
    return [*quarters, running]


class OpenRoundForm(GovukForm):
    """Which quarter, and how many PPNs. `today` decides which quarters are offered."""

    quarter = forms.ChoiceField(
        label="Quarter", help_text="All PPNs submitted in it can be drawn. One round for each quarter."
    )
    size = forms.IntegerField(
        label="How many PPNs",
        min_value=1,
        max_value=LARGEST_SIZE,
        initial=USUAL_SIZE,
        help_text="About ten is usual.",
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quarters = {quarter.start.isoformat(): quarter for quarter in quarters_before(today)}
        running = quarter_of(today)
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (code, f"{quarter.label} (still running)" if quarter == running else quarter.label)
            for code, quarter in self.quarters.items()
        ]

    def clean_quarter(self) -> Quarter:
        """The quarter itself."""
        return self.quarters[self.cleaned_data["quarter"]]


class AssignForm(GovukForm):
    """Who grades. `people` may grade; their agency stands beside the name."""

    graders = forms.MultipleChoiceField(
        label="Who grades",
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose at least two, one of them from a partner agency. Nobody gets a PPN that they had a hand in, "
        "or that their team wrote.",
        error_messages={"required": "Choose at least two graders"},
    )
    graders_per_item = forms.IntegerField(
        label="Graders for each PPN",
        min_value=FEWEST_GRADERS,
        max_value=9,
        initial=FEWEST_GRADERS,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-2"}),
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["graders"].choices = [  # type: ignore[attr-defined]
            (pk, f"{person.name}, {person.agency}") for pk, person in self.people.items()
        ]

    def clean_graders(self) -> list[User]:
        """The people themselves."""
        return [self.people[pk] for pk in self.cleaned_data["graders"]]
