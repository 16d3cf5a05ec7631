"""The risk level that counts: how long the hub has, what a colour counts as, and who may set another."""

from django.db.models import TextChoices

from referrals.enums.forms import RiskLevel
from referrals.enums.ppn import PoliceRag

# Working hours from receipt to the threshold decision: TRIAGE_RED, TRIAGE_AMBER and TRIAGE_GREEN of the triage limits.
HOURS_TO_DECIDE = {RiskLevel.HIGH: 4, RiskLevel.MEDIUM: 24, RiskLevel.STANDARD: 72}
# Working days from the receipt of a CPI form, which is never urgent: CPI_ASSESS of the limits.
DAYS_TO_FIRST_LOOK = 1
DAYS_TO_OUTCOME = 3
# Calendar hours from submission to the supervisor's review: PPN_REVIEW of the limits. Below high nobody is asked.
HOURS_TO_REVIEW = {RiskLevel.HIGH: 2}
# What the writer's colour counts as, when the level that they chose is lower.
RISK_OF_COLOUR = {
    PoliceRag.RED: RiskLevel.HIGH,
    PoliceRag.AMBER: RiskLevel.MEDIUM,
    PoliceRag.GREEN: RiskLevel.STANDARD,
    PoliceRag.BLUE: RiskLevel.STANDARD,
}


class RiskSetIn(TextChoices):
    COLOUR = "COLOUR", "By the colour that the writer gave"
    REVIEW = "REVIEW", "In the supervisor's review"
    HUB = "HUB", "At the hub"


# Who wrote a referral does not lower by an amendment what was set here.
SET_BY_OTHERS = (RiskSetIn.REVIEW, RiskSetIn.HUB)
