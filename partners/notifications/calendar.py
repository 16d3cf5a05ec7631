"""A booking as an entry for calendars (RFC 5545 and 5546), the same in mail and as a download.

REQUEST, not PUBLISH: Outlook offers Accept only for the first, and can take back only what came so. One UID for a booking's
whole life; SEQUENCE rises with each change, so that an old message that comes late changes nothing.
The summary says nothing of what the session is about, for calendars are read by others.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress
from icalendar.prop import vRecur

from common.clock import LONDON
from common.templatetags.dates import moment
from partners.models import Booking
from partners.queries.diary import spans_of

SUBJECT = "MASH session"
REMIND_BEFORE = timedelta(minutes=15)
FILE_NAME = "mash-session.ics"


def calendar_entry(booking: Booking, *, has_link: bool = True) -> str:
    """The entry as text; CANCEL once the place is given back. Fetch `session`, `user` and `delegate` with the booking.

    `has_link`: for the person who has the place, from a day before; for anybody else, and before, it only says that the session is
    online. The entry with the link is a later one of the same sequence, so that a calendar takes it over.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SERVICE_NAME}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(booking))
    calendar.add_component(_london())
    calendar.add_component(_event(booking, has_link=has_link))
    return str(calendar.to_ical().decode())


def method_of(booking: Booking) -> str:
    return "REQUEST" if booking.holds_a_place else "CANCEL"


def uid_of(booking: Booking) -> str:
    """Stays the same for as long as the booking is there."""
    return f"{booking.pk}@{urlsplit(settings.SITE_URL).hostname}"


def sequence_of(booking: Booking) -> int:
    """Rises with each change that calendars must know of."""
    return booking.session.revision + (0 if booking.holds_a_place else 1)


def _event(booking: Booking, *, has_link: bool) -> Event:
    session = booking.session
    event = Event()
    event.add("uid", uid_of(booking))
    event.add("sequence", sequence_of(booking))
    event.add("dtstamp", _last_changed(booking, has_link=has_link))
    event.add("summary", SUBJECT)
    spans = spans_of(session) if session.date_count > 1 else [(session.starts_at, session.ends_at)]
    event.add("dtstart", spans[0][0].astimezone(LONDON))
    event.add("dtend", spans[0][1].astimezone(LONDON))
    if len(spans) > 1:  # one entry with one UID, at each of the dates
        event.add("rdate", [starts_at.astimezone(LONDON) for starts_at, _ in spans[1:]])
    event.add("status", "CONFIRMED" if booking.holds_a_place else "CANCELLED")
    event.add("class", "PRIVATE")
    event.add("organizer", vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}"))
    attendee = vCalAddress(f"mailto:{booking.email}")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "TRUE"
    event.add("attendee", attendee, encode=False)
    dates = f"\nDates: {'; '.join(moment(starts_at) for starts_at, _ in spans)}" if len(spans) > 1 else ""
    event.add("description", f"Your reference: {booking.reference}{dates}")
    if booking.holds_a_place:
        link = session.joining_link if has_link else ""
        event.add("location", session.place or link or session.get_venue_display())
        event.add_component(_reminder())
    return event


def _reminder() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", SUBJECT)
    alarm.add("trigger", -REMIND_BEFORE)
    return alarm


def _last_changed(booking: Booking, *, has_link: bool) -> datetime:
    moments = [booking.booked_at, booking.session.changed_at, booking.cancelled_at, booking.moved_at]
    if has_link and booking.holds_a_place:
        moments.append(booking.session.link_from)
    return max(moment for moment in moments if moment is not None)


def _london() -> Timezone:
    """The rule since 1996 in full, so that a calendar needs no knowledge of its own."""
    zone = Timezone()
    zone.add("tzid", LONDON.key)
    for kind, name, start, before, after, month in (
        (TimezoneDaylight, "BST", datetime(1996, 3, 31, 1), 0, 1, 3),  # noqa: DTZ001 -- wall clock, as the standard asks
        (TimezoneStandard, "GMT", datetime(1996, 10, 27, 2), 1, 0, 10),  # noqa: DTZ001
    ):
        part = kind()
        part.add("tzname", name)
        part.add("dtstart", start)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        zone.add_component(part)
    return zone
