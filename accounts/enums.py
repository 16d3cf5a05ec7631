"""The field's words for agencies, places and what a person may do."""

from django.db import models
from django.db.models import TextChoices


class AgencyKind(models.TextChoices):
    POLICE = "POLICE", "Police"
    CHILDRENS_SERVICES = "CHILDRENS_SERVICES", "Local authority children's services"
    ADULTS_SERVICES = "ADULTS_SERVICES", "Local authority adults' services"
    HOUSING = "HOUSING", "Local authority housing"
    EDUCATION = "EDUCATION", "Education"
    EARLY_YEARS = "EARLY_YEARS", "Early years"
    HEALTH_ICB = "HEALTH_ICB", "Integrated care board"
    HEALTH_ACUTE = "HEALTH_ACUTE", "Acute hospital trust"
    HEALTH_COMMUNITY = "HEALTH_COMMUNITY", "Community health"
    MENTAL_HEALTH = "MENTAL_HEALTH", "Mental health trust"
    GP = "GP", "General practice"
    MIDWIFERY = "MIDWIFERY", "Midwifery and health visiting"
    AMBULANCE = "AMBULANCE", "Ambulance service"
    FIRE = "FIRE", "Fire and rescue service"
    PROBATION = "PROBATION", "Probation"
    YOUTH_JUSTICE = "YOUTH_JUSTICE", "Youth justice"
    PRISON = "PRISON", "Prison"
    VOLUNTARY = "VOLUNTARY", "Voluntary or domestic abuse service"
    COMMUNITY_SAFETY = "COMMUNITY_SAFETY", "Community safety partnership"
    SERVICE_POLICE = "SERVICE_POLICE", "Service police"
    FAITH = "FAITH", "Faith organisation"
    OTHER = "OTHER", "Other"


class AreaKind(TextChoices):
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY", "Local authority"
    DISTRICT = "DISTRICT", "District"


