"""May this person do this with the evaluation of a CPI form?"""

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import AssessmentMove, FormKind, next_assessment_state
from referrals.models import CpiAssessment, Referral
from referrals.permissions.parts import received_by_agency_of, sees_casework


def reads_assessments(user: User) -> bool:
    """Whether this person opens the lists of evaluations of CPI forms: intelligence staff, and the supervisors of a hub."""
    return user.may(Permission.ASSESS_CPI, Permission.ACT_ON_DOUBTFUL)


def reads_reports(user: User) -> bool:
    """Whether this person reads the graded reports of their hub, which say nothing of their source."""
    return user.may(Permission.ASSESS_CPI)


def can_assess(user: User, referral: Referral) -> bool:
    """Whether this person evaluates a CPI form: intelligence staff of the hub that received it, never who wrote it."""
    return (
        referral.kind == FormKind.CPI
        and user.may(Permission.ASSESS_CPI)
        and referral.author_id != user.pk
        and received_by_agency_of(user, referral)
    )


def can_act_on_doubtful(user: User, referral: Referral) -> bool:
    """Whether this person, a supervisor of the hub, has somebody act on what is suspected to be false; never who wrote it."""
    return (
        user.may(Permission.ACT_ON_DOUBTFUL) and referral.author_id != user.pk and received_by_agency_of(user, referral)
    )


def sees_assessment(user: User, referral: Referral) -> bool:
    """Whether this person reads how a CPI form was evaluated: intelligence staff and the hub."""
    return referral.kind == FormKind.CPI and (can_assess(user, referral) or sees_casework(user, referral))


def assessment_moves_open_to(
    user: User, referral: Referral, assessment: CpiAssessment, *, is_doubtful: bool
) -> frozenset[AssessmentMove]:
    """What this person may do with this evaluation as it stands: the buttons of its page."""
    possible = frozenset(move for move in AssessmentMove if next_assessment_state(move, assessment.state) is not None)
    if can_assess(user, referral):
        return possible
    routes_doubtful = is_doubtful and can_act_on_doubtful(user, referral)
    return possible & {AssessmentMove.ROUTE} if routes_doubtful else frozenset()
