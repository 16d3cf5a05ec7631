"""Checks of what people type about a referral."""

from referrals.forms.another import AnotherForm
from referrals.forms.answering import (
    AnswerForm,
    FeedbackForm,
    OutcomesForm,
    QuestionForm,
    RecordAnswerForm,
    ReplyForm,
    SupplyForm,
)
from referrals.forms.attachment import AttachmentForm
from referrals.forms.casework import CloseForm, SharedFilterForm, may_filter
from referrals.forms.challenge import (
    ChallengeFilterForm,
    ChallengeMeetingForm,
    RaiseChallengeForm,
    ResolveChallengeForm,
    RespondToChallengeForm,
    StepUpChallengeForm,
    WithdrawChallengeForm,
)
from referrals.forms.closing import ReopenForm, VoidForm
from referrals.forms.consultation import ConsultationFilterForm, ConsultationForm, LinkConsultationForm
from referrals.forms.decision import DecisionForm, ViewFormSet
from referrals.forms.dividing import DivideForm
from referrals.forms.flags import ClearFlagForm, FlagForm, LinkForm, RemoveLinkForm
from referrals.forms.gate import SituationForm
from referrals.forms.guards import (
    BreakGlassForm,
    ConnectionForm,
    DeclareForm,
    JudgeForm,
    LiftForm,
    NamePeopleForm,
    ReferenceForm,
    RestrictForm,
    ReviewEmergencyForm,
    UnnameForm,
)
from referrals.forms.harm_rules import HarmRulesForm
from referrals.forms.incidents import ImportIncidentsForm, IncidentFilterForm
from referrals.forms.intelligence import AssessmentsForm, EndAssessmentForm, ReportFilterForm, ReportForm, RouteForm
from referrals.forms.matching import MatchForm, UndoMatchForm
from referrals.forms.meeting import AttendanceForm, MeetingItemForm
from referrals.forms.people import PersonForm, answers_shown, person_form, stored_answers
from referrals.forms.queue import AssignForm, CompletedFilterForm, QueueFilterForm, SaveViewForm, UnfinishedFilterForm
from referrals.forms.re_referrals import ReReferralsForm
from referrals.forms.review import ReviewAnswerForm, ReviewForm
from referrals.forms.risk import RiskLevelForm
from referrals.forms.search import SearchForm
from referrals.forms.second_looks import DrawSecondLookForm, SecondDecisionForm
from referrals.forms.sections import (
    PPN_SECTIONS,
    Section,
    SectionForm,
    at_a_glance,
    next_section,
    section_of,
    sections_of,
)
from referrals.forms.shared import Given, SharedReading, reading_of
from referrals.forms.sharing import ChooseAgencyForm, EndShareForm, HandOverForm, RenewShareForm, ShareForm
from referrals.forms.strategy import (
    ActionFormSet,
    AttendanceFormSet,
    ExceptNoticeForm,
    FailNoticeForm,
    SendNoticeForm,
    StrategyForm,
)
from referrals.forms.thresholds import ThresholdDocumentForm
from referrals.forms.versions import AmendmentForm, Difference, differences

__all__ = [
    "BreakGlassForm",
    "ConnectionForm",
    "DeclareForm",
    "JudgeForm",
    "LiftForm",
    "NamePeopleForm",
    "ReferenceForm",
    "RestrictForm",
    "ReviewEmergencyForm",
    "UnnameForm",
    "answers_shown",
    "SecondDecisionForm",
    "DrawSecondLookForm",
    "ActionFormSet",
    "AmendmentForm",
    "AnotherForm",
    "AnswerForm",
    "AssessmentsForm",
    "AssignForm",
    "AttachmentForm",
    "AttendanceForm",
    "AttendanceFormSet",
    "ChallengeFilterForm",
    "ChallengeMeetingForm",
    "ChooseAgencyForm",
    "ClearFlagForm",
    "CloseForm",
    "CompletedFilterForm",
    "ConsultationFilterForm",
    "ConsultationForm",
    "DecisionForm",
    "DivideForm",
    "Difference",
    "EndAssessmentForm",
    "EndShareForm",
    "ExceptNoticeForm",
    "FailNoticeForm",
    "FeedbackForm",
    "FlagForm",
    "Given",
    "HandOverForm",
    "ImportIncidentsForm",
    "IncidentFilterForm",
    "LinkConsultationForm",
    "LinkForm",
    "MatchForm",
    "MeetingItemForm",
    "OutcomesForm",
    "ReReferralsForm",
    "PPN_SECTIONS",
    "PersonForm",
    "QuestionForm",
    "QueueFilterForm",
    "RaiseChallengeForm",
    "RecordAnswerForm",
    "RemoveLinkForm",
    "RenewShareForm",
    "ReopenForm",
    "ReplyForm",
    "ReportFilterForm",
    "ReportForm",
    "ResolveChallengeForm",
    "RespondToChallengeForm",
    "ReviewAnswerForm",
    "ReviewForm",
    "RiskLevelForm",
    "RouteForm",
    "SaveViewForm",
    "SearchForm",
    "Section",
    "SectionForm",
    "SendNoticeForm",
    "ShareForm",
    "SharedFilterForm",
    "SharedReading",
    "SituationForm",
    "StepUpChallengeForm",
    "StrategyForm",
    "SupplyForm",
    "HarmRulesForm",
    "ThresholdDocumentForm",
    "UndoMatchForm",
    "UnfinishedFilterForm",
    "ViewFormSet",
    "VoidForm",
    "WithdrawChallengeForm",
    "at_a_glance",
    "differences",
    "may_filter",
    "next_section",
    "person_form",
    "reading_of",
    "section_of",
    "sections_of",
    "stored_answers",
]