class Permission(TextChoices):
    """What a role may allow. A page asks for one of these, never for a role."""

    WRITE_PPN = "WRITE_PPN", "Write and submit a PPN"
    WRITE_CPI = "WRITE_CPI", "Write and submit a CPI form"
    SEE_TEAM_REFERRALS = "SEE_TEAM_REFERRALS", "See the referrals that the own team submitted"
    REVIEW_REFERRAL = "REVIEW_REFERRAL", "Review the high-risk PPNs of the own team"
    SEE_HUB_REFERRALS = "SEE_HUB_REFERRALS", "See every referral that the hub received"
    SEE_SHARED_REFERRALS = "SEE_SHARED_REFERRALS", "See referrals that were shared with the own agency"
    DECIDE_REFERRAL = "DECIDE_REFERRAL", "Record a threshold decision"
    DECIDE_ON_NOTHING = "DECIDE_ON_NOTHING", "Decide on no further action where the risk is medium or high"
    SHARE_REFERRAL = "SHARE_REFERRAL", "Share a referral with an agency and end the sharing"
    KEEP_THRESHOLDS = (
        "KEEP_THRESHOLDS",
        "Put down the versions of the threshold document and of the rules for cumulative harm",
    )
    RUN_SECOND_LOOKS = (
        "RUN_SECOND_LOOKS",
        "Have others decide again on a draw of decided referrals, and read the results",
    )
    REOPEN_OR_VOID = (
        "REOPEN_OR_VOID",
        "Reopen a closed referral, or withdraw one that is a duplicate or about the wrong person",
    )
    EXCEPT_ENCOMPASS = "EXCEPT_ENCOMPASS", "Decide that a school is not told (Operation Encompass)"
    ASSESS_CPI = "ASSESS_CPI", "Evaluate the CPI forms that the hub received, and read the reports made of them"
    ACT_ON_DOUBTFUL = "ACT_ON_DOUBTFUL", "Have action taken on information that is suspected to be false"
    ANSWER_SHARE = "ANSWER_SHARE", "Accept or reject what was shared with the own agency"
    CHALLENGE = "CHALLENGE", "Challenge the hub's decision or an agency's answer, and respond to a challenge"
    KEEP_CONSULTATIONS = "KEEP_CONSULTATIONS", "Keep the log of the consultation line"
    IMPORT_INCIDENTS = "IMPORT_INCIDENTS", "Import incidents from the records system"
    RUN_GRADING = "RUN_GRADING", "Open a grading round, draw it, assign graders and record agreed grades"
    GRADE = "GRADE", "Grade the PPNs assigned to oneself"
    SEE_GRADING_RESULTS = "SEE_GRADING_RESULTS", "See results and trends of grading"
    RUN_DIP_SAMPLES = "RUN_DIP_SAMPLES", "Draw a dip sample and assign its review"
    REVIEW_INCIDENTS = "REVIEW_INCIDENTS", "Review sampled incidents"
    SEE_REPORTS = "SEE_REPORTS", "See and download reports"
    RUN_TRAINING = "RUN_TRAINING", "Keep modules, log training and request sign-off"
    SIGN_OFF_AS_MENTOR = "SIGN_OFF_AS_MENTOR", "Sign off as mentor"
    SIGN_OFF_AS_LINE_MANAGER = "SIGN_OFF_AS_LINE_MANAGER", "Sign off as line manager"
    SEE_TEAM_TRAINING = "SEE_TEAM_TRAINING", "See the training records of the own team"
    KEEP_OWN_TRAINING = "KEEP_OWN_TRAINING", "See the own training record and log the own CPD"
    RUN_SURVEYS = "RUN_SURVEYS", "Make anonymous staff surveys and read their results"
    RUN_SESSIONS = "RUN_SESSIONS", "Create sessions and see who booked"
    BOOK_SESSION = "BOOK_SESSION", "Book a place for oneself"
    BOOK_FOR_AGENCY = "BOOK_FOR_AGENCY", "Book places for people of the own agency"
    KEEP_RIGHT_TO_ASK = (
        "KEEP_RIGHT_TO_ASK",
        "Log applications under Clare's Law and Sarah's Law that a partner prompted, and judge them",
    )
    RESTRICT_REFERRAL = (
        "RESTRICT_REFERRAL",
        "Restrict a referral to named people, change who is named, and lift the restriction",
    )
    JUDGE_CONFLICT = "JUDGE_CONFLICT", "Confirm or clear a conflict of interest"
    BREAK_GLASS = "BREAK_GLASS", "Open a restricted referral in an emergency, with a reason and for a limited time"
    REVIEW_EMERGENCY = "REVIEW_EMERGENCY", "Review others' emergency access to restricted referrals"
    SEE_TRENDS = "SEE_TRENDS", "See trends and the impact pages"
    SEE_ACCESS_LOG = "SEE_ACCESS_LOG", "Search the access log"
    REVIEW_RETENTION = (
        "REVIEW_RETENTION",
        "Review how long referrals of the hub are kept, hold them, and propose or approve their disposal",
    )
    SEE_WHO_LOOKED = "SEE_WHO_LOOKED", "See who looked at or changed a referral that the hub received"
    MANAGE_PEOPLE = "MANAGE_PEOPLE", "Keep agencies, users, roles and reference data"


class ReviewOutcome(TextChoices):
    """What an administrator said of a role that somebody holds."""

    KEPT = "KEPT", "Still needed"
    ENDED = "ENDED", "No longer needed"


class Scope(TextChoices):
    """How far the token of a program reaches; never further than its person may."""

    REFERRALS_READ = "referrals:read", "Read referrals"
    REFERRALS_WRITE = (
        "referrals:write",
        "Submit, assign, decide, share, answer, challenge and close referrals, and attach files",
    )
    CONSULTATIONS_READ = "consultations:read", "Read the log of the consultation line"
    CONSULTATIONS_WRITE = "consultations:write", "Record consultations and the referrals that followed"
    INCIDENTS_READ = "incidents:read", "List incidents"
    INCIDENTS_WRITE = "incidents:write", "Send incidents from the records system"
