"""A strategy discussion, and the notices to schools."""

from typing import Any

from django import forms
from django.forms import formset_factory

from accounts.models import Agency
from common.forms import GovukDateField, GovukForm, GovukMomentField
from referrals.enums import SCHOOLS, NoticeChannel, NoticeException, Presence, StrategyOutcome

MOST_INVITED, MOST_ACTIONS = 8, 6


def _area(label: str, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=20_000, widget=forms.Textarea(attrs={"rows": rows}), **more)


class StrategyForm(GovukForm):
    """When it was held, what was decided, and why."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    held_at = GovukMomentField(
        label="When was it held?",
        error_messages={"required": "Enter when it was held."},
        help_text="For example, 27 3 2026 14:30.",
    )
    outcome = forms.ChoiceField(
        label="What was decided?",
        choices=StrategyOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was decided."},
    )
    reasons = _area("Why?", 5, error_messages={"required": "Say why."})


class _AgencyRow(GovukForm):
    """A row that counts once its agency is chosen."""

    marks_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("agency", "owner"):
            if name in self.fields:
                self.fields[name].queryset = Agency.objects.active().order_by("name")  # type: ignore[attr-defined]


class AttendanceForm(_AgencyRow):
    agency = forms.ModelChoiceField(label="Agency", queryset=Agency.objects.none(), required=False, empty_label="None")
    presence = forms.ChoiceField(label="Was it there?", choices=[("", "Choose"), *Presence.choices], required=False)
    shared = _area("What it shared", 2, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("agency") is None and (cleaned.get("presence") or cleaned.get("shared", "").strip()):
            self.add_error("agency", "Choose the agency.")
        if cleaned.get("agency") is not None and not cleaned.get("presence"):
            self.add_error("presence", "Choose whether it was present.")
        return cleaned


class ActionForm(_AgencyRow):
    what = _area("Action", 2, required=False)
    owner = forms.ModelChoiceField(
        label="Who does it", queryset=Agency.objects.none(), required=False, empty_label="None"
    )
    due_on = GovukDateField(label="By when", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        there = {name: bool(cleaned.get(name)) for name in ("what", "owner", "due_on")}
        if any(there.values()) and not self.errors:
            problems = {"what": "Say what the action is.", "owner": "Choose who does it.", "due_on": "Enter by when."}
            for name, problem in problems.items():
                if not there[name]:
                    self.add_error(name, problem)
        return cleaned


AttendanceFormSet = formset_factory(AttendanceForm, extra=5, max_num=MOST_INVITED)
ActionFormSet = formset_factory(ActionForm, extra=4, max_num=MOST_ACTIONS)


class SendNoticeForm(GovukForm):
    """How a school is told, and whom there."""

    marks_optional = False
    channel = forms.ChoiceField(
        label="How is the school told?",
        choices=NoticeChannel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the school is told."},
    )
    agency = forms.ModelChoiceField(
        label="If in this service: which school?",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="None",
    )
    school = forms.CharField(label="Otherwise: which school?", max_length=120, required=False)
    key_adult = forms.CharField(
        label="Who is its key adult?",
        help_text="The person at the school who reads these notices. Never somebody of this referral.",
        max_length=120,
        error_messages={"required": "Enter who the key adult is."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = Agency.objects.active().filter(kind__in=SCHOOLS).order_by("name")
        self.fields["agency"].queryset = schools  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        in_service = cleaned.get("channel") == NoticeChannel.SERVICE
        if in_service and cleaned.get("agency") is None:
            self.add_error("agency", "Choose the school.")
        if not in_service:
            cleaned["agency"] = None
            if "channel" in cleaned and not cleaned.get("school", "").strip():
                self.add_error("school", "Enter the school. Find it first if it is not known.")
        return cleaned


class FailNoticeForm(GovukForm):
    words = _area("What happened?", 3, error_messages={"required": "Say what happened."})


class ExceptNoticeForm(GovukForm):
    reason = forms.ChoiceField(
        label="Why is the school not told?",
        choices=NoticeException.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the school is not told."},
    )
    words = _area("In words", 3, error_messages={"required": "Say why in words."})
