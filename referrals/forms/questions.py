"""The questions of each page of a PPN and a CPI form, with what a good answer holds.

A draft may be kept at any moment, so nothing here is required; what is typed must only be of the right shape.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from common.forms import GovukDateField, GovukForm, GovukMomentField
from referrals.enums import (
    ON_REFERRAL,
    ActionTaken,
    ConcernType,
    ContactType,
    CpiTopic,
    FormKind,
    HarmContext,
    HarmLevel,
    HouseholdKnown,
    HowKnown,
    Informed,
    LawfulBasis,
    PlaceType,
    RecordChecked,
    RiskLevel,
    RiskOfActing,
    SubjectSeen,
    stands_alone,
)
from referrals.models import Cpi, Ppn, Referral

LONGEST_TEXT = 20_000


def _text(label: str, help_text: str = "", rows: int = 6) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _one_of(label: str, choices: Any, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=help_text, required=False, choices=choices, widget=forms.RadioSelect
    )


def _any_of(label: str, choices: Any, help_text: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
    )


def _yes_or_no(label: str, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=[("True", "Yes"), ("False", "No")],
        coerce=lambda value: value == "True",
        empty_value=None,
        widget=forms.RadioSelect,
    )


class SectionForm(GovukForm):
    """One page of questions of a draft, read at `version`."""

    marks_optional = False
    guidance: ClassVar[dict[str, str]] = {}
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def answers(self) -> dict[str, Any]:
        """What was answered, by the name of the model's field."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def questions(self) -> Iterator[tuple[BoundField, str]]:
        """Each visible question with what a good answer holds, or with nothing."""
        for field in self.visible_fields():
            yield field, self.guidance.get(field.name, "")


class IncidentForm(SectionForm):
    types = _any_of("What kinds of concern is this about?", ConcernType.choices, "Tick every one that applies.")
    occurrence_number = forms.CharField(
        label="Occurrence number",
        help_text="Of the incident this came from. Leave it empty if there is none yet.",
        required=False,
        max_length=20,
    )
    incident_at = GovukMomentField(
        label="When did it happen?", help_text="Day, month, year and time, for example 27 3 2026 21:30.", required=False
    )
    reported_at = GovukMomentField(
        label="When was it reported?", help_text="For example 27 3 2026 22:05.", required=False
    )
    contact_type = _one_of("How did you come to know of it?", ContactType.choices)
    place = forms.CharField(
        label="Where did it happen?",
        help_text="An address or a description of the place.",
        required=False,
        max_length=200,
    )
    place_type = _one_of("What kind of place is that?", PlaceType.choices)

    def clean(self) -> dict[str, Any]:
        """The two moments, in order and not in the future."""
        cleaned = super().clean() or {}
        happened, reported = cleaned.get("incident_at"), cleaned.get("reported_at")
        for name, moment in (("incident_at", happened), ("reported_at", reported)):
            if moment and moment > self.at:
                self.add_error(name, "This is in the future.")
        if happened and reported and reported < happened:
            self.add_error("reported_at", "It cannot be reported before it happened.")
        return cleaned


class ConcernForm(SectionForm):
    concern = _text("What happened, and what worries you?", "In plain words. Keep facts and your opinion apart.", 10)
    subject_seen = _one_of(
        "Was the person seen and spoken to?", SubjectSeen.choices, "Say in your account who was there."
    )
    not_seen_reason = _text("If they were not spoken to, why not?", rows=3)
    household_known = _one_of(
        "Do you know everyone who lives in the home or is often there?",
        HouseholdKnown.choices,
        "Put each of them under People, also an adult whom you could not identify.",
    )
    guidance: ClassVar[dict[str, str]] = {
        "concern": "Somebody who was not there can follow it: what happened and in which order, why it worries you, where "
        "each fact comes from, and what you do not know. Say who lives in or visits the home, and whether "
        "this fits a pattern. The worry itself should be plain, not left to be guessed.",
    }


class DailyLifeForm(SectionForm):
    lived_experience = _text("What is a day like for this person?", "Their life at home, not only this one event.", 8)
    voice = _text(
        "What did they say, or show, in their own way?",
        "For a child, the child's voice. For an adult, their wishes, feelings and the outcome they want.",
        8,
    )
    guidance: ClassVar[dict[str, str]] = {
        "lived_experience": "The reader can picture an ordinary day: meals, sleep, school, who looks after them, what they "
        "are afraid of, and what it does to them over time.",
        "voice": "Exact words in quotation marks. Behaviour, demeanour, play and silence count too; for a baby, describe "
        "what you saw. Say who was present, and whether their words fit what you observed. If you did "
        "not ask, say why.",
    }


class NeedsAndHarmForm(SectionForm):
    needs = _text("What does this person need?", rows=5)
    harm_level = _one_of("How far has there been harm, or is it likely?", HarmLevel.choices)
    harm = _text("What is the harm?", "Say the harm, not only the event.", 5)
    harm_context = _any_of("Where does the harm come from?", HarmContext.choices, "Tick every one that applies.")
    protective_factors = _text("What keeps them safe now?", rows=3)
    guidance: ClassVar[dict[str, str]] = {
        "needs": "Name the needs and tie each to what you saw: health, care, safety, learning, housing, support for a parent.",
        "harm": "What harm there was or is likely to be, how grave it is, on what grounds you say so, and what will happen if "
        "nothing changes.",
    }


