"""Agreeing the grade of a PPN together."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.statistics.grades import GRADES
from grading.enums import RoundMove, RoundState, next_round_state
from grading.models import GradingRound, RoundItem
from grading.permissions.rounds import can_run


class CannotAgree(DomainError):
    pass


@transaction.atomic
def record_agreed_grade(*, item_id: UUID, grade: int, by: User, at: datetime, reason: str = "") -> RoundItem:
    """Record what was agreed for one PPN; the graders' own grades stay as they are. Until publication it may be corrected.

    A reason is needed unless every grader gave exactly this grade and nothing is corrected. Where the graders differ,
    none of them records it, and never the PPN's author. Raises CannotAgree.
    """
    round = GradingRound.objects.locked().get(items=item_id)
    item = RoundItem.objects.locked().get(pk=item_id)
    if not can_run(by, round):
        raise CannotAgree("Only a MASH supervisor of this force may record an agreed grade.")
    if item.referral.author_id == by.pk:
        raise CannotAgree("Nobody agrees the grade of a PPN that they wrote.")
    if grade not in GRADES:
        raise CannotAgree("A grade is 1, 2, 3 or 4.")
    assignments = list(item.assignments.select_related("grade"))
    given = {one.grader_id: one.grade.overall for one in assignments if hasattr(one, "grade")}
    if len(given) < len(assignments) or not given:
        raise CannotAgree(f"{len(given)} of {len(assignments)} grades are in. A grade is agreed when all are.")
    if next_round_state(RoundMove.AGREE, round.state) is None:
        raise CannotAgree(
            "This round is published, so its grades stay."
            if round.state == RoundState.PUBLISHED
            else "A grade is agreed when all grades of the round are in."
        )
    reason = reason.strip()
    if (item.agreed_grade, item.agreed_reason) == (grade, reason):
        return item
    if len(set(given.values())) > 1 and by.pk in given:
        raise CannotAgree("You are one of the graders who differ, so another supervisor records the agreed grade.")
    is_correction = item.agreed_grade is not None
    if not reason and (is_correction or set(given.values()) != {grade}):
        raise CannotAgree("Give the reason: the agreed grade is not the one that every grader gave.")

    item.agreed_grade, item.agreed_reason, item.agreed_by, item.agreed_at = grade, reason, by, at
    item.save(update_fields=["agreed_grade", "agreed_reason", "agreed_by", "agreed_at"])
    what = "grading.agreed_grade_corrected" if is_correction else "grading.grade_agreed"
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=item, grade=grade)
    return item
