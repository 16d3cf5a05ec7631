"""Incidents and their import."""

from django.db.models import TextChoices


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
