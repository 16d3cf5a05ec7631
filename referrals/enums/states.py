"""The states of a referral and the table of allowed moves."""

from typing import Any

from django.db.models import TextChoices


class ReferralState(TextChoices):
    DRAFT = "DRAFT", "Draft"
    DISCARDED = "DISCARDED", "Discarded"
    RECEIVED = "RECEIVED", "Waiting for a decision"
    DECIDED = "DECIDED", "Decided"
    SHARED = "SHARED", "Shared, waiting for an answer"
    ANSWERED = "ANSWERED", "Answered"
    CLOSED = "CLOSED", "Closed"
    VOID = "VOID", "Void, before it was shared"
    WITHDRAWN = "WITHDRAWN", "Withdrawn after it was shared"
    DISPOSED = "DISPOSED", "Disposed of"


class Move(TextChoices):
    SUBMIT = "SUBMIT", "Submit"
    DISCARD = "DISCARD", "Discard"
    DECIDE = "DECIDE", "Decide"
    SHARE = "SHARE", "Share"
    ANSWER = "ANSWER", "Record the agency's answer"
    SUPPLY = "SUPPLY", "Send an agency what was missing"
    ASK_AGAIN = "ASK_AGAIN", "Have an agency answer again"
    WITHDRAW = "WITHDRAW", "End the last sharing that waited"
    CLOSE = "CLOSE", "Close"
    REOPEN = "REOPEN", "Reopen"
    REOPEN_ANSWERED = "REOPEN_ANSWERED", "Reopen what agencies answered"
    VOID = "VOID", "Withdraw as a duplicate or about the wrong person"
    AMEND = "AMEND", "Amend"
    SET_RISK = "SET_RISK", "Set the risk level"


# (move, state it starts from): state it leads to. A move that is not here is refused.
MOVES: dict[tuple[Move, ReferralState], ReferralState] = {
    (Move.SUBMIT, ReferralState.DRAFT): ReferralState.RECEIVED,
    (Move.DISCARD, ReferralState.DRAFT): ReferralState.DISCARDED,
    (Move.DECIDE, ReferralState.RECEIVED): ReferralState.DECIDED,
    (Move.DECIDE, ReferralState.DECIDED): ReferralState.DECIDED,
    (Move.DECIDE, ReferralState.SHARED): ReferralState.SHARED,
    (Move.DECIDE, ReferralState.ANSWERED): ReferralState.ANSWERED,
    (Move.SHARE, ReferralState.DECIDED): ReferralState.SHARED,
    (Move.SHARE, ReferralState.SHARED): ReferralState.SHARED,
    (Move.SHARE, ReferralState.ANSWERED): ReferralState.SHARED,
    (Move.ANSWER, ReferralState.SHARED): ReferralState.ANSWERED,
    (Move.SUPPLY, ReferralState.ANSWERED): ReferralState.SHARED,
    (Move.SUPPLY, ReferralState.SHARED): ReferralState.SHARED,
    (Move.ASK_AGAIN, ReferralState.ANSWERED): ReferralState.SHARED,
    (Move.ASK_AGAIN, ReferralState.SHARED): ReferralState.SHARED,
    (Move.WITHDRAW, ReferralState.SHARED): ReferralState.DECIDED,
    (Move.CLOSE, ReferralState.DECIDED): ReferralState.CLOSED,
    (Move.CLOSE, ReferralState.ANSWERED): ReferralState.CLOSED,
    (Move.REOPEN, ReferralState.CLOSED): ReferralState.DECIDED,
    (Move.REOPEN_ANSWERED, ReferralState.CLOSED): ReferralState.ANSWERED,
    # Where it ends depends on how far it had gone: what agencies had is withdrawn from them.
    (Move.VOID, ReferralState.RECEIVED): ReferralState.VOID,
    (Move.VOID, ReferralState.DECIDED): ReferralState.VOID,
    (Move.VOID, ReferralState.SHARED): ReferralState.WITHDRAWN,
    (Move.VOID, ReferralState.ANSWERED): ReferralState.WITHDRAWN,
    # A newer version of what was submitted takes nothing back that was done with the earlier one.
    (Move.AMEND, ReferralState.RECEIVED): ReferralState.RECEIVED,
    (Move.AMEND, ReferralState.DECIDED): ReferralState.DECIDED,
    (Move.AMEND, ReferralState.SHARED): ReferralState.SHARED,
    (Move.AMEND, ReferralState.ANSWERED): ReferralState.ANSWERED,
    (Move.SET_RISK, ReferralState.RECEIVED): ReferralState.RECEIVED,
    (Move.SET_RISK, ReferralState.DECIDED): ReferralState.DECIDED,
    (Move.SET_RISK, ReferralState.SHARED): ReferralState.SHARED,
    (Move.SET_RISK, ReferralState.ANSWERED): ReferralState.ANSWERED,
}
UNSENT = (ReferralState.DRAFT, ReferralState.DISCARDED)
SENT = (
    ReferralState.RECEIVED,
    ReferralState.DECIDED,
    ReferralState.SHARED,
    ReferralState.ANSWERED,
    ReferralState.CLOSED,
)
# Sent, and taken out of every count, sample, comparison and list of work since; who wrote it and the hub still read it.
VOIDED = (ReferralState.VOID, ReferralState.WITHDRAWN)
# No move leads here or on. Nothing is left but what figures of grading and second looks count: no words, nobody, no reference.
GONE = (ReferralState.DISPOSED,)
OPEN_AT_HUB = (ReferralState.RECEIVED, ReferralState.DECIDED, ReferralState.SHARED, ReferralState.ANSWERED)


def next_state(move: Move, state: ReferralState | str) -> ReferralState | None:
    """Where a move leads from a state, or None when it is not allowed there."""
    return MOVES.get((move, ReferralState(state)))


def from_to(before: ReferralState | str, after: ReferralState | str) -> dict[str, Any]:
    """What the record of a move says of it; the same state twice where the move leaves it."""
    return {"from": str(before), "to": str(after)}
