"""Published rounds with grades whose figures are known, for the tests of reports."""

from typing import Any

from django.utils import timezone

from grading.models import GradingRound, Report
from jobs import services as jobs
from tests.factories.accounts import UserFactory
from tests.factories.grading import (
    AssignmentFactory,
    GradeFactory,
    GradingRoundFactory,
    RoundItemFactory,
)
from tests.factories.referrals import ReferralFactory

# Of each PPN: the grade of the force and of the partner (their coefficients are those of test_agreement.py), what was agreed.
FORCE = [1, 2, 2, 3, 3, 3, 4, 4, 2, 3]
PARTNER = [1, 2, 3, 3, 3, 4, 4, 4, 2, 2]
AGREED = [1, 2, 3, 3, 3, 3, 4, 4, 2, 3]
# Marks of the force alone, PPN by PPN: 25 over ten make a mean of 2.50, the action was marked in four PPNs only.
VOICE = [1, 2, 2, 2, 2, 3, 3, 3, 3, 4]
CHILD, ABUSE = ["CHILD"], ["DOMESTIC_ABUSE"]


def graded(cast, agreed=AGREED, *, types=(), point="", **of_round) -> GradingRound:
    """A published round whose PPNs have a grade of Gail's, who is of the force, and one of Pam's, who is a partner.

    `point` is what both would have learned from each.
    """
    made = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED", **of_round)
    for number, grade in enumerate(agreed):
        kinds = types[number] if types else (CHILD if number < 5 else ABUSE)
        item = RoundItemFactory(
            round=made, position=number + 1, referral=ReferralFactory(author=cast.olu, types=kinds), agreed=grade
        )
        marks = {"VOICE": VOICE[number % 10]} | ({"ACTION": 1} if number < 4 else {})
        GradeFactory(
            assignment=AssignmentFactory(item=item, grader=cast.gail),
            overall=FORCE[number % 10],
            criteria=marks,
            learning_point=point,
        )
        GradeFactory(
            assignment=AssignmentFactory(item=item, grader=cast.pam),
            overall=PARTNER[number % 10],
            learning_point=point,
        )
    return made


def say(round: GradingRound, position: int, *points: str) -> None:
    """Learning points of that PPN: grades never change, so these are given by more graders."""
    for point in points:
        assignment = AssignmentFactory(item=round.items.get(position=position), grader=UserFactory())
        GradeFactory(assignment=assignment, overall=3, learning_point=point)


def lines_of(content: dict[str, Any], title: str) -> dict[str, Any]:
    """The lines of a group by their names."""
    return {line["name"]: line for group in content["groups"] if group["title"] == title for line in group["lines"]}


def make(report: Report) -> Report:
    """What a worker does with it."""
    jobs.run(job_id=report.job_id, at=timezone.now())
    report.refresh_from_db()
    return report
