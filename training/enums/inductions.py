"""Induction plans and how a step stands."""

from django.db.models import TextChoices


class InductionState(TextChoices):
    OPEN = "OPEN", "Under way"
    COMPLETE = "COMPLETE", "Complete"
    STOPPED = "STOPPED", "Stopped"


class InductionMove(TextChoices):
    DECLARE = "DECLARE", "Say that a step is done"
    MOVE_STEP = "MOVE_STEP", "Move a step"
    EXTEND = "EXTEND", "Extend the plan"
    CHANGE_PEOPLE = "CHANGE_PEOPLE", "Change mentor or line manager"
    CLOSE = "CLOSE", "Close as complete"
    STOP = "STOP", "Stop the plan"
    REOPEN = "REOPEN", "Reopen the plan"


# (move, state it starts from): state it leads to. A move that is not here is refused.
INDUCTION_MOVES: dict[tuple[InductionMove, InductionState], InductionState] = {
    (InductionMove.DECLARE, InductionState.OPEN): InductionState.OPEN,
    (InductionMove.MOVE_STEP, InductionState.OPEN): InductionState.OPEN,
    (InductionMove.EXTEND, InductionState.OPEN): InductionState.OPEN,
    (InductionMove.CHANGE_PEOPLE, InductionState.OPEN): InductionState.OPEN,
    (InductionMove.CLOSE, InductionState.OPEN): InductionState.COMPLETE,
    (InductionMove.STOP, InductionState.OPEN): InductionState.STOPPED,
    (InductionMove.REOPEN, InductionState.COMPLETE): InductionState.OPEN,
    (InductionMove.REOPEN, InductionState.STOPPED): InductionState.OPEN,
}


def next_induction_state(move: InductionMove, state: InductionState | str) -> InductionState | None:
    """Where a move leads an induction plan, or None when it is not allowed in that state."""
    return INDUCTION_MOVES.get((move, InductionState(state)))


class StepStanding(TextChoices):
    """Where a step of an induction is; worked out from records and evidence, never typed."""

    LATE = "LATE", "Late"
    TO_DO = "TO_DO", "To do"
    SENT_BACK = "SENT_BACK", "Sent back"
    DECLARED = "DECLARED", "Waits for the trainer"
    WITH_MENTOR = "WITH_MENTOR", "Waits for the mentor"
    WITH_MANAGER = "WITH_MANAGER", "Waits for the line manager"
    WITH_ANSWER = "WITH_ANSWER", "Waits for an answer"
    DONE = "DONE", "Done"
    NOT_ASKED = "NOT_ASKED", "No longer asked for"
