"""Who walked into sessions of a force without an account, and which of them were joined with one."""

from accounts.models import User
from partners.models import Booking, WalkInJoin
from partners.models.bookings import BookingQuerySet
from partners.models.joins import WalkInJoinQuerySet

NEWEST_FIRST = ("-session__starts_at", "-pk")
LAST_JOINED_FIRST = ("-joined_at", "-pk")


def walk_ins_of(user: User) -> BookingQuerySet:
    """Every walk-in at sessions of the person's agency; fetched with whom it is about."""
    found = Booking.objects.exclude(walk_in="").filter(session__host=user.agency_id)
    return found.select_related("session", "delegate", "user", "agency", "registered_by")


def without_account(user: User) -> BookingQuerySet:
    """Those who have no account as far as is known, and whose name is still there."""
    return walk_ins_of(user).filter(delegate__isnull=False, delegate__forgotten_at=None)


def joined(user: User) -> WalkInJoinQuerySet:
    """Joins of that force's walk-ins that stand."""
    found = WalkInJoin.objects.standing().filter(booking__session__host=user.agency_id)
    return found.select_related("booking__session", "delegate", "user", "joined_by")


def joins_of(booking: Booking) -> list[WalkInJoin]:
    """All of one walk-in, undone ones too, the last one first."""
    found = booking.joins.select_related("delegate", "user__agency", "joined_by", "undone_by")
    return list(found.order_by("-joined_at", "pk"))
