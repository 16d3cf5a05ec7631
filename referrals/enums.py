"""The field's words for referrals, and the table of allowed moves that services, buttons, API and tests all read."""

from collections.abc import Collection

from django.db.models import IntegerChoices, TextChoices


class FormKind(TextChoices):
    PPN = "PPN", "Public protection notice (PPN)"
    CPI = "CPI", "Community partnership information (CPI)"


# Answers that are kept on the referral itself, because lists and rules need them; all others are the content of its form.
# A CPI form asks neither for a risk level nor for types: it is never urgent.
ON_REFERRAL: dict[FormKind, frozenset[str]] = {
    FormKind.PPN: frozenset({"occurrence_number", "types", "risk_level", "lawful_basis"}),
    FormKind.CPI: frozenset({"lawful_basis"}),
}
MOST_PEOPLE = 100


class ConcernType(TextChoices):
    CHILD = "CHILD", "Child"
    ADULT_AT_RISK = "ADULT_AT_RISK", "Adult at risk"
    DOMESTIC_ABUSE = "DOMESTIC_ABUSE", "Domestic abuse"
    STALKING_HARASSMENT = "STALKING_HARASSMENT", "Stalking or harassment"
    HONOUR_BASED_ABUSE = "HONOUR_BASED_ABUSE", "So-called honour-based abuse, forced marriage or FGM"
    EXPLOITATION = "EXPLOITATION", "Exploitation"
    MENTAL_HEALTH = "MENTAL_HEALTH", "Mental health"
    HATE = "HATE", "Hate"
    MISSING = "MISSING", "Missing"
    PREVENT = "PREVENT", "Prevent"


class ReferralState(TextChoices):
    DRAFT = "DRAFT", "Draft"
    DISCARDED = "DISCARDED", "Discarded"
    RECEIVED = "RECEIVED", "Waiting for a decision"
    DECIDED = "DECIDED", "Decided"
    SHARED = "SHARED", "Shared, waiting for an answer"
    ANSWERED = "ANSWERED", "Answered"
    CLOSED = "CLOSED", "Closed"


class Move(TextChoices):
    SUBMIT = "SUBMIT", "Submit"
    DISCARD = "DISCARD", "Discard"
    DECIDE = "DECIDE", "Decide"
    SHARE = "SHARE", "Share"
    ANSWER = "ANSWER", "Record the agency's answer"
    WITHDRAW = "WITHDRAW", "End the last sharing that waited"
    CLOSE = "CLOSE", "Close"


# (move, state it starts from): state it leads to. A move that is not here is refused.
MOVES: dict[tuple[Move, ReferralState], ReferralState] = {
    (Move.SUBMIT, ReferralState.DRAFT): ReferralState.RECEIVED,
    (Move.DISCARD, ReferralState.DRAFT): ReferralState.DISCARDED,
    (Move.DECIDE, ReferralState.RECEIVED): ReferralState.DECIDED,
    (Move.DECIDE, ReferralState.DECIDED): ReferralState.DECIDED,
    (Move.DECIDE, ReferralState.SHARED): ReferralState.SHARED,
    (Move.DECIDE, ReferralState.ANSWERED): ReferralState.ANSWERED,
    (Move.SHARE, ReferralState.DECIDED): ReferralState.SHARED,
    (Move.SHARE, ReferralState.SHARED): ReferralState.SHARED,
    (Move.SHARE, ReferralState.ANSWERED): ReferralState.SHARED,
    (Move.ANSWER, ReferralState.SHARED): ReferralState.ANSWERED,
    (Move.WITHDRAW, ReferralState.SHARED): ReferralState.DECIDED,
    (Move.CLOSE, ReferralState.DECIDED): ReferralState.CLOSED,
    (Move.CLOSE, ReferralState.ANSWERED): ReferralState.CLOSED,
}

UNSENT = (ReferralState.DRAFT, ReferralState.DISCARDED)
SENT = (
    ReferralState.RECEIVED,
    ReferralState.DECIDED,
    ReferralState.SHARED,
    ReferralState.ANSWERED,
    ReferralState.CLOSED,
)
OPEN_AT_HUB = (ReferralState.RECEIVED, ReferralState.DECIDED, ReferralState.SHARED, ReferralState.ANSWERED)


