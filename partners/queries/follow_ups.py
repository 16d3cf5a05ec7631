"""Questions about what became of sessions three months later: who is asked, what people agreed to have told, and how many used it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Sum

from accounts.models import User
from common.clock import london_day, months_before, start_of_day
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from partners.enums import Used
from partners.models import Booking, FollowUp, FollowUpTally, Session
from partners.models.follow_ups import FollowUpQuerySet

MONTHS_AFTER = 3
DAYS_OPEN = 28
# By chance, and not by when they were answered: else the access log, which says who answered when, would tell whose each is.
STORY_ORDER = ("pk",)


def opens_on(session: Session) -> date:
    """The first day on which people are asked: the same day of the month three months later, or the last there is."""
    return months_before(london_day(session.ends_at), -MONTHS_AFTER)


def closes_on(session: Session) -> date:
    """The last day on which they may answer."""
    return opens_on(session) + timedelta(days=DAYS_OPEN)


def is_asked(booking: Booking, *, at: datetime) -> bool:
    """Whether whose place it was may answer now: they were there, have an account, and have not answered. Fetch the session with it."""
    session = booking.session
    return (
        booking.was_there_with_account
        and opens_on(session) <= london_day(at) <= closes_on(session)
        and not FollowUp.objects.filter(booking=booking).exists()
    )


def _closed_before(at: datetime) -> datetime:
    """Nobody answers any more of sessions that ended before that; a few days later than need be where a month is short."""
    return start_of_day(months_before(london_day(at) - timedelta(days=DAYS_OPEN), MONTHS_AFTER))


def stories_for(user: User, *, at: datetime) -> FollowUpQuerySet:
    """What people agreed to have told of sessions of the person's force, with the session and nothing of whose it is.

    Not while people may still answer of a session: who watches the list grow sees whose each story is.
    """
    found = FollowUp.objects.to_tell(user.agency).filter(booking__session__ends_at__lt=_closed_before(at))
    told = found.select_related("booking__session")
    return told.only("how", "changed", "booking__session__kind", "booking__session__starts_at")


@dataclass(frozen=True)
class UsedCounts:
    """Of all who answered: how many used it, will use it, or did not. Not shown from fewer than five."""

    n: int
    yes: int
    not_yet: int
    no: int

    @property
    def is_shown(self) -> bool:
        return self.n >= SMALLEST_BASE_SHOWN


def used_counts(user: User, *, at: datetime) -> UsedCounts:
    """Of sessions of the person's force of which nobody answers any more; answers that were removed after their time count too."""
    answered = FollowUp.objects.filter(
        booking__session__host=user.agency_id, booking__session__ends_at__lt=_closed_before(at)
    )
    counted = answered.aggregate(
        yes=Count("pk", filter=Q(used=Used.YES)),
        not_yet=Count("pk", filter=Q(used=Used.NOT_YET)),
        no=Count("pk", filter=Q(used=Used.NO)),
    )
    removed = FollowUpTally.objects.filter(session__host=user.agency_id).aggregate(
        yes=Sum("yes", default=0), not_yet=Sum("not_yet", default=0), no=Sum("no", default=0)
    )
    every = {name: counted[name] + count for name, count in removed.items()}
    return UsedCounts(n=sum(every.values()), **every)
