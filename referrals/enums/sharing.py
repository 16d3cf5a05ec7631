"""A share and its answer."""

from django.db.models import TextChoices


class ShareState(TextChoices):
    WAITING = "WAITING", "Waiting for an answer"
    ACCEPTED = "ACCEPTED", "Accepted"
    REJECTED = "REJECTED", "Rejected"
    FURTHER_WORK = "FURTHER_WORK", "Further work needed"
    ENDED = "ENDED", "Sharing ended"


ANSWERED = (ShareState.ACCEPTED, ShareState.REJECTED, ShareState.FURTHER_WORK)


class ShareMove(TextChoices):
    ACCEPT = "ACCEPT", "Accept"
    REJECT = "REJECT", "Reject"
    ASK = "ASK", "Ask for further work"
    SUPPLY = "SUPPLY", "Send what was missing"
    ASK_AGAIN = "ASK_AGAIN", "Answer again, after a challenge was upheld"
    RENEW = "RENEW", "Give a newer version"
    END = "END", "End the sharing"


# (move, state it starts from): state it leads to. A move that is not here is refused.
SHARE_MOVES: dict[tuple[ShareMove, ShareState], ShareState] = {
    (ShareMove.ACCEPT, ShareState.WAITING): ShareState.ACCEPTED,
    (ShareMove.REJECT, ShareState.WAITING): ShareState.REJECTED,
    (ShareMove.ASK, ShareState.WAITING): ShareState.FURTHER_WORK,
    (ShareMove.SUPPLY, ShareState.FURTHER_WORK): ShareState.WAITING,
    **{(ShareMove.ASK_AGAIN, state): ShareState.WAITING for state in ANSWERED},
    **{(ShareMove.RENEW, state): state for state in (ShareState.WAITING, *ANSWERED)},
    **{(ShareMove.END, state): ShareState.ENDED for state in (ShareState.WAITING, *ANSWERED)},
}
MOVE_OF_ANSWER = {
    ShareState.ACCEPTED: ShareMove.ACCEPT,
    ShareState.REJECTED: ShareMove.REJECT,
    ShareState.FURTHER_WORK: ShareMove.ASK,
}


def next_share_state(move: ShareMove, state: ShareState | str) -> ShareState | None:
    """Where a move of a share leads from a state, or None when it is not allowed there."""
    return SHARE_MOVES.get((move, ShareState(state)))


class RejectionReason(TextChoices):
    INSUFFICIENT_INFORMATION = "INSUFFICIENT_INFORMATION", "Not enough information"
    WRONG_AGENCY = "WRONG_AGENCY", "Meant for another agency"
    BELOW_THRESHOLD = "BELOW_THRESHOLD", "Below the threshold"
    DUPLICATE = "DUPLICATE", "We have it already"
    NO_LAWFUL_BASIS = "NO_LAWFUL_BASIS", "No lawful basis to receive it"
    WRONG_FORM = "WRONG_FORM", "Wrong form"


class Missing(TextChoices):
    """What an agency needs before it can answer."""

    WHO = "WHO", "Who the people are"
    REACH = "REACH", "How to reach them safely"
    RESPONSIBILITY = "RESPONSIBILITY", "Who has parental responsibility"
    VOICE = "VOICE", "What the person says and wants"
    CONCERN = "CONCERN", "What happened, and what the worry is"
    HARM = "HARM", "What the harm is"
    NEEDS = "NEEDS", "What the person needs"
    HISTORY = "HISTORY", "What went before"
    TOLD = "TOLD", "Whether the person was told and agrees"
    ASKED = "ASKED", "What is asked of us"
    OTHER = "OTHER", "Something else"


class FeedbackKind(TextChoices):
    """What the person who wrote a referral is told of."""

    DECISION = "DECISION", "What the hub decided"
    ANSWER = "ANSWER", "What an agency answered"
    LEARNING = "LEARNING", "What can be learned"
    THANKS = "THANKS", "Thanks"
