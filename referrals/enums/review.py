"""A supervisor's review of a PPN: its states and the table of allowed moves. It runs beside triage and never holds it up."""

from django.db.models import TextChoices


class ReviewState(TextChoices):
    WAITING = "WAITING", "Waiting for the supervisor"
    APPROVED = "APPROVED", "Approved"
    APPROVED_WITH_CHANGE = "APPROVED_WITH_CHANGE", "Approved with a change"
    RETURNED = "RETURNED", "Returned to the author"
    RESUBMITTED = "RESUBMITTED", "Returned, and answered by the author"


class ReviewMove(TextChoices):
    APPROVE = "APPROVE", "Approve"
    APPROVE_WITH_CHANGE = "APPROVE_WITH_CHANGE", "Approve with a change"
    RETURN = "RETURN", "Return to the author"
    RESUBMIT = "RESUBMIT", "Answer, which begins the next round"


# (move, state it starts from): state it leads to. A move that is not here is refused.
REVIEW_MOVES: dict[tuple[ReviewMove, ReviewState], ReviewState] = {
    (ReviewMove.APPROVE, ReviewState.WAITING): ReviewState.APPROVED,
    (ReviewMove.APPROVE_WITH_CHANGE, ReviewState.WAITING): ReviewState.APPROVED_WITH_CHANGE,
    (ReviewMove.RETURN, ReviewState.WAITING): ReviewState.RETURNED,
    (ReviewMove.RESUBMIT, ReviewState.RETURNED): ReviewState.RESUBMITTED,
}
OPEN_REVIEWS = (ReviewState.WAITING, ReviewState.RETURNED)
RETURNED_ONCE = (ReviewState.RETURNED, ReviewState.RESUBMITTED)
SUPERVISORS_MOVES = (ReviewMove.APPROVE, ReviewMove.APPROVE_WITH_CHANGE, ReviewMove.RETURN)


class ReturnReason(TextChoices):
    VOICE_MISSING = "VOICE_MISSING", "The person's own voice is missing"
    IDENTITY_MISSING = "IDENTITY_MISSING", "Who the person is, is not told in full"
    HARM_UNCLEAR = "HARM_UNCLEAR", "The harm is not clear"
    HISTORY_MISSING = "HISTORY_MISSING", "History was not looked up"
    RISK_RATIONALE = "RISK_RATIONALE", "The risk level is not explained"
    LAWFUL_BASIS = "LAWFUL_BASIS", "The lawful basis is wrong or not clear"
    HOUSEHOLD = "HOUSEHOLD", "Household or family is missing"
    WRONG_TYPE = "WRONG_TYPE", "Wrong type of concern"
    NOT_NEEDED = "NOT_NEEDED", "No PPN was needed"
    LANGUAGE = "LANGUAGE", "Words that blame, or that others do not understand"
    OTHER = "OTHER", "Something else"


def next_review_state(move: ReviewMove, state: ReviewState | str) -> ReviewState | None:
    """Where a move leads from a state, or None when it is not allowed there."""
    return REVIEW_MOVES.get((move, ReviewState(state)))
