"""Filtering agencies, and what is recorded of one."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Area
from common.forms import GovukDateField
from partners.enums import Package
from partners.forms.seen import SeenForm
from partners.forms.words import PartnersForm
from partners.models.agencies import LARGEST_STAFF
from partners.queries.agencies import NO_PACKAGE

# Digits with what people put between them, and an extension.
TELEPHONE = re.compile(r"^[+(]?[0-9][0-9 ().-]{5,}(?: *(?:ext|x)\.? *[0-9]{1,6})?$", re.IGNORECASE | re.ASCII)


class AgencyFilterForm(PartnersForm):
    """Which agencies the list shows."""

    marks_optional = False

    kind = forms.ChoiceField(label="Kind", required=False)
    area = forms.ChoiceField(label="Area", required=False)
    package = forms.ChoiceField(
        label="Package",
        required=False,
        choices=[("", "All"), *Package.choices, (NO_PACKAGE, "Not recorded")],
    )
    agreement = forms.ChoiceField(
        label="Sharing agreement",
        required=False,
        choices=[("", "All"), ("due", "Out of date"), ("none", "Not recorded")],
    )
    reached = forms.ChoiceField(
        label="Reached", required=False, choices=[("", "All"), ("never", "Nobody has come to a session")]
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], areas: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "All kinds"), *kinds]  # type: ignore[attr-defined]
        areas_offered = [(str(area.pk), area.name) for area in areas]
        self.fields["area"].choices = [("", "All areas"), *areas_offered]  # type: ignore[attr-defined]

    def filters(self) -> dict[str, str]:
        """What the query takes; whatever is not a choice filters nothing."""
        if not self.is_bound:
            return {}
        self.is_valid()
        self.errors.clear()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ContactForm(SeenForm):
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter a name"})
    role = forms.CharField(
        label="Role",
        max_length=80,
        help_text="Their job, for example Designated safeguarding lead.",
        error_messages={"required": "Enter their role"},
    )
    email = forms.EmailField(label="Work e-mail address", error_messages={"required": "Enter an e-mail address"})
    phone = forms.RegexField(
        TELEPHONE,
        label="Work telephone number",
        required=False,
        max_length=30,
        error_messages={"invalid": "Enter a telephone number, like 01632 960 001 or +44 1632 960 001 ext 12"},
    )
    is_main = forms.ChoiceField(
        label="Is this the main contact?",
        choices=[("yes", "Yes, in place of the one before"), ("no", "No")],
        initial="no",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether this is the main contact"},
    )

    def answers(self) -> dict[str, Any]:
        """What `keep_contact` takes, from a valid form."""
        return self.cleaned_data | {"is_main": self.cleaned_data["is_main"] == "yes", "seen": self.seen}


class PackageForm(PartnersForm):
    package = forms.ChoiceField(
        label="What does the agency take?",
        choices=Package.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the agency takes"},
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="Needed where the agency declined.",
    )
    valid_from = GovukDateField(label="From which day", help_text="What was recorded before ends the day before.")
    valid_until = GovukDateField(label="Last day, if it is known", required=False)
    said_by = forms.CharField(
        label="Who of the agency said so",
        max_length=120,
        help_text="Their job is enough, for example Head of service.",
        error_messages={"required": "Say who of the agency said so"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("package") == Package.DECLINED and not cleaned.get("reason"):
            self.add_error("reason", "Say why the agency declined")
        return cleaned


class AgreementForm(PartnersForm):
    signed_on = GovukDateField(label="When it was signed")
    review_on = GovukDateField(label="Review date", help_text="The last day on which it is in date.")
    where = forms.CharField(
        label="Where the signed copy is kept", required=False, max_length=200, help_text="For example a file number."
    )


class StaffForm(PartnersForm):
    staff = forms.IntegerField(
        label="How many staff",
        min_value=1,
        max_value=LARGEST_STAFF,
        help_text="Those who work with children, adults at risk or families, if that is known.",
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-5"}),
        error_messages={"required": "Enter how many staff the agency has"},
    )
    counted_on = GovukDateField(label="On which day")
    source = forms.CharField(
        label="Where the number is from", max_length=200, error_messages={"required": "Say where the number is from"}
    )