class RiskForm(SectionForm):
    risk_level = forms.TypedChoiceField(
        label="What is the risk level?",
        help_text="High means that serious harm could happen at any time.",
        required=False,
        choices=RiskLevel.choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    risk_rationale = _text("Why this level?", rows=6)
    history_checked = _any_of("Which records were checked?", RecordChecked.choices)
    history = _text("What is known from before?", "What the records show, and any pattern.", 5)
    guidance: ClassVar[dict[str, str]] = {
        "risk_rationale": "Reasons that fit the facts above and any risk tool you used: information, threat, powers, options, "
        "action. Weigh what is in doubt, and say what would raise or lower the level.",
        "history": "Not only this incident: earlier notices, missing episodes, domestic incidents, changes of address. Say what "
        "you checked even when nothing was found.",
    }

    def clean_history_checked(self) -> list[str]:
        return _none_alone(self.cleaned_data["history_checked"])


class SharingForm(SectionForm):
    lawful_basis = _one_of(
        "What is the lawful basis for sharing this?",
        LawfulBasis.choices,
        "For police it is mostly the public task. Consent is not needed to keep somebody safe.",
    )
    informed = _one_of(
        "Was the person, or the family, told?", Informed.choices, "It is good practice to tell them where that is safe."
    )
    informed_reason = _text("If they object or were not told, why share all the same?", rows=4)
    guidance: ClassVar[dict[str, str]] = {
        "informed_reason": "What the person thinks of it, why their view was overridden, or why telling them would not be safe or "
        "possible.",
    }


class ActionsForm(SectionForm):
    actions_taken = _any_of("What was done at once?", ActionTaken.choices, "Tick every one that applies.")
    immediate_actions = _text("What exactly was done?", "What you did and for whom; if nothing, why.", 5)
    request_to_partner = _text("What do you ask the partner agencies to do or to know?", rows=5)
    guidance: ClassVar[dict[str, str]] = {
        "request_to_partner": "A clear ask: who should do what, by when, and how to reach you. “For information” is not an ask.",
    }

    def clean_actions_taken(self) -> list[str]:
        return _none_alone(self.cleaned_data["actions_taken"])


class TopicForm(SectionForm):
    topics = _any_of("What is it about?", CpiTopic.choices, "One matter for each form. Tick every topic that fits it.")
    event_on = GovukDateField(label="When did it happen?", required=False)
    learned_on = GovukDateField(label="When did you learn of it?", required=False)
    how_known = _one_of("How do you know?", HowKnown.choices)

    def clean(self) -> dict[str, Any]:
        """Learned on or after the day it happened, and neither in the future."""
        cleaned = super().clean() or {}
        happened, learned = cleaned.get("event_on"), cleaned.get("learned_on")
        today = timezone.localdate(self.at)
        for name, day in (("event_on", happened), ("learned_on", learned)):
            if day and day > today:
                self.add_error(name, "This is in the future.")
        if happened and learned and learned < happened:
            self.add_error("learned_on", "The day you learned of it cannot be before it happened.")
        return cleaned


class InformationForm(SectionForm):
    information = _text(
        "What do you want the police to know?", "Who, what, when, where, how and why, as far as you know.", 10
    )
    who_else_knows = _text("Who else knows this?", "Could anybody be recognised as the one who told?", 3)
    guidance: ClassVar[dict[str, str]] = {
        "information": "Facts in plain words, without judging anybody. Use words that put the child first and blame no one. Give names, "
        "descriptions, vehicles, places and times when you know them, and say what you do not know.",
        "who_else_knows": "It tells us how carefully your information must be handled, so that it never leads back to you or to a "
        "child.",
    }


class HandlingForm(SectionForm):
    risk_of_acting = _one_of("Could anybody come to harm if the police act on this or share it?", RiskOfActing.choices)
    risk_if_acted_on = _text("If somebody could, who and how?", rows=3)
    lawful_basis = _one_of(
        "What is your lawful basis for sharing it?",
        LawfulBasis.choices,
        "For a public body mostly the public task, for others mostly legitimate interests.",
    )
    known_to_services = _one_of(
        "Is the child or adult already known to services?", Cpi._meta.get_field("known_to_services").choices
    )
    may_be_false = _yes_or_no(
        "Do you think that any of it may be false or meant to harm somebody?",
        "Say so and send it all the same: it is marked as such.",
    )
    may_be_contacted = _yes_or_no("May the police contact you about this?")
    conditions = _text("Are there conditions on how it may be used?", rows=3)


def _none_alone(ticked: list[str]) -> list[str]:
    """What was ticked; "None" stands only by itself."""
    if not stands_alone(ticked):
        raise forms.ValidationError("Tick “None” only if nothing else applies.")
    return ticked


def values_of(referral: Referral, content: Ppn | Cpi, names: tuple[str, ...]) -> dict[str, Any]:
    """The stored values of these fields, wherever they are kept."""
    on_referral = ON_REFERRAL[FormKind(referral.kind)]
    return {name: getattr(referral if name in on_referral else content, name) for name in names}
