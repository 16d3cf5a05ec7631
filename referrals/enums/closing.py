"""The end of the hub's work on a referral: why it is withdrawn, and how long after its end it may still be challenged."""

from datetime import timedelta

from django.db.models import TextChoices

# A difference that comes up within four weeks of the end of the work is about that work; after that a new referral tells more.
CHALLENGED_AFTER_CLOSING = timedelta(days=28)


class VoidReason(TextChoices):
    DUPLICATE = "DUPLICATE", "It was sent twice: another referral says the same"
    WRONG_PERSON = "WRONG_PERSON", "It is about the wrong person"
