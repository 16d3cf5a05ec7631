"""Referrals, what they hold, what was decided, whom they were shared with, and the incidents they came from."""

from referrals.models.access import ReferralGroupObjectPermission
from referrals.models.assignment import Assignment
from referrals.models.content import Cpi, Person, Ppn
from referrals.models.decision import DecisionView, ThresholdDecision
from referrals.models.incident import Incident, IncidentImport, IncidentImportRow
from referrals.models.referral import Referral, ReferralAccess
from referrals.models.share import Share

__all__ = [
    "Assignment",
    "Cpi",
    "DecisionView",
    "Incident",
    "IncidentImport",
    "IncidentImportRow",
    "Person",
    "Ppn",
    "Referral",
    "ReferralAccess",
    "ReferralGroupObjectPermission",
    "Share",
    "ThresholdDecision",
]
