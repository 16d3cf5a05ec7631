"""A supervisor's review of a PPN of high risk. It runs beside triage, which never waits for it."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import (
    SUPERVISORS_MOVES,
    ConcernType,
    Move,
    ReturnReason,
    ReviewMove,
    ReviewState,
    RiskLevel,
    RiskSetIn,
    next_review_state,
    next_state,
)
from referrals.models import SHORTEST_NOTE, Referral, Review
from referrals.queries import amendments_since_return, completeness_of
from referrals.services.encompass import open_notices
from referrals.services.risk import begin_round, change_level
from referrals.services.versioning import as_before, keep_version


class CannotReview(DomainError):
    pass


class CannotAnswerReview(DomainError):
    pass


@transaction.atomic
def review_referral(
    *,
    referral_id: uuid.UUID,
    move: ReviewMove | str,
    points_met: Sequence[str],
    safeguarding_done: bool,
    risk_level: RiskLevel | int,
    risk_reason: str = "",
    types_missing: Sequence[ConcernType | str] = (),
    return_codes: Sequence[ReturnReason | str] = (),
    note: str = "",
    by: User,
    at: datetime,
) -> Review:
    """Approve, approve with a change, or return with reasons and a note; the author is told. Raises CannotReview.

    `risk_level` is what the supervisor finds right. What is approved with a change is changed: the level that counts, with
    its place in the queue and its deadline, and the types that were missing, as a new version. What is returned is for the
    author to change. The same review again by the same person (a double click) is not recorded twice.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_review(by, referral):
        raise CannotReview("Only a supervisor of the author's team may review this PPN, and never its author.")
    answers = _checked(
        referral,
        move=ReviewMove(move),
        risk_level=int(risk_level),
        risk_reason=risk_reason.strip(),
        types_missing=[str(code) for code in types_missing],
        return_codes=[str(code) for code in return_codes],
        note=note.strip(),
    )
    answers |= {"points_met": list(points_met), "safeguarding_done": safeguarding_done}
    review = referral.reviews.order_by("-number").first()
    if review is None:
        raise CannotReview("This PPN is not one that a supervisor reviews.")
    state = next_review_state(ReviewMove(move), review.state)
    if state is None:
        if review.reviewed_by == by and all(getattr(review, name) == value for name, value in answers.items()):
            return review
        raise CannotReview(f"{review.reviewed_by} reviewed it already: {review.get_state_display().lower()}.")

    points = [point.name for point in completeness_of(referral, at=referral.submitted_at or at).points]
    review.state, review.reviewed_by, review.reviewed_at = state, by, at
    review.points_missed = [name for name in points if name not in answers["points_met"]]
    for name, value in answers.items():
        setattr(review, name, value)
    review.save()
    _carry_out(referral, review, by=by, at=at)
    audit.record(
        verb=Verb.CHANGED,
        what="referral.reviewed",
        at=at,
        actor=by,
        subject=referral,
        number=review.number,
        state=str(review.state),
        return_codes=review.return_codes,
    )
    enqueue(tasks.email_author_about_review, at=at, by=by, review_id=review.pk)
    return review


@transaction.atomic
def answer_review(
    *, referral_id: uuid.UUID, answer: str, amendment_id: uuid.UUID | None = None, by: User, at: datetime
) -> Review:
    """The author's written answer to what was returned: it begins the next round, whose deadline is that of the first.

    `amendment_id` is what was changed in answer, since it was returned. Returns the new round. The same answer again does
    nothing more. Raises CannotAnswerReview.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.is_writer(by, referral):
        raise CannotAnswerReview("Only the person who wrote this PPN may answer its review.")
    answer = answer.strip()
    if not answer:
        raise CannotAnswerReview("Write what you changed or found out, or why it should stay as it is.")
    rounds = list(referral.reviews.order_by("-number")[:2])
    current = rounds[0] if rounds else None
    state = next_review_state(ReviewMove.RESUBMIT, current.state) if current else None
    if current is None or state is None:
        if len(rounds) == 2 and rounds[1].answer == answer:
            return rounds[0]
        raise CannotAnswerReview("Nothing of this PPN was returned to you.")
    if amendment_id is not None and amendment_id not in {one.pk for one in amendments_since_return(current)}:
        raise CannotAnswerReview("Choose what was changed since this PPN was returned.")
    current.state, current.answer, current.answered_at, current.amendment_id = state, answer, at, amendment_id
    current.save(update_fields=["state", "answer", "answered_at", "amendment"])
    audit.record(
        verb=Verb.CHANGED,
        what="referral.review_answered",
        at=at,
        actor=by,
        subject=referral,
        number=current.number,
    )
    return begin_round(referral, number=current.number + 1, due_at=current.due_at, at=at)


def _carry_out(referral: Referral, review: Review, *, by: User, at: datetime) -> None:
    """What is approved with a change is changed: the level, the types, or both, as one version."""
    if review.state != ReviewState.APPROVED_WITH_CHANGE or next_state(Move.SET_RISK, referral.state) is None:
        return
    before = as_before(referral)
    missing = [code for code in review.types_missing if code not in referral.types]
    level = review.other_risk_level
    if not missing and level in (None, referral.risk_level):
        return
    referral.types = [*referral.types, *missing]
    why = []
    if level is not None and level != referral.risk_level:
        change_level(
            referral,
            RiskLevel(level),
            set_in=RiskSetIn.REVIEW,
            reason=review.risk_reason,
            may_be_told=review.risk_reason,
            by=by,
            at=at,
        )
        why.append(review.risk_reason)
    if missing:
        why.append(f"Added in the review: {', '.join(str(ConcernType(code).label) for code in missing)}.")
    keep_version(referral, before, reason=" ".join(why), by=by, at=at)
    open_notices(referral, since=at)


def _checked(
    referral: Referral,
    *,
    move: ReviewMove,
    risk_level: int,
    risk_reason: str,
    types_missing: list[str],
    return_codes: list[str],
    note: str,
) -> dict[str, Any]:
    """The answers as they are saved, once they make sense together. Raises CannotReview."""
    is_other = risk_level != referral.risk_level
    is_return = move == ReviewMove.RETURN
    if move not in SUPERVISORS_MOVES or risk_level not in RiskLevel.values:
        raise CannotReview("Choose what you decide, and the risk level.")
    if not set(types_missing) <= set(ConcernType.values) or not set(return_codes) <= set(ReturnReason.values):
        raise CannotReview("Choose types and reasons from the lists.")
    if is_other and not risk_reason:
        raise CannotReview("Say why the risk level should be another.")
    if move == ReviewMove.APPROVE and (is_other or types_missing):
        raise CannotReview("What should be another level, or lacks a type, is approved with a change, or returned.")
    if move == ReviewMove.APPROVE_WITH_CHANGE and not (is_other or types_missing):
        raise CannotReview("Name the change: another risk level, or a type that is missing.")
    if is_return and (not return_codes or len(note) < SHORTEST_NOTE):
        raise CannotReview(f"Say why you return it: from the list, and in at least {SHORTEST_NOTE} characters.")
    return {
        "other_risk_level": risk_level if is_other else None,
        "risk_reason": risk_reason if is_other else "",
        "types_missing": types_missing,
        "return_codes": return_codes if is_return else [],
        "note": note,
    }
