"""The filters of the queue, and to whom referrals are given."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from common.forms import GovukForm, QuickSelect
from common.paging import CappedCount
from referrals import queries
from referrals.enums import BACK_IN_QUEUE, ConcernType, Due, FormKind, Holder, RiskLevel, SentBack, Step, Waited

EVERYTHING = ("", "All")


class QueueFilterForm(GovukForm):
    """The filters of the queue; they live in the address. A value that is none of the choices filters nothing."""

    marks_optional = False
    risk = forms.TypedChoiceField(
        label="Risk",
        choices=[EVERYTHING, *reversed(RiskLevel.choices)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=QuickSelect,
    )
    due = forms.ChoiceField(label="Decision", choices=[EVERYTHING, *Due.choices], required=False, widget=QuickSelect)
    assignee = forms.ChoiceField(label="Who has it", required=False, widget=QuickSelect)
    type = forms.ChoiceField(
        label="Type", choices=[EVERYTHING, *ConcernType.choices], required=False, widget=QuickSelect
    )
    kind = forms.ChoiceField(label="Form", choices=[EVERYTHING, *FormKind.choices], required=False, widget=QuickSelect)
    area = forms.ChoiceField(label="Area", required=False, widget=QuickSelect)
    age = forms.TypedChoiceField(
        label="Waiting",
        choices=[EVERYTHING, *Waited.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=QuickSelect,
    )

    back = forms.ChoiceField(
        label="Sent back",
        choices=[EVERYTHING, *((why.value, why.label) for why in BACK_IN_QUEUE)],
        required=False,
        widget=QuickSelect,
    )

    def __init__(self, *args: Any, hub_id: uuid.UUID | None, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = queries.decider_names(hub_id, on=on)
        self.deciders = frozenset(people)
        areas = queries.districts_of(hub_id).values_list("pk", "name")
        wanted = str(self.data.get("assignee", ""))
        if wanted and wanted not in people and wanted not in Holder.values:
            # A kept view may name somebody who has left: it shows what they still have, not everything.
            known = _uuid(wanted)
            gone = User.objects.filter(agency=hub_id, pk=known).first() if known else None
            people |= {wanted: f"{gone.name} (no longer decides here)"} if gone else {}
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "The address asks for something that is not in this list any more."
        self._offer("assignee", [*Holder.choices, *people.items()])
        self._offer("area", [(str(pk), name) for pk, name in areas])

    @property
    def left_out(self) -> list[str]:
        """The names of filters of the address whose value is none of the choices, and which therefore filter nothing."""
        return [str(self.fields[name].label) for name in self.errors if name in self.fields]

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = [EVERYTHING, *choices]  # type: ignore[attr-defined]

    @property
    def options(self) -> list[tuple[str, Any]]:
        """Every filter with every value that it may have, as `narrowing` takes them."""
        return [(name, value) for name in self.fields for value, _ in self._choices(name) if value != ""]

    def tell_counts(self, counts: Mapping[tuple[str, Any], CappedCount]) -> None:
        """Say behind each choice how many it shows."""
        for name in self.fields:
            choices = [
                (value, f"{label} ({counts[name, value]})") for value, label in self._choices(name) if value != ""
            ]
            self._offer(name, choices)

    def in_words(self, filters: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The filters that are set: the name of each in the address, and what it says. Before counts are told."""
        named = []
        for name, value in filters.items():
            labels = {str(choice): label for choice, label in self._choices(name)}
            named.append((name, f"{self.fields[name].label}: {labels[str(value)]}"))
        return named

    def _choices(self, name: str) -> list[tuple[Any, str]]:
        return list(self.fields[name].choices)  # type: ignore[attr-defined]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class SaveViewForm(GovukForm):
    """A name for filters of the queue."""

    name = forms.CharField(
        label="Name of the view",
        max_length=60,
        error_messages={"required": "Give the view a name.", "max_length": "Use 60 characters at most."},
    )
    is_default = forms.BooleanField(label="Open the queue with it", required=False)


class AssignForm(GovukForm):
    """To which decision-maker of the hub."""

    to = forms.ModelChoiceField(
        label="Who should have it?",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={
            "required": "Choose who should have it.",
            "invalid_choice": "Choose somebody from the list: they decide at the hub.",
        },
    )

    def __init__(self, *args: Any, people: QuerySet[User], label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        if label:
            self.fields["to"].label = label


class UnfinishedFilterForm(QueueFilterForm):
    """The filters of what was decided on and is not shared or closed yet."""

    step = forms.ChoiceField(
        label="What comes next", choices=[EVERYTHING, *Step.choices], required=False, widget=QuickSelect
    )
    back = forms.ChoiceField(
        label="Sent back", choices=[EVERYTHING, *SentBack.choices], required=False, widget=QuickSelect
    )
    due = forms.ChoiceField(label="Sharing", choices=[EVERYTHING, *Due.choices], required=False, widget=QuickSelect)
    field_order = ("step", "risk", "due", "assignee", "type", "kind", "area", "age", "back")


class CompletedFilterForm(QueueFilterForm):
    """The filters of what is closed: those of the queue that still mean something, for nothing of it is due or waits."""

    due = None  # type: ignore[assignment]
    age = None  # type: ignore[assignment]
    back = None  # type: ignore[assignment]
