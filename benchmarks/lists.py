"""The lists and home pages of those who work with referrals must not grow with the records either.

Measured as in growth.py, against the same bare view. An agency's own search goes through every copy that it was given.
"""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks.growth import GROWTH_LIMIT, SMALLEST, answered, over, signed_in
from benchmarks.measuring import CALLS_A_ROUND, SHORT_ROUNDS, compare
from benchmarks.queue_page import Peer
from referrals.models import Referral, Search

__all__ = ["SMALLEST", "main"]
# The title, whose page it is, and its address.
PAGES = (
    ("Home page of a decision-maker", "decision", "home"),
    ("Home page of a supervisor", "supervisor", "home"),
    ("Home page of an agency", "partner", "home"),
    ("Home page of an officer", "officer", "home"),
    ("List of what was decided and is not finished", "decision", "referrals:unfinished"),
    ("List of what is completed", "decision", "referrals:completed"),
    ("List of children in police protection", "decision", "referrals:protection"),
    ("List of an agency's shares", "partner", "referrals:shared"),
    ("List of answers that agencies owe", "decision", "referrals:awaited"),
    ("An officer's own referrals", "officer", "referrals:mine"),
)
SEARCHES = (
    ("An agency's search by a person's name", {"given_names": "Iris", "family_name": "Thorne"}),
    ("An agency's search for a word", {"text": "balcony"}),
)


def main() -> None:
    """Measure each in turns with the peer."""
    people = {
        name: User.objects.get(email=f"{name}@example.org") for name in ("decision", "supervisor", "partner", "officer")
    }
    clients = {name: signed_in(user) for name, user in people.items()}
    peer = Peer(people["decision"])
    size = f"{Referral.objects.count():,} referrals"
    operations = [(title, asking(clients[who], reverse(name))) for title, who, name in PAGES]
    for title, terms in SEARCHES:
        kept = Search.objects.create(by=people["partner"], at=timezone.now(), terms=terms)
        address = reverse("referrals:search_results", args=[kept.pk])
        operations.append((title, asking(clients["partner"], address)))
    for title, call in operations:
        compare(
            title,
            ours=call,
            peer=peer.page,
            around_peer=peer.around,
            size=size,
            calls=CALLS_A_ROUND,
            rounds=SHORT_ROUNDS,
            growth_limit=GROWTH_LIMIT,
        )


def asking(client: Client, address: str) -> Callable[[], object]:
    return over([address], lambda one: answered(client, one))


if __name__ == "__main__":
    main()
