"""Flags and links: what the hub enters when it makes or takes back one."""

from typing import Any

from django import forms

from common.forms import GovukForm
from referrals.enums import FlagKind, LinkKind
from referrals.forms.challenge import words_field
from referrals.models import Person, Referral


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: Person) -> str:  # type: ignore[override]
        return f"{person.full_name} ({person.get_role_display().lower()})"


class FlagForm(GovukForm):
    kind = forms.ChoiceField(
        label="What has somebody to know before they act?",
        choices=FlagKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it warns of."},
    )
    person = PersonChoice(
        label="Who is it about?",
        queryset=Person.objects.none(),
        empty_label="The whole referral",
        required=False,
        error_messages={"invalid_choice": "Choose somebody who is named in this referral."},
    )
    words = words_field(
        "Why?", "Say why.", help_text="What is known, from whom, and what to do. The hub alone reads it.", rows=4
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = referral.people.order_by("position", "pk")  # type: ignore[attr-defined]


class ClearFlagForm(GovukForm):
    reason = words_field(
        "Why is the flag no longer needed?", "Say why it is no longer needed.", help_text="It stays on record.", rows=3
    )


class LinkForm(GovukForm):
    kind = forms.ChoiceField(
        label="This referral is",
        choices=LinkKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they belong together."},
    )
    reference = forms.CharField(
        label="Reference of the other referral",
        help_text="For example PPN-2026-7KQ2M",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
        error_messages={"required": "Enter the reference of the other referral."},
    )
    words = words_field("Why do they belong together?", "Say why they belong together.", rows=3)


class RemoveLinkForm(GovukForm):
    reason = words_field("Why is the link removed?", "Say why it is removed.", help_text="It stays on record.", rows=3)
