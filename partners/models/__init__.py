"""Sessions, the people who are booked on them, and their bookings."""

from partners.models.absences import AbsenceWarning
from partners.models.agencies import AgencyContact, AgencyPackage, AgencyStaff, SharingAgreement
from partners.models.attendance import Certificate, CheckIn, RegisterNotice
from partners.models.attendance_reports import Confirmed, Participant, Suggestion
from partners.models.bookings import Booking, BookingChange, Delegate, NamedDelegate, WhoCame
from partners.models.follow_ups import FollowUp
from partners.models.holds import PlaceHold
from partners.models.joins import WalkInJoin
from partners.models.needs import BookingNeeds, SaidNeeds
from partners.models.offers import GroupBooking, GroupMember, Offer, Reminder, Swap
from partners.models.prompted import ApplicationEvent, AskingCheck, PromptedApplication
from partners.models.questions import SessionQuestion
from partners.models.scenarios import Scenario, ScenarioAnswer, ScenarioVersion
from partners.models.session_feedback import FeedbackLink, LearningMail, SessionFeedbackBox, SessionFeedbackReceipt
from partners.models.session_parts import (
    CalendarFeed,
    SeriesPart,
    SessionDate,
    SessionMaterial,
    SessionModule,
    SessionSeries,
    SessionShift,
)
from partners.models.sessions import Session
from partners.models.substitutions import Substitution
from partners.models.tailored import TailoredDate, TailoredRequest, TailoredStep
from partners.models.tallies import FollowUpTally, ScenarioTally

__all__ = [
    "AbsenceWarning",
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
    "Confirmed",
    "Delegate",
    "FeedbackLink",
    "FollowUp",
    "FollowUpTally",
    "GroupBooking",
    "GroupMember",
    "LearningMail",
    "NamedDelegate",
    "Offer",
    "Participant",
    "PlaceHold",
    "PromptedApplication",
    "RegisterNotice",
    "Reminder",
    "SaidNeeds",
    "Scenario",
    "ScenarioAnswer",
    "ScenarioTally",
    "ScenarioVersion",
    "SeriesPart",
    "Session",
    "SessionDate",
    "SessionFeedbackBox",
    "SessionFeedbackReceipt",
    "SessionMaterial",
    "SessionModule",
    "SessionQuestion",
    "SessionSeries",
    "SessionShift",
    "SharingAgreement",
    "Substitution",
    "Suggestion",
    "Swap",
    "TailoredDate",
    "TailoredRequest",
    "TailoredStep",
    "WalkInJoin",
    "WhoCame",
]
