"""What can be done with a referral. Each service locks, checks the person and the state, saves, records and enqueues."""

from referrals.services.answering import CannotAnswer, answer_share
from referrals.services.assignment import (
    Assigned,
    CannotAssign,
    assign_referral,
    assign_referrals,
    claim_referral,
    give_back_referral,
)
from referrals.services.closing import CannotClose, close_referral
from referrals.services.decision import AgencyView, CannotDecide, decide_referral
from referrals.services.drafting import (
    CannotBegin,
    CannotDiscard,
    CannotSave,
    StaleDraft,
    begin_draft,
    discard_draft,
    save_section,
    send_elsewhere,
)
from referrals.services.people import add_person, change_person, remove_person
from referrals.services.sharing import CannotEndShare, CannotShare, end_share, open_shared_referral, share_referral
from referrals.services.submission import CannotSubmit, missing_to_submit, submit_complete_referral, submit_referral

__all__ = [
    "AgencyView",
    "Assigned",
    "CannotAnswer",
    "CannotAssign",
    "CannotBegin",
    "CannotClose",
    "CannotDecide",
    "CannotDiscard",
    "CannotEndShare",
    "CannotSave",
    "CannotShare",
    "CannotSubmit",
    "StaleDraft",
    "add_person",
    "answer_share",
    "assign_referral",
    "assign_referrals",
    "begin_draft",
    "change_person",
    "claim_referral",
    "close_referral",
    "decide_referral",
    "discard_draft",
    "end_share",
    "give_back_referral",
    "missing_to_submit",
    "open_shared_referral",
    "remove_person",
    "save_section",
    "send_elsewhere",
    "share_referral",
    "submit_complete_referral",
    "submit_referral",
]
