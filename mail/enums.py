"""What may become of a message, and by what it is sent."""

from django.db import models


class MessageState(models.TextChoices):
    QUEUED = "QUEUED", "Waits to be sent"
    SENT = "SENT", "Sent"
    FAILED = "FAILED", "Could not be sent yet"
    BOUNCED = "BOUNCED", "Could not be delivered"


class MessageMove(models.TextChoices):
    SEND = "SEND", "The sender took it"
    FAIL = "FAIL", "The sender did not take it"
    RETURN = "RETURN", "The sender took it, and did not deliver it"
    BOUNCE = "BOUNCE", "The address could not be reached"


class SenderKind(models.TextChoices):
    SMTP = "SMTP", "Mail relay"
    NOTIFY = "NOTIFY", "GOV.UK Notify"


MESSAGE_MOVES: dict[tuple[MessageMove, MessageState], MessageState] = {
    (MessageMove.SEND, MessageState.QUEUED): MessageState.SENT,
    (MessageMove.SEND, MessageState.FAILED): MessageState.SENT,
    (MessageMove.FAIL, MessageState.QUEUED): MessageState.FAILED,
    (MessageMove.FAIL, MessageState.FAILED): MessageState.FAILED,
    (MessageMove.RETURN, MessageState.SENT): MessageState.FAILED,
    (MessageMove.BOUNCE, MessageState.QUEUED): MessageState.BOUNCED,
    (MessageMove.BOUNCE, MessageState.FAILED): MessageState.BOUNCED,
    (MessageMove.BOUNCE, MessageState.SENT): MessageState.BOUNCED,
}


def states_before(move: MessageMove) -> list[MessageState]:
    """The states from which this move may be made."""
    return [state for (one, state) in MESSAGE_MOVES if one == move]
