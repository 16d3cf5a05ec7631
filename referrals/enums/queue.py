"""The words of the queue."""

from django.db.models import IntegerChoices, TextChoices


class Due(TextChoices):
    """Where a decision's deadline lies."""

    LATE = "late", "Late"
    SOON = "soon", "Due within 4 working hours"


class Waited(IntegerChoices):
    """How long something has waited, in days since it was submitted."""

    A_DAY = 1, "More than 1 day"
    THREE_DAYS = 3, "More than 3 days"
    A_WEEK = 7, "More than 7 days"


class Holder(TextChoices):
    """Who has a referral, beside naming a person."""

    ME = "me", "Me"
    NOBODY = "nobody", "Nobody"
    GONE = "gone", "Somebody who no longer decides here"


class SentBack(TextChoices):
    """Why the hub, or the writer, has something again that was dealt with before."""

    RETURNED = "returned", "Returned by a supervisor"
    REOPENED = "reopened", "Reopened in the last 90 days"
    REJECTED = "rejected", "Rejected by an agency"
    MORE = "more", "An agency needs more"


# What waits for a decision was not yet shared or closed, so a supervisor alone can have sent it back.
BACK_IN_QUEUE = (SentBack.RETURNED,)
