"""What can be done with a referral. Each service locks, checks the person and the state, saves, records and enqueues."""

from referrals.services.actions import chase_late_actions, finish_meeting_action
from referrals.services.ageing import delete_old_drafts, remind_of_old_drafts
from referrals.services.amending import CannotAmend, amend_person, amend_remove_person, amend_section, known_too_late
from referrals.services.answering import (
    CannotAnswer,
    CannotSettle,
    CannotSupply,
    answer_share,
    look_again,
    supply_missing,
)
from referrals.services.answering_for import record_answer
from referrals.services.assignment import (
    Assigned,
    CannotAssign,
    assign_referral,
    assign_referrals,
    claim_referral,
    divide_referrals,
    give_back_referral,
)
from referrals.services.attachment import (
    CannotAttach,
    CannotHandOutAttachment,
    CannotRemoveAttachment,
    attach_file,
    check_attachment_again,
    check_left_attachments,
    hand_out_attachment,
    remove_attachment,
    remove_orphaned_attachments,
)
from referrals.services.challenge import (
    CannotChallenge,
    challenge_answer,
    challenge_decision,
    record_challenge_meeting,
    resolve_challenge,
    respond_to_challenge,
    step_up_challenge,
    withdraw_challenge,
)
from referrals.services.challenge_clock import note_late_challenges
from referrals.services.challenge_steps import challenge_due_at
from referrals.services.chasing import chase_late_answers, chase_missing_work, tell_of_silence
from referrals.services.clarification import CannotClarify, ask_referrer, reply_to_hub
from referrals.services.closing import CannotClose, close_referral
from referrals.services.consultation import (
    CannotLinkConsultation,
    CannotRecordConsultation,
    link_consultation,
    record_consultation,
)
from referrals.services.copies import CannotHandOutCopy, hand_out_copy
from referrals.services.decision import AgencyView, CannotDecide, StaleDecision, decide_referral
from referrals.services.drafting import (
    CannotBegin,
    CannotDiscard,
    begin_draft,
    discard_draft,
    save_section,
    send_elsewhere,
)
from referrals.services.encompass import (
    CannotNotify,
    acknowledge_notice,
    except_notice,
    fail_notice,
    open_notices,
    send_notice,
)
from referrals.services.feedback import CannotTell, acknowledge_feedback, give_feedback
from referrals.services.flags import CannotFlag, clear_flag, raise_flag
from referrals.services.harm_rules import CannotKeepRules, add_harm_rules
from referrals.services.intelligence import (
    CannotAssess,
    begin_assessment,
    close_assessment,
    end_assessment,
    grade_assessment,
    route_assessment,
)
from referrals.services.intelligence_clock import open_missing_assessments
from referrals.services.intelligence_reports import read_report_second, remove_report, write_report
from referrals.services.late_notices import note_late_notices
from referrals.services.lateness import note_late_decisions
from referrals.services.links import CannotLink, link_referrals, remove_link
from referrals.services.looking import asks_why_of_reading, asks_why_of_search
from referrals.services.lookup import remember_all, remember_people
from referrals.services.matching import CannotMatch, answer_match, undo_match
from referrals.services.meetings import (
    CannotHoldMeeting,
    StaleItem,
    close_meeting,
    move_item,
    note_attendance,
    note_item,
    open_meeting,
)
from referrals.services.people import add_person, change_person, remove_person
from referrals.services.reopening import CannotReopen, reopen_referral
from referrals.services.review import CannotAnswerReview, CannotReview, answer_review, review_referral
from referrals.services.risk import CannotSetRisk, set_risk
from referrals.services.saved_views import CannotSaveView, open_queue_with, remove_view, save_view
from referrals.services.searching import CannotSearch, begin_search, digest_of, forget_searches, terms_of
from referrals.services.second_looks import (
    CannotCloseSecondLook,
    CannotDrawSecondLook,
    CannotReadAgain,
    close_second_look,
    draw_second_look,
    note_looked_again,
    record_second_decision,
)
from referrals.services.sharing import (
    CannotEndShare,
    CannotShare,
    end_share,
    hand_over,
    open_shared_referral,
    renew_share,
    share_referral,
)
from referrals.services.staleness import CannotSave, StaleDraft
from referrals.services.strategy import (
    Agreed,
    Attended,
    CannotFinishAction,
    CannotRecordDiscussion,
    finish_action,
    record_strategy_discussion,
)
from referrals.services.submission import (
    CannotSubmit,
    MayExistAlready,
    missing_to_submit,
    submit_complete_referral,
    submit_referral,
)
from referrals.services.thresholds import CannotKeepDocument, add_threshold_document
from referrals.services.voiding import CannotVoid, void_referral

