"""What becomes of everything that points at a referral when it is disposed of: one line for each relation.

A test compares this with the models, so that a new relation fails until somebody has decided what becomes of it.
"""

from django.db.models import TextChoices


class Fate(TextChoices):
    GOES = "GOES", "Deleted with the referral"
    STAYS = "STAYS", "Counted by figures: stays, without the words that somebody wrote"
    BLOCKS = "BLOCKS", "Stands in the way until it is gone itself"


REMOVED = "Removed when the referral was disposed of."

# "app.Model.field" that points at the referral, or at something of it.
GOES = [
    "referrals.Amendment.referral",
    "referrals.Review.referral",
    "referrals.Review.amendment",
    "referrals.Assignment.referral",
    "referrals.Attachment.referral",
    "referrals.Clarification.referral",
    "referrals.Closing.referral",
    "referrals.Consultation.referral",
    "referrals.Cpi.referral",
    "referrals.CpiAssessment.referral",
    "referrals.CpiReport.assessment",
    "referrals.Challenge.referral",
    "referrals.Challenge.share",
    "referrals.Challenge.answer",
    "referrals.Challenge.decision",
    "referrals.Challenge.led_to",
    "referrals.Challenge.led_to_answer",
    "referrals.ChallengePosition.challenge",
    "referrals.ChallengeMeeting.challenge",
    "referrals.ThresholdDecision.referral",
    "referrals.DecisionView.decision",
    "referrals.EncompassNotice.referral",
    "referrals.EncompassNotice.share",
    "referrals.EncompassNotice.child",
    "referrals.Feedback.referral",
    "referrals.Feedback.answer",
    "referrals.Feedback.decision",
    "referrals.Flag.referral",
    "referrals.Flag.person",
    "referrals.LateDecision.referral",
    "referrals.MeetingItem.referral",
    "referrals.Person.referral",
    "referrals.Relationship.person",
    "referrals.Relationship.other",
    "referrals.PersonKeys.person",
    "referrals.PersonKeys.referral",
    "referrals.PersonMatch.one",
    "referrals.PersonMatch.other",
    "referrals.Ppn.referral",
    "referrals.ReferralAccess.referral",
    "referrals.ReferralGroupObjectPermission.content_object",
    "referrals.ReferralLink.referral",
    "referrals.ReferralLink.other",
    "referrals.ChildModule.referral",
    "referrals.AdultModule.referral",
    "referrals.DomesticAbuseModule.referral",
    "referrals.StalkingModule.referral",
    "referrals.HonourModule.referral",
    "referrals.ExploitationModule.referral",
    "referrals.MentalHealthModule.referral",
    "referrals.HateModule.referral",
    "referrals.MissingModule.referral",
    "referrals.PreventModule.referral",
    "referrals.Restriction.referral",
    "referrals.NamedPerson.restriction",
    "referrals.Conflict.referral",
    "referrals.EmergencyAccess.referral",
    "referrals.RiskChange.referral",
    "referrals.Share.referral",
    "referrals.ShareAnswer.share",
    "referrals.ShareSupplement.answer",
    "referrals.ShareSnapshot.share",
    "referrals.StrategyDiscussion.referral",
    "referrals.StrategyAttendance.discussion",
    "referrals.StrategyAction.discussion",
    "referrals.Voiding.referral",
    "referrals.WriterCopy.referral",
    "referrals.ReferralWords.referral",
    "referrals.FamilySound.referral",
    "referrals.ShareWords.share",
    "referrals.ShareWords.snapshot",
    "referrals.ShareWords.referral",
    "referrals.LegalHold.referral",
    "grading.GradeDraft.assignment",
]
# With the review goes the leave to remove: it goes last.
LAST = ["referrals.RetentionReview.referral"]
STAYS = [
    "grading.RoundItem.referral",
    "grading.Assignment.item",
    "grading.Grade.assignment",
    "grading.GradeFeedback.item",
    "grading.AgreedGrade.item",
    "grading.AgreedGrade_discussed_by.agreedgrade",
    "grading.Departure.item",
    "grading.Removal.item",
    "grading.Removal.successor",
    "grading.IncidentReview_forms_found.referral",
    "grading.EarlierReview_forms_found.referral",
    "referrals.SecondReading.referral",
    "referrals.SecondReading.decision",
]
BLOCKS = ["referrals.Voiding.kept"]

FATES: dict[str, Fate] = (
    dict.fromkeys(GOES, Fate.GOES)
    | dict.fromkeys(LAST, Fate.GOES)
    | dict.fromkeys(STAYS, Fate.STAYS)
    | dict.fromkeys(BLOCKS, Fate.BLOCKS)
)

# Derived from other rows by trigger, so removed after them.
DERIVED = ("referrals.ReferralWords", "referrals.FamilySound", "referrals.ShareWords")

# Of rows that stay: by kind of record and the way from it to the referral, what somebody wrote in it. Words become REMOVED.
WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("grading.RoundItem", "referral"): ("agreed_reason",),
    ("grading.Grade", "assignment__item__referral"): ("reason", "strength", "learning_point", "not_applicable"),
    ("grading.AgreedGrade", "item__referral"): ("reason",),
    ("grading.GradeFeedback", "item__referral"): ("learning_point", "disagreement"),
    ("grading.Departure", "item__referral"): ("reason",),
    ("grading.Removal", "item__referral"): ("words",),
    ("grading.IncidentReview", "forms_found"): ("why", "live_gap_action"),
    ("grading.LiveGap", "review__forms_found"): ("what", "done_at_once", "outcome"),
    ("grading.LiveGapCorrection", "gap__review__forms_found"): ("what", "done_at_once"),
    ("grading.Settlement", "sampled__reviews__forms_found"): ("why",),
    ("grading.EarlierReview", "forms_found"): ("why",),
    ("referrals.SecondReading", "referral"): ("reason",),
    # Only of a decision that was decided a second time; all others go.
    ("referrals.ThresholdDecision", "referral"): (
        "rationale",
        "ndm_ethics",
        "ndm_information",
        "ndm_threat_and_risk",
        "ndm_powers_and_policy",
        "ndm_options",
        "ndm_action_and_review",
        "information_missing",
        "voice",
        "bias_check",
        "what_would_change_this",
        "may_be_told",
        "change_reason",
    ),
}
