"""Agreed grades by who wrote the PPN and when: for pages that set them beside something else."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import User
from common.clock import london_day
from grading.models import RoundItem
from grading.queries.results import shown_to
from grading.queries.trend import published_for


@dataclass(frozen=True)
class GradedPpn:
    """Who wrote it, on which London day it was sent, and what was agreed."""

    writer: UUID
    sent_on: date
    grade: int


def graded_ppns(user: User) -> list[GradedPpn]:
    """Those of all published rounds that this person sees and that are not too small for them."""
    items = RoundItem.objects.agreed().filter(round__in=shown_to(published_for(user), user))
    found = items.values_list("referral__author", "referral__submitted_at", "agreed_grade")
    return [
        GradedPpn(author, london_day(at), grade)
        for author, at, grade in found.order_by("pk")
        if at is not None and grade is not None
    ]
