"""Feedback to whoever wrote a graded PPN: one learning point is chosen, all are told as the round is published, each answers once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from grading import tasks
from grading.enums import (
    Criterion,
    FeedbackMove,
    FeedbackState,
    RoundMove,
    RoundState,
    next_feedback_state,
    next_round_state,
)
from grading.models import GradeFeedback, GradingRound, RoundItem
from grading.permissions.feedback import can_answer
from grading.permissions.rounds import can_run
from grading.queries.feedback import LearningPoint, weakest_by_item
from jobs.services import enqueue
from referrals.permissions import is_open_to


class CannotChoose(DomainError):
    pass


class CannotAnswer(DomainError):
    pass


@transaction.atomic
def choose_learning_point(*, item_id: UUID, learning: LearningPoint, by: User, at: datetime) -> GradeFeedback:
    """Choose what the writer of a PPN is to learn; until publication it may be chosen anew. The same again changes nothing.

    Never by the PPN's author. Raises CannotChoose.
    """
    round = GradingRound.objects.locked().get(items=item_id)
    item = RoundItem.objects.locked().select_related("referral").get(pk=item_id)
    if not can_run(by, round) or item.referral.author_id == by.pk:
        raise CannotChoose("Only a MASH supervisor of this force who did not write the PPN chooses its learning point.")
    if not is_open_to(by, item.referral):
        raise CannotChoose("This PPN is closed to you, so somebody else chooses its learning point.")
    if next_round_state(RoundMove.AGREE, round.state) is None:
        raise CannotChoose(
            "This round is published, so its learning points stay."
            if round.state == RoundState.PUBLISHED
            else "A learning point is chosen when all grades of the round are in."
        )
    words = learning.words.strip()
    if not words:
        raise CannotChoose("Write the learning point.")
    if learning.theme not in Criterion.values:
        raise CannotChoose("Choose what the learning point is about.")
    feedback = GradeFeedback.objects.locked().filter(item=item).first() or GradeFeedback(item=item)
    state = next_feedback_state(FeedbackMove.CHOOSE, feedback.state)
    if state is None:
        raise CannotChoose("The writer was told already, so the learning point stays.")
    if (feedback.learning_point, feedback.theme) == (words, learning.theme):
        return feedback
    feedback.state, feedback.learning_point, feedback.theme = state, words, learning.theme
    feedback.chosen_by, feedback.chosen_at = by, at
    feedback.save()
    what = "grading.learning_point_chosen"
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=item, theme=learning.theme)
    return feedback


def tell_writers(round: GradingRound, *, by: User, at: datetime) -> int:
    """Tell the writer of each PPN that counts, and mail them and who leads their team that there is something; returns how many.

    Within the transaction of the publication, which happens once. Where nobody chose a learning point the theme is the criterion
    with the lowest marks, if one is lower than the others.
    """
    items = list(round.items.agreed().select_related("referral").order_by("pk"))
    known = {one.item_id: one for one in GradeFeedback.objects.locked().filter(item__in=items)}
    weakest = weakest_by_item(items)
    told = []
    for item in items:
        feedback = known.get(item.pk) or GradeFeedback(item=item)
        state = next_feedback_state(FeedbackMove.TELL, feedback.state)
        if state is None:
            continue
        feedback.state, feedback.recipient_id, feedback.told_at = state, item.referral.author_id, at
        feedback.theme = feedback.theme or weakest.get(item.pk, "")
        feedback.save()
        told.append(feedback)
        enqueue(tasks.feedback.email_writer_about_feedback, at=at, by=by, feedback_id=feedback.pk)
        enqueue(tasks.feedback.email_team_about_feedback, at=at, by=by, feedback_id=feedback.pk)
    audit.record_each(
        verb=Verb.CHANGED,
        what="grading.feedback_given",
        at=at,
        actor=by,
        subjects=[feedback.item.referral for feedback in told],
        round=str(round.pk),
    )
    return len(told)


@transaction.atomic
def read_feedback(*, feedback_id: UUID, by: User, at: datetime) -> None:
    """Write down that somebody opened it; the entry is found under the referral."""
    feedback = GradeFeedback.objects.select_related("item__referral").get(pk=feedback_id)
    subject = feedback.item.referral
    audit.record(
        verb=Verb.READ, what="grading.feedback_read", at=at, actor=by, subject=subject, feedback=str(feedback.pk)
    )


ANSWERED = {
    FeedbackMove.ACKNOWLEDGE: "grading.feedback_acknowledged",
    FeedbackMove.DISAGREE: "grading.feedback_disagreed_with",
}


@transaction.atomic
def answer_feedback(*, feedback_id: UUID, move: FeedbackMove, by: User, at: datetime, words: str = "") -> GradeFeedback:
    """Note once that the writer read it, or read it and disagrees, in their words. The same again changes nothing.

    `words` go with disagreeing, and only with that. Raises CannotAnswer.
    """
    feedback = GradeFeedback.objects.locked().select_related("item__referral").get(pk=feedback_id)
    if not can_answer(by, feedback):
        raise CannotAnswer("Only who wrote the PPN answers its feedback.")
    words = words.strip()
    if move not in ANSWERED or bool(words) != (move == FeedbackMove.DISAGREE):
        raise CannotAnswer("Say that you have read it, or what you disagree with.")
    state = next_feedback_state(move, feedback.state)
    if state is None:
        if (feedback.state, feedback.disagreement) == (next_feedback_state(move, FeedbackState.TOLD), words):
            return feedback
        raise CannotAnswer("You have answered this already, and an answer stays.")
    feedback.state, feedback.disagreement, feedback.answered_by, feedback.answered_at = state, words, by, at
    feedback.save(update_fields=["state", "disagreement", "answered_by", "answered_at"])
    subject, what = feedback.item.referral, ANSWERED[move]
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=subject, feedback=str(feedback.pk))
    return feedback
