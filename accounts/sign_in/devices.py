"""Devices from which somebody signed in before. Their tries are counted apart, so that who guesses at an account elsewhere, even
from very many addresses, does not lock its owner out."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

PURPOSE = "accounts.known_device"
KNOWN_FOR_SECONDS = 90 * 24 * 3600
# So many people who share a laptop are remembered on it; the longest unseen is forgotten first.
MOST_PEOPLE = 8


def known_as(request: HttpRequest, *, email: str) -> str:
    """The random name of this device for this person; nothing where they never signed in on it."""
    return dict(_held(request)).get(_mark(email), "")


def remember(request: HttpRequest, response: HttpResponse, *, email: str) -> None:
    """Let this device be known to this person. The cookie names nobody and lets nobody in."""
    mark = _mark(email)
    name = known_as(request, email=email) or secrets.token_urlsafe(12)
    others = [(one, other) for one, other in _held(request) if one != mark]
    response.set_cookie(
        settings.KNOWN_DEVICE_COOKIE_NAME,
        signing.dumps([(mark, name), *others][:MOST_PEOPLE], salt=PURPOSE),
        max_age=KNOWN_FOR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _mark(email: str) -> str:
    return salted_hmac(PURPOSE, email.lower()).hexdigest()[:32]


def _held(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        held = signing.loads(
            request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE_NAME, ""), salt=PURPOSE, max_age=KNOWN_FOR_SECONDS
        )
    except signing.BadSignature:
        return []
    return [(str(mark), str(name)) for mark, name in held]
