"""Opening a round and choosing its graders."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import User
from common.clock import Quarter, quarter_of
from common.forms import GovukForm
from grading.enums import ONE_TYPE, PopulationPart, ReplyState, RoundStrata
from grading.models import InvitationReply
from grading.models.rounds import LARGEST_SIZE, USUAL_SIZE
from grading.queries.calendar import quarters_to_open
from grading.queries.panel import FEWEST_GRADERS
from grading.queries.population import Choices


class _AnyOf(forms.MultipleChoiceField):
    """One part of the filter: nothing ticked narrows nothing."""

    def __init__(self, label: str, *, part: PopulationPart) -> None:
        super().__init__(
            label=label,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": f"Choose {part.value} from the lists of your own force"},
        )


class OpenRoundForm(GovukForm):
    """Which quarter and which of its PPNs, how many, and from what. `today` decides which quarters are offered, `choices` what else.

    `cleaned_data` is what `open_round` takes.
    """

    marks_optional = False

    quarter = forms.ChoiceField(label="Quarter", help_text="Of the PPNs submitted in it. One round for each quarter.")
    size = forms.IntegerField(
        label="How many PPNs",
        min_value=1,
        max_value=LARGEST_SIZE,
        initial=USUAL_SIZE,
        help_text="About ten is usual.",
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )

    strata = forms.ChoiceField(
        label="How they are drawn",
        choices=[
            ("", "From all alike"),
            *((one.value, f"By {one.label.lower()}, in proportion") for one in RoundStrata),
        ],
        required=False,
        help_text="In proportion: each part has its share of the sample, and at least one PPN where the sample is large "
        f"enough; within it the draw is by chance. {ONE_TYPE}.",
    )
    types = _AnyOf("Types of concern", part=PopulationPart.TYPES)
    risk = _AnyOf("Risk levels", part=PopulationPart.RISK)
    districts = _AnyOf("Districts", part=PopulationPart.DISTRICTS)
    teams = _AnyOf("Teams", part=PopulationPart.TEAMS)
    referrers = _AnyOf("Kinds of referrer", part=PopulationPart.REFERRERS)

    def __init__(self, *args: Any, today: date, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, offered in choices.items():
            self.fields[part.value].choices = list(offered.items())  # type: ignore[attr-defined]
        self.quarters = {quarter.start.isoformat(): quarter for quarter in quarters_to_open(today)}
        running = quarter_of(today)
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (code, f"{quarter.label} (still running)" if quarter == running else quarter.label)
            for code, quarter in self.quarters.items()
        ]

    def clean_quarter(self) -> Quarter:
        """The quarter itself."""
        return self.quarters[self.cleaned_data["quarter"]]

    def clean(self) -> dict[str, Any]:
        """The parts of the filter together."""
        cleaned: dict[str, Any] = super().clean() or {}
        return cleaned | {"filter": {part.value: cleaned.pop(part.value, []) for part in PopulationPart}}

    @property
    def parts(self) -> list[forms.BoundField]:
        """The questions that narrow the population; those without choices are not asked."""
        return [self[part.value] for part in PopulationPart if self.fields[part.value].choices]  # type: ignore[attr-defined]

    @property
    def is_narrowed(self) -> bool:
        """Whether any of them is answered, or at fault."""
        return any(bound.value() or bound.errors for bound in self.parts)

    def refuse_filter(self, message: str) -> None:
        """Put what is wrong with the filter as a whole beside the first part that narrows it."""
        narrowing = [bound.name for bound in self.parts if bound.value()]
        self.add_error(narrowing[0] if narrowing else None, message)


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
