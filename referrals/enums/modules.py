"""The answers from a list that only one type of concern asks for."""

from django.db.models import TextChoices


class YesNoUnclear(TextChoices):
    YES = "YES", "Yes"
    NO = "NO", "No"
    UNCLEAR = "UNCLEAR", "Not clear"


class ChildAbuse(TextChoices):
    PHYSICAL = "PHYSICAL", "Physical"
    EMOTIONAL = "EMOTIONAL", "Emotional"
    SEXUAL = "SEXUAL", "Sexual"
    NEGLECT = "NEGLECT", "Neglect"


class ChildWith(TextChoices):
    CARER = "CARER", "Their parent or carer"
    ALONE = "ALONE", "Nobody: they were alone"
    CHILD_IN_CHARGE = "CHILD_IN_CHARGE", "Another child, who was in charge"
    UNKNOWN_ADULT = "UNKNOWN_ADULT", "An adult whose part in their life is not clear"


class HomeCondition(TextChoices):
    FOOD = "FOOD", "Too little food"
    HEAT = "HEAT", "Cold, or no power"
    SLEEPING_PLACE = "SLEEPING_PLACE", "No fit place to sleep"
    HAZARDS = "HAZARDS", "Hazards within reach"
    DRUGS = "DRUGS", "Drugs, or what belongs to them"
    ANIMALS = "ANIMALS", "Animals, or their dirt"
    SMELL = "SMELL", "Strong smell"
    NONE = "NONE", "None of these seen"


class CarerState(TextChoices):
    ABLE = "ABLE", "Able to look after the child"
    INTOXICATED = "INTOXICATED", "Under drink or drugs"
    UNWELL = "UNWELL", "Unwell"
    DISTRESSED = "DISTRESSED", "Distressed"
    ABSENT = "ABSENT", "Not there"


class AdultAbuse(TextChoices):
    PHYSICAL = "PHYSICAL", "Physical"
    DOMESTIC = "DOMESTIC", "Domestic"
    SEXUAL = "SEXUAL", "Sexual"
    PSYCHOLOGICAL = "PSYCHOLOGICAL", "Psychological or emotional"
    FINANCIAL = "FINANCIAL", "Financial or material"
    MODERN_SLAVERY = "MODERN_SLAVERY", "Modern slavery"
    DISCRIMINATORY = "DISCRIMINATORY", "Discriminatory"
    ORGANISATIONAL = "ORGANISATIONAL", "Organisational"
    NEGLECT = "NEGLECT", "Neglect or acts of omission"
    SELF_NEGLECT = "SELF_NEGLECT", "Self-neglect"


class Capacity(TextChoices):
    HAS = "HAS", "Has capacity for this decision"
    LACKS = "LACKS", "Lacks capacity for this decision"
    DOUBT = "DOUBT", "There is doubt"
    NOT_ASSESSED = "NOT_ASSESSED", "Not assessed"


class Connection(TextChoices):
    PARTNER = "PARTNER", "Partners"
    EX_PARTNER = "EX_PARTNER", "Former partners"
    FAMILY = "FAMILY", "Family"
    OTHER = "OTHER", "Other"


class RiskTool(TextChoices):
    DARA = "DARA", "DARA"
    DASH = "DASH", "DASH"
    NONE = "NONE", "None"


class AssessedBy(TextChoices):
    ATTENDING = "ATTENDING", "An officer who attended"
    SPECIALIST = "SPECIALIST", "A specialist officer"
    PARTNER = "PARTNER", "A partner agency"


class ChildrenLinked(TextChoices):
    NAMED = "NAMED", "Yes: each is named under People"
    NONE = "NONE", "No: neither adult has children"
    NOT_KNOWN = "NOT_KNOWN", "Not known"


class AbuseSign(TextChoices):
    COERCIVE_CONTROL = "COERCIVE_CONTROL", "Coercive control"
    STRANGULATION = "STRANGULATION", "Strangulation or suffocation"
    SEPARATION = "SEPARATION", "Separation in the last six months"
    PREGNANCY = "PREGNANCY", "Pregnancy or a new baby"
    WEAPON = "WEAPON", "Weapon used or shown"
    THREATS_TO_KILL = "THREATS_TO_KILL", "Threats to kill"
    SUICIDE_THREAT = "SUICIDE_THREAT", "Threats of suicide"
    STALKING = "STALKING", "Stalking"
    SEXUAL = "SEXUAL", "Sexual violence"
    ANIMALS = "ANIMALS", "Harm to animals"
    IMMIGRATION = "IMMIGRATION", "Immigration status used against them"
    HONOUR = "HONOUR", "So-called honour-based abuse"
    NONE = "NONE", "None of these"


class DisclosureThought(TextChoices):
    RIGHT_TO_KNOW = "RIGHT_TO_KNOW", "Right to know: started"
    SHARED_DIRECTLY = "SHARED_DIRECTLY", "We told the person directly, because it could not wait"
    TOLD_RIGHT_TO_ASK = "TOLD_RIGHT_TO_ASK", "They were told of the right to ask"
    NOT_RELEVANT = "NOT_RELEVANT", "There is nothing to disclose"


