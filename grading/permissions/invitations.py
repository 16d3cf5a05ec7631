"""Who may do what with an invitation to grade. Which of them somebody may see is `Invitation.objects.visible_to`."""

from accounts.enums import Permission
from accounts.models import User
from grading.enums import RoundMove, next_round_state
from grading.models import GradingRound, Invitation
from grading.permissions.rounds import can_run


def can_invite(user: User, round: GradingRound) -> bool:
    """Who runs the round, until its graders are assigned; the same for withdrawing."""
    return can_run(user, round) and next_round_state(RoundMove.INVITE, round.state) is not None


def can_see_invitations(user: User) -> bool:
    """Their own, for who may grade."""
    return user.may(Permission.GRADE)


def is_asked(user: User, invitation: Invitation) -> bool:
    """Each of the agency's people who may grade; nobody answers for another."""
    return user.may(Permission.GRADE) and user.agency_id == invitation.agency_id
