"""Cases of unusual access: the rules that find them, and the moves by which it is noted what came of each."""

from django.db import models


class UnusualRule(models.TextChoices):
    """Why access is listed for the information governance officer."""

    OUT_OF_HOURS = "OUT_OF_HOURS", "Looked at records outside the hours in which this person usually works"
    MANY_IN_HOUR = "MANY_IN_HOUR", "Opened far more records in one hour than usual"
    MANY_IN_DAY = "MANY_IN_DAY", "Opened far more records in one day than usual"
    MANY_FILES = "MANY_FILES", "Took out far more files in one day than usual"
    SAME_NAME = (
        "SAME_NAME",
        "Opened a referral about somebody with the same family name, in which this person has had no part",
    )
    KNOWN_PERSON = "KNOWN_PERSON", "Opened a referral about themselves or somebody of their own team"
    NO_TASK = "NO_TASK", "Opened several referrals on which this person had no task"
    LOOKED_UP = "LOOKED_UP", "Searched for somebody and opened the referral without a task on it"
    SAME_SEARCH = "SAME_SEARCH", "Searched for the same name again and again"
    BREAK_GLASS = "BREAK_GLASS", "Opened a record by emergency access"


class UnusualState(models.TextChoices):
    NEW = "NEW", "To be looked at"
    ASKED = "ASKED", "The person was asked"
    ESCALATED = "ESCALATED", "Passed on"
    EXPLAINED = "EXPLAINED", "Explained"


class UnusualMove(models.TextChoices):
    ASK = "ASK", "The person was asked about it"
    ESCALATE = "ESCALATE", "It was passed on, to professional standards or a supervisor"
    EXPLAIN = "EXPLAIN", "It is explained: there was a reason to look"


UNUSUAL_MOVES: dict[tuple[UnusualMove, UnusualState], UnusualState] = {
    (UnusualMove.ASK, UnusualState.NEW): UnusualState.ASKED,
    (UnusualMove.ESCALATE, UnusualState.NEW): UnusualState.ESCALATED,
    (UnusualMove.ESCALATE, UnusualState.ASKED): UnusualState.ESCALATED,
    (UnusualMove.EXPLAIN, UnusualState.NEW): UnusualState.EXPLAINED,
    (UnusualMove.EXPLAIN, UnusualState.ASKED): UnusualState.EXPLAINED,
    (UnusualMove.EXPLAIN, UnusualState.ESCALATED): UnusualState.EXPLAINED,
}


def unusual_moves_from(state: UnusualState | str) -> list[UnusualMove]:
    """The moves that may be made from this state."""
    return [move for move, start in UNUSUAL_MOVES if start == state]
