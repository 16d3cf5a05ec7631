"""What the hub enters about a consultation, and the filters of the log."""

from typing import Any

from django import forms
from django.utils import timezone

from common.forms import GovukDateField, GovukForm, GovukMomentField
from referrals import queries
from referrals.enums import Advised, ConcernType, ConsultationChannel


class ConsultationForm(GovukForm):
    """One question to the consultation line."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    asked_at = GovukMomentField(label="When did they ask?", help_text="For example 20 11 2026 and 14:30")
    agency = forms.ModelChoiceField(
        label="Which agency asked?",
        queryset=queries.asking_agencies(),
        empty_label="Not in this list",
        required=False,
    )
    other_agency = forms.CharField(label="Or another one", max_length=120, required=False)
    asker_role = forms.CharField(
        label="Role of the person who asked",
        help_text="For example designated safeguarding lead. No name is needed.",
        max_length=120,
        error_messages={"required": "Say the role of the person who asked."},
    )
    channel = forms.ChoiceField(
        label="How did they ask?",
        choices=ConsultationChannel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they asked."},
    )
    types = forms.MultipleChoiceField(
        label="Kind of concern",
        choices=ConcernType.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    about = forms.CharField(
        label="What did they ask?",
        help_text="What they saw and what worries them. Leave out the name of the child or adult unless the advice needs it.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what they asked."},
    )
    advised = forms.ChoiceField(
        label="What did you advise?",
        choices=Advised.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you advised."},
    )
    advice = forms.CharField(
        label="Your advice, and why",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what you advised, and why."},
    )

    def clean_asked_at(self) -> Any:
        asked_at = self.cleaned_data["asked_at"]
        if asked_at is not None and asked_at > timezone.now():
            raise forms.ValidationError("Enter a time that has passed.")
        return asked_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("agency") is None and not cleaned.get("other_agency", "").strip():
            self.add_error("agency", "Choose the agency, or write which other one asked.")
        return cleaned


class LinkConsultationForm(GovukForm):
    reference = forms.CharField(
        label="Reference of the referral that followed",
        help_text="For example PPN-2026-7F3K9",
        max_length=40,
        error_messages={"required": "Enter the reference."},
    )


class ConsultationFilterForm(GovukForm):
    marks_optional = False
    first_day = GovukDateField(label="From", required=False)
    last_day = GovukDateField(label="To", required=False)
    agency = forms.ModelChoiceField(
        label="Agency", queryset=queries.asking_agencies(), empty_label="All", required=False
    )
    advised = forms.ChoiceField(label="Advised", choices=[("", "All"), *Advised.choices], required=False)
    followed = forms.ChoiceField(
        label="A referral followed", choices=[("", "All"), ("YES", "Yes"), ("NO", "No")], required=False
    )
