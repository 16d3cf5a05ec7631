"""One person of a draft."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from common.forms import GovukDateField, GovukForm
from referrals.enums import Ethnicity, EthnicitySource, PersonRole, Sex
from referrals.forms.words import Answered, value_in_words
from referrals.models import Person

FIELDS = (
    "role",
    "given_names",
    "family_name",
    "date_of_birth",
    "estimated_age",
    "sex",
    "ethnicity",
    "ethnicity_source",
    "place_of_birth",
    "religion",
    "first_language",
    "disability",
    "not_known_reason",
    "relationship",
    "address",
    "lives_in_household",
    "school",
)


def _words(label: str, length: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=length)


class PersonForm(GovukForm):
    """Only the role is required: what is not known may be left, with the reason."""

    marks_optional = False
    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    # Made with the page that adds somebody, so that two clicks add one person.
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    role = forms.ChoiceField(
        label="Who is this person?",
        choices=PersonRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who this person is."},
    )
    given_names = _words("Given names", 80)
    family_name = _words("Family name", 80)
    date_of_birth = GovukDateField(
        label="Date of birth", help_text="Leave it empty if you do not know it.", required=False
    )
    estimated_age = forms.IntegerField(label="Estimated age in years", required=False, min_value=0, max_value=120)
    sex = forms.ChoiceField(label="Sex", required=False, choices=Sex.choices, widget=forms.RadioSelect)
    ethnicity = forms.ChoiceField(
        label="Ethnicity",
        help_text="As the person defines it. Ask, do not guess.",
        required=False,
        choices=[("", "Choose one"), *Ethnicity.choices],
    )
    ethnicity_source = forms.ChoiceField(
        label="How is the ethnicity known?", required=False, choices=EthnicitySource.choices, widget=forms.RadioSelect
    )
    place_of_birth = _words("Place of birth", 80, "A country or town. For a child, ask it of the parents too.")
    religion = _words("Religion or belief", 80, "“None” is an answer.")
    first_language = _words("First or preferred language", 80, "British Sign Language included.")
    disability = _words("Disability or communication needs", 200)
    not_known_reason = _words(
        "If some of these are not known, why?", 200, "For example: not at home, or not safe to ask."
    )
    relationship = _words("Relationship to the person the concern is about", 80)
    address = _words("Address", 200)
    lives_in_household = forms.TypedChoiceField(
        label="Do they live in the household?",
        required=False,
        choices=[("True", "Yes"), ("False", "No")],
        coerce=lambda value: value == "True",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    school = _words("School, college or nursery", 120)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    @classmethod
    def showing(cls, person: Person, *, version: int, at: datetime) -> "PersonForm":
        """The form with what is stored of this person."""
        initial = {name: getattr(person, name) for name in FIELDS}
        return cls(initial=initial | {"version": version}, at=at)

    def clean_date_of_birth(self) -> date | None:
        born: date | None = self.cleaned_data["date_of_birth"]
        if born and born > timezone.localdate(self.at):
            raise forms.ValidationError("This is in the future.")
        return born

    def answers(self) -> dict[str, Any]:
        """What was answered, by the name of the model's field."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def answered(self, name: str, value: Any) -> Answered:
        """One question with some answer to it in words."""
        return Answered(name, str(self.fields[name].label), value_in_words(Person._meta.get_field(name), value))
