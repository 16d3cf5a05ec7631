"""Every role, in one file: a sentence for an auditor, what it may do, and who may hold it. docs/permissions.md is made from it."""

from dataclasses import dataclass

from accounts.enums import Permission as May


@dataclass(frozen=True)
class RoleDefinition:
    """A role as an auditor reads it."""

    code: str
    name: str
    sentence: str
    allows: frozenset[May]
    police_only: bool = False
    sees_other_agencies: bool = False


def _role(
    code: str, name: str, sentence: str, *allows: May, police_only: bool = False, sees_other_agencies: bool = False
) -> RoleDefinition:
    return RoleDefinition(code, name, sentence, frozenset(allows), police_only, sees_other_agencies)


FRONTLINE_OFFICER = _role(
    "FRONTLINE_OFFICER",
    "Frontline officer or staff",
    "Writes PPNs and sees their own, with the answers and feedback that came back.",
    May.WRITE_PPN,
    May.KEEP_OWN_TRAINING,
    police_only=True,
)
PARTNER_PRACTITIONER = _role(
    "PARTNER_PRACTITIONER",
    "Partner practitioner",
    "Writes CPI forms, sees and answers what was shared with their agency, and books sessions.",
    May.WRITE_CPI,
    May.SEE_SHARED_REFERRALS,
    May.ANSWER_SHARE,
    May.CHALLENGE,
    May.BOOK_SESSION,
    sees_other_agencies=True,
)
MASH_DECISION_MAKER = _role(
    "MASH_DECISION_MAKER",
    "MASH decision-maker",
    "Works the hub's queue, decides threshold and pathway with a rationale, and shares.",
    May.WRITE_PPN,
    May.SEE_HUB_REFERRALS,
    May.DECIDE_REFERRAL,
    May.SHARE_REFERRAL,
    May.CHALLENGE,
    May.BREAK_GLASS,
    May.KEEP_CONSULTATIONS,
    May.KEEP_OWN_TRAINING,
    police_only=True,
    sees_other_agencies=True,
)
MASH_SUPERVISOR = _role(
    "MASH_SUPERVISOR",
    "MASH supervisor",
    "Oversees the queue, decides on no further action where the risk is medium or high and on acting on doubtful information, reviews the hub's own high-risk PPNs, has decisions looked at a second time, restricts referrals to named people, judges conflicts of interest, runs grading rounds and dip samples, reviews incidents and reads the reports.",
    May.SEE_HUB_REFERRALS,
    May.SEE_TEAM_REFERRALS,
    May.REVIEW_REFERRAL,
    May.DECIDE_REFERRAL,
    May.DECIDE_ON_NOTHING,
    May.SHARE_REFERRAL,
    May.CHALLENGE,
    May.KEEP_CONSULTATIONS,
    May.KEEP_RIGHT_TO_ASK,
    May.REOPEN_OR_VOID,
    May.RESTRICT_REFERRAL,
    May.JUDGE_CONFLICT,
    May.BREAK_GLASS,
    May.REVIEW_EMERGENCY,
    May.SEE_WHO_LOOKED,
    May.KEEP_THRESHOLDS,
    May.RUN_SECOND_LOOKS,
    May.EXCEPT_ENCOMPASS,
    May.ACT_ON_DOUBTFUL,
    May.IMPORT_INCIDENTS,
    May.RUN_GRADING,
    May.SEE_GRADING_RESULTS,
    May.RUN_DIP_SAMPLES,
    May.REVIEW_INCIDENTS,
    May.SEE_REPORTS,
    May.SEE_TEAM_TRAINING,
    May.KEEP_OWN_TRAINING,
    May.SEE_TRENDS,
    police_only=True,
    sees_other_agencies=True,
)
INTELLIGENCE_OFFICER = _role(
    "INTELLIGENCE_OFFICER",
    "Intelligence officer",
    "Evaluates the CPI forms that the hub received, writes graded reports of them without their source, and reads those reports; sees no PPN.",
    May.ASSESS_CPI,
    May.KEEP_OWN_TRAINING,
    police_only=True,
    sees_other_agencies=True,
)
DIP_SAMPLE_REVIEWER = _role(
    "DIP_SAMPLE_REVIEWER",
    "Dip-sample reviewer",
    "Reviews sampled incidents, and is the second, independent reader of some; sees no referral beyond what a review needs.",
    May.REVIEW_INCIDENTS,
    police_only=True,
)
PANEL_MEMBER = _role(
    "PANEL_MEMBER",
    "Panel member",
    "Grades the PPNs assigned to them, alone first, and sees the results of grading.",
    May.GRADE,
    May.SEE_GRADING_RESULTS,
    sees_other_agencies=True,
)
TRAINER = _role(
    "TRAINER",
    "Trainer",
    "Keeps modules and training records, requests sign-off, and runs partner sessions and staff surveys.",
    May.RUN_TRAINING,
    May.RUN_SURVEYS,
    May.KEEP_OWN_TRAINING,
    May.RUN_SESSIONS,
    May.KEEP_RIGHT_TO_ASK,
    May.SEE_GRADING_RESULTS,
    May.SEE_TRENDS,
    police_only=True,
    sees_other_agencies=True,
)
MENTOR = _role(
    "MENTOR",
    "Mentor",
    "Signs off training records of the people they mentor, first of the two signatures.",
    May.SIGN_OFF_AS_MENTOR,
    May.KEEP_OWN_TRAINING,
)
LINE_MANAGER = _role(
    "LINE_MANAGER",
    "Line manager",
    "Signs off training records after the mentor, sees the referrals and training of the own team, and reviews its high-risk PPNs.",
    May.SIGN_OFF_AS_LINE_MANAGER,
    May.SEE_TEAM_REFERRALS,
    May.REVIEW_REFERRAL,
    May.SEE_TEAM_TRAINING,
    May.KEEP_OWN_TRAINING,
)
TRAINING_COORDINATOR = _role(
    "TRAINING_COORDINATOR",
    "Partner training coordinator",
    "Books people of their agency onto sessions.",
    May.BOOK_SESSION,
    May.BOOK_FOR_AGENCY,
)
SENIOR_LEADER = _role(
    "SENIOR_LEADER",
    "Senior leader",
    "Reads trends and reports, and runs staff surveys; sees figures, not referrals.",
    May.SEE_GRADING_RESULTS,
    May.KEEP_OWN_TRAINING,
    May.RUN_SURVEYS,
    May.SEE_REPORTS,
    May.SEE_TRENDS,
)
ANALYST = _role(
    "ANALYST",
    "Analyst",
    "Imports incidents and reads trends and reports; sees figures, not referrals.",
    May.IMPORT_INCIDENTS,
    May.KEEP_OWN_TRAINING,
    May.SEE_GRADING_RESULTS,
    May.SEE_REPORTS,
    May.SEE_TRENDS,
)
INFORMATION_GOVERNANCE = _role(
    "INFORMATION_GOVERNANCE",
    "Information governance officer",
    "Reads who saw what and why, reviews emergency access to restricted referrals, and reviews how long referrals are kept: holds them, and proposes and approves their disposal, never both; has no part in casework.",
    May.SEE_ACCESS_LOG,
    May.REVIEW_RETENTION,
    May.REVIEW_EMERGENCY,
    May.KEEP_OWN_TRAINING,
    sees_other_agencies=True,
)
ADMINISTRATOR = _role(
    "ADMINISTRATOR",
    "Administrator",
    "Keeps agencies, users, roles and reference data; sees no referral.",
    May.MANAGE_PEOPLE,
    May.KEEP_OWN_TRAINING,
    sees_other_agencies=True,
)

ROLES: dict[str, RoleDefinition] = {
    role.code: role
    for role in (
        FRONTLINE_OFFICER,
        PARTNER_PRACTITIONER,
        MASH_DECISION_MAKER,
        MASH_SUPERVISOR,
        INTELLIGENCE_OFFICER,
        DIP_SAMPLE_REVIEWER,
        PANEL_MEMBER,
        TRAINER,
        MENTOR,
        LINE_MANAGER,
        TRAINING_COORDINATOR,
        SENIOR_LEADER,
        ANALYST,
        INFORMATION_GOVERNANCE,
        ADMINISTRATOR,
    )
}
ROLE_CHOICES = [(role.code, role.name) for role in ROLES.values()]
POLICE_ONLY = frozenset(role.code for role in ROLES.values() if role.police_only)
