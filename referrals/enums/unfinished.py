"""What is left to do after a decision: which pathways mean that another agency must hear of it, and the steps until the end."""

from django.db.models import TextChoices

from referrals.enums.casework import Pathway

# Nobody outside the hub acts on these, so the clock of the referral stops with the decision. On every other pathway an
# agency must act: it runs until the referral is shared.
ENDS_AT_THE_HUB = frozenset(
    {
        Pathway.NO_FURTHER_ACTION,
        Pathway.INFORMATION,
        Pathway.SIGNPOST,
        Pathway.UNIVERSAL,
        Pathway.CRIME_RECORDED,
        Pathway.INTELLIGENCE_ONLY,
        Pathway.REJECTED_RETURNED,
    }
)
NEEDS_SHARE = frozenset(Pathway) - ENDS_AT_THE_HUB


class Step(TextChoices):
    """What comes next for a referral that was decided on and is not closed."""

    SHARE = "share", "To be shared"
    CLOSE = "close", "Nothing to share: to be closed"
    ANSWERED = "answered", "Answered: to be closed, or acted on"
    REVIEW = "review", "Decision to be looked at again"
