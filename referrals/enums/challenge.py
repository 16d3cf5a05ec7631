"""A challenge (a professional difference that is escalated stage by stage), and the table of its allowed moves."""

from django.db.models import IntegerChoices, TextChoices


class Matter(TextChoices):
    DECISION = "DECISION", "The hub's decision"
    ANSWER = "ANSWER", "The agency's answer"
    SILENCE = "SILENCE", "No answer from the agency"


class Side(TextChoices):
    HUB = "HUB", "The hub"
    AGENCY = "AGENCY", "The agency"


class Party(TextChoices):
    RAISING = "RAISING", "Who raised it"
    ANSWERING = "ANSWERING", "Who is asked to think again"


class ChallengeLevel(IntegerChoices):
    RETHINK = 0, "Re-think, before the formal stages"
    PRACTITIONERS = 1, "Stage 1: practitioner to practitioner"
    LINE_MANAGERS = 2, "Stage 2: line managers"
    SENIOR_MANAGERS = 3, "Stage 3: senior managers and safeguarding leads"
    HEADS = 4, "Stage 4: heads and directors"
    PARTNERS = 5, "Stage 5: safeguarding partners"


LAST_LEVEL = ChallengeLevel.PARTNERS
# From here on who responds is not who decided, and who ends it neither who decided nor who raised it. Before that the two
# practitioners whose difference it is talk to each other, and what they agree on needs no third.
FIRST_LEVEL_OF_OTHERS = ChallengeLevel.LINE_MANAGERS
# How long each stage may take; when somebody is at risk now, it is the same day at every stage.
WORKING_DAYS_AT = {
    ChallengeLevel.RETHINK: 1,
    ChallengeLevel.PRACTITIONERS: 1,
    ChallengeLevel.LINE_MANAGERS: 2,
    ChallengeLevel.SENIOR_MANAGERS: 5,
    ChallengeLevel.HEADS: 5,
    ChallengeLevel.PARTNERS: 5,
}


class ChallengeState(TextChoices):
    OPEN = "OPEN", "Waiting for a response"
    RESPONDED = "RESPONDED", "Responded to"
    RESOLVED = "RESOLVED", "Resolved"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


CHALLENGE_OPEN = (ChallengeState.OPEN, ChallengeState.RESPONDED)
# Who is waited for while it is open.
AWAITED = {ChallengeState.OPEN: Party.ANSWERING, ChallengeState.RESPONDED: Party.RAISING}


class Stance(TextChoices):
    CHANGE = "CHANGE", "We will think again, as asked"
    CHANGE_IN_PART = "CHANGE_IN_PART", "We will think again in part"
    KEEP = "KEEP", "It stands as it is"


class ChallengeOutcome(TextChoices):
    UPHELD = "UPHELD", "Upheld: to be decided again"
    PARTLY_UPHELD = "PARTLY_UPHELD", "Upheld in part: to be decided again"
    NOT_UPHELD = "NOT_UPHELD", "Not upheld: it stands"


UPHELD = (ChallengeOutcome.UPHELD, ChallengeOutcome.PARTLY_UPHELD)
# Accepting a response makes its stance the outcome.
OUTCOME_OF = {
    Stance.CHANGE: ChallengeOutcome.UPHELD,
    Stance.CHANGE_IN_PART: ChallengeOutcome.PARTLY_UPHELD,
    Stance.KEEP: ChallengeOutcome.NOT_UPHELD,
}


class ChallengeMove(TextChoices):
    RESPOND = "RESPOND", "Respond"
    RESOLVE = "RESOLVE", "Accept and resolve"
    STEP_UP = "STEP_UP", "Step up to the next stage"
    WITHDRAW = "WITHDRAW", "Withdraw"
    MEET = "MEET", "Record a meeting"


# (move, state it starts from): state it leads to. A move that is not here is refused.
CHALLENGE_MOVES: dict[tuple[ChallengeMove, ChallengeState], ChallengeState] = {
    (ChallengeMove.RESPOND, ChallengeState.OPEN): ChallengeState.RESPONDED,
    (ChallengeMove.RESOLVE, ChallengeState.RESPONDED): ChallengeState.RESOLVED,
    (ChallengeMove.RESOLVE, ChallengeState.OPEN): ChallengeState.RESOLVED,
    (ChallengeMove.STEP_UP, ChallengeState.RESPONDED): ChallengeState.OPEN,
    (ChallengeMove.STEP_UP, ChallengeState.OPEN): ChallengeState.OPEN,
    (ChallengeMove.WITHDRAW, ChallengeState.OPEN): ChallengeState.WITHDRAWN,
    (ChallengeMove.WITHDRAW, ChallengeState.RESPONDED): ChallengeState.WITHDRAWN,
    (ChallengeMove.MEET, ChallengeState.OPEN): ChallengeState.OPEN,
    (ChallengeMove.MEET, ChallengeState.RESPONDED): ChallengeState.RESPONDED,
}
CHALLENGE_MOVERS: dict[ChallengeMove, tuple[Party, ...]] = {
    ChallengeMove.RESPOND: (Party.ANSWERING,),
    ChallengeMove.RESOLVE: (Party.RAISING,),
    ChallengeMove.STEP_UP: (Party.RAISING,),
    ChallengeMove.WITHDRAW: (Party.RAISING,),
    ChallengeMove.MEET: (Party.RAISING, Party.ANSWERING),
}


def next_challenge_state(
    move: ChallengeMove, state: ChallengeState | str, *, level: int, is_late: bool
) -> ChallengeState | None:
    """Where a move leads, or None when it is not allowed there.

    Without a response it is stepped up only once the response is late. Above the last stage there is none: what the
    safeguarding partners decide there may be recorded at any time.
    """
    if move == ChallengeMove.STEP_UP and (level == LAST_LEVEL or (state == ChallengeState.OPEN and not is_late)):
        return None
    if move == ChallengeMove.RESOLVE and state == ChallengeState.OPEN and level != LAST_LEVEL:
        return None
    return CHALLENGE_MOVES.get((move, ChallengeState(state)))


def moves_up_by_itself(state: ChallengeState | str, *, level: int) -> bool:
    """Whether a stage that has run over goes to the next one: no response came, and there is a stage above.

    A response that the raising side leaves unread is theirs to accept or to take further: it is only noted as late.
    """
    return state == ChallengeState.OPEN and level < LAST_LEVEL


def movers(move: ChallengeMove, *, level: int) -> tuple[Party, ...]:
    """Who makes this move: what the safeguarding partners decided is recorded by either side."""
    if move == ChallengeMove.RESOLVE and level == LAST_LEVEL:
        return (Party.RAISING, Party.ANSWERING)
    return CHALLENGE_MOVERS[move]
