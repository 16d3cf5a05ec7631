"""A training record: its states, who signs when, and the words that are signed."""

from django.db.models import TextChoices


class RecordState(TextChoices):
    LOGGED = "LOGGED", "Waiting for the mentor"
    MENTOR_SIGNED = "MENTOR_SIGNED", "Waiting for the line manager"
    COMPLETE = "COMPLETE", "Complete"
    SENT_BACK = "SENT_BACK", "Sent back"


class RecordMove(TextChoices):
    SIGN_AS_MENTOR = "SIGN_AS_MENTOR", "Sign as mentor"
    SIGN_AS_LINE_MANAGER = "SIGN_AS_LINE_MANAGER", "Sign as line manager"
    SEND_BACK = "SEND_BACK", "Send back"
    CORRECT = "CORRECT", "Correct and ask again"
    REVOKE = "REVOKE", "Revoke the signatures"


# (move, state it starts from): state it leads to. A move that is not here is refused.
RECORD_MOVES: dict[tuple[RecordMove, RecordState], RecordState] = {
    (RecordMove.SIGN_AS_MENTOR, RecordState.LOGGED): RecordState.MENTOR_SIGNED,
    (RecordMove.SIGN_AS_LINE_MANAGER, RecordState.MENTOR_SIGNED): RecordState.COMPLETE,
    (RecordMove.SEND_BACK, RecordState.LOGGED): RecordState.SENT_BACK,
    (RecordMove.SEND_BACK, RecordState.MENTOR_SIGNED): RecordState.SENT_BACK,
    (RecordMove.CORRECT, RecordState.SENT_BACK): RecordState.LOGGED,
    (RecordMove.REVOKE, RecordState.MENTOR_SIGNED): RecordState.LOGGED,
    (RecordMove.REVOKE, RecordState.COMPLETE): RecordState.LOGGED,
}

# Somebody still has to do something.
OPEN_STATES = (RecordState.LOGGED, RecordState.MENTOR_SIGNED, RecordState.SENT_BACK)


def next_record_state(move: RecordMove, state: RecordState | str) -> RecordState | None:
    """Where a move leads a record, or None when it is not allowed in that state."""
    return RECORD_MOVES.get((move, RecordState(state)))


class SignerRole(TextChoices):
    """Who signs, in the order in which they sign."""

    MENTOR = "MENTOR", "Mentor"
    LINE_MANAGER = "LINE_MANAGER", "Line manager"


SIGNING_MOVES: dict[SignerRole, RecordMove] = {
    SignerRole.MENTOR: RecordMove.SIGN_AS_MENTOR,
    SignerRole.LINE_MANAGER: RecordMove.SIGN_AS_LINE_MANAGER,
}

# Whose turn it is to sign.
TURNS: dict[RecordState, SignerRole] = {
    RecordState.LOGGED: SignerRole.MENTOR,
    RecordState.MENTOR_SIGNED: SignerRole.LINE_MANAGER,
}

# Kept word for word with each signature, so that a later change of these words changes nothing that was signed.
STATEMENTS: dict[SignerRole, str] = {
    SignerRole.MENTOR: (
        "I have discussed this training with the person named here and have seen them use it at work. "
        "In my judgement they can do what the module teaches."
    ),
    SignerRole.LINE_MANAGER: (
        "I have read the evidence and the mentor's signature. I am satisfied that the person named here is competent "
        "in what the module teaches, and I will support them in using it."
    ),
}

# The second sentence of a statement that is signed in the place of another.
IN_THE_PLACE_OF = "I sign in the place of {name}, who is away."


def statement_of(role: SignerRole, *, on_behalf_of: str = "") -> str:
    """What is signed, word for word."""
    said = STATEMENTS[role]
    return f"{said} {IN_THE_PLACE_OF.format(name=on_behalf_of)}" if on_behalf_of else said


class Standing(TextChoices):
    """How one person stands towards one thing that is needed; worked out, never typed."""

    MET = "MET", "Met"
    DUE = "DUE", "Due"
    LAPSED = "LAPSED", "Lapsed"
    WAITING = "WAITING", "Waiting for a signature"
    SENT_BACK = "SENT_BACK", "Sent back"
    MISSING = "MISSING", "Missing"
    NOT_REQUIRED = "NOT_REQUIRED", "Not required"
