"""The steps whose time is taken, and how late is late enough to be counted apart."""

from datetime import timedelta

from django.db.models import TextChoices


class Step(TextChoices):
    LOOK = "LOOK", "Received to first look"
    DECISION = "DECISION", "First look to decision"
    SHARE = "SHARE", "Decision to first share"
    ANSWER = "ANSWER", "Share to first answer"


# Each with what is still less than it; what took longer than all of them comes last.
DELAYS = (
    ("Under 1 hour", timedelta(hours=1)),
    ("1 to 4 hours", timedelta(hours=4)),
    ("4 to 24 hours", timedelta(hours=24)),
    ("1 to 3 days", timedelta(days=3)),
)
LONGEST_DELAY = "3 days or more"
