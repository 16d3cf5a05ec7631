"""Agreeing the grade of a PPN together."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.statistics.grades import GRADES
from grading.enums import RoundMove, RoundState, next_round_state
from grading.models import AgreedGrade, GradingRound, RoundItem
from grading.permissions.rounds import can_run
from grading.queries.feedback import LearningPoint
from grading.queries.grades import must_be_discussed
from grading.queries.panel import FEWEST_GRADERS
from grading.services.feedback import choose_learning_point
from referrals.permissions import is_open_to


class CannotAgree(DomainError):
    pass


class SayWhoDiscussed(CannotAgree):
    """The grades must be discussed, and too few of the graders are named."""


class SayWhy(CannotAgree):
    """The agreed grade needs a reason, and none is given."""


@transaction.atomic
def record_agreed_grade(
    *,
    item_id: UUID,
    grade: int,
    by: User,
    at: datetime,
    reason: str = "",
    discussed_by: Collection[User] = (),
    learning: LearningPoint | None = None,
) -> RoundItem:
    """Record what was agreed for one PPN; the graders' own grades, and what was agreed before, stay as they are.

    `learning` is what its writer is to learn; without it, what was chosen before stays. Raises CannotChoose for that.

    A reason is needed unless every grader gave exactly this grade and nothing is corrected. Grades that must be discussed
    (`must_be_discussed`) are agreed only with two of the graders who did. Where the graders differ, none of them records it,
    and never the PPN's author. Until publication it may be corrected. Raises CannotAgree.
    """
    round = GradingRound.objects.locked().get(items=item_id)
    item = RoundItem.objects.locked().get(pk=item_id)
    if not can_run(by, round):
        raise CannotAgree("Only a MASH supervisor of this force may record an agreed grade.")
    if not RoundItem.objects.counted().filter(pk=item.pk).exists():
        raise CannotAgree("This PPN was withdrawn or replaced, so it counts no longer.")
    if not is_open_to(by, item.referral):
        raise CannotAgree("This PPN is closed to you, so somebody else records its agreed grade.")
    if item.referral.author_id == by.pk:
        raise CannotAgree("Nobody agrees the grade of a PPN that they wrote.")
    if grade not in GRADES:
        raise CannotAgree("A grade is 1, 2, 3 or 4.")
    given = _given(item)
    if next_round_state(RoundMove.AGREE, round.state) is None:
        raise CannotAgree(
            "This round is published, so its grades stay."
            if round.state == RoundState.PUBLISHED
            else "A grade is agreed when all grades of the round are in."
        )
    reason, present = reason.strip(), {person.pk for person in discussed_by}
    if strangers := present - given.keys():
        raise CannotAgree(f"{len(strangers)} of those who discussed it did not grade this PPN.")
    last = item.agreed_grades.order_by("number").last()
    if last and (last.grade, last.reason, _present(last)) == (grade, reason, present):
        _choose(item, learning, by=by, at=at)
        return item
    if len(set(given.values())) > 1 and by.pk in given:
        raise CannotAgree("You are one of the graders who differ, so another supervisor records the agreed grade.")
    if must_be_discussed(min(given.values()), max(given.values())) and len(present) < FEWEST_GRADERS:
        raise SayWhoDiscussed("The graders are too far apart to agree without talking: say which of them discussed it.")
    if not reason and (last is not None or set(given.values()) != {grade}):
        raise SayWhy("Give the reason: the agreed grade is not the one that every grader gave.")

    agreed = AgreedGrade.objects.create(
        item=item, number=last.number + 1 if last else 1, grade=grade, reason=reason, agreed_by=by, agreed_at=at
    )
    agreed.discussed_by.set(discussed_by)
    item.agreed_grade, item.agreed_reason, item.agreed_by, item.agreed_at = grade, reason, by, at
    item.save(update_fields=["agreed_grade", "agreed_reason", "agreed_by", "agreed_at"])
    what = "grading.agreed_grade_corrected" if last else "grading.grade_agreed"
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=item, grade=grade, discussed_by=len(present))
    _choose(item, learning, by=by, at=at)
    return item


def _choose(item: RoundItem, learning: LearningPoint | None, *, by: User, at: datetime) -> None:
    if learning is not None:
        choose_learning_point(item_id=item.pk, learning=learning, by=by, at=at)


def _given(item: RoundItem) -> dict[UUID, int]:
    """What each grader gave. Raises CannotAgree when one of them has not graded yet."""
    assignments = list(item.assignments.select_related("grade"))
    given = {one.grader_id: one.grade.overall for one in assignments if one.grader_id and hasattr(one, "grade")}
    if len(given) < len(assignments) or not given:
        raise CannotAgree(f"{len(given)} of {len(assignments)} grades are in. A grade is agreed when all are.")
    return given


def _present(agreed: AgreedGrade) -> set[UUID]:
    return set(agreed.discussed_by.values_list("pk", flat=True))