def next_state(move: Move, state: ReferralState | str) -> ReferralState | None:
    """Where a move leads from a state, or None when it is not allowed there."""
    return MOVES.get((move, ReferralState(state)))


class RiskLevel(IntegerChoices):
    """Ordered, so that the queue can be read by risk."""

    STANDARD = 1, "Standard"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"


class PersonRole(TextChoices):
    SUBJECT = "SUBJECT", "Person the concern is about"
    SIBLING = "SIBLING", "Brother or sister"
    PARENT_CARER = "PARENT_CARER", "Parent or carer"
    PARTNER = "PARTNER", "Partner"
    EX_PARTNER = "EX_PARTNER", "Ex-partner"
    HOUSEHOLD = "HOUSEHOLD", "Other member of the household"
    PROFESSIONAL = "PROFESSIONAL", "Professional"
    SOURCE_OF_HARM = "SOURCE_OF_HARM", "Alleged source of harm"


class Sex(TextChoices):
    FEMALE = "FEMALE", "Female"
    MALE = "MALE", "Male"
    NOT_KNOWN = "NOT_KNOWN", "Not known"


class Ethnicity(TextChoices):
    """Self-defined, 18+1."""

    W1 = "W1", "White: British"
    W2 = "W2", "White: Irish"
    W3 = "W3", "White: Gypsy or Irish Traveller"
    W9 = "W9", "White: any other background"
    M1 = "M1", "Mixed: White and Black Caribbean"
    M2 = "M2", "Mixed: White and Black African"
    M3 = "M3", "Mixed: White and Asian"
    M9 = "M9", "Mixed: any other background"
    A1 = "A1", "Asian: Indian"
    A2 = "A2", "Asian: Pakistani"
    A3 = "A3", "Asian: Bangladeshi"
    A4 = "A4", "Asian: Chinese"
    A9 = "A9", "Asian: any other background"
    B1 = "B1", "Black: Caribbean"
    B2 = "B2", "Black: African"
    B9 = "B9", "Black: any other background"
    O2 = "O2", "Other: Arab"
    O9 = "O9", "Other: any other background"
    NS = "NS", "Not stated"


class EthnicitySource(TextChoices):
    """How the ethnicity is known; an observed one is only a fallback, and is shown as observed."""

    SELF = "SELF", "The person said so"
    PARENT = "PARENT", "A parent or carer said so"
    OBSERVED = "OBSERVED", "Observed by the officer"
    NOT_ASKED = "NOT_ASKED", "Not asked"


class SubjectSeen(TextChoices):
    ALONE = "ALONE", "Seen and spoken to alone"
    WITH_OTHERS = "WITH_OTHERS", "Seen and spoken to with others present"
    NOT_SPOKEN_TO = "NOT_SPOKEN_TO", "Seen but not spoken to"
    NOT_SEEN = "NOT_SEEN", "Not seen"


class ContactType(TextChoices):
    ATTENDED = "ATTENDED", "We went there"
    PHONE = "PHONE", "By telephone"
    STATION = "STATION", "At a station"
    ONLINE = "ONLINE", "Reported online"
    PARTNER = "PARTNER", "A partner agency called"
    CUSTODY = "CUSTODY", "In custody"


class PlaceType(TextChoices):
    HOME = "HOME", "At home"
    PUBLIC = "PUBLIC", "In public"
    SCHOOL = "SCHOOL", "At a school or college"
    ONLINE = "ONLINE", "Online"
    CARE = "CARE", "In a care setting"
    CUSTODY = "CUSTODY", "In custody"
    OTHER = "OTHER", "Somewhere else"


class HarmContext(TextChoices):
    INSIDE_HOME = "INSIDE_HOME", "Inside the home"
    OUTSIDE_HOME = "OUTSIDE_HOME", "Outside the home"
    ONLINE = "ONLINE", "Online"


class HouseholdKnown(TextChoices):
    YES = "YES", "Yes, everyone"
    PARTLY = "PARTLY", "Partly"
    NO = "NO", "No"


