"""By when the hub decides, from the level of risk that counts."""

from datetime import datetime

from common.clock import add_working_hours, end_of_working_days
from referrals.enums import DAYS_TO_OUTCOME, HOURS_TO_DECIDE, FormKind, ReferralState, RiskLevel
from referrals.models import Referral


def decision_due_at(referral: Referral, *, since: datetime) -> datetime:
    """The hours of the level; a CPI form that nobody raised has days instead, for it is never urgent."""
    level = RiskLevel(referral.risk_level or RiskLevel.STANDARD)
    if referral.kind == FormKind.CPI and level == RiskLevel.STANDARD:
        return end_of_working_days(since, DAYS_TO_OUTCOME)
    return add_working_hours(since, HOURS_TO_DECIDE[level])


def bring_forward(referral: Referral, *, at: datetime) -> None:
    """A level that was raised now: its hours begin now, and never make the deadline later. Only while a decision is awaited."""
    if referral.state == ReferralState.RECEIVED and referral.due_at is not None:
        referral.due_at = min(referral.due_at, decision_due_at(referral, since=at))


def put_back(referral: Referral) -> None:
    """A level that was lowered: its hours count from the submission. Only while a decision is awaited."""
    if referral.state == ReferralState.RECEIVED and referral.submitted_at is not None:
        referral.due_at = decision_due_at(referral, since=referral.submitted_at)
