"""Restricted referrals, conflicts of interest and emergency access: the words, and the moves of a conflict."""

from django.db.models import TextChoices

SHORTEST_EMERGENCY_REASON = 20


class RestrictionReason(TextChoices):
    STAFF = "STAFF", "A member of staff, or their family, is concerned"
    PROTECTED = "PROTECTED", "Witness protection or another protected person"
    HIGH_PROFILE = "HIGH_PROFILE", "Somebody known to the public is concerned"
    INVESTIGATION = "INVESTIGATION", "A covert or sensitive investigation"
    THREAT = "THREAT", "A threat to life, or somebody looks for the person"
    OTHER = "OTHER", "Another reason"


class ConflictSource(TextChoices):
    DECLARED = "DECLARED", "Said so themselves"
    MATCHED = "MATCHED", "Found by the service"


class ConflictWhy(TextChoices):
    """Why the service thinks that somebody is concerned. None of these says anything of what the referral holds."""

    KNOWS = "KNOWS", "They said that they know somebody in it"
    OWN_NAME = "OWN_NAME", "Somebody in it has their name, or a form of it"
    OWN_COLLAR = "OWN_COLLAR", "Somebody in it has their collar number and family name"
    KNOWN_PERSON = "KNOWN_PERSON", "Somebody in it has the name and the date of birth or address that they gave"
    KNOWN_ADDRESS = "KNOWN_ADDRESS", "Somebody in it lives at an address that they gave"


class ConflictState(TextChoices):
    SUSPECTED = "SUSPECTED", "Waits for a supervisor"
    CONFIRMED = "CONFIRMED", "Confirmed"
    CLEARED = "CLEARED", "Cleared"


class ConflictMove(TextChoices):
    CONFIRM = "CONFIRM", "Confirm"
    CLEAR = "CLEAR", "Clear"


CONFLICT_MOVES: dict[ConflictMove, dict[ConflictState, ConflictState]] = {
    ConflictMove.CONFIRM: {ConflictState.SUSPECTED: ConflictState.CONFIRMED},
    ConflictMove.CLEAR: {
        ConflictState.SUSPECTED: ConflictState.CLEARED,
        ConflictState.CONFIRMED: ConflictState.CLEARED,
    },
}
# In these the referral is closed to the person.
KEEPS_OUT = (ConflictState.SUSPECTED, ConflictState.CONFIRMED)


def next_conflict_state(move: ConflictMove | str, state: str) -> ConflictState | None:
    """The state after this move, or None where it is not allowed."""
    return CONFLICT_MOVES[ConflictMove(move)].get(ConflictState(state))


class EmergencyOutcome(TextChoices):
    JUSTIFIED = "JUSTIFIED", "Justified"
    NOT_JUSTIFIED = "NOT_JUSTIFIED", "Not justified"
