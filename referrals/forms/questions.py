"""The questions of each page of a PPN and a CPI form, with what a good answer holds.

A draft may be kept at any moment, so nothing here is required; what is typed must only be of the right shape.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone

from accounts.enums import AgencyKind
from common.forms import GovukDateField, GovukForm, GovukMomentField
from referrals.enums import (
    ActionTaken,
    ConcernType,
    ContactType,
    CpiTopic,
    HarmContext,
    HarmLevel,
    HouseholdKnown,
    HowKnown,
    Informed,
    Interpreter,
    LawfulBasis,
    PlaceType,
    PoliceRag,
    Purpose,
    RecordChecked,
    RiskLevel,
    RiskOfActing,
    SubjectSeen,
)
from referrals.forms.fields import any_of, field_for, line, list_of, one_number_of, one_of, text, yes_or_no
from referrals.models import Cpi, Module
from referrals.models.content import as_on_the_plate

SHAREABLE = [choice for choice in AgencyKind.choices if choice[0] != AgencyKind.POLICE]


class SectionForm(GovukForm):
    """One page of questions of a draft, read at `version`."""

    marks_optional = False
    guidance: ClassVar[dict[str, str]] = {}
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    # Made with the page, so that what it saves by itself and what is sent with Continue do not conflict.
    page = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def answers(self) -> dict[str, Any]:
        """What was answered, by the name of the model's field."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "page")}

    def questions(self) -> Iterator[tuple[BoundField, str]]:
        """Each visible question with what a good answer holds, or with nothing."""
        for field in self.visible_fields():
            yield field, self.guidance.get(field.name, "")


class IncidentForm(SectionForm):
    types = any_of("What kinds of concern is this about?", ConcernType.choices, "Tick every one that applies.")
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
    contact_type = one_of("How did you come to know of it?", ContactType.choices)
    place = forms.CharField(
        label="Where did it happen?",
        help_text="An address or a description of the place.",
        required=False,
        max_length=200,
    )
    place_type = one_of("What kind of place is that?", PlaceType.choices)

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
    concern = text("What happened, and what worries you?", "In plain words. Keep facts and your opinion apart.", 10)
    subject_seen = one_of(
        "Was the person seen and spoken to?", SubjectSeen.choices, "Say in your account who was there."
    )
    not_seen_reason = text("If they were not spoken to, why not?", rows=3)
    household_known = one_of(
        "Do you know everyone who lives in the home or is often there?",
        HouseholdKnown.choices,
        "Put each of them under People, also an adult whom you could not identify.",
    )
    guidance: ClassVar[dict[str, str]] = {
        "not_seen_reason": "What you tried, when somebody will try again, and who has seen them since. Being asleep or with a parent "
        "is no reason by itself.",
        "concern": "Somebody who was not there can follow it: what happened and in which order, why it worries you, where "
        "each fact comes from, and what you do not know. Say who lives in or visits the home, and whether "
        "this fits a pattern. The worry itself should be plain, not left to be guessed.",
    }


class DailyLifeForm(SectionForm):
    lived_experience = text("What is a day like for this person?", "Their life at home, not only this one event.", 8)
    voice = text(
        "What did they say, or show, in their own way?",
        "For a child, the child's voice. For an adult, their wishes, feelings and the outcome they want.",
        8,
    )
    language_used = line("In which language did you speak with them?", "British Sign Language included.", 80)
    interpreter = one_of(
        "Was there an interpreter?",
        Interpreter.choices,
        "Never a child, and nobody who may be part of the harm. If somebody of the family helped, say so in the account.",
    )
    guidance: ClassVar[dict[str, str]] = {
        "lived_experience": "The reader can picture an ordinary day: meals, sleep, school, who looks after them, what they "
        "are afraid of, and what it does to them over time.",
        "voice": "Exact words in quotation marks. Behaviour, demeanour, play and silence count too; for a baby, describe "
        "what you saw. Say who was present, and whether their words fit what you observed. If you did "
        "not ask, say why.",
    }


class NeedsAndHarmForm(SectionForm):
    needs = text("What does this person need?", rows=5)
    harm_level = one_of("How far has there been harm, or is it likely?", HarmLevel.choices)
    harm = text("What is the harm?", "Say the harm, not only the event.", 5)
    harm_context = any_of("Where does the harm come from?", HarmContext.choices, "Tick every one that applies.")
    protective_factors = text("What keeps them safe now?", rows=3)
    guidance: ClassVar[dict[str, str]] = {
        "needs": "Name the needs and tie each to what you saw: health, care, safety, learning, housing, support for a parent.",
        "protective_factors": "Who or what helps, and how far it can be relied on tonight and next week. A relative who means well is "
        "not yet a plan.",
        "harm": "What harm there was or is likely to be, how grave it is, on what grounds you say so, and what will happen if "
        "nothing changes.",
    }


class RiskForm(SectionForm):
    risk_level = one_number_of(
        "What is the risk level?",
        RiskLevel.choices,
        "Standard: nothing now points to serious harm. Medium: serious harm is possible if something changes. High: it "
        "could happen at any time, and would be grave.",
    )
    risk_rationale = text("Why this level?", rows=6)
    police_rag = one_number_of("Which colour do you give it?", PoliceRag.choices, "The hub may raise or lower it.")
    history_checked = any_of("Which records were checked?", RecordChecked.choices)
    history = text("What is known from before?", "What the records show, and any pattern.", 5)
    guidance: ClassVar[dict[str, str]] = {
        "risk_rationale": "Reasons that fit the facts above and any risk tool you used: information, threat, powers, options, "
        "action. Weigh what is in doubt, and say what would raise or lower the level.",
        "history": "Not only this incident: earlier notices, missing episodes, domestic incidents, changes of address. Say what "
        "you checked even when nothing was found.",
    }


