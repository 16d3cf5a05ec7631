"""Each way in which somebody can have had a hand in a referral, as a row in the database."""

from collections.abc import Callable
from datetime import timedelta

from accounts.models import User
from referrals.models import Amendment, Assignment, Referral, Review, RiskChange, ThresholdDecision
from tests.factories.referrals import SUBMITTED, IncidentFactory, ShareFactory

LATER = SUBMITTED + timedelta(hours=1)


def attends(referral: Referral, officer: User) -> None:
    referral.incident = IncidentFactory(force=referral.agency, officer=officer)
    referral.save()


def reviews(referral: Referral, officer: User) -> None:
    Review.objects.create(
        referral=referral,
        number=1,
        author=referral.author,
        state="APPROVED",
        asked_at=SUBMITTED,
        due_at=LATER,
        reviewed_at=LATER,
        reviewed_by=officer,
        safeguarding_done=True,
    )


def decides(referral: Referral, officer: User) -> None:
    ThresholdDecision.objects.create(
        referral=referral,
        number=1,
        level=2,
        pathway="SIGNPOST",
        rationale="Fictitious reasons.",
        decided_at=LATER,
        decided_by=officer,
    )


def amends(referral: Referral, officer: User) -> None:
    Amendment.objects.create(
        referral=referral, number=2, before={}, reason="A fictitious slip.", amended_at=LATER, amended_by=officer
    )


def sets_the_risk(referral: Referral, officer: User) -> None:
    RiskChange.objects.create(
        referral=referral,
        set_in="HUB",
        old_level=1,
        new_level=2,
        reason="Fictitious reasons.",
        may_be_told="Fictitious reasons.",
        changed_at=LATER,
        changed_by=officer,
    )


def has_it(referral: Referral, officer: User) -> None:
    Assignment.objects.create(referral=referral, person=officer, assigned_at=LATER, assigned_by=officer)


def shares(referral: Referral, officer: User) -> None:
    ShareFactory(referral=referral, shared_by=officer)


def answers(referral: Referral, officer: User) -> None:
    ShareFactory(referral=referral, state="ACCEPTED", answered_by=officer, answered_at=LATER)


PARTS: tuple[Callable[[Referral, User], None], ...] = (
    attends,
    reviews,
    decides,
    amends,
    sets_the_risk,
    has_it,
    shares,
    answers,
)
