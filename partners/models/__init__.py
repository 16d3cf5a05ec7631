"""Sessions, the people who are booked on them, and their bookings."""

from partners.models.bookings import Booking, Delegate, NamedDelegate
from partners.models.prompted import ApplicationEvent, AskingCheck, PromptedApplication
from partners.models.sessions import Session

__all__ = ["ApplicationEvent", "AskingCheck", "Booking", "Delegate", "NamedDelegate", "PromptedApplication", "Session"]
