"""Champions, and supervision of two people."""

from django.db.models import TextChoices


class ChampionEnd(TextChoices):
    """Why somebody is a champion no more."""

    STEPPED_DOWN = "STEPPED_DOWN", "Stepped down"
    ENDED = "ENDED", "Ended by a trainer"


class SupervisionKind(TextChoices):
    SUPERVISION = "SUPERVISION", "Supervision"
    REFLECTIVE = "REFLECTIVE", "Reflective sessions"


class SupervisionState(TextChoices):
    PLANNED = "PLANNED", "Planned"
    HELD = "HELD", "Held"
    MISSED = "MISSED", "Missed"
    CANCELLED = "CANCELLED", "Cancelled"


class SupervisionMove(TextChoices):
    MOVE = "MOVE", "Move to another day"
    HOLD = "HOLD", "Record as held"
    MISS = "MISS", "Record as missed"
    CANCEL = "CANCEL", "Cancel"


# (move, state it starts from): state it leads to. A move that is not here is refused.
SUPERVISION_MOVES: dict[tuple[SupervisionMove, SupervisionState], SupervisionState] = {
    (SupervisionMove.MOVE, SupervisionState.PLANNED): SupervisionState.PLANNED,
    (SupervisionMove.HOLD, SupervisionState.PLANNED): SupervisionState.HELD,
    (SupervisionMove.MISS, SupervisionState.PLANNED): SupervisionState.MISSED,
    (SupervisionMove.CANCEL, SupervisionState.PLANNED): SupervisionState.CANCELLED,
}


def next_supervision_state(move: SupervisionMove, state: SupervisionState | str) -> SupervisionState | None:
    """Where a move leads a session, or None when it is not allowed in that state."""
    return SUPERVISION_MOVES.get((move, SupervisionState(state)))


class SupervisionRole(TextChoices):
    """The two of a supervision; also who owns an action that they agreed."""

    SUPERVISOR = "SUPERVISOR", "The supervisor"
    SUPERVISEE = "SUPERVISEE", "The person supervised"


# Who of the two makes which move. The record is the supervisor's to write, so only they say that a session was held.
SUPERVISION_MOVERS: dict[SupervisionMove, tuple[SupervisionRole, ...]] = {
    SupervisionMove.MOVE: tuple(SupervisionRole),
    SupervisionMove.HOLD: (SupervisionRole.SUPERVISOR,),
    SupervisionMove.MISS: tuple(SupervisionRole),
    SupervisionMove.CANCEL: tuple(SupervisionRole),
}


class WhyMissed(TextChoices):
    OPERATIONAL = "OPERATIONAL", "Operational demand"
    ABSENCE = "ABSENCE", "One of the two was away"
    FORGOTTEN = "FORGOTTEN", "It was forgotten"
    OTHER = "OTHER", "Something else"
