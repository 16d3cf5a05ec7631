"""The time limits of one referral: what was due when, from whom, and who is late."""

from dataclasses import dataclass
from datetime import datetime

from common.clock import end_of_working_day, end_of_working_days
from referrals.enums import NEEDS_SHARE, Pathway, ShareState
from referrals.models import Referral, Share, ThresholdDecision

# From the sending of the referral: the child's assessment is done (ASSESS_45).
DAYS_TO_ASSESS = 45
# From the decision that enquiries are made: the first conference (ICPC_15).
DAYS_TO_CONFERENCE = 15
# From the sending of the referral: adults' services decide whether they enquire (S42_TRIAGE).
DAYS_TO_ENQUIRE = 5
ASSESSED = (Pathway.SECTION_17, Pathway.FAMILY_HELP)
ENQUIRED = (Pathway.SECTION_47, Pathway.STRATEGY_DISCUSSION)
CHILDRENS, ADULTS = "Children's services", "Adults' services"


@dataclass(frozen=True)
class Limit:
    """Something that is due. `met_at` is None while it is not done, and where the service does not learn of it."""

    title: str
    owner: str
    due_at: datetime
    met_at: datetime | None
    at: datetime
    is_known_here: bool = True

    @property
    def is_late(self) -> bool:
        """Done too late, or not done and due; of what is done elsewhere nothing is said."""
        return self.is_known_here and (self.met_at or self.at) > self.due_at


def decisions_of(referral: Referral) -> list[ThresholdDecision]:
    """All decisions on a referral with what the agencies thought of each, the newest first."""
    decisions = referral.decisions.select_related("decided_by").prefetch_related("views__agency")
    return list(decisions.order_by("-number"))


def limits_of(
    referral: Referral, *, decisions: list[ThresholdDecision], shares: list[Share], at: datetime
) -> list[Limit]:
    """What is due in a referral, in the order of the limits. The decisions and shares are all of that referral."""
    if referral.due_at is None or referral.submitted_at is None:
        return []
    first = min(decisions, key=lambda decision: decision.number, default=None)
    current = next((decision for decision in decisions if decision.is_current), None)
    found = [Limit("Threshold decision", "The hub", referral.due_at, first.decided_at if first else None, at)]
    if shares or (current is not None and current.pathway in NEEDS_SHARE and referral.closed_at is None):
        # The limit of the hub runs until the agency that must act has it.
        shared_at = min((share.shared_at for share in shares), default=None)
        found.append(Limit("Shared with an agency", "The hub", referral.due_at, shared_at, at))
    found += [
        Limit(f"Answer of {share.agency}", str(share.agency), share.answer_due_at, share.answered_at, at)
        for share in shares
        if share.state != ShareState.ENDED or share.answered_at is not None
    ]
    if current is not None:
        found += _statutory(referral.submitted_at, current, at=at)
    return sorted(found, key=lambda limit: limit.due_at)


def _statutory(submitted_at: datetime, decision: ThresholdDecision, *, at: datetime) -> list[Limit]:
    """What follows from the pathway, and the review that the decision-maker set."""
    found = []
    if decision.pathway in ASSESSED:
        due = end_of_working_days(submitted_at, DAYS_TO_ASSESS)
        found.append(Limit("Assessment is done", CHILDRENS, due, None, at, is_known_here=False))
    if decision.pathway in ENQUIRED:
        due = end_of_working_days(decision.decided_at, DAYS_TO_CONFERENCE)
        found.append(Limit("First child protection conference", CHILDRENS, due, None, at, is_known_here=False))
    if decision.pathway == Pathway.SECTION_42:
        due = end_of_working_days(submitted_at, DAYS_TO_ENQUIRE)
        found.append(Limit("Decision whether to enquire", ADULTS, due, None, at, is_known_here=False))
    if decision.review_on is not None:
        found.append(Limit("Review of the decision", "The hub", end_of_working_day(decision.review_on), None, at))
    return found
