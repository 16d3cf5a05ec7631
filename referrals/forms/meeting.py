"""What is noted in the daily triage meeting."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import Agency, User
from common.forms import GovukDateField, GovukForm
from referrals import queries
from referrals.enums import ItemOutcome


class MeetingItemForm(GovukForm):
    """What came of one referral."""

    marks_optional = False
    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=ItemOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it."},
    )
    notes = forms.CharField(
        label="Notes",
        help_text="Needed for a decision or an action: say what. The threshold decision itself is recorded on the referral.",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    owner = forms.ModelChoiceField(
        label="If it is an action, who at the hub sees to it?",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody of the hub",
    )
    owner_agency = forms.ModelChoiceField(
        label="Or which agency?", queryset=Agency.objects.none(), required=False, empty_label="No agency"
    )
    due_on = GovukDateField(label="By when?", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, hub: Agency, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people, agencies = queries.deciders_of(hub.pk, on=on), Agency.objects.active().filter(is_hub=False)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner_agency"].queryset = agencies.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome in (ItemOutcome.DECISION, ItemOutcome.ACTION) and not cleaned.get("notes", "").strip():
            self.add_error("notes", "Say what was decided, or what is to be done.")
        if outcome == ItemOutcome.ACTION and bool(cleaned.get("owner")) == bool(cleaned.get("owner_agency")):
            self.add_error("owner", "Choose one owner: a person of the hub or an agency.")
        return cleaned


class AttendanceForm(GovukForm):
    """Who was there."""

    agencies = forms.ModelMultipleChoiceField(
        label="Which agencies were there?",
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people_present = forms.CharField(
        label="Who was there?",
        help_text="One person a line, with their agency.",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say who was there."},
    )
    notes = forms.CharField(
        label="Notes of the meeting as a whole",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].queryset = Agency.objects.active().order_by("name")  # type: ignore[attr-defined]
