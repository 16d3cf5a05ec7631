"""The words of history: answers about a pair of people, and the rules that say when there is a pattern."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

from referrals.enums.forms import RiskLevel


class MatchAnswer(TextChoices):
    SAME = "SAME", "The same person"
    DIFFERENT = "DIFFERENT", "Different people"


# Months in which another referral after no further action counts as a re-referral.
RE_REFERRAL_MONTHS = 12
COUNT_MONTHS = 12
# What a hub may set: a pattern is of no more referrals and no more months than these.
MOST_COUNTED = 50
MOST_MONTHS = 36


@dataclass(frozen=True)
class CumulativeRule:
    """So many referrals of one person in so many months, none above this risk, are a pattern to look at."""

    count: int
    months: int
    highest_risk: RiskLevel

    @property
    def code(self) -> str:
        risk = "ANY" if self.highest_risk == RiskLevel.HIGH else self.highest_risk.name
        return f"{risk}_{self.count}_IN_{self.months}"

    @property
    def words(self) -> str:
        """What is seen, and what to do: a pattern of low risk is looked at as the next level."""
        months = f"in {self.months} month{'' if self.months == 1 else 's'}"
        if self.highest_risk == RiskLevel.HIGH:
            return f"{self.count} referrals {months}: read them together."
        highest, following = (
            str(RiskLevel(level).label).lower() for level in (self.highest_risk, self.highest_risk + 1)
        )
        at_most = "" if self.highest_risk == RiskLevel.STANDARD else "at most "
        return f"{self.count} referrals of {at_most}{highest} risk {months}: look at them as {following} risk."


@dataclass(frozen=True)
class CumulativeRules:
    """One version of the rules, those of the lowest risk and the fewest months first; without a day, the one that the service
    comes with."""

    rules: tuple[CumulativeRule, ...]
    valid_from: date | None = None


# The first is CUMULATIVE of the triage limits: three of the lowest risk in three months are looked at as one of medium risk.
FIRST_CUMULATIVE_RULES = CumulativeRules(
    (
        CumulativeRule(3, 3, RiskLevel.STANDARD),
        CumulativeRule(3, 3, RiskLevel.HIGH),
        CumulativeRule(5, 12, RiskLevel.HIGH),
    )
)
