"""Role profiles of the fictitious force: what each asks for, who is in it, and evidence of skills at every stage."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.models import User
from common.clock import start_of_day
from devtools.demo_data.identity import named_id
from devtools.demo_data.modules import MODULES
from devtools.demo_data.people import Setting
from training.enums import EvidenceAnswer, SkillLevel
from training.models import ProfileAssignment, ProfileModule, ProfileSkill, RoleProfile, Skill, SkillEvidence

# name: (what counts as evidence, months until it has to be shown again)
SKILLS: dict[str, tuple[str, int | None]] = {
    "Gives reasons for a decision": ("Reasons for a fictitious or real decision that a colleague could follow.", 24),
    "Researches police systems": ("A chronology that named what was found, and what was looked for and not found.", 12),
    "Takes part in strategy discussions": ("What was asked, what was agreed, and what was challenged.", None),
    "Speaks with adults at risk about their wishes": ("How the adult was heard, and what changed because of it.", 24),
    "Plans safety with victims": ("What was agreed with the victim, and why it would hold on a bad day.", 24),
    "Leads a team in the hub": ("How work was shared out, and how a colleague was supported after a hard case.", None),
}


@dataclass(frozen=True)
class Role:
    """One profile. Modules that everybody with `account_role` needs stand with the modules themselves."""

    name: str
    purpose: str
    for_whom: str
    account_role: str = ""
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    optional_needed: int = 0
    skills: dict[str, SkillLevel | None] = field(default_factory=dict)


REASONS, RESEARCH, STRATEGY, WISHES, SAFETY, LEADS = SKILLS
ROLES = (
    Role(
        "MASH decision-maker",
        "Decides what happens with a referral, and writes down why.",
        "Everybody who decides in the hub",
        "MASH_DECISION_MAKER",
        skills={REASONS: SkillLevel.ALONE, STRATEGY: SkillLevel.WITH_SUPPORT},
    ),
    Role(
        "MASH supervisor",
        "Oversees the queue and the people who work it.",
        "Sergeants of the hub",
        "MASH_SUPERVISOR",
        skills={REASONS: SkillLevel.TEACHES, STRATEGY: SkillLevel.ALONE, LEADS: None},
    ),
    Role("Mentor", "Stands by somebody who learns, and signs first.", "Mentors of the hub", "MENTOR"),
    Role(
        "Frontline officer",
        "Sees harm behind other calls, and writes the PPN.",
        "Officers and staff who answer calls",
        "FRONTLINE_OFFICER",
    ),
    Role("Line manager", "Reads what the team writes, and signs second.", "Whoever leads a team", "LINE_MANAGER"),
    Role(
        "MASH researcher",
        "Finds what the police know, before anybody decides.",
        "Staff of the research desk, and who is to move there",
        required=("MASH introduction", "Data integrity"),
        optional=("Risk", "Neglect", "A good PPN"),
        optional_needed=2,
        skills={RESEARCH: SkillLevel.ALONE},
    ),
    Role(
        "Adult safeguarding",
        "Works with adults who need care and support.",
        "Whoever is on the adults' desk",
        required=("MASH introduction", "Risk"),
        optional=("Frontline", "A good PPN"),
        optional_needed=1,
        skills={WISHES: SkillLevel.WITH_SUPPORT},
    ),
    Role(
        "Domestic abuse",
        "Works with victims of domestic abuse, and with their children in mind.",
        "Whoever is on the domestic abuse desk",
        required=("Risk", "Neglect"),
        skills={SAFETY: SkillLevel.ALONE, REASONS: None},
    ),
)
# profile, which of the hub's decision-makers, days ago, days to complete it (none: at once), days ago that it ended
PEOPLE = (
    ("MASH researcher", 0, 20, 90, None),
    ("MASH researcher", 1, 700, None, 300),
    ("Adult safeguarding", 1, 300, None, None),
    ("Domestic abuse", 2, 40, 60, None),
    ("Adult safeguarding", 2, 20, 90, None),
    ("Domestic abuse", 0, 500, None, None),
)
# which decision-maker, skill, days ago, level, whether it was enough (None: nobody has answered)
EVIDENCE = (
    (0, REASONS, 400, SkillLevel.WITH_SUPPORT, True),
    (0, REASONS, 90, SkillLevel.ALONE, True),
    (0, STRATEGY, 60, SkillLevel.WITH_SUPPORT, True),
    (0, RESEARCH, 6, SkillLevel.ALONE, None),
    (0, SAFETY, 30, SkillLevel.ALONE, False),
    (1, REASONS, 690, SkillLevel.ALONE, True),
    (1, WISHES, 800, SkillLevel.ALONE, True),
    (2, SAFETY, 9, SkillLevel.ALONE, None),
)
WORDS = (
    "Did it with a fictitious case in front of two colleagues, who asked until the reasons held.",
    "Did it on a shift, was asked about it by the supervisor afterwards, and wrote down what to do better.",
)


def make_profiles(setting: Setting) -> None:
    """Profiles, skills, who is in which profile, and some evidence; modules must be there."""
    skills = {
        name: Skill(
            id=named_id("skill", name), force=setting.hub, name=name, counts_as_evidence=counts, valid_months=months
        )
        for name, (counts, months) in SKILLS.items()
    }
    profiles = {role.name: _profile(setting, role) for role in ROLES}
    Skill.objects.bulk_create(skills.values())
    RoleProfile.objects.bulk_create(profiles.values())
    ProfileModule.objects.bulk_create(link for role in ROLES for link in _modules(role, profiles[role.name]))
    ProfileSkill.objects.bulk_create(
        ProfileSkill(
            id=named_id("profile skill", role.name, name), profile=profiles[role.name], skill=skills[name], level=level
        )
        for role in ROLES
        for name, level in role.skills.items()
    )
    people = setting.by_role["MASH_DECISION_MAKER"]
    ProfileAssignment.objects.bulk_create(
        _assignment(setting, profiles[name], people[number], ago, to_complete, ended)
        for name, number, ago, to_complete, ended in PEOPLE
    )
    SkillEvidence.objects.bulk_create(
        _evidence(setting, people[number], skills[name], setting.today - timedelta(days=ago), level, is_enough)
        for number, name, ago, level, is_enough in EVIDENCE
    )


def _profile(setting: Setting, role: Role) -> RoleProfile:
    return RoleProfile(
        id=named_id("profile", role.name),
        force=setting.hub,
        name=role.name,
        purpose=role.purpose,
        for_whom=role.for_whom,
        account_role=role.account_role,
        optional_needed=role.optional_needed,
    )


def _modules(role: Role, profile: RoleProfile) -> list[ProfileModule]:
    by_role = [course.short_title for course in MODULES if role.account_role in course.required_for]
    titles = {course.short_title: course.title for course in MODULES}
    return [
        ProfileModule(
            id=named_id("profile module", role.name, short_title),
            profile=profile,
            module_id=named_id("module", titles[short_title]),
            is_optional=short_title in role.optional,
        )
        for short_title in (*by_role, *role.required, *role.optional)
    ]


def _assignment(
    setting: Setting, profile: RoleProfile, person: User, ago: int, to_complete: int | None, ended: int | None
) -> ProfileAssignment:
    starts_on, trainer = setting.today - timedelta(days=ago), setting.people["trainer"]
    ends_on = setting.today - timedelta(days=ended) if ended is not None else None
    return ProfileAssignment(
        id=named_id("assignment", profile.name, person.email),
        profile=profile,
        person=person,
        starts_on=starts_on,
        complete_by=starts_on + timedelta(days=to_complete) if to_complete else None,
        assigned_at=start_of_day(starts_on) + timedelta(hours=9),
        assigned_by=trainer,
        ends_on=ends_on,
        ended_at=start_of_day(ends_on) + timedelta(hours=9) if ends_on else None,
        ended_by=trainer if ends_on else None,
    )


def _evidence(
    setting: Setting, person: User, skill: Skill, shown_on: date, level: SkillLevel, is_enough: bool | None
) -> SkillEvidence:
    written_at = start_of_day(shown_on) + timedelta(hours=15)
    entry = SkillEvidence(
        id=named_id("evidence", person.email, skill.name, shown_on),
        agency=setting.hub,
        person=person,
        skill=skill,
        shown_on=shown_on,
        level=level,
        words=WORDS[level % 2],
        written_at=written_at,
        key=named_id("evidence key", person.email, skill.name, shown_on),
    )
    if is_enough is not None:
        entry.answer = EvidenceAnswer.CONFIRMED if is_enough else EvidenceAnswer.NOT_YET
        entry.answer_words = "" if is_enough else "Say what was agreed for a bad day, and with whom."
        entry.answered_at, entry.answered_by = written_at + timedelta(days=2), setting.people["trainer"]
        entry.lapses_on = skill.lapses_on(shown_on) if is_enough else None
    return entry
