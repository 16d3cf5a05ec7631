"""The threshold decision: a new one supersedes the one before, and both are kept."""

import uuid
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from referrals import permissions
from referrals.enums import (
    MAY_BE_TOLD,
    NDM_HEADINGS,
    SHORTEST_RATIONALE,
    InformationConsidered,
    Level,
    Move,
    Pathway,
    Position,
    RejectionReason,
    contradiction,
    from_to,
    next_state,
)
from referrals.models import DecisionView, Referral, ThresholdDecision
from referrals.queries import document_in_force
from referrals.services.feedback import tell_of_decision
from referrals.services.reconsidering import note_new_decision
from referrals.services.settling import settle_rejections


class CannotDecide(DomainError):
    """`field` is the question whose answer is wrong, where it is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class StaleDecision(CannotDecide):
    """Another decision was recorded since the one that was read."""


class AgencyView(TypedDict):
    """What one agency thinks of the decision, and why."""

    agency: Agency
    position: Position | str
    words: str


class Reasoning(TypedDict, total=False):
    """How a decision was reached; what is not given is empty."""

    return_reason: RejectionReason | str
    rationale: str
    ndm_ethics: str
    ndm_information: str
    ndm_threat_and_risk: str
    ndm_powers_and_policy: str
    ndm_options: str
    ndm_action_and_review: str
    information_considered: list[str]
    information_missing: str
    voice: str
    bias_check: str
    what_would_change_this: str
    review_on: date | None
    may_be_told: str
    change_reason: str
    views: list[AgencyView]


WORDS = (
    "return_reason",
    "rationale",
    *NDM_HEADINGS,
    "information_missing",
    "voice",
    "bias_check",
    "what_would_change_this",
    "may_be_told",
    "change_reason",
)


@transaction.atomic
def decide_referral(
    *,
    referral_id: uuid.UUID,
    level: Level | int,
    pathway: Pathway | str,
    by: User,
    at: datetime,
    read_number: int | None = None,
    **reasoning: Unpack[Reasoning],
) -> ThresholdDecision:
    """Record level and pathway with the reasons; tell the referrer. Raises CannotDecide.

    The decision that stands, sent again by the same person word for word (a double click), is not recorded twice.
    A decision that replaces another says why it changes. `read_number` is the number of the decision that the person read
    (0 where there was none): where another stands now, StaleDecision is raised, so that nobody supersedes what they have
    not read.
    """
    referral = Referral.objects.locked().select_related("author", "district").get(pk=referral_id)
    if not permissions.can_decide(by, referral):
        raise CannotDecide("Only a decision-maker of the hub may decide on a referral.")
    state = next_state(Move.DECIDE, referral.state)
    if state is None:
        raise CannotDecide("A decision is only possible on a referral that the hub received and has not closed.")
    answers, views = _answers(Pathway(pathway), reasoning)
    answers["level"] = Level(level)
    _refuse_contradiction(answers)
    _refuse_unreasoned(answers, views, at=at)
    if answers["pathway"] == Pathway.NO_FURTHER_ACTION and not permissions.can_decide_on_nothing(by, referral):
        raise CannotDecide(
            "The risk is medium or high: a supervisor of the hub decides on no further action.", field="pathway"
        )

    earlier = referral.decisions.filter(is_current=True).select_related("decided_by").first()
    if earlier is not None and earlier.decided_by_id == by.pk and _says_the_same(earlier, answers, views):
        return earlier
    if read_number is not None and read_number != (earlier.number if earlier else 0):
        raise StaleDecision(
            f"{earlier.decided_by} recorded a decision meanwhile. It stands above; below is what you wrote."
            if earlier
            else "The decision that you read does not stand any more."
        )
    if earlier is not None:
        if not answers["change_reason"]:
            raise CannotDecide("Say why the decision changes.", field="change_reason")
        earlier.is_current = False
        earlier.save(update_fields=["is_current"])
    decision = ThresholdDecision.objects.create(
        referral=referral,
        number=earlier.number + 1 if earlier else 1,
        decided_at=at,
        decided_by=by,
        threshold_document=document_in_force(referral, on=london_day(at)),
        **answers,
    )
    DecisionView.objects.bulk_create(DecisionView(decision=decision, **view) for view in views)
    before = referral.state
    referral.state, referral.changed_at = state, at
    referral.save(update_fields=["state", "changed_at"])
    note_new_decision(decision=decision, at=at)
    audit.record(
        verb=Verb.CHANGED,
        what="referral.decided",
        at=at,
        actor=by,
        subject=referral,
        number=decision.number,
        level=int(decision.level),
        pathway=str(decision.pathway),
        **from_to(before, state),
    )
    settle_rejections(referral, by=by, at=at)
    tell_of_decision(decision, by=by, at=at)
    return decision


def _answers(pathway: Pathway, reasoning: Reasoning) -> tuple[dict[str, Any], list[AgencyView]]:
    """Every field of the decision, without space around the words, and the views of the agencies."""
    given: dict[str, Any] = dict(reasoning)
    views = [
        AgencyView(agency=view["agency"], position=view["position"], words=view["words"].strip())
        for view in given.pop("views", None) or []
    ]
    answers: dict[str, Any] = {name: str(given.get(name) or "").strip() for name in WORDS}
    answers["pathway"] = pathway
    answers["may_be_told"] = answers["may_be_told"] or MAY_BE_TOLD[pathway]
    answers["return_reason"] = answers["return_reason"] if pathway == Pathway.REJECTED_RETURNED else ""
    answers["information_considered"] = list(given.get("information_considered") or [])
    answers["review_on"] = given.get("review_on")
    return answers, views


def _refuse_contradiction(answers: dict[str, Any]) -> None:
    if words := contradiction(answers["level"], answers["pathway"]):
        raise CannotDecide(words, field="level")


def _refuse_unreasoned(answers: dict[str, Any], views: list[AgencyView], *, at: datetime) -> None:
    pathway = answers["pathway"]
    if sum(len(answers[name]) for name in ("rationale", *NDM_HEADINGS)) < SHORTEST_RATIONALE:
        raise CannotDecide(f"Give the reasons in at least {SHORTEST_RATIONALE} characters.", field="rationale")
    if pathway == Pathway.NO_FURTHER_ACTION and not answers["what_would_change_this"]:
        raise CannotDecide(
            "Say what would change a decision to take no further action.", field="what_would_change_this"
        )
    if pathway == Pathway.REJECTED_RETURNED and answers["return_reason"] not in RejectionReason.values:
        raise CannotDecide("Choose why it is returned.", field="return_reason")
    if set(answers["information_considered"]) - set(InformationConsidered.values):
        raise CannotDecide("Choose what was considered from the list.", field="information_considered")
    if answers["review_on"] is not None and answers["review_on"] < london_day(at):
        raise CannotDecide("The day of the review cannot have passed.", field="review_on")
    if any(view["position"] not in Position.values for view in views):
        raise CannotDecide("Say whether each agency agrees or disagrees.")
    if any(view["position"] == Position.DISAGREES and not view["words"] for view in views):
        raise CannotDecide("Say why an agency disagrees.")
    if len({view["agency"].pk for view in views}) < len(views):
        raise CannotDecide("Record one view of each agency.")


def _says_the_same(earlier: ThresholdDecision, answers: dict[str, Any], views: list[AgencyView]) -> bool:
    """Whether the decision that stands holds these answers; why it changed is no part of what was decided."""
    differs = any(getattr(earlier, name) != value for name, value in answers.items() if name != "change_reason")
    kept = set(earlier.views.values_list("agency_id", "position", "words"))
    return not differs and kept == {(view["agency"].pk, str(view["position"]), view["words"]) for view in views}
