"""Referrals, what they hold, what was decided, whom they were shared with, and the incidents they came from."""

from referrals.models.access import ReferralGroupObjectPermission
from referrals.models.amendment import Amendment
from referrals.models.answer import Clarification, ShareAnswer, ShareSupplement
from referrals.models.assignment import Assignment
from referrals.models.attachment import Attachment
from referrals.models.challenge import Challenge, ChallengeMeeting, ChallengePosition
from referrals.models.closing import Closing, Voiding
from referrals.models.consultation import Consultation
from referrals.models.content import Cpi, Ppn, content_of
from referrals.models.decision import DecisionView, ThresholdDecision
from referrals.models.encompass import EncompassNotice
from referrals.models.feedback import Feedback
from referrals.models.flag import Flag
from referrals.models.harm_rules import HarmRule, HarmRules
from referrals.models.incident import Incident, IncidentImport, IncidentImportRow
from referrals.models.intelligence import CpiAssessment, CpiReport
from referrals.models.lateness import LateDecision
from referrals.models.link import ReferralLink
from referrals.models.lookup import FamilySound, PersonKeys, ReferralWords, ShareWords
from referrals.models.match import PersonMatch
from referrals.models.meeting import MeetingItem, TriageMeeting
from referrals.models.modules import (
    MODULES,
    AdultModule,
    ChildModule,
    DomesticAbuseModule,
    ExploitationModule,
    HateModule,
    HonourModule,
    MentalHealthModule,
    MissingModule,
    Module,
    PreventModule,
    StalkingModule,
    module_of,
    modules_of,
)
from referrals.models.people import Person, Relationship
from referrals.models.referral import Referral, ReferralAccess, open_to, to_whom_it_is_open
from referrals.models.restriction import Conflict, Connection, EmergencyAccess, NamedPerson, Restriction, unrestricted
from referrals.models.retention import DisposalCertificate, DoomedFile, LegalHold, RetentionReview
from referrals.models.review import SHORTEST_NOTE, Review
from referrals.models.risk import RiskChange
from referrals.models.saved_view import SavedView
from referrals.models.search import Search
from referrals.models.second_look import SecondLook, SecondReading
from referrals.models.share import Share
from referrals.models.snapshot import ShareSnapshot
from referrals.models.strategy import StrategyAction, StrategyAttendance, StrategyDiscussion
from referrals.models.threshold_document import ThresholdDocument
from referrals.models.writer_copy import WriterCopy

__all__ = [
    "DisposalCertificate",
    "DoomedFile",
    "LegalHold",
    "RetentionReview",
    "Conflict",
    "Connection",
    "EmergencyAccess",
    "NamedPerson",
    "Restriction",
    "open_to",
    "to_whom_it_is_open",
    "to_whom_it_is_open",
    "unrestricted",
    "Flag",
    "ReferralLink",
    "RiskChange",
    "AdultModule",
    "Amendment",
    "Assignment",
    "Attachment",
    "Challenge",
    "ChallengeMeeting",
    "ChallengePosition",
    "ChildModule",
    "Clarification",
    "Closing",
    "Consultation",
    "Cpi",
    "CpiAssessment",
    "CpiReport",
    "DecisionView",
    "DomesticAbuseModule",
    "EncompassNotice",
    "ExploitationModule",
    "FamilySound",
    "Feedback",
    "HateModule",
    "HonourModule",
    "HarmRule",
    "HarmRules",
    "Incident",
    "IncidentImport",
    "IncidentImportRow",
    "LateDecision",
    "MODULES",
    "MeetingItem",
    "MentalHealthModule",
    "MissingModule",
    "Module",
    "Person",
    "PersonKeys",
    "PersonMatch",
    "Ppn",
    "PreventModule",
    "Referral",
    "ReferralAccess",
    "ReferralGroupObjectPermission",
    "ReferralWords",
    "Relationship",
    "Review",
    "SHORTEST_NOTE",
    "SavedView",
    "Search",
    "SecondLook",
    "SecondReading",
    "Share",
    "ShareAnswer",
    "ShareSnapshot",
    "ShareWords",
    "ShareSupplement",
    "StalkingModule",
    "StrategyAction",
    "StrategyAttendance",
    "StrategyDiscussion",
    "ThresholdDecision",
    "ThresholdDocument",
    "TriageMeeting",
    "WriterCopy",
    "content_of",
    "module_of",
    "modules_of",
    "Voiding",
]
