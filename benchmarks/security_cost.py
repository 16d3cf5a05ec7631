"""What security costs: a page as it is served, against the same view of the same page without any of what guards it.

Ours is served through every middleware: request id, security headers, content policy, session, CSRF, sign-in, whether the
account still has access, no-store; and writes what the page owes to the access log. The peer is the same view with the same
queries and the same template, called for the same person, whom it is given with their role for nothing.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit import services as audit
from benchmarks.growth import SMALLEST, signed_in
from benchmarks.measuring import CALLS_A_ROUND, SHORT_ROUNDS, compare
from referrals.models import Referral, Search

__all__ = ["SMALLEST", "main", "unrecorded"]
LIMIT = 1.25
# What is different with each request.
OWN_TO_A_REQUEST = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|\bsince=[^"&]+|\bcursor=[^"&]+'
)
given: list[User] = []


class Unguarded:
    """The only middleware of the peer: what a view and its template cannot do without."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = given[0]
        request.session = SessionStore()
        request.htmx = False  # type: ignore[attr-defined]
        return self.get_response(request)


@contextmanager
def unrecorded() -> Iterator[None]:
    """The access log switched off."""
    with mock.patch.object(audit, "record"), mock.patch.object(audit, "record_each"):
        yield


def unguarded(user: User) -> Client:
    """A client of a service that guards nothing."""
    given[:] = [user]
    client = Client(SERVER_NAME="localhost")
    client.handler = ClientHandler()
    with override_settings(MIDDLEWARE=[f"{__name__}.Unguarded"]):
        client.handler.load_middleware()
    return client


def main() -> None:
    """Show that both sides make the same page of the same rows, then measure."""
    user = User.objects.get(email="decision@example.org")
    kept = Search.objects.create(by=user, at=timezone.now(), terms={"text": "alone"})
    pages = (
        ("Queue page", reverse("referrals:queue")),
        ("Page of search results, each recorded", reverse("referrals:search_results", args=[kept.pk])),
    )
    ours, peer = signed_in(user), unguarded(user)
    for title, address in pages:
        guarded = served(ours, address)
        with unrecorded():
            bare = served(peer, address)
        assert guarded == bare, title
        compare(
            f"{title} against the same view without what guards it",
            ours=lambda address=address: ours.get(address),
            peer=lambda address=address: peer.get(address),
            around_peer=unrecorded,
            size=f"{Referral.objects.count():,} referrals",
            calls=CALLS_A_ROUND,
            rounds=SHORT_ROUNDS,
            limit=LIMIT,
        )


def served(client: Client, address: str) -> str:
    """The page without what is different with each request."""
    response = client.get(address)
    assert response.status_code == 200, address
    return OWN_TO_A_REQUEST.sub("", response.content.decode())


if __name__ == "__main__":
    main()
