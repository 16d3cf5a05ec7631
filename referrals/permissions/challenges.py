"""May this person do this with a challenge, or start one?"""

from collections.abc import Iterable
from datetime import datetime

from guardian.shortcuts import get_group_perms

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import (
    ANSWERED,
    CHALLENGED_AFTER_CLOSING,
    FIRST_LEVEL_OF_OTHERS,
    OPEN_AT_HUB,
    AccessReason,
    ChallengeMove,
    Party,
    Side,
    movers,
    next_challenge_state,
)
from referrals.models import Challenge, Referral, Share
from referrals.permissions.parts import is_writer, received_by_agency_of, sees_as_team

VIEW = "view_referral"


def is_challengeable(referral: Referral, *, at: datetime) -> bool:
    """Whether what was done with it may be challenged: while the hub works on it, and for some weeks after."""
    if referral.closed_at is not None:
        return at - referral.closed_at <= CHALLENGED_AFTER_CLOSING
    return referral.state in OPEN_AT_HUB


def can_challenge_decision(user: User, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may challenge the hub's decision: of an agency that this is shared with, or who wrote it."""
    return (
        user.may(Permission.CHALLENGE)
        and is_challengeable(referral, at=at)
        and user.agency is not None
        and not user.agency.is_hub
        and (
            is_writer(user, referral)
            or sees_as_team(user, referral)
            or VIEW in get_group_perms(user.agency.group, referral)
        )
    )


def can_challenge_answers(user: User, referral: Referral, *, at: datetime) -> bool:
    """Whether this person of the hub may challenge what agencies answered on this referral, or have not."""
    may = user.may(Permission.CHALLENGE) and is_challengeable(referral, at=at)
    return may and received_by_agency_of(user, referral)


def answers_to_challenge(user: User, referral: Referral, shares: Iterable[Share], *, at: datetime) -> list[Share]:
    """Those of a referral's shares whose answer, or whose silence once it is late, this person may challenge."""
    found = [share for share in shares if share.state in ANSWERED or share.is_late(at=at)]
    return found if found and can_challenge_answers(user, referral, at=at) else []


def side_in(user: User, challenge: Challenge) -> Side | None:
    """On which side of a challenge this person speaks, or None when they do not speak in it."""
    if not user.may(Permission.CHALLENGE):
        return None
    if user.agency_id == challenge.hub_id and received_by_agency_of(user, challenge.referral):
        return Side.HUB
    if (
        user.agency is not None
        and user.agency_id == challenge.agency_id
        and (
            challenge.referral.agency_id == user.agency_id
            or VIEW in get_group_perms(user.agency.group, challenge.referral)
        )
    ):
        return Side.AGENCY
    return None


def challenge_moves_open_to(user: User, challenge: Challenge, *, at: datetime) -> frozenset[ChallengeMove]:
    """What this person may do with this challenge as it stands: the buttons of its page."""
    return frozenset(
        move for move in _moves_of_side(user, challenge, at=at) if stands_apart_enough(user, challenge, move)
    )


def challenge_moves_for_others(user: User, challenge: Challenge, *, at: datetime) -> list[ChallengeMove]:
    """What this person's side may do as it stands, but somebody else of it has to."""
    return [move for move in _moves_of_side(user, challenge, at=at) if not stands_apart_enough(user, challenge, move)]


def can_move_challenge(user: User, challenge: Challenge, move: ChallengeMove) -> bool:
    """Whether this person makes this move at this stage, whatever the challenge waits for."""
    return speaks_for(side_in(user, challenge), challenge, move) and stands_apart_enough(user, challenge, move)


def stands_apart_enough(user: User, challenge: Challenge, move: ChallengeMove) -> bool:
    """From the stage of the line managers on, three different people: who decided, who challenges, who settles it."""
    if challenge.level < FIRST_LEVEL_OF_OTHERS:
        return True
    if move == ChallengeMove.RESPOND:
        return user.pk != challenge.made_by_id
    if move == ChallengeMove.RESOLVE:
        return user.pk not in (challenge.made_by_id, challenge.opened_by_id)
    return True


def _moves_of_side(user: User, challenge: Challenge, *, at: datetime) -> list[ChallengeMove]:
    side, is_late = side_in(user, challenge), challenge.is_late(at=at)
    return [
        move
        for move in ChallengeMove
        if speaks_for(side, challenge, move)
        and next_challenge_state(move, challenge.state, level=challenge.level, is_late=is_late)
    ]


def speaks_for(side: Side | None, challenge: Challenge, move: ChallengeMove) -> bool:
    """Whether this side makes the move. The hub withdraws what an agency raised that no longer sees the referral."""
    if side is None:
        return False
    party = Party.RAISING if side == challenge.raising_side else Party.ANSWERING
    if party in movers(move, level=challenge.level):
        return True
    return move == ChallengeMove.WITHDRAW and side == Side.HUB and not _is_known_to_agency_of(challenge)


def _is_known_to_agency_of(challenge: Challenge) -> bool:
    if challenge.referral.agency_id == challenge.agency_id:
        return True
    rows = challenge.referral.access.all()
    return any(row.agency_id == challenge.agency_id and row.reason == AccessReason.SHARED for row in rows)
