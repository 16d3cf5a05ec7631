"""Which parts of a referral an agency may be given, and which of them each kind of agency is given unless the hub says otherwise.

The parts are the pages of the form, and of the people beside who they are: their background, and their health.
"""

from accounts.enums import AgencyKind
from referrals.enums.forms import FormKind

PEOPLE = "people"
BACKGROUND, HEALTH = "people-background", "people-health"
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
# The answers of each page. The pages of the types hold what their own records hold.
SECTION_FIELDS: dict[FormKind, dict[str, tuple[str, ...]]] = {
    FormKind.PPN: {
        "incident": (
            "types",
            "occurrence_number",
            "incident_at",
            "reported_at",
            "contact_type",
            "place",
            "place_type",
        ),
        "concern": ("concern", "subject_seen", "not_seen_reason", "household_known"),
        "daily-life": ("lived_experience", "voice", "language_used", "interpreter"),
        "needs-and-harm": ("needs", "harm_level", "harm", "harm_context", "protective_factors"),
        "risk": ("risk_level", "risk_rationale", "police_rag", "history_checked", "history"),
        "sharing-and-consent": ("lawful_basis", "purpose", "share_with", "informed", "informed_reason"),
        "actions-and-ask": ("actions_taken", "immediate_actions", "request_to_partner", "out_of_hours_contact"),
    },
    FormKind.CPI: {
        "topic": ("topics", "is_one_matter", "event_on", "learned_on", "how_known"),
        "information": ("information", "places", "vehicles", "online_names", "who_else_knows"),
        "handling": (
            "risk_of_acting",
            "risk_if_acted_on",
            "lawful_basis",
            "referral_made",
            "referral_reference",
            "known_to_services",
            "may_be_false",
            "may_be_contacted",
            "wants_feedback",
            "manager_aware",
            "conditions",
        ),
    },
}

_HISTORY = frozenset({"risk", "sharing-and-consent"})
_SCHOOL = _HISTORY | {HEALTH, "mental-health", "domestic-abuse", "stalking-harassment", "hate", "prevent"}
_HOME_ONLY = _HISTORY | {BACKGROUND, HEALTH, "daily-life", "mental-health", "exploitation", "honour-based-abuse"}
_HEALTH = frozenset({"sharing-and-consent", "prevent"})
# What a kind of agency is not given unless the hub ticks it. A kind that is not here is offered everything.
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
    withheld = WITHHELD.get(AgencyKind(agency_kind), frozenset())
    return [key for key in keys if key not in withheld]
