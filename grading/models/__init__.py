"""Rounds, grades, dip samples, reviews and reports."""

from grading.models.dip_sample import DipSample, IncidentReview, SampledIncident
from grading.models.grades import AgreedGrade, Grade
from grading.models.published import PublishedCompliance, PublishedRound
from grading.models.report import Report
from grading.models.rounds import Assignment, GradingRound, RoundItem

__all__ = [
    "AgreedGrade",
    "Assignment",
    "DipSample",
    "Grade",
    "GradingRound",
    "IncidentReview",
    "PublishedCompliance",
    "PublishedRound",
    "Report",
    "RoundItem",
    "SampledIncident",
]
