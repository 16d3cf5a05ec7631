"""How one referral belongs to another."""

from django.db.models import TextChoices


class LinkKind(TextChoices):
    """Read from the referral where the link was made."""

    SAME_INCIDENT = "SAME_INCIDENT", "About the same incident as"
    HOUSEHOLD = "HOUSEHOLD", "About a sibling, or the same household, as"
    COUNTER_ALLEGATION = "COUNTER_ALLEGATION", "A counter-allegation to"
    FOLLOWS = "FOLLOWS", "Follows"
    DUPLICATE = "DUPLICATE", "A duplicate of"
    OTHER = "OTHER", "Belongs in another way to"


# Of the kinds that have a direction, how they read from the other side; the rest read the same from both.
FROM_THE_OTHER_SIDE = {LinkKind.FOLLOWS: "Is followed by", LinkKind.DUPLICATE: "Has as a duplicate"}