__all__ = [
    "asks_why_of_reading",
    "asks_why_of_search",
    "record_second_decision",
    "note_looked_again",
    "draw_second_look",
    "close_second_look",
    "CannotReadAgain",
    "CannotDrawSecondLook",
    "CannotCloseSecondLook",
    "AgencyView",
    "Agreed",
    "Assigned",
    "Attended",
    "CannotAmend",
    "CannotAnswer",
    "CannotAnswerReview",
    "CannotAssess",
    "CannotAssign",
    "CannotAttach",
    "CannotBegin",
    "CannotChallenge",
    "CannotClarify",
    "CannotClose",
    "CannotDecide",
    "CannotDiscard",
    "CannotEndShare",
    "CannotFinishAction",
    "CannotFlag",
    "CannotHandOutAttachment",
    "CannotHandOutCopy",
    "CannotHoldMeeting",
    "CannotKeepDocument",
    "CannotKeepRules",
    "CannotLink",
    "CannotLinkConsultation",
    "CannotMatch",
    "CannotNotify",
    "CannotRecordConsultation",
    "CannotRecordDiscussion",
    "CannotRemoveAttachment",
    "CannotReopen",
    "CannotReview",
    "CannotSave",
    "CannotSaveView",
    "CannotSearch",
    "CannotSetRisk",
    "CannotSettle",
    "CannotShare",
    "CannotSubmit",
    "CannotSupply",
    "CannotTell",
    "CannotVoid",
    "MayExistAlready",
    "StaleDecision",
    "StaleDraft",
    "StaleItem",
    "acknowledge_feedback",
    "acknowledge_notice",
    "add_person",
    "add_harm_rules",
    "add_threshold_document",
    "amend_person",
    "amend_remove_person",
    "amend_section",
    "known_too_late",
    "answer_match",
    "answer_review",
    "answer_share",
    "ask_referrer",
    "assign_referral",
    "assign_referrals",
    "attach_file",
    "begin_assessment",
    "begin_draft",
    "begin_search",
    "challenge_answer",
    "challenge_decision",
    "challenge_due_at",
    "change_person",
    "chase_late_actions",
    "chase_late_answers",
    "chase_missing_work",
    "check_attachment_again",
    "check_left_attachments",
    "claim_referral",
    "clear_flag",
    "close_assessment",
    "close_meeting",
    "close_referral",
    "decide_referral",
    "delete_old_drafts",
    "digest_of",
    "divide_referrals",
    "discard_draft",
    "end_assessment",
    "end_share",
    "except_notice",
    "fail_notice",
    "finish_action",
    "finish_meeting_action",
    "forget_searches",
    "give_back_referral",
    "give_feedback",
    "grade_assessment",
    "hand_out_attachment",
    "hand_out_copy",
    "hand_over",
    "link_consultation",
    "link_referrals",
    "look_again",
    "missing_to_submit",
    "move_item",
    "note_attendance",
    "note_item",
    "note_late_challenges",
    "note_late_decisions",
    "note_late_notices",
    "open_meeting",
    "open_missing_assessments",
    "open_notices",
    "open_queue_with",
    "open_shared_referral",
    "raise_flag",
    "read_report_second",
    "record_answer",
    "record_challenge_meeting",
    "record_consultation",
    "record_strategy_discussion",
    "remember_all",
    "remember_people",
    "remind_of_old_drafts",
    "remove_attachment",
    "remove_link",
    "remove_orphaned_attachments",
    "remove_person",
    "remove_report",
    "remove_view",
    "renew_share",
    "reopen_referral",
    "reply_to_hub",
    "resolve_challenge",
    "respond_to_challenge",
    "review_referral",
    "route_assessment",
    "save_section",
    "save_view",
    "send_elsewhere",
    "send_notice",
    "set_risk",
    "share_referral",
    "step_up_challenge",
    "submit_complete_referral",
    "submit_referral",
    "supply_missing",
    "tell_of_silence",
    "terms_of",
    "undo_match",
    "void_referral",
    "withdraw_challenge",
    "write_report",
]
