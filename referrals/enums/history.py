"""The words of history: answers about a pair of people, and the rules that say when there is a pattern."""

from dataclasses import dataclass

from django.db.models import TextChoices

from referrals.enums.forms import RiskLevel


class MatchAnswer(TextChoices):
    SAME = "SAME", "The same person"
    DIFFERENT = "DIFFERENT", "Different people"


# Months in which another referral after no further action counts as a re-referral.
RE_REFERRAL_MONTHS = 12
COUNT_MONTHS = 12


@dataclass(frozen=True)
class CumulativeRule:
    """So many referrals of one person in so many months, none above this risk, are a pattern to look at."""

    code: str
    count: int
    months: int
    highest_risk: RiskLevel
    words: str


# The first is CUMULATIVE of the triage limits: three of the lowest risk in three months are looked at as one of medium risk.
CUMULATIVE_RULES = (
    CumulativeRule("STANDARD_3_IN_3", 3, 3, RiskLevel.STANDARD, "Three of standard risk in three months: look at them as medium risk."),
    CumulativeRule("ANY_3_IN_3", 3, 3, RiskLevel.HIGH, "Three referrals in three months: read them together."),
    CumulativeRule("ANY_5_IN_12", 5, 12, RiskLevel.HIGH, "Five referrals in twelve months: read them together."),
)  # fmt: skip
