"""Reviews of how long a referral is kept: scheduling them by rule, letting them fall due, and what a records manager decides.

Approving a disposal, and the disposal itself, stand in `insights`, which knows all that points at a referral.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.enums import Permission
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from referrals import queries
from referrals.enums import (
    REVIEWED_IN,
    SHORTEST_REVIEW_REASON,
    AccessReason,
    CriterionAnswer,
    RetentionCriterion,
    RetentionGroup,
    RetentionMove,
    RetentionState,
)
from referrals.models import Referral, ReferralAccess, RetentionReview

AT_ONCE = 500


class CannotReviewRetention(DomainError):
    """`field` names the question at fault, where it is one."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


# --- by the clock -----------------------------------------------------------------------------------------------------


def schedule_reviews(*, at: datetime, batch: int = AT_ONCE) -> int:
    """Give each referral that has ended, and has none, a review on the day that the rule says; return how many got one.

    In batches, each a transaction, in the order of ids: stopped anywhere, the next run goes on. Two clocks pass each other by;
    what somebody works on at that moment is left to the next night.
    """
    count, last = 0, uuid.UUID(int=0)
    while True:
        seen, scheduled = _schedule_some(at=at, after=last, limit=batch)
        count += scheduled
        if len(seen) < batch:
            return count
        last = seen[-1].pk


@transaction.atomic
def _schedule_some(*, at: datetime, after: uuid.UUID, limit: int) -> tuple[list[Referral], int]:
    open_ones = RetentionReview.objects.open().filter(referral=OuterRef("pk"))
    ended = Referral.objects.filter(~Exists(open_ones), state__in=REVIEWED_IN, pk__gt=after)
    seen = list(ended.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:limit])
    # What was read before the lock was got may have been scheduled since by another.
    taken = set(RetentionReview.objects.open().filter(referral__in=seen).values_list("referral", flat=True))
    found = [referral for referral in seen if referral.pk not in taken]
    hubs = dict(
        ReferralAccess.objects.filter(referral__in=found, reason=AccessReason.HUB).values_list("referral", "agency")
    )
    facts = queries.kept_because(found, at=at)
    RetentionReview.objects.bulk_create(
        _first_review(referral, facts[referral.pk], hubs.get(referral.pk, referral.agency_id), at=at)
        for referral in found
    )
    return seen, len(found)


def _first_review(
    referral: Referral, fact: "queries.KeptBecause", agency_id: uuid.UUID, *, at: datetime
) -> RetentionReview:
    return RetentionReview(
        referral=referral,
        agency_id=agency_id,
        group=fact.group,
        group_by_rule=fact.group,
        has_child_under_ten=fact.has_child_under_ten,
        last_contact_on=fact.last_contact_on,
        due_on=queries.due_by_rule(fact.group, fact.last_contact_on),
        made_at=at,
    )


