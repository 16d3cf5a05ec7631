"""Who had a hand in a referral: who wrote it, and who reviewed, decided, changed, had, shared or answered it."""

from collections.abc import Iterable
from itertools import chain

from django.db.models import Prefetch

from accounts.models import User
from referrals.models import Amendment, Referral


def parts_to_prefetch(prefix: str = "") -> "list[str | Prefetch[str]]":
    """What `those_who_took_part` reads, for a list of referrals or (by prefix) of what belongs to them."""
    amendments = Amendment.objects.select_related("amended_by").defer("before")
    return [
        *(
            f"{prefix}{path}"
            for path in (
                "reviews__reviewed_by",
                "decisions__decided_by",
                "risk_changes__changed_by",
                "assignments__person",
                "shares__shared_by",
                "shares__answered_by",
            )
        ),
        Prefetch(f"{prefix}amendments", amendments),
    ]


def those_who_took_part(referral: Referral) -> list[User]:
    """Each person once, the author first. What `parts_to_prefetch` names may be prefetched, author and incident selected."""
    people: Iterable[User | None] = chain(
        [referral.author, referral.incident.officer if referral.incident else None, referral.assigned_to],
        (review.reviewed_by for review in referral.reviews.all()),
        (decision.decided_by for decision in referral.decisions.all()),
        (amendment.amended_by for amendment in referral.amendments.all()),
        (change.changed_by for change in referral.risk_changes.all()),
        (assignment.person for assignment in referral.assignments.all()),
        *((share.shared_by, share.answered_by) for share in referral.shares.all()),
    )
    return list(dict.fromkeys(person for person in people if person is not None))