class RecordChecked(TextChoices):
    FORCE = "FORCE", "The force's own records"
    PNC = "PNC", "PNC or LEDS"
    PND = "PND", "PND"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY", "The local authority"
    SCHOOL = "SCHOOL", "The school"
    HEALTH = "HEALTH", "Health"
    NONE = "NONE", "None"


class ActionTaken(TextChoices):
    ARREST = "ARREST", "Arrest"
    POLICE_PROTECTION = "POLICE_PROTECTION", "Police protection (section 46)"
    SAFE_PLACE = "SAFE_PLACE", "Taken to a safe place"
    MEDICAL = "MEDICAL", "Medical help"
    PROTECTION_NOTICE = "PROTECTION_NOTICE", "Protection notice or order (DVPN, DAPN)"
    TARGET_HARDENING = "TARGET_HARDENING", "Home made safer"
    SAFETY_ADVICE = "SAFETY_ADVICE", "Safety advice"
    REFERRAL_CALL = "REFERRAL_CALL", "Call to a partner agency"
    NONE = "NONE", "None"


def stands_alone(ticked: Collection[str]) -> bool:
    """Whether "None", if it is ticked, is ticked by itself."""
    return "NONE" not in ticked or len(set(ticked)) == 1


class HarmLevel(TextChoices):
    NONE_KNOWN = "NONE_KNOWN", "None known"
    SUSPECTED = "SUSPECTED", "Suspected"
    LIKELY = "LIKELY", "Likely"
    SIGNIFICANT = "SIGNIFICANT", "Significant"
    LIKELY_SIGNIFICANT = "LIKELY_SIGNIFICANT", "Likely to be significant"


class LawfulBasis(TextChoices):
    PUBLIC_TASK = "PUBLIC_TASK", "Public task"
    LEGAL_OBLIGATION = "LEGAL_OBLIGATION", "Legal obligation"
    VITAL_INTERESTS = "VITAL_INTERESTS", "Vital interests"
    LEGITIMATE_INTERESTS = "LEGITIMATE_INTERESTS", "Legitimate interests"
    CONSENT = "CONSENT", "Consent (seldom the right one)"
    LAW_ENFORCEMENT = "LAW_ENFORCEMENT", "Law-enforcement task (Part 3)"


class Informed(TextChoices):
    TOLD_AGREES = "TOLD_AGREES", "Told, and agrees"
    TOLD_OBJECTS = "TOLD_OBJECTS", "Told, and objects"
    NOT_TOLD_UNSAFE = "NOT_TOLD_UNSAFE", "Not told: it would not be safe"
    NOT_TOLD_NOT_POSSIBLE = "NOT_TOLD_NOT_POSSIBLE", "Not told: it was not possible"


class Level(IntegerChoices):
    UNIVERSAL = 1, "Level 1: universal services"
    EARLY_HELP = 2, "Level 2: early help"
    FAMILY_HELP = 3, "Level 3: family help"
    SOCIAL_CARE = 4, "Level 4: social care"


class Pathway(TextChoices):
    NO_FURTHER_ACTION = "NO_FURTHER_ACTION", "No further action"
    INFORMATION = "INFORMATION", "Information and advice"
    UNIVERSAL = "UNIVERSAL", "Universal services"
    EARLY_HELP = "EARLY_HELP", "Early help"
    FAMILY_HELP = "FAMILY_HELP", "Family help"
    SECTION_17 = "SECTION_17", "Section 17 assessment"
    STRATEGY_DISCUSSION = "STRATEGY_DISCUSSION", "Strategy discussion"
    SECTION_47 = "SECTION_47", "Section 47 enquiry"
    EXISTING_WORKER = "EXISTING_WORKER", "Passed to the worker who has the case"
    SECTION_42 = "SECTION_42", "Section 42 enquiry (adult)"
    ADULT_NON_STATUTORY = "ADULT_NON_STATUTORY", "Adult care assessment or other adult route"
    MARAC = "MARAC", "MARAC or high-risk domestic abuse meeting"
    CRIME_RECORDED = "CRIME_RECORDED", "Crime recorded"
    INTELLIGENCE_ONLY = "INTELLIGENCE_ONLY", "Intelligence only"


