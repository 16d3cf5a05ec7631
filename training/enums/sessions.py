"""Sessions of programmes and their registers."""

from django.db.models import TextChoices

from training.enums.catalogue import Delivery

# How a session of a programme is given. A video is watched by each member in their own time, from its beginning to its end.
SESSION_DELIVERIES = (Delivery.FACE_TO_FACE, Delivery.VIRTUAL, Delivery.VIDEO, Delivery.EXERCISE)
# Those that people come to a place for.
IN_A_PLACE = (Delivery.FACE_TO_FACE, Delivery.EXERCISE)


class TrainingSessionState(TextChoices):
    PLANNED = "PLANNED", "Planned"
    HELD = "HELD", "Held"
    CANCELLED = "CANCELLED", "Cancelled"


class TrainingSessionMove(TextChoices):
    CHANGE = "CHANGE", "Change"
    ADD = "ADD", "Add somebody"
    REGISTER = "REGISTER", "Take the register"
    CLOSE = "CLOSE", "Close the register"
    CORRECT = "CORRECT", "Correct the closed register"
    CANCEL = "CANCEL", "Cancel the session"


# (move, state it starts from): state it leads to. A move that is not here is refused.
TRAINING_SESSION_MOVES: dict[tuple[TrainingSessionMove, TrainingSessionState], TrainingSessionState] = {
    (TrainingSessionMove.CHANGE, TrainingSessionState.PLANNED): TrainingSessionState.PLANNED,
    (TrainingSessionMove.ADD, TrainingSessionState.PLANNED): TrainingSessionState.PLANNED,
    (TrainingSessionMove.REGISTER, TrainingSessionState.PLANNED): TrainingSessionState.PLANNED,
    (TrainingSessionMove.CANCEL, TrainingSessionState.PLANNED): TrainingSessionState.CANCELLED,
    (TrainingSessionMove.CLOSE, TrainingSessionState.PLANNED): TrainingSessionState.HELD,
    (TrainingSessionMove.CORRECT, TrainingSessionState.HELD): TrainingSessionState.HELD,
}


def next_training_session_state(
    move: TrainingSessionMove, state: TrainingSessionState | str
) -> TrainingSessionState | None:
    """Where a move leads a session of a programme, or None when it is not allowed in that state."""
    return TRAINING_SESSION_MOVES.get((move, TrainingSessionState(state)))


class Presence(TextChoices):
    """What the register says of somebody; while nobody said anything it is empty."""

    PRESENT = "PRESENT", "Present"
    PARTLY = "PARTLY", "Partly"
    ABSENT = "ABSENT", "Absent"
    EXCUSED = "EXCUSED", "Excused"


class MarkedHow(TextChoices):
    TICK = "TICK", "Ticked by a trainer"
    CODE = "CODE", "By code"
    VIDEO = "VIDEO", "Watched, confirmed by a trainer"
    CORRECTION = "CORRECTION", "Corrected after the register was closed"
