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
    SECTION_FIELDS,
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

# The words of each question, by its page.
ASKED = {page: dict(asked) for pages in SECTION_FIELDS.values() for page, asked in pages.items()}
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
    types = any_of(ASKED["incident"]["types"], ConcernType.choices, "Tick every one that applies.")
    occurrence_number = forms.CharField(
        label=ASKED["incident"]["occurrence_number"],
        help_text="Of the incident this came from. Leave it empty if there is none yet.",
        required=False,
        max_length=20,
    )
    incident_at = GovukMomentField(
        label=ASKED["incident"]["incident_at"],
        help_text="Day, month, year and time, for example 27 3 2026 21:30.",
        required=False,
    )
    reported_at = GovukMomentField(
        label=ASKED["incident"]["reported_at"], help_text="For example 27 3 2026 22:05.", required=False
    )
    contact_type = one_of(ASKED["incident"]["contact_type"], ContactType.choices)
    place = forms.CharField(
        label=ASKED["incident"]["place"],
        help_text="An address or a description of the place.",
        required=False,
        max_length=200,
    )
    place_type = one_of(ASKED["incident"]["place_type"], PlaceType.choices)

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
    concern = text(ASKED["concern"]["concern"], "In plain words. Keep facts and your opinion apart.", 10)
    subject_seen = one_of(ASKED["concern"]["subject_seen"], SubjectSeen.choices, "Say in your account who was there.")
    not_seen_reason = text(ASKED["concern"]["not_seen_reason"], rows=3)
    household_known = one_of(
        ASKED["concern"]["household_known"],
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
    lived_experience = text(ASKED["daily-life"]["lived_experience"], "Their life at home, not only this one event.", 8)
    voice = text(
        ASKED["daily-life"]["voice"],
        "For a child, the child's voice. For an adult, their wishes, feelings and the outcome they want.",
        8,
    )
    language_used = line(ASKED["daily-life"]["language_used"], "British Sign Language included.", 80)
    interpreter = one_of(
        ASKED["daily-life"]["interpreter"],
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
    needs = text(ASKED["needs-and-harm"]["needs"], rows=5)
    harm_level = one_of(ASKED["needs-and-harm"]["harm_level"], HarmLevel.choices)
    harm = text(ASKED["needs-and-harm"]["harm"], "Say the harm, not only the event.", 5)
    harm_context = any_of(ASKED["needs-and-harm"]["harm_context"], HarmContext.choices, "Tick every one that applies.")
    protective_factors = text(ASKED["needs-and-harm"]["protective_factors"], rows=3)
    guidance: ClassVar[dict[str, str]] = {
        "needs": "Name the needs and tie each to what you saw: health, care, safety, learning, housing, support for a parent.",
        "protective_factors": "Who or what helps, and how far it can be relied on tonight and next week. A relative who means well is "
        "not yet a plan.",
        "harm": "What harm there was or is likely to be, how grave it is, on what grounds you say so, and what will happen if "
        "nothing changes.",
    }


class RiskForm(SectionForm):
    risk_level = one_number_of(
        ASKED["risk"]["risk_level"],
        RiskLevel.choices,
        "Standard: nothing now points to serious harm. Medium: serious harm is possible if something changes. High: it "
        "could happen at any time, and would be grave.",
    )
    risk_rationale = text(ASKED["risk"]["risk_rationale"], rows=6)
    police_rag = one_number_of(
        ASKED["risk"]["police_rag"],
        PoliceRag.choices,
        "Red counts as high risk and amber as medium at least. The hub may set another risk level.",
    )
    history_checked = any_of(ASKED["risk"]["history_checked"], RecordChecked.choices)
    history = text(ASKED["risk"]["history"], "What the records show, and any pattern.", 5)
    guidance: ClassVar[dict[str, str]] = {
        "risk_rationale": "Reasons that fit the facts above and any risk tool you used: information, threat, powers, options, "
        "action. Weigh what is in doubt, and say what would raise or lower the level.",
        "history": "Not only this incident: earlier notices, missing episodes, domestic incidents, changes of address. Say what "
        "you checked even when nothing was found.",
    }


class SharingForm(SectionForm):
    lawful_basis = one_of(
        ASKED["sharing-and-consent"]["lawful_basis"],
        LawfulBasis.choices,
        "For police it is mostly the public task, which is ticked for you: look whether it is right. Consent is not needed to keep "
        "somebody safe.",
    )
    purpose = one_of(ASKED["sharing-and-consent"]["purpose"], Purpose.choices, "Choose by the main purpose.")
    share_with = any_of(
        ASKED["sharing-and-consent"]["share_with"],
        SHAREABLE,
        "The hub decides; you know who can help. Only those who need it.",
    )
    informed = one_of(
        ASKED["sharing-and-consent"]["informed"],
        Informed.choices,
        "It is good practice to tell them where that is safe.",
    )
    informed_reason = text(ASKED["sharing-and-consent"]["informed_reason"], rows=4)
    guidance: ClassVar[dict[str, str]] = {
        "informed_reason": "What the person thinks of it, why their view was overridden, or why telling them would not be safe or "
        "possible.",
    }


class ActionsForm(SectionForm):
    actions_taken = any_of(
        ASKED["actions-and-ask"]["actions_taken"], ActionTaken.choices, "Tick every one that applies."
    )
    immediate_actions = text(
        ASKED["actions-and-ask"]["immediate_actions"], "What you did and for whom; if nothing, why.", 5
    )
    request_to_partner = text(ASKED["actions-and-ask"]["request_to_partner"], rows=5)
    out_of_hours_contact = line(
        ASKED["actions-and-ask"]["out_of_hours_contact"], "A name or a role, and a work telephone."
    )
    guidance: ClassVar[dict[str, str]] = {
        "immediate_actions": "Each safety step, for whom, by whom and until when; what was offered and declined. If nothing was "
        "done at once, why that was enough.",
        "request_to_partner": "A clear ask: who should do what, by when, and how to reach you. “For information” is not an ask.",
    }


class TopicForm(SectionForm):
    topics = any_of(
        ASKED["topic"]["topics"], CpiTopic.choices, "One matter for each form. Tick every topic that fits it."
    )
    is_one_matter = yes_or_no(
        ASKED["topic"]["is_one_matter"], "What does not belong together goes into a form of its own."
    )
    event_on = GovukDateField(label=ASKED["topic"]["event_on"], required=False)
    learned_on = GovukDateField(label=ASKED["topic"]["learned_on"], required=False)
    how_known = one_of(ASKED["source"]["how_known"], HowKnown.choices)

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
        ASKED["information"]["information"], "Who, what, when, where, how and why, as far as you know.", 10
    )
    places = text(ASKED["information"]["places"], "Addresses or descriptions, one on each line.", 3)
    vehicles = list_of(
        ASKED["information"]["vehicles"],
        "The registration, one on each line; make and colour go into the text.",
        longest=16,
    )
    online_names = list_of(
        ASKED["information"]["online_names"],
        "On social media, games or apps, one on each line, with the service.",
        longest=80,
    )
    who_else_knows = text(ASKED["source"]["who_else_knows"], "Could anybody be recognised as the one who told?", 3)
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
    risk_of_acting = one_of(ASKED["handling"]["risk_of_acting"], RiskOfActing.choices)
    risk_if_acted_on = text(ASKED["handling"]["risk_if_acted_on"], rows=3)
    lawful_basis = one_of(
        ASKED["handling"]["lawful_basis"],
        LawfulBasis.choices,
        "For a public body mostly the public task, for others mostly legitimate interests.",
    )
    referral_made = one_of(
        ASKED["handling"]["referral_made"],
        Cpi._meta.get_field("referral_made").choices,
        "This form starts no assessment. If you are not sure, ask your safeguarding lead today.",
    )
    referral_reference = line(ASKED["handling"]["referral_reference"], "", 40)
    known_to_services = one_of(ASKED["handling"]["known_to_services"], Cpi._meta.get_field("known_to_services").choices)
    may_be_false = yes_or_no(
        ASKED["handling"]["may_be_false"],
        "Say so and send it all the same: it is marked as such.",
    )
    may_be_contacted = yes_or_no(ASKED["handling"]["may_be_contacted"])
    wants_feedback = yes_or_no(ASKED["handling"]["wants_feedback"], "As far as it may be told.")
    manager_aware = yes_or_no(ASKED["handling"]["manager_aware"])
    conditions = text(ASKED["handling"]["conditions"], rows=3)
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