class SharingForm(SectionForm):
    lawful_basis = one_of(
        "What is the lawful basis for sharing this?",
        LawfulBasis.choices,
        "For police it is mostly the public task, which is ticked for you: look whether it is right. Consent is not needed to keep "
        "somebody safe.",
    )
    purpose = one_of("Which law governs the sharing?", Purpose.choices, "Choose by the main purpose.")
    share_with = any_of(
        "Who should have it?",
        SHAREABLE,
        "The hub decides; you know who can help. Only those who need it.",
    )
    informed = one_of(
        "Was the person, or the family, told?", Informed.choices, "It is good practice to tell them where that is safe."
    )
    informed_reason = text("If they object or were not told, why share all the same?", rows=4)
    guidance: ClassVar[dict[str, str]] = {
        "informed_reason": "What the person thinks of it, why their view was overridden, or why telling them would not be safe or "
        "possible.",
    }


class ActionsForm(SectionForm):
    actions_taken = any_of("What was done at once?", ActionTaken.choices, "Tick every one that applies.")
    immediate_actions = text("What exactly was done?", "What you did and for whom; if nothing, why.", 5)
    request_to_partner = text("What do you ask the partner agencies to do or to know?", rows=5)
    out_of_hours_contact = line(
        "Who can be asked about this tonight or at the weekend, and how?", "A name or a role, and a work telephone."
    )
    guidance: ClassVar[dict[str, str]] = {
        "immediate_actions": "Each safety step, for whom, by whom and until when; what was offered and declined. If nothing was "
        "done at once, why that was enough.",
        "request_to_partner": "A clear ask: who should do what, by when, and how to reach you. “For information” is not an ask.",
    }


class TopicForm(SectionForm):
    topics = any_of("What is it about?", CpiTopic.choices, "One matter for each form. Tick every topic that fits it.")
    is_one_matter = yes_or_no(
        "Is this about one matter only?", "What does not belong together goes into a form of its own."
    )
    event_on = GovukDateField(label="When did it happen?", required=False)
    learned_on = GovukDateField(label="When did you learn of it?", required=False)
    how_known = one_of("How do you know?", HowKnown.choices)

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
    """Who, what, when and where; a registration is kept as plates show it."""

    information = text(
        "What do you want the police to know?", "Who, what, when, where, how and why, as far as you know.", 10
    )
    places = text("Which places?", "Addresses or descriptions, one on each line.", 3)
    vehicles = list_of(
        "Which vehicles?", "The registration, one on each line; make and colour go into the text.", longest=16
    )
    online_names = list_of(
        "Which names online?", "On social media, games or apps, one on each line, with the service.", longest=80
    )
    who_else_knows = text("Who else knows this?", "Could anybody be recognised as the one who told?", 3)
    guidance: ClassVar[dict[str, str]] = {
        "information": "Facts in plain words, without judging anybody. Use words that put the child first and blame no one. Give names, "
        "descriptions, vehicles, places and times when you know them, and say what you do not know.",
        "places": "Where it happens and where people, cars or goods come from and go to: house number or landmark, which entrance, "
        "and when.",
        "who_else_knows": "It tells us how carefully your information must be handled, so that it never leads back to you or to a "
        "child.",
    }

    def clean_vehicles(self) -> list[str]:
        return list(dict.fromkeys(as_on_the_plate(typed) for typed in self.cleaned_data["vehicles"]))


class HandlingForm(SectionForm):
    risk_of_acting = one_of("Could anybody come to harm if the police act on this or share it?", RiskOfActing.choices)
    risk_if_acted_on = text("If somebody could, who and how?", rows=3)
    lawful_basis = one_of(
        "What is your lawful basis for sharing it?",
        LawfulBasis.choices,
        "For a public body mostly the public task, for others mostly legitimate interests.",
    )
    referral_made = one_of(
        "Was a safeguarding referral made as well?",
        Cpi._meta.get_field("referral_made").choices,
        "This form starts no assessment. If you are not sure, ask your safeguarding lead today.",
    )
    referral_reference = line("Its reference, if there is one", "", 40)
    known_to_services = one_of(
        "Is the child or adult already known to services?", Cpi._meta.get_field("known_to_services").choices
    )
    may_be_false = yes_or_no(
        "Do you think that any of it may be false or meant to harm somebody?",
        "Say so and send it all the same: it is marked as such.",
    )
    may_be_contacted = yes_or_no("May the police contact you about this?")
    wants_feedback = yes_or_no("Do you want to hear what came of it?", "As far as it may be told.")
    manager_aware = yes_or_no("Does your line manager or safeguarding lead know of this?")
    conditions = text("Are there conditions on how it may be used?", rows=3)
    guidance: ClassVar[dict[str, str]] = {
        "risk_if_acted_on": "Who could be harmed, by whom, and what would make it worse: a visit, a telephone call, a letter.",
        "conditions": "For example: not to be acted on before you are spoken to. Say why; without a reason nobody can keep to it.",
    }


class ModuleForm(SectionForm):
    """The questions of one type, made from its model: what the model refuses, the page refuses beside the typed words."""

    model: ClassVar[type[Module]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for field in self.model.questions():
            value = cleaned.get(field.name)
            if isinstance(value, datetime) and value > self.at:
                self.add_error(field.name, "This is in the future.")
        try:
            self.model(**self.answers()).validate_constraints()
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned


def module_form(model: type[Module]) -> type[ModuleForm]:
    """The form of one type."""
    questions = {field.name: field_for(field) for field in model.questions()}
    return type(f"{model.__name__}Form", (ModuleForm,), {"model": model, "guidance": model.guidance, **questions})
