"""Who may do what in a grading round."""

from accounts.enums import Permission
from accounts.models import User
from grading.enums import GRADES_ARE_OPEN, RoundMove, RoundState, next_round_state
from grading.models import Assignment, GradingRound, RoundItem


def can_see_rounds(user: User) -> bool:
    return user.may(Permission.RUN_GRADING, Permission.GRADE, Permission.SEE_GRADING_RESULTS)


def can_see_trend(user: User) -> bool:
    return user.may(Permission.RUN_GRADING, Permission.SEE_GRADING_RESULTS)


def can_see_drift(user: User) -> bool:
    """How far graders lie from what was agreed: who runs grading of all, a grader of themselves."""
    return user.may(Permission.RUN_GRADING, Permission.GRADE)


def can_open_round(user: User) -> bool:
    """Supervisors of a police force."""
    return user.may(Permission.RUN_GRADING) and user.agency is not None and user.agency.is_police


def can_run(user: User, round: GradingRound) -> bool:
    """Draw it, assign graders, agree grades and publish: supervisors of the force whose round it is."""
    return user.may(Permission.RUN_GRADING) and user.agency_id == round.force_id


def grades_in(user: User, round: GradingRound) -> bool:
    """Who has a PPN of the round to grade, or graded one, and may still grade."""
    return user.may(Permission.GRADE) and Assignment.objects.of(user).filter(item__round=round).exists()


def can_read_sample(user: User, round: GradingRound) -> bool:
    """Which PPNs were drawn, by reference: who runs the round, but not while they still grade in it themselves."""
    return can_run(user, round) and not (round.state == RoundState.GRADING and grades_in(user, round))


def can_check_draw(user: User, round: GradingRound) -> bool:
    """Who runs it, and its panel: the draw is public to those who grade what was drawn."""
    return can_run(user, round) or grades_in(user, round)


def can_grade(user: User, item: RoundItem) -> bool:
    """Only who was assigned, and still may grade; nobody what was replaced."""
    return user.may(Permission.GRADE) and item.assignments.standing().filter(grader=user).exists()


def can_see_grades(user: User, item: RoundItem) -> bool:
    """Everybody's grades of an item: once all grades of the round are in, and not before, whoever asks."""
    is_open = item.round.state in GRADES_ARE_OPEN
    return is_open and (can_run(user, item.round) or can_grade(user, item))


def can_see_results(user: User, round: GradingRound) -> bool:
    """Counts and mean: who runs the round once grades are being agreed, others once it is published."""
    if round.state == RoundState.PUBLISHED:
        return user.may(Permission.SEE_GRADING_RESULTS, Permission.RUN_GRADING)
    return round.state == RoundState.MODERATING and can_run(user, round)


def can_see_agreement(user: User, round: GradingRound) -> bool:
    """How far the graders agreed: who runs the round and its graders once all grades are in, others once it is published."""
    is_open = round.state in GRADES_ARE_OPEN
    return is_open and (grades_in(user, round) or can_see_results(user, round))


def moves_open_to(user: User, round: GradingRound) -> set[RoundMove]:
    """The buttons that this person may be shown."""
    if not can_run(user, round):
        return set()
    moves = (
        RoundMove.INVITE,
        RoundMove.DRAW,
        RoundMove.ASSIGN,
        RoundMove.REPLACE,
        RoundMove.REPLACE_ITEM,
        RoundMove.AGREE,
        RoundMove.PUBLISH,
    )
    return {move for move in moves if next_round_state(move, round.state) is not None}
