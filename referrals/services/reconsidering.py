"""What an upheld challenge leads to: the hub decides again, the agency answers again; what was challenged is kept."""

from datetime import datetime

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import end_of_working_days
from jobs.services import enqueue
from referrals import tasks
from referrals.enums import Matter, Move, ShareMove, from_to, next_share_state, next_state
from referrals.models import Challenge, Referral, Share, ShareAnswer, ThresholdDecision
from referrals.services.sharing import WORKING_DAYS_TO_ANSWER


def have_it_reconsidered(challenge: Challenge, *, by: User, at: datetime) -> None:
    """A challenge was upheld: note what has been decided or answered since it was raised, or have the agency answer again.

    In the transaction of the resolution, with the referral locked. A new decision is asked of the hub by its list alone.
    """
    if challenge.matter == Matter.DECISION:
        later = _later_decision(challenge)
        if later is not None:
            _note(challenge, at=later.decided_at, led_to=later)
        return
    answer = _later_answer(challenge)
    if answer is not None:
        _note(challenge, at=answer.answered_at, led_to_answer=answer)
    else:
        _have_answered_again(challenge, by=by, at=at)


def note_new_decision(*, decision: ThresholdDecision, at: datetime) -> None:
    """Upheld challenges to earlier decisions on this referral have led to this one. In the decision's transaction."""
    upheld = Challenge.objects.to_reconsider().filter(referral=decision.referral_id, matter=Matter.DECISION)
    upheld.update(reconsidered_at=at, led_to=decision)


def note_new_answer(*, answer: ShareAnswer, at: datetime) -> None:
    """Upheld challenges about this agency's earlier answer, or silence, have led to this one. In the answer's transaction."""
    upheld = Challenge.objects.to_reconsider().filter(share=answer.share_id)
    upheld.update(reconsidered_at=at, led_to_answer=answer)


def _later_decision(challenge: Challenge) -> ThresholdDecision | None:
    decisions = ThresholdDecision.objects.filter(referral=challenge.referral_id, decided_at__gte=challenge.opened_at)
    return decisions.exclude(challenges=challenge).order_by("-number").first()


def _later_answer(challenge: Challenge) -> ShareAnswer | None:
    answers = ShareAnswer.objects.filter(share=challenge.share_id, answered_at__gte=challenge.opened_at)
    return answers.exclude(challenges=challenge).order_by("-number").first()


def _note(
    challenge: Challenge,
    *,
    at: datetime,
    led_to: ThresholdDecision | None = None,
    led_to_answer: ShareAnswer | None = None,
) -> None:
    challenge.reconsidered_at, challenge.led_to, challenge.led_to_answer = at, led_to, led_to_answer
    challenge.save(update_fields=["reconsidered_at", "led_to", "led_to_answer"])


def _have_answered_again(challenge: Challenge, *, by: User, at: datetime) -> None:
    """The agency is asked once more, with the usual time. Nothing where it has yet to answer, or sees the referral no longer."""
    share = Share.objects.locked().select_related("agency").get(challenges=challenge)
    state = next_share_state(ShareMove.ASK_AGAIN, share.state)
    if state is None:
        return
    share.state, share.answer, share.rejection_reason, share.missing = state, "", "", []
    share.answered_at = share.answered_by = share.late_told_at = share.silence_told_at = None
    share.settled_at = share.settled_by = None
    share.answer_due_at = end_of_working_days(at, WORKING_DAYS_TO_ANSWER)
    share.save()
    referral = Referral.objects.get(pk=challenge.referral_id)
    before = referral.state
    referral.state, referral.changed_at = next_state(Move.ASK_AGAIN, before) or referral.state, at
    referral.save(update_fields=["state", "changed_at"])
    audit.record(
        verb=Verb.CHANGED,
        what="share.asked_again",
        at=at,
        actor=by,
        subject=referral,
        recipient=share.agency,
        share=str(share.pk),
        challenge=str(challenge.pk),
        **from_to(before, referral.state),
    )
    enqueue(tasks.email_agency_about_share, at=at, by=by, share_id=share.pk)
