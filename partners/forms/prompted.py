"""Forms of the log of applications that a partner prompted, and of the advice before there is one."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Agency
from common.forms import GovukDateField
from partners.enums import NOT_COMPLETED, ApplicationOutcome, DisclosureScheme, Judgement, Known, ShouldHave
from partners.forms.words import PartnersForm, PartnersOnceForm
from partners.models.prompted import REASON_LENGTH, Answers, check_force_reference
from partners.queries.prompted import MONTHS_SHOWN, SHOWN

NO_NAMES = "Write nobody's name, address or birthday."


def _radios(label: str, choices: Any, missing: str, help_text: str = "", *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        help_text=help_text,
        required=required,
        error_messages={"required": missing},
    )


class AnswersForm(PartnersForm):
    """What is known of the agency."""

    held_information = _radios(
        "Did the agency hold information itself that the person was at risk?",
        Known.choices,
        "Say whether the agency held information itself",
        "For example a disclosure to its own staff, a conviction that it knew of, or an earlier referral.",
    )
    shared_itself = _radios(
        "Did it share that with the person at risk, or with who protects them?",
        Known.choices,
        "Say whether it shared what it held",
        "Choose no where it held nothing.",
    )
    asked_by_person = _radios(
        "Did the person want to ask of their own accord?", Known.choices, "Say whether the person wanted to ask"
    )

    def answers(self) -> Answers:
        """The three as the services take them."""
        found = self.cleaned_data
        return Answers(Known(found["held_information"]), Known(found["shared_itself"]), Known(found["asked_by_person"]))


class LogForm(PartnersOnceForm, AnswersForm):
    """A new line of the log."""

    field_order = ("agency", "scheme", "received_on", "force_reference")
    agency = forms.ChoiceField(
        label="Which agency told the person to ask?", error_messages={"required": "Choose the agency"}
    )
    scheme = _radios("Under which scheme?", DisclosureScheme.choices, "Choose the scheme")
    received_on = GovukDateField(
        label="When did it first reach the police?",
        error_messages={"required": "Enter the day it first reached the police"},
    )
    force_reference = forms.CharField(
        label="Number in the force's own system",
        required=False,
        max_length=30,
        help_text="The number alone, so that it is not logged twice. Never a name.",
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        choices = [("", "Choose an agency"), *((key, agency.name) for key, agency in self.agencies.items())]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]

    def clean_agency(self) -> Agency:
        """The agency itself."""
        return self.agencies[self.cleaned_data["agency"]]

    def clean_force_reference(self) -> str:
        """In capitals, as it is kept."""
        reference: str = self.cleaned_data["force_reference"].upper()
        check_force_reference(reference)
        return reference

    def entry(self) -> dict[str, Any]:
        """What `log_application` takes."""
        names = ("agency", "scheme", "received_on", "force_reference", "key")
        return {name: self.cleaned_data[name] for name in names} | {"answers": self.answers()}


class JudgeForm(AnswersForm):
    """Whether it was right to prompt it, by what is known now. `drops_instead`: what should have happened was chosen, and does not fit."""

    drops_instead = False
    judgement = _radios(
        "Was it appropriate that the agency told the person to ask?",
        Judgement.choices,
        "Say whether it was appropriate",
    )
    should_have = _radios(
        "What should have happened instead?",
        ShouldHave.choices,
        "",
        "Only where it was not appropriate.",
        required=False,
    )
    reason = forms.CharField(
        label="Why?",
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=NO_NAMES,
        error_messages={"required": "Say why"},
    )

    def clean(self) -> dict[str, Any]:
        """What should have happened goes with "not appropriate" alone; a choice that is left from before is dropped."""
        found: dict[str, Any] = super().clean() or {}
        judgement = found.get("judgement")
        if judgement == Judgement.INAPPROPRIATE and not found.get("should_have"):
            self.add_error("should_have", "Say what should have happened instead")
        if judgement == Judgement.APPROPRIATE:
            self.drops_instead = bool(found.get("should_have"))
            found["should_have"] = ""
        return found

    def judgement_made(self) -> dict[str, Any]:
        """What `judge_application` takes."""
        names = ("judgement", "should_have", "reason")
        return {name: self.cleaned_data[name] for name in names} | {"answers": self.answers()}


class EndForm(PartnersForm):
    """How it ended."""

    outcome = _radios("How did it end?", ApplicationOutcome.choices, "Say how it ended")
    ended_on = GovukDateField(label="When?", error_messages={"required": "Enter the day it ended"})
    risk_acted_on = _radios(
        "If it was not completed: was the risk acted on all the same?",
        Known.choices,
        "",
        "A withdrawn application does not make anybody safe. Write a PPN where there is a risk, and then choose yes.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """What was not completed says whether the risk was acted on."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("outcome") in NOT_COMPLETED and not found.get("risk_acted_on"):
            self.add_error("risk_acted_on", "Say whether the risk was acted on all the same")
        return found


class StrikeForm(PartnersForm):
    """Why a line of the log is struck out."""

    reason = forms.CharField(
        label="Why is it struck out?",
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=NO_NAMES,
        error_messages={"required": "Say why it is struck out"},
    )


class LogFilterForm(PartnersForm):
    """Which lines of the log."""

    marks_optional = False
    show = forms.ChoiceField(label="Applications", required=False, choices=[("", "All"), *SHOWN.items()])
    scheme = forms.ChoiceField(label="Scheme", required=False, choices=[("", "Both"), *DisclosureScheme.choices])
    agency = forms.ChoiceField(label="Agency", required=False)

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        choices = [("", "Every agency"), *((key, agency.name) for key, agency in self.agencies.items())]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]

    def filters(self) -> dict[str, Any]:
        """What the query takes; whatever is not a choice filters nothing."""
        if not self.is_bound:
            return {}
        self.is_valid()
        self.errors.clear()  # an old address with a choice that has gone is nobody's mistake
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if "agency" in chosen:
            chosen["agency"] = self.agencies[chosen["agency"]].pk
        return chosen


class FiguresForm(PartnersForm):
    """Which months, which scheme, and for a force which agency."""

    marks_optional = False
    months = forms.TypedChoiceField(
        label="Months",
        required=False,
        coerce=int,
        choices=[(count, f"Last {count}") for count in MONTHS_SHOWN],
    )
    scheme = forms.ChoiceField(label="Scheme", required=False, choices=[("", "Both"), *DisclosureScheme.choices])
    agency = forms.ChoiceField(label="Agency", required=False)

    def __init__(self, *args: Any, agencies: Iterable[Agency] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agencies is None:
            del self.fields["agency"]
            return
        self.agencies = {str(agency.pk): agency for agency in agencies}
        choices = [("", "Every agency"), *((key, agency.name) for key, agency in self.agencies.items())]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What the query takes; whatever is not a choice changes nothing."""
        if not self.is_bound:
            return {}
        self.is_valid()
        self.errors.clear()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "agency" in found:
            found["agency"] = self.agencies[found["agency"]]
        return found


class CheckForm(PartnersForm):
    """Before an agency tells somebody to ask."""

    scheme = _radios("Which scheme do you think of?", DisclosureScheme.choices, "Choose the scheme")
    in_danger = _radios(
        "Is somebody in danger now?",
        Known.choices,
        "Say whether somebody is in danger now",
        "Tonight, or in the next days.",
    )
    held_information = _radios(
        "Does your agency hold information itself that this person is at risk?",
        Known.choices,
        "Say whether your agency holds information itself",
        "Something that you were told, saw or have on file.",
    )
    asked_by_person = _radios(
        "Does the person want to ask the police?", Known.choices, "Say whether the person wants to ask the police"
    )
