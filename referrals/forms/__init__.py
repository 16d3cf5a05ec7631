"""Checks of what people type about a referral."""

from referrals.forms.attachment import AttachmentForm
from referrals.forms.casework import AnswerForm, EndShareForm, SharedFilterForm, ShareForm, may_filter
from referrals.forms.challenge import (
    ChallengeFilterForm,
    ChallengeMeetingForm,
    RaiseChallengeForm,
    ResolveChallengeForm,
    RespondToChallengeForm,
    StepUpChallengeForm,
    WithdrawChallengeForm,
)
from referrals.forms.consultation import ConsultationFilterForm, ConsultationForm, LinkConsultationForm
from referrals.forms.decision import DecisionForm, ViewFormSet
from referrals.forms.gate import SituationForm
from referrals.forms.incidents import ImportIncidentsForm, IncidentFilterForm
from referrals.forms.people import PersonForm, person_form, stored_answers
from referrals.forms.queue import AssignForm, QueueFilterForm
from referrals.forms.sections import PPN_SECTIONS, Section, SectionForm, next_section, section_of, sections_of

__all__ = [
    "AnswerForm",
    "AssignForm",
    "AttachmentForm",
    "ChallengeFilterForm",
    "ChallengeMeetingForm",
    "ConsultationFilterForm",
    "ConsultationForm",
    "DecisionForm",
    "EndShareForm",
    "ImportIncidentsForm",
    "IncidentFilterForm",
    "LinkConsultationForm",
    "PPN_SECTIONS",
    "PersonForm",
    "QueueFilterForm",
    "RaiseChallengeForm",
    "ResolveChallengeForm",
    "RespondToChallengeForm",
    "Section",
    "SectionForm",
    "ShareForm",
    "SharedFilterForm",
    "SituationForm",
    "StepUpChallengeForm",
    "ViewFormSet",
    "WithdrawChallengeForm",
    "may_filter",
    "next_section",
    "person_form",
    "section_of",
    "sections_of",
    "stored_answers",
]
