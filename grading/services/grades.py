"""Grading one PPN alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.enums import Permission
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.statistics.grades import GRADES
from grading.enums import ALWAYS_MARKED, Criterion, RoundMove, next_round_state, why_not
from grading.models import Assignment, Grade, GradeDraft, GradingRound, RoundItem
from grading.queries.rubric import suggested_overall

# The two texts that go to the writer, together.
SHORTEST_COMMENT = 50
GIVEN = "You have graded this PPN already, and a grade that was given stays."


class CannotGrade(DomainError):
    pass


class Incomplete(CannotGrade):
    """What is missing, by the name of what was to be given: a criterion, `why_not` of one, or a parameter of `submit_grade`."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{problem}." for problem in problems.values()))
        self.problems = problems


@transaction.atomic
def submit_grade(
    *,
    assignment_id: UUID,
    overall: int | None,
    criteria: Mapping[str, int | None],
    strength: str,
    learning_point: str,
    by: User,
    at: datetime,
    not_applicable: Mapping[str, str] | None = None,
    reason: str = "",
) -> Grade:
    """Give one PPN a grade 1 to 4, alone. The last grade of a round opens it for moderation.

    `criteria`: the mark of each, None where it does not apply; `not_applicable` says why. `reason` is needed where the grade is
    not the one that the marks suggest (`suggested_overall`). Giving the same again, word by word, changes nothing; anything
    else is refused. Raises Incomplete, or CannotGrade.
    """
    round, assignment = _held(assignment_id, by=by)
    if overall is not None and overall not in GRADES:
        raise CannotGrade("A grade is 1, 2, 3 or 4.")
    given: dict[str, Any] = {
        "overall": overall,
        "criteria": _checked_marks(criteria),
        "not_applicable": {str(code): why.strip() for code, why in (not_applicable or {}).items() if why.strip()},
        "reason": reason.strip(),
        "strength": strength.strip(),
        "learning_point": learning_point.strip(),
    }
    earlier = Grade.objects.filter(assignment=assignment).first()
    if earlier is not None:
        if {name: getattr(earlier, name) for name in given} == given:
            return earlier
        raise CannotGrade(GIVEN)
    _refuse_unless_graded_now(round, assignment)
    if problems := _what_is_missing(**given):
        raise Incomplete(problems)

    grade = Grade.objects.create(assignment=assignment, submitted_at=at, **given)
    GradeDraft.objects.filter(assignment=assignment).delete()
    audit.record(verb=Verb.CHANGED, what="grading.graded", at=at, actor=by, subject=assignment)
    end_grading_when_all_are_in(round, by=by, at=at)
    return grade


@transaction.atomic
def read_item(*, item_id: UUID, by: User, at: datetime) -> None:
    """Write down that somebody opened a sampled PPN; the entry is found under the referral."""
    item = RoundItem.objects.select_related("referral").get(pk=item_id)
    audit.record(verb=Verb.READ, what="grading.item_read", at=at, actor=by, subject=item.referral, item=str(item.pk))


def assignment_to_grade(assignment_id: UUID, *, by: User) -> tuple[GradingRound, Assignment]:
    """Round and assignment of somebody who has not graded it yet, and may now; the round is locked. Raises CannotGrade."""
    round, assignment = _held(assignment_id, by=by)
    if Grade.objects.filter(assignment=assignment).exists():
        raise CannotGrade(GIVEN)
    _refuse_unless_graded_now(round, assignment)
    return round, assignment


def _held(assignment_id: UUID, *, by: User) -> tuple[GradingRound, Assignment]:
    """The round, locked: the last two graders wait for each other, so that one of them sees that all grades are in."""
    round = GradingRound.objects.locked().get(items__assignments=assignment_id)
    assignment = Assignment.objects.get(pk=assignment_id)
    if assignment.grader_id != by.pk or not by.may(Permission.GRADE):
        raise CannotGrade("This PPN is not yours to grade.")
    return round, assignment


def _refuse_unless_graded_now(round: GradingRound, assignment: Assignment) -> None:
    if next_round_state(RoundMove.GRADE, round.state) is None:
        raise CannotGrade("This round is not being graded.")
    if not Assignment.objects.waiting().filter(pk=assignment.pk).exists():
        raise CannotGrade("This PPN was withdrawn or replaced, so it is not graded any more.")


def end_grading_when_all_are_in(round: GradingRound, *, by: User, at: datetime) -> None:
    """Open the round, which is locked, for moderation once no PPN of the sample waits for a grade.

    One that was withdrawn before all its graders had graded waits until it is replaced. Raises CannotGrade.
    """
    if Assignment.objects.standing().filter(item__round=round, grade=None).exists():
        return
    state = next_round_state(RoundMove.END_GRADING, round.state)
    if state is None:
        raise CannotGrade("This round is not being graded.")
    round.state = state
    round.save(update_fields=["state"])
    audit.record(verb=Verb.CHANGED, what="grading.round_all_graded", at=at, actor=by, subject=round)


def _what_is_missing(
    *,
    overall: int | None,
    criteria: Mapping[str, int | None],
    not_applicable: Mapping[str, str],
    reason: str,
    strength: str,
    learning_point: str,
) -> dict[str, str]:
    problems = {}
    for criterion in Criterion:
        if criterion not in criteria:
            problems[str(criterion)] = f"{criterion.label}: give a mark from 1 to 4"
        elif criteria[criterion] is None and criterion not in not_applicable:
            problems[why_not(criterion)] = f"{criterion.label}: say why it does not apply"
        elif criteria[criterion] is not None and criterion in not_applicable:
            problems[why_not(criterion)] = f"{criterion.label}: it is marked, so leave this empty"
    suggested = suggested_overall(criteria)
    if overall is None:
        problems["overall"] = "Choose a grade from 1 to 4"
    elif suggested not in (None, overall) and not reason:
        problems["reason"] = f"Your marks suggest {suggested} {suggested.label}: say why you grade it {overall}"
    if not strength:
        problems["strength"] = "Name one strength"
    if not learning_point:
        problems["learning_point"] = "Name one change that would have made it better"
    elif strength and len(strength) + len(learning_point) < SHORTEST_COMMENT:
        problems["learning_point"] = (
            f"Write at least {SHORTEST_COMMENT} characters in these two together, so that the writer can use them"
        )
    return problems


def _checked_marks(criteria: Mapping[str, int | None]) -> dict[str, int | None]:
    if unknown := set(criteria) - set(Criterion.values):
        raise CannotGrade(f"Unknown criterion: {', '.join(sorted(unknown))}.")
    for code, mark in criteria.items():
        if mark is not None and mark not in GRADES:
            raise CannotGrade("A mark is 1, 2, 3 or 4.")
        if mark is None and Criterion(code) in ALWAYS_MARKED:
            raise CannotGrade(f"“{Criterion(code).label}” applies to every PPN: give it a mark.")
    return {str(code): mark for code, mark in criteria.items()}
