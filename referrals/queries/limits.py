"""The time limits of one referral: what was due when, from whom, and who is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common.clock import end_of_working_day, end_of_working_days
from referrals.enums import DAYS_TO_FIRST_LOOK, NEEDS_SHARE, FormKind, Pathway, ShareState, StrategyOutcome
from referrals.models import Referral, Share, StrategyDiscussion, ThresholdDecision
from referrals.queries.protection import Protection

# From the sending of the referral: the child's assessment is done (ASSESS_45).
DAYS_TO_ASSESS = 45
# From the strategy discussion that agreed enquiries under section 47: the first conference (ICPC_15).
DAYS_TO_CONFERENCE = 15
# From the sending of the referral: adults' services decide whether they enquire (S42_TRIAGE).
DAYS_TO_ENQUIRE = 5
ASSESSED = (Pathway.SECTION_17, Pathway.FAMILY_HELP)
AGREED_ENQUIRY = (StrategyOutcome.JOINT, StrategyOutcome.CHILDRENS_SERVICES)
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


def first_look_due_at(referral: Referral) -> datetime | None:
    """By when the hub reads a CPI form for the first time; a PPN has its decision's deadline only."""
    if referral.kind != FormKind.CPI or referral.submitted_at is None:
        return None
    return end_of_working_days(referral.submitted_at, DAYS_TO_FIRST_LOOK)


def decisions_of(referral: Referral) -> list[ThresholdDecision]:
    """All decisions on a referral with what the agencies thought of each, the newest first."""
    decisions = referral.decisions.select_related("decided_by", "threshold_document").prefetch_related("views__agency")
    return list(decisions.order_by("-number"))


def limits_of(
    referral: Referral,
    *,
    decisions: list[ThresholdDecision],
    shares: list[Share],
    discussions: Sequence[StrategyDiscussion] = (),
    protection: Protection | None = None,
    at: datetime,
) -> list[Limit]:
    """What is due in a referral, in the order of the limits. Decisions, shares and discussions are all of that referral."""
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
        if not share.is_notice and (share.state != ShareState.ENDED or share.answered_at is not None)
    ]
    found += [
        Limit(f"What {share.agency} said is missing", "The hub and who wrote it", share.supply_due_at, None, at)
        for share in shares
        if share.state == ShareState.FURTHER_WORK and share.supply_due_at is not None
    ]
    if current is not None:
        found += _statutory(referral, current, at=at)
    enquired_at = enquiry_agreed_at(discussions)
    if enquired_at is not None:
        due = end_of_working_days(enquired_at, DAYS_TO_CONFERENCE)
        found.append(Limit("First child protection conference", CHILDRENS, due, None, at, is_known_here=False))
    if protection is not None:
        found.append(Limit("Police protection ends", "Police", protection.ends_at, None, at, is_known_here=False))
    return sorted(found, key=lambda limit: limit.due_at)


def enquiry_agreed_at(discussions: Sequence[StrategyDiscussion]) -> datetime | None:
    """When the enquiry under section 47 that stands was agreed; None before, and after one that agreed there is none.

    To meet again changes nothing; neither does a later discussion that agrees the same.
    """
    agreed_at = None
    for discussion in sorted(discussions, key=lambda one: (one.held_at, one.recorded_at)):
        if discussion.outcome in AGREED_ENQUIRY:
            agreed_at = agreed_at or discussion.held_at
        elif discussion.outcome != StrategyOutcome.AGAIN:
            agreed_at = None
    return agreed_at


def _statutory(referral: Referral, decision: ThresholdDecision, *, at: datetime) -> list[Limit]:
    """What follows from the pathway, and the review that the decision-maker set, which closing settles."""
    found, submitted_at = [], referral.submitted_at or decision.decided_at
    if decision.pathway in ASSESSED:
        due = end_of_working_days(submitted_at, DAYS_TO_ASSESS)
        found.append(Limit("Assessment is done", CHILDRENS, due, None, at, is_known_here=False))
    if decision.pathway == Pathway.SECTION_42:
        due = end_of_working_days(submitted_at, DAYS_TO_ENQUIRE)
        found.append(Limit("Decision whether to enquire", ADULTS, due, None, at, is_known_here=False))
    if decision.review_on is not None:
        due = end_of_working_day(decision.review_on)
        found.append(Limit("Review of the decision", "The hub", due, referral.closed_at, at))
    return found
