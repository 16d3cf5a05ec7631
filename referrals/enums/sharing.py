"""A share and its answer."""

from django.db.models import TextChoices


class ShareState(TextChoices):
    WAITING = "WAITING", "Waiting for an answer"
    ACCEPTED = "ACCEPTED", "Accepted"
    REJECTED = "REJECTED", "Rejected"
    FURTHER_WORK = "FURTHER_WORK", "Further work needed"
    ENDED = "ENDED", "Sharing ended"


ANSWERED = (ShareState.ACCEPTED, ShareState.REJECTED, ShareState.FURTHER_WORK)


class RejectionReason(TextChoices):
    INSUFFICIENT_INFORMATION = "INSUFFICIENT_INFORMATION", "Not enough information"
    WRONG_AGENCY = "WRONG_AGENCY", "Meant for another agency"
    BELOW_THRESHOLD = "BELOW_THRESHOLD", "Below the threshold"
    DUPLICATE = "DUPLICATE", "We have it already"
    NO_LAWFUL_BASIS = "NO_LAWFUL_BASIS", "No lawful basis to receive it"
    WRONG_FORM = "WRONG_FORM", "Wrong form"
