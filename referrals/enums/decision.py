"""The words of a threshold decision: how it was reached, what it rests on in law, and what the referrer is told."""

from django.db.models import TextChoices

from referrals.enums.casework import Pathway

# The National Decision Model: the code of ethics stands at its centre, five headings around it.
NDM_HEADINGS: dict[str, str] = {
    "ndm_ethics": "Code of ethics",
    "ndm_information": "Information",
    "ndm_threat_and_risk": "Threat and risk",
    "ndm_powers_and_policy": "Powers and policy",
    "ndm_options": "Options",
    "ndm_action_and_review": "Action and review",
}
SHORTEST_RATIONALE = 50


class InformationConsidered(TextChoices):
    NOTICE = "NOTICE", "The form itself"
    EARLIER_REFERRALS = "EARLIER_REFERRALS", "Earlier referrals of the same people"
    FORCE = "FORCE", "The force's own records"
    NATIONAL = "NATIONAL", "PNC, LEDS or PND"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY", "Local authority records"
    HEALTH = "HEALTH", "Health"
    EDUCATION = "EDUCATION", "School or college"
    HOUSING = "HOUSING", "Housing"
    PROBATION = "PROBATION", "Probation or youth justice"
    VOLUNTARY = "VOLUNTARY", "Voluntary or domestic abuse service"
    REFERRER = "REFERRER", "Talk with who wrote it"
    FAMILY = "FAMILY", "Talk with the person or the family"


class Position(TextChoices):
    """What an agency thinks of the decision."""

    AGREES = "AGREES", "Agrees"
    DISAGREES = "DISAGREES", "Disagrees"


_CHILDREN_1989 = "Children Act 1989"
LEGAL_FRAME: dict[Pathway, str] = {
    Pathway.NO_FURTHER_ACTION: "No statutory duty is engaged on what is known",
    Pathway.INFORMATION: "Advice and information; no statutory assessment",
    Pathway.SIGNPOST: "Advice and information; no statutory assessment",
    Pathway.UNIVERSAL: "Universal services; no statutory assessment",
    Pathway.EARLY_HELP: "Children Act 2004, section 10: cooperation to improve well-being",
    Pathway.FAMILY_HELP: f"Children Act 2004, section 10, or {_CHILDREN_1989}, section 17, as the area organises family help",
    Pathway.SECTION_17: f"{_CHILDREN_1989}, section 17: child in need",
    Pathway.STRATEGY_DISCUSSION: f"{_CHILDREN_1989}, section 47: reasonable cause to suspect significant harm, under discussion",
    Pathway.SECTION_47: f"{_CHILDREN_1989}, section 47: duty to make enquiries",
    Pathway.EXISTING_WORKER: "The duty under which the case is open already",
    Pathway.SECTION_42: "Care Act 2014, section 42: duty to make enquiries about an adult",
    Pathway.ADULT_NON_STATUTORY: "Care Act 2014, section 9: assessment of needs, or a local multi-agency route",
    Pathway.MARAC: "Common law duty to protect life, and Crime and Disorder Act 1998, section 115",
    Pathway.HRDA: "Common law duty to protect life, and Crime and Disorder Act 1998, section 115",
    Pathway.MAPPA: "Criminal Justice Act 2003, section 325",
    Pathway.MISSING_EXPLOITED_PANEL: "Children Act 2004, sections 10 and 11",
    Pathway.CHANNEL: "Counter-Terrorism and Security Act 2015, section 36",
    Pathway.CRIME_RECORDED: "National Crime Recording Standard",
    Pathway.INTELLIGENCE_ONLY: "Data Protection Act 2018, Part 3: law-enforcement purposes",
    Pathway.FIRE_SAFE_VISIT: "Fire and Rescue Services Act 2004, section 6",
    Pathway.OUT_OF_AREA_TRANSFER: "The duty passes to the authority where the person is",
    Pathway.REJECTED_RETURNED: "Not dealt with in this form",
}

_THANKS = "Thank you for what you sent. "
MAY_BE_TOLD: dict[Pathway, str] = {
    Pathway.NO_FURTHER_ACTION: _THANKS
    + "It was read with what was known before. Nothing further is done now; send another if anything changes.",
    Pathway.INFORMATION: _THANKS + "Information and advice are given.",
    Pathway.SIGNPOST: _THANKS + "The person is told which service can help.",
    Pathway.UNIVERSAL: _THANKS + "Universal services can meet the need.",
    Pathway.EARLY_HELP: _THANKS + "Early help is offered.",
    Pathway.FAMILY_HELP: _THANKS + "Family help is offered.",
    Pathway.SECTION_17: _THANKS + "Children's services will assess what is needed.",
    Pathway.STRATEGY_DISCUSSION: _THANKS + "The agencies discuss together what must be done.",
    Pathway.SECTION_47: _THANKS + "Enquiries are being made to keep the child safe.",
    Pathway.EXISTING_WORKER: _THANKS + "It went to the worker who knows the case.",
    Pathway.SECTION_42: _THANKS + "Adults' services make enquiries.",
    Pathway.ADULT_NON_STATUTORY: _THANKS + "Adults' services look at what support fits.",
    Pathway.MARAC: _THANKS + "It goes to a meeting about people at high risk.",
    Pathway.HRDA: _THANKS + "It goes to a meeting about people at high risk.",
    Pathway.MAPPA: _THANKS + "It was passed to those who manage the risk.",
    Pathway.MISSING_EXPLOITED_PANEL: _THANKS + "It goes to the panel for missing and exploited children.",
    Pathway.CHANNEL: _THANKS + "It was passed to those who offer support.",
    Pathway.CRIME_RECORDED: _THANKS + "A crime was recorded.",
    Pathway.INTELLIGENCE_ONLY: _THANKS + "It was read, and kept where it helps. No more can be told.",
    Pathway.FIRE_SAFE_VISIT: _THANKS + "The fire service offers a visit.",
    Pathway.OUT_OF_AREA_TRANSFER: _THANKS + "It was passed to the area where the person is.",
    Pathway.REJECTED_RETURNED: "It comes back to you; the reason stands beside the decision. "
    "Please send it again when that is mended, or by the right way.",
}