@transaction.atomic
def let_reviews_fall_due(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Look at reviews whose day has come, and return at how many: they fall due, unless there was contact since they were scheduled.

    Then the clear period counts anew, and where the referral is open again the review goes until it has ended.
    """
    today = london_day(at)
    waiting = RetentionReview.objects.filter(state=RetentionState.SCHEDULED, due_on__lte=today)
    found = list(
        waiting.select_related("referral")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by(*queries.RETENTION_ORDER)[:limit]
    )
    facts = queries.kept_because([review.referral for review in found], at=at)
    fallen = []
    for review in found:
        fact = facts[review.referral_id]
        if review.referral.state not in REVIEWED_IN:
            review.delete()
            continue
        _follow_rule(review, fact)
        due_on = queries.due_by_rule(review.group, fact.last_contact_on)
        if due_on > today or not review.is_repeat:
            review.due_on = due_on
        if review.due_on <= today:
            _move(review, RetentionMove.FALL_DUE)
            fallen.append(review)
        review.save()
    audit.record_each(
        verb=Verb.CHANGED,
        what="retention.fell_due",
        at=at,
        actor=None,
        subjects=[review.referral for review in fallen],
    )
    return len(found)


def _follow_rule(review: RetentionReview, fact: "queries.KeptBecause") -> None:
    """What the rule says now; a group that somebody chose stays."""
    if not review.is_of_another_group:
        review.group = fact.group
    review.group_by_rule = fact.group
    review.last_contact_on = fact.last_contact_on
    if not review.is_of_another_group:
        review.group_reason, review.grouped_by = "", None


# --- by hand ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def regroup_review(*, review_id: uuid.UUID, group: int | str, reason: str, by: User, at: datetime) -> RetentionReview:
    """Move a referral to another review group, with a reason; the date follows from the group. Raises CannotReviewRetention."""
    review = lock_review(review_id, by=by)
    reason = reason.strip()
    if review.state not in (RetentionState.SCHEDULED, RetentionState.DUE):
        raise CannotReviewRetention("The group changes before somebody has decided. Send the proposal back first.")
    if int(group) not in RetentionGroup.values:
        raise CannotReviewRetention("Choose a review group.", field="group")
    if not reason:
        raise CannotReviewRetention("Say why it belongs to this group.", field="group_reason")
    before, review.group = review.group, int(group)
    review.group_reason, review.grouped_by = reason, by
    due_on = queries.due_by_rule(review.group, review.last_contact_on)
    if not review.is_repeat:
        review.due_on = due_on
    if review.state == RetentionState.DUE and review.due_on > london_day(at):
        _move(review, RetentionMove.REGROUP)
    elif review.state == RetentionState.SCHEDULED and review.due_on <= london_day(at):
        _move(review, RetentionMove.FALL_DUE)
    review.save(update_fields=["group", "group_reason", "grouped_by", "due_on", "state"])
    record(review, "retention.regrouped", by=by, at=at, before=before, group=review.group)
    return review


@transaction.atomic
def retain_referral(
    *, review_id: uuid.UUID, answers: Mapping[str, str], reason: str, by: User, at: datetime
) -> RetentionReview:
    """Keep it: the next review is scheduled by rule. The same again by the same person (a double click) is kept once.

    Raises CannotReviewRetention.
    """
    review = lock_review(review_id, by=by)
    if _is_repeated(review, RetentionState.RETAINED, answers, reason, by=by):
        return review
    _decide(review, RetentionMove.RETAIN, answers, reason, by=by, at=at)
    review.next_on = queries.next_by_rule(review.group, london_day(at))
    review.save()
    RetentionReview.objects.create(
        referral=review.referral,
        agency=review.agency,
        group=review.group,
        group_by_rule=review.group_by_rule,
        group_reason=review.group_reason,
        grouped_by=review.grouped_by,
        has_child_under_ten=review.has_child_under_ten,
        last_contact_on=review.last_contact_on,
        due_on=review.next_on,
        is_repeat=True,
        made_at=at,
    )
    record(review, "retention.retained", by=by, at=at, next_on=review.next_on.isoformat())
    return review


@transaction.atomic
def propose_disposal(
    *, review_id: uuid.UUID, answers: Mapping[str, str], reason: str, by: User, at: datetime, also: list[str]
) -> RetentionReview:
    """Propose that it is disposed of; nothing goes until a second person approves it. Twice the same is once.

    `also` is what apps above say stands in the way. Raises CannotReviewRetention.
    """
    review = lock_review(review_id, by=by)
    if _is_repeated(review, RetentionState.PROPOSED, answers, reason, by=by):
        return review
    obstacles = [*queries.in_the_way(review, at=at), *also]
    if obstacles:
        raise CannotReviewRetention(" ".join(obstacles))
    _decide(review, RetentionMove.PROPOSE, answers, reason, by=by, at=at)
    review.returned = ""
    review.save()
    record(review, "retention.disposal_proposed", by=by, at=at)
    return review


@transaction.atomic
def send_back_proposal(*, review_id: uuid.UUID, reason: str, by: User, at: datetime) -> RetentionReview:
    """A second person says that it should not be disposed of as proposed. Raises CannotReviewRetention."""
    review = lock_review(review_id, by=by)
    if review.decided_by_id == by.pk:
        raise CannotReviewRetention("You proposed this. Somebody else looks at it.")
    if not reason.strip():
        raise CannotReviewRetention("Say why it goes back.", field="reason")
    back_to_due(review, RetentionMove.SEND_BACK, reason.strip())
    record(review, "retention.sent_back", by=by, at=at)
    return review


def back_to_due(review: RetentionReview, move: RetentionMove, why: str) -> None:
    """The review begins anew, with why. The row must be locked."""
    _move(review, move)
    review.answers, review.reason, review.decided_at, review.decided_by = {}, "", None, None
    review.approved_at, review.approved_by, review.returned = None, None, why
    review.save()


def lock_review(review_id: uuid.UUID, *, by: User) -> RetentionReview:
    """The referral is the lock of its reviews and holds. Raises CannotReviewRetention where this person does not review it."""
    known = RetentionReview.objects.visible_to(by).filter(pk=review_id).values_list("referral", flat=True).first()
    if known is None or not by.may(Permission.REVIEW_RETENTION):
        raise CannotReviewRetention("This is not for you to review, or it is gone.")
    Referral.objects.locked().get(pk=known)
    return RetentionReview.objects.select_related("referral", "agency").locked().get(pk=review_id)


def _is_repeated(
    review: RetentionReview, state: RetentionState, answers: Mapping[str, str], reason: str, *, by: User
) -> bool:
    return (review.state, review.decided_by_id, review.answers, review.reason) == (
        state,
        by.pk,
        dict(answers),
        reason.strip(),
    )


def _decide(
    review: RetentionReview, move: RetentionMove, answers: Mapping[str, str], reason: str, *, by: User, at: datetime
) -> None:
    given = {name: answer for name, answer in answers.items() if answer in CriterionAnswer.values}
    for criterion in RetentionCriterion:
        if criterion not in given:
            raise CannotReviewRetention("Answer every question.", field=criterion.value)
    if len(reason.strip()) < SHORTEST_REVIEW_REASON:
        raise CannotReviewRetention(f"Say why, in at least {SHORTEST_REVIEW_REASON} characters.", field="reason")
    _move(review, move)
    review.answers, review.reason, review.decided_at, review.decided_by = given, reason.strip(), at, by


def _move(review: RetentionReview, move: RetentionMove) -> None:
    state = review.after(move)
    if state is None:
        raise CannotReviewRetention("Somebody has decided on this meanwhile. Read it again before you go on.")
    review.state = state


def record(review: RetentionReview, what: str, *, by: User | None, at: datetime, **details: Any) -> None:
    audit.record(
        verb=Verb.CHANGED, what=what, at=at, actor=by, subject=review.referral, review=str(review.pk), **details
    )
