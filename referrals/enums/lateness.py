"""How late a decision is, as it is written down once."""

from django.db.models import TextChoices


class Lateness(TextChoices):
    LATE = "LATE", "Late"
    VERY_LATE = "VERY_LATE", "Still waiting at the end of the working day after it was due"
