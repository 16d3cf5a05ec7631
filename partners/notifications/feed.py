"""The sessions that a trainer leads, as a calendar that their own calendar reads again and again (RFC 5545).

No delegate, no count, no joining link, and no topic in what others who see the trainer's calendar can read.
"""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from accounts.models import User
from common.clock import LONDON
from partners.enums import SessionState
from partners.models import SessionDate
from partners.notifications.calendar import SUBJECT, london_zone
from partners.queries.diary import diary_of

FEED_NAME = "mash-sessions.ics"


def feed_of(user: User, *, at: datetime) -> str:
    """All dates as one calendar. A date keeps its UID when it is moved; one of a cancelled session stays, as cancelled."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SERVICE_NAME}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "MASH sessions")
    calendar.add_component(london_zone())
    for date in diary_of(user, at=at):
        calendar.add_component(_event(date))
    return str(calendar.to_ical().decode())


def _event(date: SessionDate) -> Event:
    session = date.session
    event = Event()
    event.add("uid", f"{date.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", session.revision)
    event.add("dtstamp", session.changed_at)
    event.add("summary", SUBJECT)
    event.add("dtstart", date.starts_at.astimezone(LONDON))
    event.add("dtend", date.ends_at.astimezone(LONDON))
    event.add("status", "CANCELLED" if session.state == SessionState.CANCELLED else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("location", session.place or session.get_venue_display())
    event.add("url", f"{settings.SITE_URL}{session.get_absolute_url()}")
    return event
