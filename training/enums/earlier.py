"""What was signed on paper before."""

from django.db.models import TextChoices


class EarlierState(TextChoices):
    """Where a sign-off is that was made on paper before and taken over from a spreadsheet."""

    TAKEN_OVER = "TAKEN_OVER", "Taken over"
    ACCEPTED = "ACCEPTED", "Accepted"
    UNDONE = "UNDONE", "Undone"


class EarlierMove(TextChoices):
    """What can be done with one; it is never changed."""

    ACCEPT = "ACCEPT", "Accept for a module"
    TAKE_BACK = "TAKE_BACK", "Take the acceptance back"
    UNDO = "UNDO", "Undo the import"


EARLIER_MOVES: dict[tuple[EarlierMove, EarlierState], EarlierState] = {
    (EarlierMove.ACCEPT, EarlierState.TAKEN_OVER): EarlierState.ACCEPTED,
    (EarlierMove.TAKE_BACK, EarlierState.ACCEPTED): EarlierState.TAKEN_OVER,
    (EarlierMove.UNDO, EarlierState.TAKEN_OVER): EarlierState.UNDONE,
    # What was accepted is taken back with it.
    (EarlierMove.UNDO, EarlierState.ACCEPTED): EarlierState.UNDONE,
}


def next_earlier_state(move: EarlierMove, state: EarlierState | str) -> EarlierState | None:
    """Where a move leads an earlier sign-off, or None when it is not allowed in that state."""
    return EARLIER_MOVES.get((move, EarlierState(state)))
