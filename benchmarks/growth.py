"""What a person waits for must not grow with the records: each page and the submission, at the size of this database.

Every operation is measured against the same peer, a bare view that reads and shows 25 rows by their ids, whose own cost does
not depend on the size. The runner compares the ratios of the sizes with each other. The queue page has its own script.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from typing import TypeVar

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks.measuring import CALLS_A_ROUND, SHORT_ROUNDS, compare
from benchmarks.queue_page import Peer
from referrals import queries, services
from referrals.enums import FormKind
from referrals.models import Person, Referral, Search

GROWTH_LIMIT = 1.5
Thing = TypeVar("Thing")
SMALLEST = 10_000
# Twenty of each, so that no single record's luck decides.
DIFFERENT = 20
PPN = {
    "types": ["CHILD"],
    "risk_level": 2,
    "lawful_basis": "PUBLIC_TASK",
    "concern": "Called to a flat at night; a child was alone on the balcony for the third time in a month. " * 8,
    "lived_experience": "On most evenings he makes tea for his younger brother and waits by the window. " * 4,
    "voice": "He said: I keep the light on until someone comes.",
    "needs": "An adult at home in the evening.",
    "harm": "Neglect of basic care over months.",
}


def main() -> None:
    """Measure each in turns with the peer."""
    decider = User.objects.get(email="decision@example.org")
    officer = User.objects.get(email="officer@example.org")
    client = signed_in(decider)
    size = f"{Referral.objects.count():,} referrals"
    peer = Peer(decider)
    recent = recent_of(decider)
    subjects = list(Person.objects.subjects().filter(referral__in=recent, position=1).select_related("referral"))
    operations: list[tuple[str, Callable[[], object]]] = [
        ("Referral page with its history panel", over(recent, lambda one: answered(client, one.get_absolute_url()))),
        (
            "History look-up of the people of a referral",
            over(recent, lambda one: queries.history_of(decider, fresh(one), most_candidates=queries.SHOWN_CANDIDATES)),
        ),
        (
            "Timeline page of a person",
            over(
                subjects,
                lambda one: answered(client, reverse("referrals:person_history", args=[one.referral_id, one.pk])),
            ),
        ),
        ("Search by reference", searched(client, [{"text": one.reference} for one in recent])),
        (
            "Search by name and date of birth",
            searched(
                client,
                [
                    {
                        "given_names": one.given_names,
                        "family_name": one.family_name,
                        "date_of_birth": one.date_of_birth.isoformat(),
                    }
                    for one in subjects
                    if one.date_of_birth
                ],
            ),
        ),
        ("Search by family name alone", searched(client, [{"family_name": one.family_name} for one in subjects])),
        ("Search for a word that a third of all hold", searched(client, [{"text": "alone"}])),
        (
            "Search for words that few hold",
            searched(client, [{"text": "balcony whistling"}, {"text": "kettle hamster"}]),
        ),
        ("Submission of a PPN with three subjects", submission(officer)),
    ]
    for name, call in operations:
        compare(
            name,
            ours=call,
            peer=peer.page,
            around_peer=peer.around,
            size=size,
            calls=CALLS_A_ROUND,
            rounds=SHORT_ROUNDS,
            growth_limit=GROWTH_LIMIT,
        )


def recent_of(decider: User) -> list[Referral]:
    """What the hub received a month ago, and has dealt with."""
    received = Referral.objects.received_by(decider.agency_id)
    long_ago = received.filter(kind=FormKind.PPN, submitted_at__lt=timezone.now() - timedelta(days=30))
    return list(long_ago.order_by("-submitted_at", "-pk")[:DIFFERENT])


def signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def answered(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, address


def fresh(referral: Referral) -> Referral:
    return Referral.objects.prefetch_related("people").get(pk=referral.pk)


def over(things: list[Thing], call: Callable[[Thing], object]) -> Callable[[], object]:
    """One after the other, round and round."""
    assert things
    turn = cycle(things)
    return lambda: call(next(turn))


def searched(client: Client, terms: list[dict[str, str]]) -> Callable[[], object]:
    """The page of results of searches that were begun before."""
    by = User.objects.get(email="decision@example.org")
    kept = [Search.objects.create(by=by, at=timezone.now(), terms=one) for one in terms]
    return over(kept, lambda one: answered(client, reverse("referrals:search_results", args=[one.pk])))


def submission(officer: User) -> Callable[[], object]:
    """A whole form through the services, rolled back, so that the database keeps its size."""

    def submit() -> None:
        with transaction.atomic():
            people = [
                {"role": "SUBJECT", "given_names": given, "family_name": "Thistlewood", "address": "12 Imaginary Row"}
                for given in ("Erin", "Orla", "Noah")
            ]
            services.submit_complete_referral(
                kind=FormKind.PPN, answers=PPN, people=people, key=uuid.uuid4(), by=officer, at=timezone.now()
            )
            transaction.set_rollback(True)

    return submit


if __name__ == "__main__":
    main()
