"""Arranging supervision, planning sessions, and writing what was agreed."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from common.forms import GovukDateField, GovukForm
from training.enums import SupervisionKind, SupervisionRole, WhyMissed
from training.forms.records import FoundPersonField
from training.models import SupervisionRecord
from training.models.supervision import FEWEST_WEEKS, MOST_WEEKS, AgreedAction, Written

ACTIONS = 3
USUAL_WEEKS = 6


class ArrangeForm(GovukForm):
    """Who supervises whom, how often, and from when."""

    supervisee = FoundPersonField(
        label="Who is supervised?",
        error_messages={"required": "Write the e-mail address or collar number of who is supervised"},
    )
    supervisor = FoundPersonField(
        label="Who supervises them?",
        error_messages={"required": "Write the e-mail address or collar number of who supervises them"},
    )
    kind = forms.ChoiceField(
        label="What kind?",
        choices=SupervisionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind it is"},
    )
    every_weeks = forms.IntegerField(
        label="Weeks between sessions",
        min_value=FEWEST_WEEKS,
        max_value=MOST_WEEKS,
        initial=USUAL_WEEKS,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-2"}),
        error_messages={
            "required": "Enter the weeks between sessions",
            "invalid": "Enter weeks as a whole number",
            "min_value": f"Sessions are every {FEWEST_WEEKS} to {MOST_WEEKS} weeks",
            "max_value": f"Sessions are every {FEWEST_WEEKS} to {MOST_WEEKS} weeks",
        },
    )
    starts_on = GovukDateField(label="From", error_messages={"required": "Enter the first day"})
    ends_on = GovukDateField(
        label="Until", required=False, help_text="The first day without it. Empty: until somebody ends it."
    )

    def __init__(
        self, *args: Any, supervisees: QuerySet[User], supervisors: QuerySet[User], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supervisee"].find_among(supervisees)  # type: ignore[attr-defined]
        self.fields["supervisor"].find_among(supervisors)  # type: ignore[attr-defined]
        self.initial.setdefault("starts_on", today)

    def clean(self) -> dict[str, Any]:
        """Two people; and it ends after it starts."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("supervisee") and data.get("supervisee") == data.get("supervisor"):
            self.add_error("supervisor", "Nobody supervises themselves: choose somebody else")
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] <= data["starts_on"]:
            self.add_error("ends_on", "The end must be after the start")
        return data


class EndSupervisionForm(GovukForm):
    ends_on = GovukDateField(label="Which is the first day without it?", error_messages={"required": "Enter a day"})


class PlanForm(GovukForm):
    planned_on = GovukDateField(label="When is the session?", error_messages={"required": "Enter a day"})


class MissedForm(GovukForm):
    why = forms.ChoiceField(
        label="Why was it missed?",
        choices=WhyMissed.choices,
        widget=forms.RadioSelect,
        help_text="Only the two of you read this.",
        error_messages={"required": "Choose why it was missed"},
    )
    words = forms.CharField(label="More", required=False, max_length=500, widget=forms.Textarea({"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Something else is said in words."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("why") == WhyMissed.OTHER and not data.get("words"):
            self.add_error("words", "Write why it was missed")
        return data


class CancelForm(GovukForm):
    words = forms.CharField(
        label="Why is it cancelled?",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Only the two of you read this.",
        error_messages={"required": "Write why it is cancelled"},
    )


class RecordForm(GovukForm):
    """What was agreed, the prompts, and up to three actions."""

    cases = forms.CharField(
        label="Cases that were discussed",
        max_length=300,
        required=False,
        help_text="References alone. No names.",
    )
    agreed = forms.CharField(
        label="What did you discuss and agree?",
        max_length=8000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": "Write what you discussed and agreed"},
    )
    curiosity = forms.CharField(
        label="Professional curiosity: what did you ask once more, and what else could be true?",
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Answer the question on professional curiosity"},
    )
    fairness = forms.CharField(
        label="Where might an assumption or a bias have led, and what did you do about it?",
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Answer the question on assumptions and bias"},
    )
    wellbeing = forms.CharField(
        label="Wellbeing: how are they, and what support did you offer?",
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Answer the question on wellbeing"},
    )

    def __init__(self, *args: Any, version: SupervisionRecord | None = None, **kwargs: Any) -> None:
        self.base_fields = self.base_fields | _fields_of_actions()  # type: ignore[misc]
        super().__init__(*args, **kwargs)
        if version is not None:
            self._begin_with(version)

    def _begin_with(self, version: SupervisionRecord) -> None:
        for name in ("cases", "agreed", "curiosity", "fairness", "wellbeing"):
            self.initial[name] = getattr(version, name)
        for number, action in enumerate(version.actions.all()[:ACTIONS], start=1):
            for name in ("what", "owner", "due_on"):
                self.initial[f"{name}_{number}"] = getattr(action, name)

    def clean(self) -> dict[str, Any]:
        """An action says what, by whom and by when, or is left out as a whole."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        messages = {
            "what": "Write what is to be done",
            "owner": "Choose who does it",
            "due_on": "Enter by when it is done",
        }
        for number in range(1, ACTIONS + 1):
            values = {name: data.get(f"{name}_{number}") for name in messages}
            if any(values.values()):
                for name, message in messages.items():
                    if not values[name] and f"{name}_{number}" not in self.errors:
                        self.add_error(f"{name}_{number}", message)
        return data

    def written(self) -> Written:
        """What the service takes, from a valid form."""
        data = self.cleaned_data
        actions = [
            AgreedAction(data[f"what_{number}"], data[f"owner_{number}"], data[f"due_on_{number}"])
            for number in range(1, ACTIONS + 1)
            if data[f"what_{number}"]
        ]
        words = {name: data[name] for name in ("agreed", "curiosity", "fairness", "wellbeing", "cases")}
        return Written(**words, actions=actions)


def _fields_of_actions() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for number in range(1, ACTIONS + 1):
        fields[f"what_{number}"] = forms.CharField(label=f"Action {number}", max_length=300, required=False)
        fields[f"owner_{number}"] = forms.ChoiceField(
            label=f"Who does action {number}?", choices=[("", "Choose"), *SupervisionRole.choices], required=False
        )
        fields[f"due_on_{number}"] = GovukDateField(label=f"By when is action {number} done?", required=False)
    return fields


class HeldForm(RecordForm):
    """The first version of a record, with the day on which the session was held."""

    held_on = GovukDateField(label="When was it held?", error_messages={"required": "Enter the day"})
    field_order = ("held_on",)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_held_on(self) -> date:
        """Not in the future."""
        held_on: date = self.cleaned_data["held_on"]
        if held_on > self.today:
            raise forms.ValidationError("The day on which it was held cannot be in the future")
        return held_on


class NextRecordForm(RecordForm):
    """A next version. `after` is the version that was on the page."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReadForm(GovukForm):
    """`version` is the one that was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    comment = forms.CharField(
        label="Anything you want to add?",
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="Stays beside this version of the record. It cannot be changed afterwards.",
    )
    has_read = forms.BooleanField(
        label="I have read this record",
        error_messages={"required": "Tick the box to say that you have read the record"},
    )
