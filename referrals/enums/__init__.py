"""The field's words for referrals, and the table of allowed moves that services, buttons, API and tests all read."""

from referrals.enums.casework import AccessReason, Level, Pathway
from referrals.enums.cpi import CpiTopic, HowKnown, RiskOfActing, Situation
from referrals.enums.decision import (
    LEGAL_FRAME,
    MAY_BE_TOLD,
    NDM_HEADINGS,
    SHORTEST_RATIONALE,
    InformationConsidered,
    Position,
)
from referrals.enums.forms import (
    MOST_PEOPLE,
    ON_REFERRAL,
    ConcernType,
    FormKind,
    Informed,
    LawfulBasis,
    RiskLevel,
    stands_alone,
)
from referrals.enums.incidents import ImportChannel, IncidentKind, Vulnerability
from referrals.enums.people import Ethnicity, EthnicitySource, PersonRole, Sex
from referrals.enums.ppn import (
    ActionTaken,
    ContactType,
    HarmContext,
    HarmLevel,
    HouseholdKnown,
    PlaceType,
    RecordChecked,
    SubjectSeen,
)
from referrals.enums.queue import Due, Holder, Waited
from referrals.enums.sharing import ANSWERED, RejectionReason, ShareState
from referrals.enums.states import MOVES, OPEN_AT_HUB, SENT, UNSENT, Move, ReferralState, from_to, next_state

__all__ = [
    "ANSWERED",
    "AccessReason",
    "ActionTaken",
    "ConcernType",
    "ContactType",
    "CpiTopic",
    "Due",
    "Ethnicity",
    "EthnicitySource",
    "FormKind",
    "HarmContext",
    "HarmLevel",
    "HouseholdKnown",
    "Holder",
    "HowKnown",
    "ImportChannel",
    "IncidentKind",
    "InformationConsidered",
    "Informed",
    "LEGAL_FRAME",
    "LawfulBasis",
    "Level",
    "MAY_BE_TOLD",
    "MOST_PEOPLE",
    "MOVES",
    "Move",
    "NDM_HEADINGS",
    "ON_REFERRAL",
    "OPEN_AT_HUB",
    "Pathway",
    "PersonRole",
    "PlaceType",
    "Position",
    "RecordChecked",
    "ReferralState",
    "RejectionReason",
    "RiskLevel",
    "RiskOfActing",
    "SENT",
    "SHORTEST_RATIONALE",
    "Sex",
    "ShareState",
    "Situation",
    "SubjectSeen",
    "UNSENT",
    "Vulnerability",
    "from_to",
    "Waited",
    "next_state",
    "stands_alone",
]
