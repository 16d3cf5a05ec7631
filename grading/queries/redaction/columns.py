"""What graders see of each column of a PPN, and what of it tells who somebody is. One declaration for each column.

A code from a list, a yes or no and a number name nobody: they are read as they are. Every other column stands in COLUMNS; a
test fails for one that does not, and until it does graders see only whether it was answered.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, CharField, Field, Model, PositiveSmallIntegerField, TextField

from referrals.models import (
    AdultModule,
    ChildModule,
    DomesticAbuseModule,
    ExploitationModule,
    HateModule,
    HonourModule,
    MentalHealthModule,
    MissingModule,
    Person,
    Ppn,
    PreventModule,
    Referral,
    StalkingModule,
)


class Shown(Enum):
    AS_IT_IS = "read as it is"
    SEARCHED = "read, without what identifies somebody"
    RELATIVE = "a day or moment, read as so long before or after the PPN was sent"
    ROLES = "only the words of it that say what somebody is to the person: mother, aunt, foster carer"
    WHETHER = "only whether it was answered"


class Tells(Enum):
    """What is in a column that must be hidden wherever else it stands, and the label that stands for it."""

    NOTHING = ""
    NAME = "[person]"  # of the person whose column it is: the label says which
    ONLINE_NAME = "[online name]"
    ADDRESS = "[address]"
    SCHOOL = "[school]"
    PLACE = "[place]"
    PRACTICE = "[practice]"
    NUMBER = "[number]"
    BIRTHDAY = "[date of birth]"
    NAMES_IN_TEXT = "[name]"  # whatever has a capital and is no ordinary word


@dataclass(frozen=True)
class Treatment:
    shown: Shown
    tells: Tells = Tells.NOTHING


READ = Treatment(Shown.AS_IT_IS)
SEARCHED = Treatment(Shown.SEARCHED)
RELATIVE = Treatment(Shown.RELATIVE)
# The question asks for people by name: what it gives is hidden here and in every other answer.
NAMING = Treatment(Shown.SEARCHED, Tells.NAMES_IN_TEXT)
ROLES = Treatment(Shown.ROLES, Tells.NAMES_IN_TEXT)
WITHHELD = Treatment(Shown.WHETHER, Tells.NAMES_IN_TEXT)
UNDECLARED = WITHHELD


def _hidden(tells: Tells) -> Treatment:
    return Treatment(Shown.WHETHER, tells)


COLUMNS: dict[type[Model], dict[str, Treatment]] = {
    Referral: {"occurrence_number": _hidden(Tells.NUMBER)},
    Ppn: {
        "incident_at": RELATIVE,
        "reported_at": RELATIVE,
        "place": _hidden(Tells.ADDRESS),
        "not_seen_reason": SEARCHED,
        "concern": SEARCHED,
        "lived_experience": SEARCHED,
        "voice": SEARCHED,
        "language_used": SEARCHED,
        "needs": SEARCHED,
        "harm": SEARCHED,
        "history": SEARCHED,
        "protective_factors": SEARCHED,
        "risk_rationale": SEARCHED,
        "informed_reason": SEARCHED,
        "immediate_actions": SEARCHED,
        "request_to_partner": SEARCHED,
        "out_of_hours_contact": WITHHELD,
    },
    Person: {
        "given_names": _hidden(Tells.NAME),
        "family_name": _hidden(Tells.NAME),
        "aliases": _hidden(Tells.NAME),
        "date_of_birth": _hidden(Tells.BIRTHDAY),
        "expected_on": RELATIVE,
        "gender_identity": SEARCHED,
        "place_of_birth": _hidden(Tells.PLACE),
        "religion": SEARCHED,
        "first_language": SEARCHED,
        "disability": SEARCHED,
        "not_known_reason": SEARCHED,
        "relationship": SEARCHED,
        "address": _hidden(Tells.ADDRESS),
        "usual_address": _hidden(Tells.ADDRESS),
        "phone": _hidden(Tells.NUMBER),
        # That it was asked is good practice; what the answer was could lead to the person.
        "safe_contact": _hidden(Tells.NOTHING),
        "safe_contact_times": WITHHELD,
        "school": _hidden(Tells.SCHOOL),
        "year_group": SEARCHED,
        "parental_responsibility": ROLES,
        "health_contacts": _hidden(Tells.PRACTICE),
        "left_with": ROLES,
        "description": WITHHELD,
        "online_names": _hidden(Tells.ONLINE_NAME),
    },
    ChildModule: {
        "presentation": SEARCHED,
        "with_carer": SEARCHED,
        "home_words": SEARCHED,
        "carer_words": SEARCHED,
        "unsupervised_contact": NAMING,
        "police_protection_at": RELATIVE,
        "police_protection_reference": _hidden(Tells.NUMBER),
    },
    AdultModule: {
        "capacity_words": SEARCHED,
        "wishes": SEARCHED,
        "representative": NAMING,
        "position_of_trust_words": NAMING,
    },
    DomesticAbuseModule: {
        "tool_words": SEARCHED,
        "primary_victim_reason": SEARCHED,
        "victim_view": SEARCHED,
        "disclosure_words": SEARCHED,
        "high_risk_meeting_words": SEARCHED,
    },
    StalkingModule: {"order_words": SEARCHED},
    HonourModule: {"travel_on": RELATIVE, "safe_contact": WITHHELD},
    ExploitationModule: {"assessment_words": NAMING, "adults_of_concern": NAMING},
    MentalHealthModule: {
        "means_and_intent": SEARCHED,
        "section_136_at": RELATIVE,
        "service_contacted_at": RELATIVE,
        "dependants": NAMING,
        "follow_up": NAMING,
    },
    HateModule: {"impact": SEARCHED},
    MissingModule: {"last_seen_at": RELATIVE, "circumstances": NAMING},
    PreventModule: {"signs": SEARCHED, "influence": NAMING},
}


def columns_of(model: type[Model]) -> "list[Field[Any, Any]]":
    """The columns that hold answers: neither keys nor links to other records."""
    return [column for column in model._meta.concrete_fields if not column.primary_key and not column.is_relation]


def column_of(holder: Model, name: str) -> "Field[Any, Any]":
    """The column of this name of the record that holds the answer."""
    return next(column for column in holder._meta.concrete_fields if column.name == name)


def declared_treatment(column: "Field[Any, Any]") -> Treatment | None:
    """What was declared for a column, or follows from its kind; None for one that nobody has thought about."""
    model = next((model for model in COLUMNS if issubclass(column.model, model)), None)
    if model is not None and column.name in COLUMNS[model]:
        return COLUMNS[model][column.name]
    return READ if _names_nobody(column) else None


def treatment_of(column: "Field[Any, Any]") -> Treatment:
    """How graders read a column."""
    return declared_treatment(column) or UNDECLARED


def _names_nobody(column: "Field[Any, Any]") -> bool:
    kind = column.base_field if isinstance(column, ArrayField) else column
    if isinstance(kind, CharField | TextField):
        return bool(kind.choices)
    return isinstance(kind, BooleanField | PositiveSmallIntegerField)
