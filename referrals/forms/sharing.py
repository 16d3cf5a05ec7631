"""What the hub enters to give an agency parts of a referral, and to end it."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Agency
from common.forms import GovukForm
from referrals.enums import ABOUT_PEOPLE, LawfulBasis, suggested_sections
from referrals.models import Referral, ShareSnapshot
from referrals.queries import shareable_files, shareable_sections, title_of_part


class ChooseAgencyForm(GovukForm):
    """With which agency; those that have the referral are not offered."""

    agency = forms.ModelChoiceField(
        label="Share with",
        queryset=Agency.objects.none(),
        empty_label="Choose an agency",
        error_messages={
            "required": "Choose an agency.",
            "invalid_choice": "Choose an agency from the list. Those that this is shared with are not in it.",
        },
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        have_it = referral.shares.live().values("agency")
        agencies = Agency.objects.active().filter(is_hub=False).exclude(pk__in=have_it).order_by("name")
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]


class PartsForm(GovukForm):
    """Which parts and people the agency is given. What its kind seldom needs is not ticked to begin with."""

    sections = forms.MultipleChoiceField(
        label="What may this agency read?", widget=forms.CheckboxSelectMultiple, required=False
    )
    people = forms.MultipleChoiceField(
        label="Which people may it read about?",
        help_text="Name, age, address, school and part in it.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    chosen_files = forms.MultipleChoiceField(
        label="Which files may it have?",
        help_text="Only what was checked for malware. The agency can download those that you tick, until the sharing ends.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = forms.CharField(
        label="Why does this agency need it?",
        help_text="It stays on the record of the disclosure.",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why this agency needs it."},
    )
    marks_optional = False

    def __init__(
        self, *args: Any, referral: Referral, agency: Agency, given: ShareSnapshot | None = None, **kwargs: Any
    ) -> None:
        keys = shareable_sections(referral)
        people = referral.everybody()
        if given is None:
            chosen, named = suggested_sections(keys, agency.kind), [str(person.pk) for person in people]
        else:
            chosen = [key for key in keys if key in given.sections]
            named = [row["id"] for row in given.content["people"]]
        files = shareable_files(referral)
        had = [str(key) for key in given.file_ids] if given is not None else []
        super().__init__(*args, initial={"sections": chosen, "people": named, "chosen_files": had}, **kwargs)
        self.fields["sections"].choices = [(key, title_of_part(key)) for key in keys]  # type: ignore[attr-defined]
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (str(person.pk), f"{person.full_name} ({person.get_role_display().lower()})") for person in people
        ]
        self.fields["chosen_files"].choices = [(str(file.pk), file.name) for file in files]  # type: ignore[attr-defined]
        if not people:
            del self.fields["people"]
        if not files:
            del self.fields["chosen_files"]
        self.withheld = [title_of_part(key) for key in keys if given is None and key not in chosen]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not set(cleaned["sections"]) - set(ABOUT_PEOPLE) and not cleaned.get("people"):
            self.add_error("sections", "Choose at least one part or person.")
        cleaned.setdefault("people", [])
        cleaned.setdefault("chosen_files", [])
        return cleaned


class ShareForm(PartsForm):
    """Sharing with one agency."""

    lawful_basis = forms.ChoiceField(
        label="Lawful basis",
        choices=LawfulBasis.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the lawful basis."},
    )
    field_order: Iterable[str] = ("sections", "people", "chosen_files", "lawful_basis", "reason")


class RenewShareForm(PartsForm):
    """Giving an agency the referral as it stands now."""


class HandOverForm(GovukForm):
    to = forms.CharField(
        label="To whom at the agency did you give it?",
        help_text="Name and role. You saw that it is this person.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter to whom you gave it."},
    )


class EndShareForm(GovukForm):
    reason = forms.CharField(
        label="Why does the sharing end?",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the sharing ends."},
    )
