"""Access and dietary needs: said by who books, read by the person and the session's trainers alone, erased some weeks after it."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.kept_sql import insert
from partners.models import Booking, BookingNeeds, SaidNeeds, Session
from partners.permissions import may_say_needs


class CannotSayNeeds(DomainError):
    pass


def keep_needs(booking: Booking, needs: SaidNeeds, *, by: User, at: datetime) -> None:
    """Keep what was said of a new booking."""
    insert(
        BookingNeeds(
            booking=booking, access=needs.access.strip(), dietary=needs.dietary.strip(), said_at=at, said_by=by
        )
    )


def forget_needs(booking: Booking) -> None:
    """Whoever does not come needs nothing."""
    BookingNeeds.objects.filter(booking=booking).delete()


@transaction.atomic
def say_needs(*, booking_id: UUID, needs: SaidNeeds, by: User, at: datetime) -> None:
    """Say anew what one needs, or, with nothing, take it back; until the session is over. Raises CannotSayNeeds."""
    booking = Booking.objects.locked().get(pk=booking_id)
    if not may_say_needs(by, booking, at=at):
        raise CannotSayNeeds("Only who comes to the session says what they need there, before it is over.")
    forget_needs(booking)
    if needs:
        keep_needs(booking, needs, by=by, at=at)
    audit.record(
        verb=Verb.CHANGED, what="partners.needs_said", at=at, actor=by, subject=booking, said_anything=bool(needs)
    )


@transaction.atomic
def read_needs(*, session_id: UUID, by: User, at: datetime, count: int) -> None:
    """Write down that a trainer read what people need."""
    session = Session.objects.get(pk=session_id)
    audit.record(verb=Verb.READ, what="partners.needs_read", at=at, actor=by, subject=session, count=count)


@transaction.atomic
def erase_needs(*, at: datetime) -> int:
    """Erase what people needed at sessions that were over some weeks ago; returns of how many bookings."""
    count, _ = BookingNeeds.objects.of_sessions_over(before=at - settings.NEEDS_KEPT).delete()
    if count:
        audit.record(verb=Verb.DELETED, what="partners.needs_erased", at=at, actor=None, count=count)
    return count
