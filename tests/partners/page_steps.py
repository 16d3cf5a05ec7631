"""What tests of the pages of sessions do again and again: read a form, fill it in, send it."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from partners.models import Session
from tests.factories.partners import (
    SessionFactory,
)
from tests.people import Cast


def soon(days: int = 30):
    return (timezone.now() + timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess, "starts_at": soon()} | fields)


def page(name: str, *things) -> str:
    return reverse(f"partners:{name}", args=[thing.pk for thing in things])


def sent_by(response) -> dict[str, str]:
    """What the page's hidden fields send."""
    hidden = re.findall(r'<input type="hidden"[^>]*>', response.content.decode())
    named = [(re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)) for one in hidden]
    return {name.group(1): value.group(1) for name, value in named if name and value}


def name_somebody(client, session: Session, name: str, email: str):
    """The check page of a person whom a coordinator names."""
    typed = {"who": "SOMEBODY_ELSE", "name": name, "email": email}
    return client.post(page("book", session), typed, follow=True)
