"""The words of the hub."""

from django.db.models import IntegerChoices, TextChoices


class Level(IntegerChoices):
    UNIVERSAL = 1, "Level 1: universal services"
    EARLY_HELP = 2, "Level 2: early help"
    FAMILY_HELP = 3, "Level 3: family help"
    SOCIAL_CARE = 4, "Level 4: social care"


class Pathway(TextChoices):
    NO_FURTHER_ACTION = "NO_FURTHER_ACTION", "No further action"
    INFORMATION = "INFORMATION", "Information and advice"
    SIGNPOST = "SIGNPOST", "Told of a service that can help"
    UNIVERSAL = "UNIVERSAL", "Universal services"
    EARLY_HELP = "EARLY_HELP", "Early help"
    FAMILY_HELP = "FAMILY_HELP", "Family help"
    SECTION_17 = "SECTION_17", "Section 17 assessment"
    STRATEGY_DISCUSSION = "STRATEGY_DISCUSSION", "Strategy discussion"
    SECTION_47 = "SECTION_47", "Section 47 enquiry"
    EXISTING_WORKER = "EXISTING_WORKER", "Passed to the worker who has the case"
    SECTION_42 = "SECTION_42", "Section 42 enquiry (adult)"
    ADULT_NON_STATUTORY = "ADULT_NON_STATUTORY", "Adult care assessment or other adult route"
    MARAC = "MARAC", "MARAC"
    HRDA = "HRDA", "Daily meeting on high-risk domestic abuse"
    MAPPA = "MAPPA", "MAPPA"
    MISSING_EXPLOITED_PANEL = "MISSING_EXPLOITED_PANEL", "Panel for missing and exploited children"
    CHANNEL = "CHANNEL", "Channel panel"
    CRIME_RECORDED = "CRIME_RECORDED", "Crime recorded"
    INTELLIGENCE_ONLY = "INTELLIGENCE_ONLY", "Intelligence only"
    FIRE_SAFE_VISIT = "FIRE_SAFE_VISIT", "Home fire safety visit"
    OUT_OF_AREA_TRANSFER = "OUT_OF_AREA_TRANSFER", "Transferred to another area"
    REJECTED_RETURNED = "REJECTED_RETURNED", "Returned to who wrote it"


class AccessReason(TextChoices):
    HUB = "HUB", "Received by the hub"
    SHARED = "SHARED", "Shared with the agency"