class ShareState(TextChoices):
    WAITING = "WAITING", "Waiting for an answer"
    ACCEPTED = "ACCEPTED", "Accepted"
    REJECTED = "REJECTED", "Rejected"
    FURTHER_WORK = "FURTHER_WORK", "Further work needed"
    ENDED = "ENDED", "Sharing ended"


ANSWERED = (ShareState.ACCEPTED, ShareState.REJECTED, ShareState.FURTHER_WORK)


class RejectionReason(TextChoices):
    INSUFFICIENT_INFORMATION = "INSUFFICIENT_INFORMATION", "Not enough information"
    WRONG_AGENCY = "WRONG_AGENCY", "Meant for another agency"
    BELOW_THRESHOLD = "BELOW_THRESHOLD", "Below the threshold"
    DUPLICATE = "DUPLICATE", "We have it already"
    NO_LAWFUL_BASIS = "NO_LAWFUL_BASIS", "No lawful basis to receive it"
    WRONG_FORM = "WRONG_FORM", "Wrong form"


class AccessReason(TextChoices):
    HUB = "HUB", "Received by the hub"
    SHARED = "SHARED", "Shared with the agency"


class CpiTopic(TextChoices):
    MISSING_EXPLOITED = "MISSING_EXPLOITED", "Missing, exploited or trafficked"
    SEXUAL_EXPLOITATION = "SEXUAL_EXPLOITATION", "Child sexual exploitation"
    CRIMINAL_EXPLOITATION = "CRIMINAL_EXPLOITATION", "Child criminal exploitation"
    DRUGS = "DRUGS", "Drug-related harm"
    MODERN_SLAVERY = "MODERN_SLAVERY", "Modern slavery"
    COHESION = "COHESION", "Community cohesion"
    ANTI_SOCIAL = "ANTI_SOCIAL", "Anti-social behaviour"
    ORGANISED_CRIME = "ORGANISED_CRIME", "Organised crime"
    OTHER = "OTHER", "Other"


class HowKnown(TextChoices):
    SAW_OR_HEARD = "SAW_OR_HEARD", "I saw or heard it"
    TOLD_BY_PERSON = "TOLD_BY_PERSON", "The person told me"
    TOLD_BY_OTHER = "TOLD_BY_OTHER", "Somebody else told me"
    RUMOUR = "RUMOUR", "Rumour"
    DOCUMENT = "DOCUMENT", "A document or online"
    OPINION = "OPINION", "My own opinion"


class RiskOfActing(TextChoices):
    NONE_SEEN = "NONE_SEEN", "None that I can see"
    POSSIBLE = "POSSIBLE", "Possible"
    SERIOUS = "SERIOUS", "Serious"


class Situation(TextChoices):
    """What a CPI form is not for, asked before it begins: each but the last leads elsewhere."""

    DANGER = "DANGER", "Somebody is in danger, or a crime is happening now"
    CRIME = "CRIME", "I want to report a crime"
    SAFEGUARDING = "SAFEGUARDING", "I think a child or an adult is at risk of significant harm"
    INFORMATION = "INFORMATION", "None of these: I have information that is not urgent"


class ImportChannel(TextChoices):
    FILE = "FILE", "File"
    API = "API", "API"


class Vulnerability(TextChoices):
    """Whose vulnerability was noted at an incident; each value is the name of the field that says so."""

    CHILD = "child_linked", "A child"
    ADULT = "adult_needs", "An adult with needs"
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse"


class IncidentKind(TextChoices):
    DOMESTIC = "DOMESTIC", "Domestic incident"
    CHILD_CONCERN = "CHILD_CONCERN", "Concern for a child"
    ADULT_CONCERN = "ADULT_CONCERN", "Concern for an adult"
    MISSING = "MISSING", "Missing person"
    MENTAL_HEALTH = "MENTAL_HEALTH", "Mental health"
    VIOLENCE = "VIOLENCE", "Violence"
    ANTI_SOCIAL = "ANTI_SOCIAL", "Anti-social behaviour"
    OTHER = "OTHER", "Other"
