"""Why somebody looks at what is not theirs to work on, where the policy of the force asks for it."""

from django.db.models import TextChoices


class ReasonAskedFor(TextChoices):
    """What a reason may be asked for (the setting REASON_ASKED_FOR)."""

    OUTSIDE_TASK = "OUTSIDE_TASK", "Opening a referral on which one has no task"
    NAME_SEARCH = "NAME_SEARCH", "Searching for somebody by name, date of birth, address or words"


class LookReason(TextChoices):
    CASEWORK = "CASEWORK", "It bears on something that I work on"
    CALL = "CALL", "Somebody called or wrote about it"
    CHECK = "CHECK", "I check or oversee the work of a colleague"
    COMPLAINT = "COMPLAINT", "A complaint, a court or a coroner asks"
    DATA_RIGHTS = "DATA_RIGHTS", "Somebody asks for their own data, or for its correction"
    OTHER = "OTHER", "Something else"
