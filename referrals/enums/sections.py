"""Which parts of a referral an agency may be given, and which of them each kind of agency is given unless the hub says otherwise.

The parts are the pages of the form, and of the people beside who they are: their background, and their health.
"""

from accounts.enums import AgencyKind
from referrals.enums.forms import FormKind

PEOPLE = "people"
BACKGROUND, HEALTH = "people-background", "people-health"
SOURCE = "source"
ABOUT_PEOPLE: dict[str, str] = {
    BACKGROUND: "People: ethnicity, religion, language and other background",
    HEALTH: "People: disability and health",
}
# What is known of a person, by the part that it belongs to. What stands in none is given to nobody.
PERSON_FIELDS: dict[str, tuple[str, ...]] = {
    PEOPLE: (
        "role",
        "given_names",
        "family_name",
        "aliases",
        "relationship",
        "date_of_birth",
        "is_birth_estimated",
        "estimated_age",
        "expected_on",
        "sex",
        "address",
        "usual_address",
        "lives_in_household",
        "phone",
        "safe_contact",
        "safe_contact_times",
        "education",
        "school",
        "year_group",
        "parental_responsibility",
        "was_present",
        "has_witnessed",
        "left_with",
        "is_left_with_checked",
    ),
    BACKGROUND: (
        "ethnicity",
        "ethnicity_source",
        "religion",
        "place_of_birth",
        "first_language",
        "gender_identity",
        "legal_status",
        "description",
        "online_names",
        "not_known_reason",
    ),
    HEALTH: ("disability", "send_support", "health_contacts"),
}
# What each page asks, in order, in the words of the question. The pages of the types hold what their own records ask.
# Who else knows, and how, is asked on pages of its own form and is a part of its own: it can lead to who gave the information.
SECTION_FIELDS: dict[FormKind, dict[str, dict[str, str]]] = {
    FormKind.PPN: {
        "incident": {
            "types": "What kinds of concern is this about?",
            "occurrence_number": "Occurrence number",
            "incident_at": "When did it happen?",
            "reported_at": "When was it reported?",
            "contact_type": "How did you come to know of it?",
            "place": "Where did it happen?",
            "place_type": "What kind of place is that?",
        },
        "concern": {
            "concern": "What happened, and what worries you?",
            "subject_seen": "Was the person seen and spoken to?",
            "not_seen_reason": "If they were not spoken to, why not?",
            "household_known": "Do you know everyone who lives in the home or is often there?",
        },
        "daily-life": {
            "lived_experience": "What is a day like for this person?",
            "voice": "What did they say, or show, in their own way?",
            "language_used": "In which language did you speak with them?",
            "interpreter": "Was there an interpreter?",
        },
        "needs-and-harm": {
            "needs": "What does this person need?",
            "harm_level": "How far has there been harm, or is it likely?",
            "harm": "What is the harm?",
            "harm_context": "Where does the harm come from?",
            "protective_factors": "What keeps them safe now?",
        },
        "risk": {
            "risk_level": "What is the risk level?",
            "risk_rationale": "Why this level?",
            "police_rag": "Which colour do you give it?",
            "history_checked": "Which records were checked?",
            "history": "What is known from before?",
        },
        "sharing-and-consent": {
            "lawful_basis": "What is the lawful basis for sharing this?",
            "purpose": "Which law governs the sharing?",
            "share_with": "Who should have it?",
            "informed": "Was the person, or the family, told?",
            "informed_reason": "If they object or were not told, why share all the same?",
        },
        "actions-and-ask": {
            "actions_taken": "What was done at once?",
            "immediate_actions": "What exactly was done?",
            "request_to_partner": "What do you ask the partner agencies to do or to know?",
            "out_of_hours_contact": "Who can be asked about this tonight or at the weekend, and how?",
        },
    },
    FormKind.CPI: {
        "topic": {
            "topics": "What is it about?",
            "is_one_matter": "Is this about one matter only?",
            "event_on": "When did it happen?",
            "learned_on": "When did you learn of it?",
        },
        "information": {
            "information": "What do you want the police to know?",
            "places": "Which places?",
            "vehicles": "Which vehicles?",
            "online_names": "Which names online?",
        },
        SOURCE: {
            "how_known": "How do you know?",
            "who_else_knows": "Who else knows this?",
        },
        "handling": {
            "risk_of_acting": "Could anybody come to harm if the police act on this or share it?",
            "risk_if_acted_on": "If somebody could, who and how?",
            "lawful_basis": "What is your lawful basis for sharing it?",
            "referral_made": "Was a safeguarding referral made as well?",
            "referral_reference": "Its reference, if there is one",
            "known_to_services": "Is the child or adult already known to services?",
            "may_be_false": "Do you think that any of it may be false or meant to harm somebody?",
            "may_be_contacted": "May the police contact you about this?",
            "wants_feedback": "Do you want to hear what came of it?",
            "manager_aware": "Does your line manager or safeguarding lead know of this?",
            "conditions": "Are there conditions on how it may be used?",
        },
    },
}
PART_TITLES: dict[str, str] = {
    "incident": "The incident",
    "concern": "The concern",
    "daily-life": "Daily life and voice",
    "needs-and-harm": "Needs and harm",
    "risk": "Risk",
    "sharing-and-consent": "Sharing and consent",
    "actions-and-ask": "Actions and what you ask",
    "topic": "The topic",
    "information": "The information",
    SOURCE: "Where the information comes from",
    "handling": "Handling",
}

_HISTORY = frozenset({"risk", "sharing-and-consent"})
_SCHOOL = _HISTORY | {HEALTH, "mental-health", "domestic-abuse", "stalking-harassment", "hate", "prevent"}
_HOME_ONLY = _HISTORY | {BACKGROUND, HEALTH, "daily-life", "mental-health", "exploitation", "honour-based-abuse"}
_HEALTH = frozenset({"sharing-and-consent", "prevent"})
# What no agency is given unless the hub ticks it: it tells of who gave the information, and of what may happen to them.
KEPT_BACK = frozenset({SOURCE, "handling"})
# What a kind of agency is not given beside that. A kind that is not here is offered everything else.
WITHHELD: dict[AgencyKind, frozenset[str]] = {
    AgencyKind.EDUCATION: _SCHOOL,
    AgencyKind.EARLY_YEARS: _SCHOOL,
    AgencyKind.HOUSING: _HOME_ONLY,
    AgencyKind.FIRE: _HOME_ONLY,
    AgencyKind.COMMUNITY_SAFETY: _HOME_ONLY,
    AgencyKind.FAITH: _HOME_ONLY,
    AgencyKind.OTHER: _HOME_ONLY,
    AgencyKind.VOLUNTARY: _HISTORY | {HEALTH},
    AgencyKind.HEALTH_ICB: _HEALTH,
    AgencyKind.HEALTH_ACUTE: _HEALTH,
    AgencyKind.HEALTH_COMMUNITY: _HEALTH,
    AgencyKind.MENTAL_HEALTH: _HEALTH,
    AgencyKind.GP: _HEALTH,
    AgencyKind.MIDWIFERY: _HEALTH,
    AgencyKind.AMBULANCE: _HEALTH,
}


def suggested_sections(keys: list[str], agency_kind: AgencyKind | str) -> list[str]:
    """Those of the parts that this kind of agency is given unless the hub chooses otherwise."""
    withheld = KEPT_BACK | WITHHELD.get(AgencyKind(agency_kind), frozenset())
    return [key for key in keys if key not in withheld]
