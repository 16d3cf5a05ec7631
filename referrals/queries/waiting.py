"""What waits for a person, for the home page."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.waiting import Waiting
from referrals.enums import ANSWERED, Due, ShareState
from referrals.models import Challenge, Referral, Share
from referrals.queries.challenges import challenges_for
from referrals.queries.lists import ANSWERS_STAY_NEW, drafts_of, shared_with
from referrals.queries.triage import queue


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Drafts, new answers, the queue and what is shared, for the home page."""
    lines = []
    mine = reverse("referrals:mine")
    if user.may(Permission.WRITE_PPN, Permission.WRITE_CPI):
        answered = Share.objects.filter(
            referral__in=Referral.objects.written_by(user),
            state__in=ANSWERED,
            answered_at__gte=at - ANSWERS_STAY_NEW,
        )
        lines.append(Waiting("drafts to finish", drafts_of(user).count(), f"{mine}#drafts"))
        lines.append(
            Waiting(
                "referrals answered in the last seven days",
                answered.values("referral").distinct().count(),
                f"{mine}?{urlencode({'answered': 'yes'})}",
            )
        )
    if user.may(Permission.DECIDE_REFERRAL, Permission.SEE_HUB_REFERRALS):
        at_queue = reverse("referrals:queue")
        late = queue(user, at=at, filters={"due": Due.LATE}).count()
        lines.append(Waiting("referrals waiting for a decision", queue(user, at=at).count(), at_queue))
        lines.append(
            Waiting(
                "decisions that are late", late, f"{at_queue}?{urlencode({'due': Due.LATE.value})}", is_late=late > 0
            )
        )
    if user.may(Permission.SEE_SHARED_REFERRALS):
        waiting = shared_with(user, state=ShareState.WAITING)
        to_answer = f"{reverse('referrals:shared')}?{urlencode({'state': ShareState.WAITING})}"
        is_late = waiting.filter(answer_due_at__lt=at).exists()
        lines.append(Waiting("referrals shared with us that wait for an answer", waiting.count(), to_answer, is_late))
    return lines + challenges_waiting_for(user, at=at)


def challenges_waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Open challenges: those whose next move is ours, all others, and what an upheld one asks to decide again."""
    if not user.may(Permission.CHALLENGE):
        return []
    at_list = reverse("referrals:challenges")

    def line(one: str, more: str, show: str) -> Waiting:
        found = challenges_for(user, at=at, filters={"show": show})
        count = found.count()
        is_late = Challenge.objects.late(at=at).filter(pk__in=found.values("pk")).exists()
        return Waiting(one if count == 1 else more, count, f"{at_list}?{urlencode({'show': show})}", is_late)

    return [
        line("challenge that waits for us", "challenges that wait for us", "OURS"),
        line("upheld challenge for us to decide again", "upheld challenges for us to decide again", "RECONSIDER"),
        line("open challenge", "open challenges", "OPEN"),
    ]
