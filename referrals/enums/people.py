"""The people in a referral."""

from django.db.models import TextChoices


class PersonRole(TextChoices):
    SUBJECT = "SUBJECT", "Person the concern is about"
    SIBLING = "SIBLING", "Brother or sister"
    PARENT_CARER = "PARENT_CARER", "Parent or carer"
    PARTNER = "PARTNER", "Partner"
    EX_PARTNER = "EX_PARTNER", "Ex-partner"
    HOUSEHOLD = "HOUSEHOLD", "Other member of the household"
    PROFESSIONAL = "PROFESSIONAL", "Professional"
    SOURCE_OF_HARM = "SOURCE_OF_HARM", "Alleged source of harm"
    UNBORN = "UNBORN", "Unborn child"


# Of whom a PPN names one at least: before a birth there may be nobody else.
ABOUT = (PersonRole.SUBJECT, PersonRole.UNBORN)


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


class SafeContact(TextChoices):
    YES = "YES", "Yes"
    AT_TIMES = "AT_TIMES", "Only at some times or in some ways"
    NO = "NO", "No"


class Education(TextChoices):
    SCHOOL = "SCHOOL", "At a school"
    COLLEGE = "COLLEGE", "At a college"
    NURSERY = "NURSERY", "At a nursery or with a childminder"
    AT_HOME = "AT_HOME", "Taught at home"
    NONE = "NONE", "At none"
    NOT_KNOWN = "NOT_KNOWN", "Not known"


class SendSupport(TextChoices):
    """Special educational needs or disabilities, and how far they are provided for."""

    NONE = "NONE", "None known"
    SUPPORT = "SUPPORT", "Support at school"
    PLAN = "PLAN", "Education, health and care plan (EHCP)"
    NOT_KNOWN = "NOT_KNOWN", "Not known"


class LegalStatus(TextChoices):
    NONE = "NONE", "None"
    CHILD_IN_NEED = "CHILD_IN_NEED", "Child in need"
    PROTECTION_PLAN = "PROTECTION_PLAN", "Child protection plan"
    LOOKED_AFTER = "LOOKED_AFTER", "Looked after"
    CARE_LEAVER = "CARE_LEAVER", "Care leaver"
    PRIVATE_FOSTERING = "PRIVATE_FOSTERING", "Privately fostered"
    NOT_KNOWN = "NOT_KNOWN", "Not known"


# Before the id of the other person, it names the answer to what somebody is to them.
RELATION_TO = "relation_"


class Relation(TextChoices):
    """What one person is to another, read from the first to the second."""

    PARENT = "PARENT", "Parent of"
    STEP_PARENT = "STEP_PARENT", "Step-parent of"
    CHILD = "CHILD", "Child of"
    SIBLING = "SIBLING", "Brother or sister of"
    PARTNER = "PARTNER", "Partner of"
    EX_PARTNER = "EX_PARTNER", "Former partner of"
    GRANDPARENT = "GRANDPARENT", "Grandparent of"
    RELATIVE = "RELATIVE", "Other relative of"
    CARER = "CARER", "Carer of"
    FRIEND = "FRIEND", "Friend of"
    PROFESSIONAL = "PROFESSIONAL", "Works with"
    OTHER = "OTHER", "Knows"
