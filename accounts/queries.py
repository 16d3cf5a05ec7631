"""Where people are signed in, in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.models import User

# In this order: browsers name those that they descend from as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
DEVICES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android phone or tablet"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class SignedInPlace:
    """One place where somebody is signed in."""

    id: int
    device: str
    address: str
    first_seen: datetime
    last_seen: datetime
    is_this_one: bool


def device_in_words(user_agent: str) -> str:
    """“Edge on Windows”, from what a browser says of itself; people know their devices by these words."""
    browser = next((name for mark, name in BROWSERS if re.search(rf"\b{mark}", user_agent)), "A browser")
    device = next((name for mark, name in DEVICES if mark in user_agent), "")
    return f"{browser} on {device}" if device else browser


def signed_in_places(user: User, *, at: datetime, this_key: str = "") -> Sequence[SignedInPlace]:
    """Where this person is signed in, the last used first; this session before the others."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    found = UserSession.objects.filter(user=user, session_key__in=alive).order_by("-last_seen_at", "pk")
    places = [
        SignedInPlace(
            id=one.pk,
            device=device_in_words(one.user_agent),
            address=one.ip,
            first_seen=one.created_at,
            last_seen=one.last_seen_at,
            is_this_one=one.session_key == this_key,
        )
        for one in found
    ]
    return sorted(places, key=lambda place: not place.is_this_one)
