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
from referrals.services.challenge import (
    CannotChallenge,
    challenge_answer,
    challenge_decision,
    challenge_due_at,
    note_late_challenges,
    record_challenge_meeting,
    resolve_challenge,
    respond_to_challenge,
    step_up_challenge,
    withdraw_challenge,
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
    "CannotChallenge",
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
    "challenge_answer",
    "challenge_decision",
    "challenge_due_at",
    "change_person",
    "claim_referral",
    "close_referral",
    "decide_referral",
    "discard_draft",
    "end_share",
    "give_back_referral",
    "missing_to_submit",
    "note_late_challenges",
    "open_shared_referral",
    "record_challenge_meeting",
    "remove_person",
    "resolve_challenge",
    "respond_to_challenge",
    "save_section",
    "send_elsewhere",
    "share_referral",
    "step_up_challenge",
    "submit_complete_referral",
    "submit_referral",
    "withdraw_challenge",
]
