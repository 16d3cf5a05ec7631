"""Somebody steps in for a colleague: the place goes from one to the other and is free at no moment."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common.errors import DomainError
from jobs.services import enqueue
from partners import tasks
from partners.enums import BookingMove
from partners.models import Booking, NamedDelegate, Session, Swap
from partners.permissions import can_book_for_agency, may_be_swapped
from partners.services.bookings import booked_before, check_no_clash, check_stands_nowhere, known_person, save_booking
from partners.services.moves import move_booking, record_booking


class CannotSwap(DomainError):
    pass


@transaction.atomic
def swap_names(
    *, booking_id: UUID, delegate: NamedDelegate, key: UUID, by: User, at: datetime, reason: str = ""
) -> Booking:
    """Give a place to somebody else of the agency, until a day before; both are told, and their calendars change.

    The same key again returns the same booking. Raises CannotSwap, and CannotBook where the new person cannot be booked.
    """
    session = Session.objects.locked().get(bookings=booking_id)
    old = Booking.objects.locked().select_related("session", "user", "delegate").get(pk=booking_id)
    earlier = booked_before(session, key=key, by=by, delegate=delegate)
    if earlier is not None:
        return earlier
    if not may_be_swapped(by, old, at=at):
        if can_book_for_agency(by) and by.agency_id == old.agency_id and not old.holds_a_place:
            raise CannotSwap(
                f"{old.person.name} has no place here any more: it was given back, or to a colleague. Nothing is changed."
            )
        raise CannotSwap("Only the agency's coordinator swaps names, until a day before the session begins.")
    person = known_person(delegate, by=by, at=at)
    if person == old.person:
        raise CannotSwap("This is the person who has the place.")
    check_stands_nowhere(session, person, is_oneself=False)
    check_no_clash(session, person, is_oneself=False)
    move_booking(old, BookingMove.HAND_ON, by=by, at=at, note=reason)
    record_booking("handed_on", old, by=by, at=at)
    enqueue(tasks.email_person_about_cancellation, at=at, by=by, booking_id=old.pk)
    new = save_booking(session, person, key=key, by=by, at=at)
    Swap.objects.create(old=old, new=new)
    return new
