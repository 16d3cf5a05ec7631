"""Review groups, the questions of a review, and the allowed moves of a review and of what holds a record."""

from django.db.models import IntegerChoices, TextChoices

from referrals.enums.forms import ConcernType, FormKind, RiskLevel
from referrals.enums.states import VOIDED, ReferralState

# Nothing is disposed of sooner, whatever the settings say.
LEAST_YEARS = 6
SPECIAL_CARE_UNDER = 10
GONE_AT_AGE = 100
SHORTEST_REVIEW_REASON = 20


class RetentionGroup(IntegerChoices):
    """The review groups of police information management; the force's own schedule wins."""

    PUBLIC_PROTECTION = 1, "1: certain public protection matters"
    SERIOUS = 2, "2: other sexual, violent or serious matters"
    OTHER_OFFENCES = 3, "3: other offences"
    MISCELLANEOUS = 4, "4: all else"


# By what a PPN is about; of several the strictest. A CPI form is information about somebody and stands in group 4.
GROUP_OF_TYPE: dict[ConcernType, RetentionGroup] = {
    ConcernType.CHILD: RetentionGroup.OTHER_OFFENCES,
    ConcernType.ADULT_AT_RISK: RetentionGroup.OTHER_OFFENCES,
    ConcernType.DOMESTIC_ABUSE: RetentionGroup.SERIOUS,
    ConcernType.STALKING_HARASSMENT: RetentionGroup.SERIOUS,
    ConcernType.HONOUR_BASED_ABUSE: RetentionGroup.PUBLIC_PROTECTION,
    ConcernType.EXPLOITATION: RetentionGroup.PUBLIC_PROTECTION,
    ConcernType.MENTAL_HEALTH: RetentionGroup.MISCELLANEOUS,
    ConcernType.HATE: RetentionGroup.OTHER_OFFENCES,
    ConcernType.MISSING: RetentionGroup.MISCELLANEOUS,
    ConcernType.PREVENT: RetentionGroup.PUBLIC_PROTECTION,
}
# Only what has ended is reviewed.
REVIEWED_IN = (ReferralState.CLOSED, *VOIDED)


def group_by_rule(
    *, kind: FormKind | str, state: ReferralState | str, types: list[str], risk: int | None
) -> RetentionGroup:
    """The group that a referral belongs to by what it says. What was withdrawn as void was about nothing or nobody: group 4."""
    if state in VOIDED or kind == FormKind.CPI:
        return RetentionGroup.MISCELLANEOUS
    groups = [GROUP_OF_TYPE[ConcernType(code)] for code in types]
    if risk == RiskLevel.HIGH:
        groups.append(RetentionGroup.SERIOUS)
    return min(groups, default=RetentionGroup.MISCELLANEOUS)


class RetentionState(TextChoices):
    SCHEDULED = "SCHEDULED", "Not due yet"
    DUE = "DUE", "Due for review"
    PROPOSED = "PROPOSED", "Proposed for disposal"
    APPROVED = "APPROVED", "Being disposed of"
    RETAINED = "RETAINED", "Retained"


class RetentionMove(TextChoices):
    FALL_DUE = "FALL_DUE", "Fall due"
    REGROUP = "REGROUP", "Move to a group of a later date"
    RETAIN = "RETAIN", "Retain, with a next date"
    PROPOSE = "PROPOSE", "Propose disposal"
    APPROVE = "APPROVE", "Approve disposal (a second person)"
    SEND_BACK = "SEND_BACK", "Send back (a second person)"
    STOP = "STOP", "Stop: a legal hold, or something else stands in the way"


# After APPROVED comes no state: the review goes with the referral, and a certificate says so.
RETENTION_MOVES: dict[tuple[RetentionMove, RetentionState], RetentionState] = {
    (RetentionMove.FALL_DUE, RetentionState.SCHEDULED): RetentionState.DUE,
    (RetentionMove.REGROUP, RetentionState.DUE): RetentionState.SCHEDULED,
    (RetentionMove.RETAIN, RetentionState.DUE): RetentionState.RETAINED,
    (RetentionMove.PROPOSE, RetentionState.DUE): RetentionState.PROPOSED,
    (RetentionMove.APPROVE, RetentionState.PROPOSED): RetentionState.APPROVED,
    (RetentionMove.SEND_BACK, RetentionState.PROPOSED): RetentionState.DUE,
    (RetentionMove.STOP, RetentionState.PROPOSED): RetentionState.DUE,
    (RetentionMove.STOP, RetentionState.APPROVED): RetentionState.DUE,
}
RETENTION_OPEN = (
    RetentionState.SCHEDULED,
    RetentionState.DUE,
    RetentionState.PROPOSED,
    RetentionState.APPROVED,
)


def next_retention_state(move: RetentionMove, state: RetentionState | str) -> RetentionState | None:
    """Where a move leads from a state, or None when it is not allowed there."""
    return RETENTION_MOVES.get((move, RetentionState(state)))


class RetentionCriterion(TextChoices):
    """The national retention assessment criteria, as questions."""

    SERIOUS_HARM = "SERIOUS_HARM", "Is there evidence that somebody in it is able to cause serious harm?"
    VULNERABLE = "VULNERABLE", "Are there concerns for children or adults at risk?"
    BREACH_OF_TRUST = "BREACH_OF_TRUST", "Did what happened involve a breach of trust?"
    ASSOCIATES = "ASSOCIATES", "Are there links or associates that might raise the risk of harm?"
    SUBSTANCES = "SUBSTANCES", "Are there concerns about drugs or alcohol?"
    MENTAL_STATE = "MENTAL_STATE", "Are there concerns that a person's mental state might raise the risk of harm?"


class CriterionAnswer(TextChoices):
    YES = "YES", "Yes"
    NO = "NO", "No"
    NOT_KNOWN = "NOT_KNOWN", "Not known"


class HoldReason(TextChoices):
    """Why nothing of a record may be disposed of for now."""

    INVESTIGATION = "INVESTIGATION", "Criminal investigation, prosecution or appeal"
    CIVIL = "CIVIL", "Civil or family proceedings"
    INQUEST = "INQUEST", "Inquest, or a review after a death or serious harm"
    INQUIRY = "INQUIRY", "Public inquiry or a duty to preserve"
    COMPLAINT = "COMPLAINT", "Complaint or misconduct"
    RIGHTS = "RIGHTS", "Request of a person for their data, or to have it corrected"
    OTHER = "OTHER", "Other, said in words"
