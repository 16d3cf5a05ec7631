"""The answers of a CPI form that come from a list."""

from django.db.models import TextChoices


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


class YesNoNotSure(TextChoices):
    YES = "YES", "Yes"
    NO = "NO", "No"
    NOT_SURE = "NOT_SURE", "Not sure"
