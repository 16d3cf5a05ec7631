"""Which answers of agencies the hub's list shows."""

from django.db.models import TextChoices


class Answers(TextChoices):
    AWAITED = "AWAITED", "Waiting for an answer"
    LATE = "LATE", "Late"
    REJECTED = "REJECTED", "Rejected, to look at again"
    NEEDED = "NEEDED", "Further work to supply"
