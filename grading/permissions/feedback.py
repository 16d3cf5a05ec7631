"""Who may do what with the feedback on a PPN. Which of it somebody may see is `GradeFeedback.objects.visible_to`."""

from accounts.enums import Permission
from accounts.models import User
from grading.enums import ANSWERS_TO_FEEDBACK, GRADES_ARE_OPEN, FeedbackMove, RoundState, next_feedback_state
from grading.models import GradeFeedback, GradingRound
from grading.permissions.rounds import can_run, can_see_trend, grades_in
from referrals.permissions import is_writer


def can_see_feedbacks(user: User) -> bool:
    """The list: who writes PPNs, who leads a team, and whoever was told something before their work changed."""
    return user.may(Permission.WRITE_PPN, Permission.SEE_TEAM_REFERRALS) or GradeFeedback.objects.to(user).exists()


def can_answer(user: User, feedback: GradeFeedback) -> bool:
    """Only who wrote the PPN says that they read it, or disagree."""
    return feedback.recipient_id == user.pk and is_writer(user, feedback.item.referral)


def answers_open_to(user: User, feedback: GradeFeedback) -> list[FeedbackMove]:
    """What this person may answer; nothing once it was answered."""
    if not can_answer(user, feedback):
        return []
    return [move for move in ANSWERS_TO_FEEDBACK if next_feedback_state(move, feedback.state) is not None]


def can_see_feedback_counts(user: User, round: GradingRound) -> bool:
    """How many writers have read it: who runs the round, once grades are being agreed."""
    return can_run(user, round) and round.state in GRADES_ARE_OPEN


def can_see_themes(user: User, round: GradingRound) -> bool:
    """Themes of the learning points of one round, which are ten or fewer in ten themes: who runs it, and its graders once it is published.

    Others read the themes of all rounds of a year, without small numbers.
    """
    if round.state == RoundState.PUBLISHED and grades_in(user, round):
        return True
    return can_see_feedback_counts(user, round)


def can_see_all_themes(user: User) -> bool:
    return can_see_trend(user)
