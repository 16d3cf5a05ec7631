"""Rounds, invitations, grades, feedback, dip samples, reviews, earlier reviews, live gaps and reports."""

from grading.models.dip_sample import DipSample, IncidentReview, SampledIncident
from grading.models.drafts import GradeDraft
from grading.models.earlier import EarlierImport, EarlierReview
from grading.models.feedback import GradeFeedback
from grading.models.grades import AgreedGrade, Grade
from grading.models.invitation import Invitation, InvitationReply
from grading.models.live_gap import LiveGap, LiveGapCorrection, LiveGapReading
from grading.models.panel import Departure
from grading.models.published import PublishedCompliance, PublishedRound
from grading.models.removal import Removal
from grading.models.report import Report, ReportYear
from grading.models.rounds import Assignment, GradingRound, RoundItem
from grading.models.schedule import ReportSchedule, ReportSlot
from grading.models.settlement import Settlement

__all__ = [
    "AgreedGrade",
    "Assignment",
    "Departure",
    "DipSample",
    "EarlierImport",
    "EarlierReview",
    "Grade",
    "GradeDraft",
    "GradeFeedback",
    "GradingRound",
    "IncidentReview",
    "Invitation",
    "InvitationReply",
    "LiveGap",
    "LiveGapCorrection",
    "LiveGapReading",
    "PublishedCompliance",
    "PublishedRound",
    "Removal",
    "Report",
    "ReportSchedule",
    "ReportSlot",
    "ReportYear",
    "RoundItem",
    "SampledIncident",
    "Settlement",
]
