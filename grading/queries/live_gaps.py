"""Questions about live gaps: which wait, who is told, and who would no longer be an independent second reader."""

from datetime import date, datetime

from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.waiting import Urgency, Waiting
from grading.models import LiveGap, SampledIncident
from grading.models.live_gap import LiveGapQuerySet
from grading.queries.dip_samples import review_state
from referrals.queries.readers import grants_of_who_may

# What is due first is late first.
OPEN_ORDER = ("due_at", "pk")
CLOSED_ORDER = ("-closed_at", "-pk")


def listed_gaps(user: User, *, closed: bool) -> LiveGapQuerySet:
    """Open ones, or closed ones, with what the list says of each. It names no incident: a second reviewer may read it."""
    gaps = LiveGap.objects.visible_to(user).select_related("sampled__sample", "raised_by", "closed_by")
    return gaps.closed() if closed else gaps.open()


def gaps_to_read() -> LiveGapQuerySet:
    """Live gaps with all that their own page needs."""
    return LiveGap.objects.select_related(
        "sampled__sample", "sampled__incident", "sampled__settlement", "review", "raised_by", "closed_by", "force"
    )


def would_lose_review(gap: LiveGap, user: User) -> bool:
    """Whether this person could still be the second, independent reviewer of the incident, and no more once they read this."""
    is_free = SampledIncident.objects.free_for_review_by(user).filter(pk=gap.sampled_id).exists()
    return review_state(gap.sampled, user, is_free=is_free).waits_for_me


def supervisors_of(force: Agency, *, on: date) -> list[str]:
    """Addresses of those who run the force's dip samples that day, and its shared mailbox where it has one."""
    grants = grants_of_who_may([Permission.RUN_DIP_SAMPLES], on=on).filter(user__agency=force)
    mailbox = {force.mailbox} if force.mailbox else set()
    return sorted({*grants.values_list("user__email", flat=True), *mailbox})


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Live gaps for a supervisor to close, before all else; late when the day of one is over."""
    if not user.may(Permission.RUN_DIP_SAMPLES):
        return []
    gaps = LiveGap.objects.visible_to(user)
    count = gaps.open().count()
    title = f"live gap{'s' * (count != 1)}: somebody may be at risk"
    is_late = bool(count) and gaps.overdue(at=at).exists()
    url = reverse("grading:live_gaps")
    return [Waiting(title, count, url, is_late=is_late, urgency=Urgency.AT_RISK)] if count else []
