"""What somebody searches for."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms

from common.forms import GovukDateField, GovukForm, dress
from referrals.enums import SENT, ConcernType, FormKind, ReferralState, RiskLevel
from referrals.forms.reasons import CHOOSE, check_words, in_words, why_field, words_field

WHY = ("why", "why_words")


class SearchForm(GovukForm):
    """One box, and what narrows it. At least one of the fields in which something is typed or chosen."""

    marks_optional = False

    text = forms.CharField(
        label="Search",
        help_text="A reference, an occurrence number, or words: of a narrative, a name or an address. "
        "Put a phrase in quotation marks; put a minus before a word that must not be there.",
        required=False,
        max_length=200,
    )
    given_names = forms.CharField(
        label="Given name of a person",
        help_text="Finds names that sound alike, and nicknames.",
        required=False,
        max_length=80,
    )
    family_name = forms.CharField(label="Family name of a person", required=False, max_length=80)
    date_of_birth = GovukDateField(
        label="Date of birth",
        help_text="Finds day and month the other way round too. With it and both names, one name may be misspelt.",
        required=False,
    )
    address = forms.CharField(label="Address", required=False, max_length=200)
    officer = forms.CharField(
        label="Written by", help_text="Name or collar number of the officer.", required=False, max_length=80
    )
    kind = forms.ChoiceField(label="Form", choices=[("", "Any"), *FormKind.choices], required=False)
    type = forms.ChoiceField(label="Type", choices=[("", "Any"), *ConcernType.choices], required=False)
    risk_level = forms.TypedChoiceField(
        label="Risk", choices=[("", "Any"), *RiskLevel.choices], coerce=int, empty_value="", required=False
    )
    state = forms.ChoiceField(
        label="State",
        choices=[("", "Any"), *[choice for choice in ReferralState.choices if choice[0] in SENT]],
        required=False,
    )
    submitted_from = GovukDateField(label="Submitted on or after", required=False)
    submitted_before = GovukDateField(label="Submitted before", required=False)

    def __init__(
        self, *args: Any, asks_why: Callable[[Mapping[str, Any]], bool] = lambda terms: False, **kwargs: Any
    ) -> None:
        """`asks_why` says of terms whether a reason is asked for them; where it never is, nobody is shown the question."""
        super().__init__(*args, **kwargs)
        self.asks_why = asks_why
        self.fields["why"], self.fields["why_words"] = why_field(required=False), words_field()
        for name in ("why", "why_words"):
            dress(self.fields[name])
        if not asks_why({"text": "somebody"}):
            del self.fields["why"], self.fields["why_words"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and self.asks_why(self.terms()):
            if cleaned.get("why"):
                check_words(self, cleaned)
            else:
                self.add_error("why", CHOOSE)
        if not self.errors and not self.terms():
            raise forms.ValidationError("Enter something to search for.")
        start, end = cleaned.get("submitted_from"), cleaned.get("submitted_before")
        if start and end and end <= start:
            self.add_error("submitted_before", "The second date must be after the first.")
        return cleaned

    def terms(self) -> dict[str, Any]:
        """What was asked for, without what was left open."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "") and name not in WHY}

    def reason(self) -> str:
        """Why, as the access log keeps it; nothing where nobody asked."""
        return in_words(self.cleaned_data) if self.cleaned_data.get("why") else ""

    def asked(self, terms: dict[str, Any]) -> list[tuple[str, str]]:
        """The label of each question that was answered, and the answer in words."""
        found = []
        for name, value in terms.items():
            field = self.fields[name]
            words = dict(field.choices).get(value, value) if isinstance(field, forms.ChoiceField) else value  # type: ignore[arg-type]
            if isinstance(value, date):
                words = f"{value.day} {value:%B %Y}"
            found.append((str(field.label), str(words)))
        return found
