"""Sessions, the people who are booked on them, and their bookings."""

from partners.models.agencies import AgencyContact, AgencyPackage, AgencyStaff, SharingAgreement
from partners.models.attendance import Certificate, CheckIn
from partners.models.bookings import Booking, BookingChange, Delegate, NamedDelegate, WhoCame
from partners.models.follow_ups import FollowUp
from partners.models.holds import PlaceHold
from partners.models.needs import BookingNeeds, SaidNeeds
from partners.models.offers import GroupBooking, GroupMember, Offer, Reminder, Swap
from partners.models.prompted import ApplicationEvent, AskingCheck, PromptedApplication
from partners.models.questions import SessionQuestion
from partners.models.scenarios import Scenario, ScenarioAnswer, ScenarioVersion
from partners.models.session_feedback import LearningMail, SessionFeedbackBox, SessionFeedbackReceipt
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
    "ApplicationEvent",
    "AskingCheck",
    "Booking",
    "BookingChange",
    "BookingNeeds",
    "CalendarFeed",
    "Certificate",
    "CheckIn",
    "Delegate",
    "FollowUp",
    "GroupBooking",
    "GroupMember",
    "LearningMail",
    "NamedDelegate",
    "Offer",
    "PlaceHold",
    "PromptedApplication",
    "Reminder",
    "SaidNeeds",
    "Scenario",
    "ScenarioAnswer",
    "ScenarioVersion",
    "SeriesPart",
    "Session",
    "SessionDate",
    "SessionFeedbackBox",
    "SessionFeedbackReceipt",
    "SessionMaterial",
    "SessionQuestion",
    "SessionSeries",
    "SessionShift",
    "SharingAgreement",
    "Swap",
    "TailoredDate",
    "TailoredRequest",
    "TailoredStep",
    "WhoCame",
]
