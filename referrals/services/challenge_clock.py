"""What happens to challenges by the clock: a stage that has run over is noted once, and goes to the next one unanswered."""

import uuid
from datetime import datetime

from django.db import transaction

from referrals.enums import ChallengeState, Side, moves_up_by_itself
from referrals.models import Challenge
from referrals.services.challenge_steps import begin_stage, record, tell

AT_ONCE = 1000


def note_late_challenges(*, at: datetime) -> int:
    """Note each stage that has run over, once, and tell both sides; return how many.

    Where no response came in time it goes to the next stage by itself, with that stage's limit.
    """
    late = Challenge.objects.late(at=at).filter(late_noted_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(_note_late(pk, at=at) for pk in late[:AT_ONCE])


@transaction.atomic
def _note_late(pk: uuid.UUID, *, at: datetime) -> bool:
    # Somebody who moves it at this moment holds the row: what is late then is seen the next time.
    still_late = Challenge.objects.late(at=at).filter(pk=pk, late_noted_at=None).select_related("referral")
    challenge = still_late.select_for_update(of=("self",), skip_locked=True).first()
    if challenge is None:
        return False
    record(challenge, "challenge.late", by=None, at=at)
    if moves_up_by_itself(challenge.state, level=challenge.level):
        moved = begin_stage(challenge, ChallengeState.OPEN, level=challenge.level + 1, at=at)
        record(challenge, "challenge.moved_up", by=None, at=at, **moved)
        event = "moved_up"
    else:
        challenge.late_noted_at, event = at, "late"
        challenge.save(update_fields=["late_noted_at"])
    for side in Side:
        tell(challenge, side, event, by=None, at=at)
    return True
