"""The pages of each form in their order: the task list, the pages themselves, check-your-answers and the detail page read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from referrals.enums import ON_REFERRAL, FormKind, PersonRole
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
    values_of,
)
from referrals.forms.words import Answered, is_there, value_in_words
from referrals.models import Cpi, Ppn, Referral


@dataclass(frozen=True)
class Section:
    """One page. `fields` are those of the record; `needed` those without which graders would call it unfinished.

    The section of people has no questions of its own: it is a list.
    """

    key: str
    title: str
    fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    form: type[SectionForm] = SectionForm

    @property
    def is_list_of_people(self) -> bool:
        return self.form is SectionForm

    def values(self, referral: Referral) -> dict[str, Any]:
        """The stored value of each field."""
        return values_of(referral, _content(referral), self.fields)

    def bound(self, data: Any, *, at: datetime) -> SectionForm:
        """The page's form with what was sent."""
        return self.form(data, at=at)

    def unbound(self, referral: Referral, *, at: datetime) -> SectionForm:
        """The page's form with what is stored."""
        initial = self.values(referral) | {"version": referral.version}
        return self.form(initial=initial, at=at)

    def answered(self, referral: Referral) -> list[Answered]:
        """Each question with its answer in words; empty where there is none."""
        values = self.values(referral)
        return [self.in_words(referral, name, values[name]) for name in self.fields]

    def in_words(self, referral: Referral, name: str, value: Any) -> Answered:
        """One question with some answer to it in words."""
        return Answered(name, self._label(name), value_in_words(field_of(referral, name), value))

    def status(self, referral: Referral) -> str:
        """Not yet started, In progress or Completed."""
        if self.is_list_of_people:
            return _status_of_people(referral)
        values = self.values(referral)
        if all(is_there(values[name]) for name in self.needed):
            return "Completed"
        # A CPI form starts with a risk level that nobody typed; no section of it holds that field.
        return "In progress" if any(is_there(value) for value in values.values()) else "Not yet started"

    def _label(self, name: str) -> str:
        return str(self.form.base_fields[name].label)


def _section(
    key: str, title: str, form: type[SectionForm], fields: Sequence[str], optional: Sequence[str] = ()
) -> Section:
    return Section(key, title, tuple(fields), tuple(name for name in fields if name not in optional), form)


PEOPLE = Section("people", "People")
PPN_SECTIONS = (
    _section(
        "incident",
        "The incident",
        IncidentForm,
        ["types", "occurrence_number", "incident_at", "reported_at", "contact_type", "place", "place_type"],
        ["occurrence_number"],
    ),
    PEOPLE,
    _section(
        "concern",
        "The concern",
        ConcernForm,
        ["concern", "subject_seen", "not_seen_reason", "household_known"],
        ["not_seen_reason"],
    ),
    _section("daily-life", "Daily life and voice", DailyLifeForm, ["lived_experience", "voice"]),
    _section(
        "needs-and-harm",
        "Needs and harm",
        NeedsAndHarmForm,
        ["needs", "harm_level", "harm", "harm_context", "protective_factors"],
        ["protective_factors"],
    ),
    _section("risk", "Risk", RiskForm, ["risk_level", "risk_rationale", "history_checked", "history"]),
    _section(
        "sharing-and-consent",
        "Sharing and consent",
        SharingForm,
        ["lawful_basis", "informed", "informed_reason"],
        ["informed_reason"],
    ),
    _section(
        "actions-and-ask",
        "Actions and what you ask",
        ActionsForm,
        ["actions_taken", "immediate_actions", "request_to_partner"],
    ),
)
CPI_SECTIONS = (
    _section("topic", "The topic", TopicForm, ["topics", "event_on", "learned_on", "how_known"]),
    PEOPLE,
    _section("information", "The information", InformationForm, ["information", "who_else_knows"]),
    _section(
        "handling",
        "Handling",
        HandlingForm,
        [
            "risk_of_acting",
            "risk_if_acted_on",
            "lawful_basis",
            "known_to_services",
            "may_be_false",
            "may_be_contacted",
            "conditions",
        ],
        ["risk_if_acted_on", "conditions"],
    ),
)


def sections_of(kind: FormKind | str) -> tuple[Section, ...]:
    """The pages of a form, in order."""
    return PPN_SECTIONS if kind == FormKind.PPN else CPI_SECTIONS


def section_of(kind: FormKind | str, key: str) -> Section | None:
    """The page with this key, if this form has it."""
    return next((section for section in sections_of(kind) if section.key == key), None)


def next_section(kind: FormKind | str, section: Section) -> Section | None:
    """The page after this one; None after the last."""
    pages = sections_of(kind)
    following = pages[pages.index(section) + 1 :]
    return following[0] if following else None


def field_of(referral: Referral, name: str) -> Any:
    """The field of the record that keeps this answer."""
    holder = referral if name in ON_REFERRAL[FormKind(referral.kind)] else _content(referral)
    return holder._meta.get_field(name)


def _content(referral: Referral) -> Ppn | Cpi:
    content: Ppn | Cpi = referral.ppn if referral.kind == FormKind.PPN else referral.cpi
    return content


def _status_of_people(referral: Referral) -> str:
    people = list(referral.people.all())
    if not people:
        return "Not yet started" if referral.kind == FormKind.PPN else "Optional"
    if referral.kind == FormKind.CPI or any(person.role == PersonRole.SUBJECT for person in people):
        return "Completed"
    return "In progress"
