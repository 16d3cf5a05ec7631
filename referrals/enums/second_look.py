"""A second look at decisions: its states, the table of allowed moves, and how far apart two levels may be."""

from django.db.models import TextChoices


class SecondLookState(TextChoices):
    OPEN = "OPEN", "Being read"
    COMPLETE = "COMPLETE", "All are recorded"
    CLOSED = "CLOSED", "Closed before all were recorded"


class SecondLookMove(TextChoices):
    RECORD = "RECORD", "Record a second decision"
    FINISH = "FINISH", "Record the last one"
    CLOSE = "CLOSE", "Close early"


# (move, state it starts from): state it leads to. A move that is not here is refused.
SECOND_LOOK_MOVES: dict[tuple[SecondLookMove, SecondLookState], SecondLookState] = {
    (SecondLookMove.RECORD, SecondLookState.OPEN): SecondLookState.OPEN,
    (SecondLookMove.FINISH, SecondLookState.OPEN): SecondLookState.COMPLETE,
    (SecondLookMove.CLOSE, SecondLookState.OPEN): SecondLookState.CLOSED,
}
# From so many levels higher on, a second decision has a supervisor look at the referral again.
FAR_HIGHER = 2


def next_second_look_state(move: SecondLookMove, state: SecondLookState | str) -> SecondLookState | None:
    """Where a move leads from a state, or None when it is not allowed there."""
    return SECOND_LOOK_MOVES.get((move, SecondLookState(state)))
