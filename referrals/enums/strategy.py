"""The words of a strategy discussion."""

from django.db.models import TextChoices


class Presence(TextChoices):
    """Of an agency that was invited."""

    PRESENT = "PRESENT", "Present"
    ABSENT = "ABSENT", "Absent"


class StrategyOutcome(TextChoices):
    JOINT = "JOINT", "Joint enquiry and investigation"
    CHILDRENS_SERVICES = "CHILDRENS_SERVICES", "Enquiry by children's services alone"
    POLICE = "POLICE", "Investigation by police alone"
    NO_ENQUIRY = "NO_ENQUIRY", "No section 47 enquiry"
    AGAIN = "AGAIN", "Meet again when more is known"


FEWEST_PRESENT = 2
