"""Operation Encompass: telling the school of a child who lived through domestic abuse. The table of allowed moves."""

from django.db.models import TextChoices

from accounts.enums import AgencyKind


class NoticeState(TextChoices):
    DUE = "DUE", "To be sent"
    SENT = "SENT", "Sent, not acknowledged"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged"
    FAILED = "FAILED", "Did not arrive"
    EXCEPTED = "EXCEPTED", "Not sent, with a reason"


class NoticeMove(TextChoices):
    SEND = "SEND", "Send"
    ACKNOWLEDGE = "ACKNOWLEDGE", "Record that it arrived"
    FAIL = "FAIL", "Record that it did not arrive"
    RETRY = "RETRY", "Send again"
    EXCEPT = "EXCEPT", "Record why it is not sent"


# (move, state it starts from): state it leads to. A move that is not here is refused.
NOTICE_MOVES: dict[tuple[NoticeMove, NoticeState], NoticeState] = {
    (NoticeMove.SEND, NoticeState.DUE): NoticeState.SENT,
    (NoticeMove.ACKNOWLEDGE, NoticeState.SENT): NoticeState.ACKNOWLEDGED,
    (NoticeMove.FAIL, NoticeState.DUE): NoticeState.FAILED,
    (NoticeMove.FAIL, NoticeState.SENT): NoticeState.FAILED,
    (NoticeMove.RETRY, NoticeState.FAILED): NoticeState.SENT,
    (NoticeMove.EXCEPT, NoticeState.DUE): NoticeState.EXCEPTED,
}
TO_BE_DONE = (NoticeState.DUE, NoticeState.FAILED)


def next_notice_state(move: NoticeMove, state: NoticeState | str) -> NoticeState | None:
    """Where a move of a notice leads from a state, or None when it is not allowed there."""
    return NOTICE_MOVES.get((move, NoticeState(state)))


class NoticeChannel(TextChoices):
    SERVICE = "SERVICE", "Shared with the school in this service"
    PHONE = "PHONE", "By telephone"
    SECURE_MAIL = "SECURE_MAIL", "By the force's secure mail"


class NoticeException(TextChoices):
    NO_SETTING = "NO_SETTING", "The child is taught nowhere"
    UNSAFE = "UNSAFE", "Not safe: a key adult is involved"
    NOT_IN_AREA = "NOT_IN_AREA", "The child does not live in the force's area"
    NO_CHILD = "NO_CHILD", "There is no child"
    REGULATIONS = "REGULATIONS", "Excepted by regulations"


# After so many tries that did not arrive somebody rings.
TRIES_BEFORE_PHONE = 3
# What a school is told, and no more: when and where, what happened, and what the child said.
TOLD_TO_SCHOOL = ("incident", "concern", "daily-life")
SCHOOLS = (AgencyKind.EDUCATION, AgencyKind.EARLY_YEARS)
