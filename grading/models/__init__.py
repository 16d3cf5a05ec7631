"""Rounds, grades, dip samples, reviews and reports."""

from grading.models.published import PublishedRound
from grading.models.rounds import Assignment, Grade, GradingRound, RoundItem

__all__ = ["Assignment", "Grade", "GradingRound", "PublishedRound", "RoundItem"]
