"""Opening a round and choosing its graders."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import User
from common.clock import Quarter, quarter_of
from common.forms import GovukForm
from grading.enums import ReplyState
from grading.models import InvitationReply
from grading.models.rounds import LARGEST_SIZE, USUAL_SIZE
from grading.queries.calendar import quarters_to_open
from grading.queries.panel import FEWEST_GRADERS


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
        self.quarters = {quarter.start.isoformat(): quarter for quarter in quarters_to_open(today)}
        running = quarter_of(today)
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (code, f"{quarter.label} (still running)" if quarter == running else quarter.label)
            for code, quarter in self.quarters.items()
        ]

    def clean_quarter(self) -> Quarter:
        """The quarter itself."""
        return self.quarters[self.cleaned_data["quarter"]]


class AssignForm(GovukForm):
    """Who grades. `people` may grade; beside the name stand their agency and what they answered, in `replies` by person.

    Whoever accepted is ticked at first; anybody of the list may be chosen.
    """

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

    def __init__(
        self, *args: Any, people: Iterable[User], replies: Mapping[UUID, InvitationReply], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["graders"].choices = [  # type: ignore[attr-defined]
            (pk, f"{person.name}, {person.agency}{_answered(replies.get(person.pk))}")
            for pk, person in self.people.items()
        ]
        self.initial["graders"] = [pk for pk, person in self.people.items() if _accepted(replies.get(person.pk))]

    def clean_graders(self) -> list[User]:
        """The people themselves."""
        return [self.people[pk] for pk in self.cleaned_data["graders"]]


def _accepted(reply: InvitationReply | None) -> bool:
    return reply is not None and reply.state == ReplyState.ACCEPTED


def _answered(reply: InvitationReply | None) -> str:
    if reply is None:
        return ""
    return ". Takes part" if _accepted(reply) else f". Cannot: {reply.reason}"
