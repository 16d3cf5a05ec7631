"""How late a decision, or the sharing that it needs, is, as it is written down once."""

from django.db.models import TextChoices


class Lateness(TextChoices):
    LATE = "LATE", "Late"
    VERY_LATE = "VERY_LATE", "Still waiting at the end of the working day after it was due"
    UNSHARED = "UNSHARED", "Decided, and not shared when it was due"
    LONG_UNSHARED = "UNSHARED_2", "Decided, and not shared at the end of the working day after it was due"
