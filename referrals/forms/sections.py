"""The pages of each form in their order: the task list, the pages themselves, check-your-answers and the detail page read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import Model

from common.forms import id_of_first_input
from referrals.enums import ABOUT, ON_REFERRAL, PART_TITLES, ConcernType, FormKind
from referrals.forms.people import describe_people
from referrals.forms.questions import (
    ActionsForm,
    ConcernForm,
    DailyLifeForm,
    HandlingForm,
    IncidentForm,
    InformationForm,
    NeedsAndHarmForm,
    RiskForm,
    SectionForm,
    SharingForm,
    TopicForm,
    module_form,
)
from referrals.forms.words import Answered, DescribedHousehold, is_there, value_in_words
from referrals.models import MODULES, Module, Referral, content_of, module_of
from referrals.queries import follow_ups_due


@dataclass(frozen=True)
class OpenQuestion:
    """A question without an answer, and the id of its first input on the page that asks it."""

    name: str
    label: str
    target: str


@dataclass(frozen=True)
class Section:
    """One page. `fields` are those of the record; `needed` those without which graders would call it unfinished.

    The section of people has no questions of its own: it is a list. A section with a `concern` is there only while that type
    is ticked.
    """

    key: str
    title: str
    fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    form: type[SectionForm] = SectionForm
    concern: ConcernType | None = None

    @property
    def is_list_of_people(self) -> bool:
        return self.form is SectionForm

    def holder(self, referral: Referral, name: str) -> Model:
        """The record that keeps this answer."""
        if self.concern is not None:
            return module_of(referral, self.concern)
        return referral if name in ON_REFERRAL[FormKind(referral.kind)] else content_of(referral)

    def values(self, referral: Referral) -> dict[str, Any]:
        """The stored value of each field."""
        return {name: getattr(self.holder(referral, name), name) for name in self.fields}

    def bound(self, data: Any, *, at: datetime) -> SectionForm:
        """The page's form with what was sent."""
        return self.form(data, at=at)

    def unbound(self, referral: Referral, *, at: datetime) -> SectionForm:
        """The page's form with what is stored."""
        initial = self.values(referral) | {"version": referral.version, "page": uuid4()}
        return self.form(initial=initial, at=at)

    def answered(self, referral: Referral) -> list[Answered] | list[DescribedHousehold]:
        """Each question with its answer in words, empty where there is none; of the people each household."""
        return describe_people(referral) if self.is_list_of_people else self.answers(referral)

    def answers(self, referral: Referral) -> list[Answered]:
        """Each question with its answer in words; none of the people's."""
        values = self.values(referral)
        return [self.in_words(referral, name, values[name]) for name in self.fields]

    def in_words(self, referral: Referral, name: str, value: Any) -> Answered:
        """One question with some answer to it in words."""
        column = self.holder(referral, name)._meta.get_field(name)
        label = str(self.form.base_fields[name].label)
        return Answered(name, label, value_in_words(column, value), is_optional=name not in self.needed)

    def unanswered(self, referral: Referral) -> list[OpenQuestion]:
        """The questions that have no answer yet: those needed of everybody, and those that another answer asks for."""
        values = self.values(referral)
        holders = {id(holder): holder for holder in (self.holder(referral, name) for name in self.fields)}
        asked = {*self.needed, *(name for holder in holders.values() for name in follow_ups_due(holder))}
        return [self._open(name) for name in self.fields if name in asked and not is_there(values[name])]

    def _open(self, name: str) -> OpenQuestion:
        field = self.form.base_fields[name]
        return OpenQuestion(name, str(field.label), id_of_first_input(field, f"id_{name}"))

    def status(self, referral: Referral) -> str:
        """Not yet started, In progress or Completed."""
        if self.is_list_of_people:
            return _status_of_people(referral)
        values = self.values(referral)
        if not self.unanswered(referral):
            return "Completed"
        # A CPI form starts with a risk level that nobody typed, which no section of it holds; a PPN with a lawful basis.
        values.pop("lawful_basis", None)
        return "In progress" if any(is_there(value) for value in values.values()) else "Not yet started"


def _section(
    key: str, title: str, form: type[SectionForm], fields: Sequence[str], optional: Sequence[str] = ()
) -> Section:
    return Section(key, title, tuple(fields), tuple(name for name in fields if name not in optional), form)


def _module_section(model: type[Module]) -> Section:
    names = tuple(field.name for field in model.questions())
    needed = tuple(name for name in names if name not in model.optional)
    return Section(model.key(), model.title, names, needed, module_form(model), model.concern)


