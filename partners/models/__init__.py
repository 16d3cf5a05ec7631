"""Sessions, the people who are booked on them, and their bookings."""

from partners.models.bookings import Booking, Delegate, NamedDelegate
from partners.models.sessions import Session

__all__ = ["Booking", "Delegate", "NamedDelegate", "Session"]