class HighRiskMeeting(TextChoices):
    REFERRED = "REFERRED", "Referred"
    MET_NOT_REFERRED = "MET_NOT_REFERRED", "Would qualify, not referred"
    NOT_MET = "NOT_MET", "Does not qualify"


class ProtectiveOrder(TextChoices):
    DAPN = "DAPN", "Domestic abuse protection notice (DAPN)"
    DAPO = "DAPO", "Domestic abuse protection order (DAPO)"
    DVPN = "DVPN", "Domestic violence protection notice or order (DVPN, DVPO)"
    NON_MOLESTATION = "NON_MOLESTATION", "Non-molestation order"
    RESTRAINING = "RESTRAINING", "Restraining order"
    STALKING = "STALKING", "Stalking protection order"
    BAIL = "BAIL", "Bail conditions"


class OrderThought(TextChoices):
    APPLIED = "APPLIED", "Applied for"
    NOT_NOW = "NOT_NOW", "Considered, not applied for now"
    NOT_RELEVANT = "NOT_RELEVANT", "Does not apply here"


class HonourKind(TextChoices):
    HONOUR = "HONOUR", "So-called honour-based abuse"
    FORCED_MARRIAGE = "FORCED_MARRIAGE", "Forced marriage"
    FGM = "FGM", "Female genital mutilation (FGM)"
    BREAST_FLATTENING = "BREAST_FLATTENING", "Breast flattening"
    FAITH = "FAITH", "Abuse tied to faith or belief"
    DOWRY = "DOWRY", "Abuse tied to dowry"


class DutyDone(TextChoices):
    DONE = "DONE", "Done"
    TO_DO = "TO_DO", "To be done"
    NOT_RELEVANT = "NOT_RELEVANT", "Does not apply"


class ExploitationKind(TextChoices):
    CHILD_SEXUAL = "CHILD_SEXUAL", "Child sexual exploitation"
    CHILD_CRIMINAL = "CHILD_CRIMINAL", "Child criminal exploitation"
    COUNTY_LINES = "COUNTY_LINES", "County lines"
    MODERN_SLAVERY = "MODERN_SLAVERY", "Modern slavery"
    TRAFFICKING = "TRAFFICKING", "Trafficking"
    CUCKOOING = "CUCKOOING", "Cuckooing"
    FINANCIAL = "FINANCIAL", "Financial exploitation"
    ONLINE = "ONLINE", "Online exploitation"


class ExploitationAssessment(TextChoices):
    DONE = "DONE", "Done"
    TO_DO = "TO_DO", "To be done"
    NOT_NEEDED = "NOT_NEEDED", "Not needed"


class NationalReferral(TextChoices):
    CHILD = "CHILD", "Child: referred, for that is a duty"
    ADULT_AGREES = "ADULT_AGREES", "Adult: agrees, referred"
    ADULT_DECLINES = "ADULT_DECLINES", "Adult: does not agree, duty to notify met"
    NOT_INDICATED = "NOT_INDICATED", "Nothing points to it"


class MentalState(TextChoices):
    DISTRESS = "DISTRESS", "Distress"
    SELF_HARM = "SELF_HARM", "Self-harm"
    IDEATION = "IDEATION", "Thoughts of suicide"
    PLAN = "PLAN", "A plan for suicide"
    PSYCHOSIS = "PSYCHOSIS", "Psychosis"
    DEMENTIA = "DEMENTIA", "Dementia"
    SUBSTANCE = "SUBSTANCE", "Drink or drugs"


class ServiceContacted(TextChoices):
    CRISIS_TEAM = "CRISIS_TEAM", "Mental health crisis team"
    GP = "GP", "General practice"
    AMBULANCE = "AMBULANCE", "Ambulance service"
    HOSPITAL = "HOSPITAL", "Hospital"
    OTHER = "OTHER", "Another service"
    NONE = "NONE", "None"


class FireVisit(TextChoices):
    MADE = "MADE", "Referral made"
    OFFERED = "OFFERED", "Offered and declined"
    NOT_NEEDED = "NOT_NEEDED", "Not needed"


class HateStrand(TextChoices):
    RACE = "RACE", "Race"
    RELIGION = "RELIGION", "Religion or belief"
    SEXUAL_ORIENTATION = "SEXUAL_ORIENTATION", "Sexual orientation"
    DISABILITY = "DISABILITY", "Disability"
    TRANSGENDER = "TRANSGENDER", "Transgender identity"
    OTHER = "OTHER", "Something else about the person"


class ReturnInterview(TextChoices):
    DONE = "DONE", "Done"
    PLANNED = "PLANNED", "Planned"
    DECLINED = "DECLINED", "Declined by the person"
    NOT_YET = "NOT_YET", "Not yet: the person is still missing"