PEOPLE = Section("people", "People")
MODULE_SECTIONS = tuple(_module_section(model) for model in MODULES.values())
PPN_SECTIONS = (
    _section(
        "incident",
        PART_TITLES["incident"],
        IncidentForm,
        ["types", "occurrence_number", "incident_at", "reported_at", "contact_type", "place", "place_type"],
        ["occurrence_number"],
    ),
    PEOPLE,
    _section(
        "concern",
        PART_TITLES["concern"],
        ConcernForm,
        ["concern", "subject_seen", "not_seen_reason", "household_known"],
        ["not_seen_reason"],
    ),
    *MODULE_SECTIONS,
    _section(
        "daily-life",
        PART_TITLES["daily-life"],
        DailyLifeForm,
        ["lived_experience", "voice", "language_used", "interpreter"],
        ["language_used", "interpreter"],
    ),
    _section(
        "needs-and-harm",
        PART_TITLES["needs-and-harm"],
        NeedsAndHarmForm,
        ["needs", "harm_level", "harm", "harm_context", "protective_factors"],
        ["protective_factors"],
    ),
    _section(
        "risk",
        PART_TITLES["risk"],
        RiskForm,
        ["risk_level", "risk_rationale", "police_rag", "history_checked", "history"],
    ),
    _section(
        "sharing-and-consent",
        PART_TITLES["sharing-and-consent"],
        SharingForm,
        ["lawful_basis", "purpose", "share_with", "informed", "informed_reason"],
        ["informed_reason"],
    ),
    _section(
        "actions-and-ask",
        PART_TITLES["actions-and-ask"],
        ActionsForm,
        ["actions_taken", "immediate_actions", "request_to_partner", "out_of_hours_contact"],
        ["out_of_hours_contact"],
    ),
)
CPI_SECTIONS = (
    _section(
        "topic", PART_TITLES["topic"], TopicForm, ["topics", "is_one_matter", "event_on", "learned_on", "how_known"]
    ),
    PEOPLE,
    _section(
        "information",
        PART_TITLES["information"],
        InformationForm,
        ["information", "places", "vehicles", "online_names", "who_else_knows"],
        ["places", "vehicles", "online_names"],
    ),
    _section(
        "handling",
        PART_TITLES["handling"],
        HandlingForm,
        [
            "risk_of_acting",
            "risk_if_acted_on",
            "lawful_basis",
            "referral_made",
            "referral_reference",
            "known_to_services",
            "may_be_false",
            "may_be_contacted",
            "wants_feedback",
            "manager_aware",
            "conditions",
        ],
        ["risk_if_acted_on", "referral_reference", "wants_feedback", "manager_aware", "conditions"],
    ),
)


# What a decision rests on first, in the order of reading.
AT_A_GLANCE = {
    FormKind.PPN: ("concern", "voice", "harm", "risk_rationale", "immediate_actions", "request_to_partner"),
    FormKind.CPI: ("information", "risk_of_acting", "risk_if_acted_on", "conditions"),
}


def at_a_glance(referral: Referral) -> list[Answered]:
    """The answers that whoever decides reads first, of those that were given; none of the people's."""
    holders = {name: section for section in sections_of(referral) for name in section.fields}
    wanted = [(holders[name], name) for name in AT_A_GLANCE[FormKind(referral.kind)]]
    return [
        answered
        for section, name in wanted
        if (answered := section.in_words(referral, name, getattr(section.holder(referral, name), name))).value
    ]


def sections_of(referral: Referral) -> tuple[Section, ...]:
    """The pages of this referral's form, in order: of the types only those that are ticked."""
    pages = PPN_SECTIONS if referral.kind == FormKind.PPN else CPI_SECTIONS
    return tuple(page for page in pages if page.concern is None or page.concern in referral.types)


def section_of(referral: Referral, key: str) -> Section | None:
    """The page with this key, if this referral's form has it."""
    return next((section for section in sections_of(referral) if section.key == key), None)


def next_section(referral: Referral, section: Section) -> Section | None:
    """The page after this one; None after the last."""
    pages = sections_of(referral)
    following = pages[pages.index(section) + 1 :]
    return following[0] if following else None


def _status_of_people(referral: Referral) -> str:
    people = referral.everybody()
    if not people:
        return "Not yet started" if referral.kind == FormKind.PPN else "Optional"
    if referral.kind == FormKind.CPI or any(person.role in ABOUT for person in people):
        return "Completed"
    return "In progress"
