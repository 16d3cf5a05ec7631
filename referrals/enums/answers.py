"""Which answers of agencies the hub's list shows, and how an answer reached the hub that was not given in the service."""

from django.db.models import TextChoices


class Answers(TextChoices):
    AWAITED = "AWAITED", "Waiting for an answer"
    LATE = "LATE", "Late"
    REJECTED = "REJECTED", "Rejected, to look at again"
    NEEDED = "NEEDED", "Further work to supply"


class AnswerChannel(TextChoices):
    """How an agency without accounts gave its answer."""

    PHONE = "PHONE", "By telephone"
    EMAIL = "EMAIL", "By e-mail"
    LETTER = "LETTER", "By letter"
    IN_PERSON = "IN_PERSON", "In person"
