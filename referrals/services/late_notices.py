"""Notices to schools that are late: noted once as they stand, and told to the supervisors of the hub; called by the clock."""

from datetime import datetime

from django.db import transaction

from audit import services as audit
from audit.enums import Verb
from jobs.services import enqueue
from referrals import tasks
from referrals.models import EncompassNotice
from referrals.models.encompass import EncompassNoticeQuerySet

AT_ONCE = 500


@transaction.atomic
def note_late_notices(*, at: datetime) -> int:
    """Note which schools were not told, or have not said that they have a notice, in time. Returns how many became late.

    Each is noted once as it stands; one that is sent again, or did not arrive, may become late anew.
    """
    untold = _note(EncompassNotice.objects.late(at=at), at=at)
    unacknowledged = _note(EncompassNotice.objects.unacknowledged_late(at=at), at=at)
    if untold + unacknowledged:
        enqueue(tasks.email_supervisors_about_schools, at=at, untold=untold, unacknowledged=unacknowledged)
    return untold + unacknowledged


def _note(late: EncompassNoticeQuerySet, *, at: datetime) -> int:
    """Locked ones are left to the next time: somebody acts on them, or notes them, now."""
    found = late.filter(late_told_at=None).select_related("referral")
    notices = list(found.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "pk")[:AT_ONCE])
    for notice in notices:
        notice.late_told_at = at
        notice.save(update_fields=["late_told_at"])
        audit.record(
            verb=Verb.CHANGED,
            what="encompass.became_late",
            at=at,
            actor=None,
            subject=notice.referral,
            notice=str(notice.pk),
            state=str(notice.state),
        )
    return len(notices)
