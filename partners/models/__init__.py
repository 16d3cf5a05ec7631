"""Sessions, the people who are booked on them, and their bookings."""

from partners.models.agencies import AgencyContact, AgencyPackage, AgencyStaff, SharingAgreement
from partners.models.bookings import Booking, Delegate, NamedDelegate
from partners.models.session_parts import (
    CalendarFeed,
    SeriesPart,
    SessionDate,
    SessionMaterial,
    SessionSeries,
    SessionShift,
)
from partners.models.sessions import Session
from partners.models.tailored import TailoredDate, TailoredRequest, TailoredStep

__all__ = [
    "AgencyContact",
    "AgencyPackage",
    "AgencyStaff",
    "Booking",
    "CalendarFeed",
    "Delegate",
    "NamedDelegate",
    "SeriesPart",
    "Session",
    "SessionDate",
    "SessionMaterial",
    "SessionSeries",
    "SessionShift",
    "SharingAgreement",
    "TailoredDate",
    "TailoredRequest",
    "TailoredStep",
]
