"""What the access log costs: the same page with its record of reading and without, and how quickly the chain is verified.

A list of the queue writes no record, so it has none to leave out: pages that do are the referral's, and the results of a
search, which write one for each row.
"""

import hashlib
import time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from audit.models import Entry
from benchmarks.growth import SMALLEST, answered, over, recent_of, signed_in
from benchmarks.measuring import CALLS_A_ROUND, SHORT_ROUNDS, compare
from benchmarks.security_cost import unrecorded
from referrals.models import Referral, Search

__all__ = ["SMALLEST", "main"]
LIMIT = 1.1
LINKS = 50_000
# The chain is read and hashed anew in Python, entry by entry, against the hashing alone.
VERIFIED_LIMIT = 40


def main() -> None:
    """Measure each page with itself, then the verifier."""
    user = User.objects.get(email="decision@example.org")
    client = signed_in(user)
    kept = Search.objects.create(by=user, at=timezone.now(), terms={"text": "alone"})
    recent = [one.get_absolute_url() for one in recent_of(user)]
    for title, addresses in (
        ("Referral page", recent),
        ("Page of search results", [reverse("referrals:search_results", args=[kept.pk])]),
    ):
        before = Entry.objects.count()
        answered(client, addresses[0])
        written = Entry.objects.count() - before
        assert written
        with unrecorded():
            answered(client, addresses[0])
        assert Entry.objects.count() == before + written
        compare(
            f"{title} with the access log against the same without",
            ours=over(addresses, lambda one: answered(client, one)),
            peer=over(addresses, lambda one: answered(client, one)),
            around_peer=unrecorded,
            size=f"{Referral.objects.count():,} referrals",
            calls=CALLS_A_ROUND,
            rounds=SHORT_ROUNDS,
            limit=LIMIT,
            note=f"{written} records a page",
        )
    with transaction.atomic():
        verified(user)
        transaction.set_rollback(True)


def verified(user: User) -> None:
    """A chain of so many links, made within a transaction that is taken back, against SHA-256 of the same texts."""
    subjects = [Referral(pk=None)] * 1000
    at = timezone.now()
    while Entry.objects.count() < LINKS:
        audit.record_each(verb=Verb.READ, what="referral.read", at=at, actor=user, subjects=subjects)
    while audit.chain_new_entries():
        pass
    texts = [entry.content() for entry in Entry.objects.order_by("pk")]
    began = time.perf_counter()
    found = audit.verify_chain()
    seconds = time.perf_counter() - began
    assert found.first_break is None
    assert found.links == len(texts)

    def hashed() -> str:
        previous = audit.START
        for text in texts:
            previous = hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
        return previous

    compare(
        "Verifying the chain of the access log against hashing its texts",
        ours=audit.verify_chain,
        peer=hashed,
        size=f"{found.links:,} links",
        calls=1,
        limit=VERIFIED_LIMIT,
        note=f"{found.links / seconds:,.0f} links a second by the clock",
    )


if __name__ == "__main__":
    main()
