"""Rounds, grades, feedback, dip samples, reviews, live gaps and reports."""

from grading.models.dip_sample import DipSample, IncidentReview, SampledIncident
from grading.models.feedback import GradeFeedback
from grading.models.grades import AgreedGrade, Grade
from grading.models.live_gap import LiveGap, LiveGapReading
from grading.models.panel import Departure
from grading.models.published import PublishedCompliance, PublishedRound
from grading.models.report import Report
from grading.models.rounds import Assignment, GradingRound, RoundItem
from grading.models.schedule import ReportSchedule, ReportSlot
from grading.models.settlement import Settlement

__all__ = [
    "AgreedGrade",
    "Assignment",
    "Departure",
    "DipSample",
    "Grade",
    "GradeFeedback",
    "GradingRound",
    "IncidentReview",
    "LiveGap",
    "LiveGapReading",
    "PublishedCompliance",
    "PublishedRound",
    "Report",
    "ReportSchedule",
    "ReportSlot",
    "RoundItem",
    "SampledIncident",
    "Settlement",
]
