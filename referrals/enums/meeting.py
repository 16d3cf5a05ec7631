"""The daily triage meeting."""

from django.db.models import TextChoices


class WhyListed(TextChoices):
    """In the order in which they come up."""

    HIGH = "HIGH", "High risk"
    LATE = "LATE", "Late"
    CARRIED = "CARRIED", "Not discussed last time"
    NEW = "NEW", "New"


class ItemOutcome(TextChoices):
    OPEN = "OPEN", "Not discussed yet"
    DISCUSSED = "DISCUSSED", "Discussed"
    DECISION = "DECISION", "Decision"
    ACTION = "ACTION", "Action"
