"""Checks of what people type about a referral."""

from referrals.forms.casework import AnswerForm, EndShareForm, SharedFilterForm, ShareForm, may_filter
from referrals.forms.decision import DecisionForm, ViewFormSet
from referrals.forms.gate import SituationForm
from referrals.forms.incidents import ImportIncidentsForm, IncidentFilterForm
from referrals.forms.people import PersonForm, person_form, stored_answers
from referrals.forms.queue import AssignForm, QueueFilterForm
from referrals.forms.sections import PPN_SECTIONS, Section, SectionForm, next_section, section_of, sections_of

__all__ = [
    "AnswerForm",
    "AssignForm",
    "DecisionForm",
    "EndShareForm",
    "ImportIncidentsForm",
    "IncidentFilterForm",
    "PPN_SECTIONS",
    "PersonForm",
    "QueueFilterForm",
    "Section",
    "SectionForm",
    "ShareForm",
    "SharedFilterForm",
    "SituationForm",
    "ViewFormSet",
    "may_filter",
    "next_section",
    "person_form",
    "section_of",
    "sections_of",
    "stored_answers",
]
