"""What the access log is searched for. What is typed here stands in no address."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from accounts.models import Agency
from audit.enums import Verb
from common.forms import GovukDateField, GovukForm
from common.templatetags.dates import day

WRONG_WAY = "The last day must not be before the first."


def _check_days(form: forms.Form, cleaned: dict[str, Any]) -> None:
    start, end = cleaned.get("start"), cleaned.get("end")
    if start and end and end < start:
        form.add_error("end", WRONG_WAY)


class AccessLogSearchForm(GovukForm):
    """At least one question; several narrow each other."""

    marks_optional = False
    who = forms.CharField(
        label="Done by", help_text="Name, e-mail address or collar number.", required=False, max_length=120
    )
    agency = forms.ChoiceField(
        label="Agency", help_text="Of who did it, or that something was disclosed to.", required=False
    )
    reference = forms.CharField(
        label="Reference of a referral", help_text="For example PPN-2026-7F3K9.", required=False, max_length=40
    )
    given_names = forms.CharField(
        label="Given name of somebody in referrals",
        help_text="Finds what was done with every referral of that person. Names that sound alike are found too.",
        required=False,
        max_length=80,
    )
    family_name = forms.CharField(label="Family name of somebody in referrals", required=False, max_length=80)
    date_of_birth = GovukDateField(label="Their date of birth", required=False)
    words = forms.CharField(
        label="Who searched referrals for this name or these words",
        help_text="As they may have typed it; capitals do not matter. Finds whole entries of one box.",
        required=False,
        max_length=200,
    )
    verb = forms.ChoiceField(label="What was done", choices=[("", "Anything"), *Verb.choices], required=False)
    start = GovukDateField(label="First day", required=False)
    end = GovukDateField(label="Last day", required=False)

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(one.pk): one for one in agencies}
        field = self.fields["agency"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the types
        field.choices = [("", "Any"), *((key, one.name) for key, one in self.agencies.items())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _check_days(self, cleaned)
        if not self.errors and not self.terms():
            raise forms.ValidationError("Enter something to search for.")
        return cleaned

    def terms(self) -> dict[str, Any]:
        """What was asked for, without what was left open."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def asked(self) -> list[tuple[str, str]]:
        """The label of each question that was answered, and the answer as people read it."""
        words: dict[str, Any] = {
            "verb": dict(Verb.choices),
            "agency": {key: one.name for key, one in self.agencies.items()},
        }
        found = []
        for name, value in self.terms().items():
            said = day(value) if isinstance(value, date) else words.get(name, {}).get(value, value)
            found.append((str(self.fields[name].label), str(said)))
        return found


class LogRowForm(forms.Form):
    """What a row of the log leads to: everything of one person, or with one record. Ids alone, which may stand in an address."""

    actor_id = forms.UUIDField(required=False)
    object_id = forms.UUIDField(required=False)

    def ids(self) -> dict[str, str]:
        """As the log keeps them; nothing of what is no id."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class WhoLookedForm(GovukForm):
    """Narrows what is shown of one record by person and days."""

    marks_optional = False
    who = forms.ChoiceField(label="Who", required=False)
    start = GovukDateField(label="First day", required=False)
    end = GovukDateField(label="Last day", required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)  # noqa: S101 -- for the types
        who.choices = [("", "Everybody"), *people]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _check_days(self, cleaned)
        return cleaned


class LogExportForm(GovukForm):
    """Why entries leave the service."""

    reason = forms.CharField(
        label="Why is this file made?",
        help_text="For example: asked for by the Information Commissioner, with the number of the case. It stands in the log.",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why this file is made"},
    )
