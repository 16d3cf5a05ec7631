"""The answers of a PPN that come from a list."""

from django.db.models import IntegerChoices, TextChoices


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


class HarmLevel(TextChoices):
    NONE_KNOWN = "NONE_KNOWN", "None known"
    SUSPECTED = "SUSPECTED", "Suspected"
    LIKELY = "LIKELY", "Likely"
    SIGNIFICANT = "SIGNIFICANT", "Significant"
    LIKELY_SIGNIFICANT = "LIKELY_SIGNIFICANT", "Likely to be significant"


class Interpreter(TextChoices):
    NOT_NEEDED = "NOT_NEEDED", "Not needed"
    PROFESSIONAL = "PROFESSIONAL", "A professional interpreter"
    FAMILY = "FAMILY", "Somebody of the family or a friend"
    NONE = "NONE", "Needed, and there was none"


class PoliceRag(IntegerChoices):
    """How the force sees it; the hub may raise or lower it."""

    BLUE = 1, "Blue: little need, not for sharing"
    GREEN = 2, "Green: early help"
    AMBER = 3, "Amber: targeted help"
    RED = 4, "Red: specialist help"


class Purpose(TextChoices):
    GENERAL = "GENERAL", "Safeguarding and welfare (UK GDPR)"
    LAW_ENFORCEMENT = "LAW_ENFORCEMENT", "Law enforcement (Data Protection Act 2018, Part 3)"
