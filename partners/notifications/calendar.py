"""A booking as an entry for calendars (RFC 5545 and 5546), the same in mail and as a download.

REQUEST, not PUBLISH: Outlook offers Accept only for the first, and can take back only what came so. One UID for a booking's
whole life; SEQUENCE rises with each change, so that an old message that comes late changes nothing.
A session of several dates is one entry for each, with a UID of its own: a list of dates in one entry (RDATE) is not opened by
Outlook. In mail each is a part of its own, as RFC 5546 wants it: a message is about one UID.
The summary says nothing of what the session is about, for calendars are read by others.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress
from icalendar.prop import vRecur

from common.clock import LONDON
from common.templatetags.dates import moment
from partners.models import Booking
from partners.queries.diary import Span, spans_of

SUBJECT = "MASH session"
REMIND_BEFORE = timedelta(minutes=15)
FILE_NAME = "mash-session.ics"


def calendar_entry(booking: Booking, *, has_link: bool = True) -> str:
    """The entry of every date as one text; CANCEL once the place is given back. Fetch `session`, `user` and `delegate` with the booking.

    `has_link`: for the person who has the place, from a day before; for anybody else, and before, it only says that the session is
    online. The entry with the link is a later one of the same sequence, so that a calendar takes it over.
    """
    return _as_text(_events(booking, has_link=has_link), method=method_of(booking))


def entries_of_dates(booking: Booking, *, has_link: bool = True) -> list[str]:
    """As `calendar_entry`, each date by itself, the first one first."""
    return [_as_text([event], method=method_of(booking)) for event in _events(booking, has_link=has_link)]


def entries_of_gone(booking: Booking, gone: str) -> list[str]:
    """What takes the dates out of a calendar that a move left the session without, as `dates_gone` says; not those that it has again."""
    found = []
    for one in filter(None, gone.split(";")):
        number, starts_at, ends_at = one.split(",")
        if int(number) > booking.session.date_count:
            span = datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at)
            event = _event(booking, span, number=int(number), has_link=False, is_on=False)
            found.append(_as_text([event], method="CANCEL"))
    return found


def dates_gone(before: Sequence[Span], after: Sequence[Span]) -> str:
    """The dates beyond the last one that the session has now, with their numbers, as a job can carry them."""
    numbered = list(enumerate(before, start=1))[len(after) :]
    return ";".join(f"{number},{start.isoformat()},{end.isoformat()}" for number, (start, end) in numbered)


def method_of(booking: Booking) -> str:
    return "REQUEST" if booking.holds_a_place else "CANCEL"


def uid_of(booking: Booking, number: int = 1) -> str:
    """Of the first date, or of a later one by its number. Stays the same for as long as the booking is there."""
    base = str(booking.pk) if number == 1 else f"{booking.pk}-{number}"
    return f"{base}@{urlsplit(settings.SITE_URL).hostname}"


def sequence_of(booking: Booking) -> int:
    """Rises with each change that calendars must know of."""
    return booking.session.revision + (0 if booking.holds_a_place else 1)


def _as_text(events: Iterable[Event], *, method: str) -> str:
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SERVICE_NAME}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(london_zone())
    for event in events:
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _events(booking: Booking, *, has_link: bool) -> list[Event]:
    session = booking.session
    spans = spans_of(session) if session.date_count > 1 else [(session.starts_at, session.ends_at)]
    dates = f"\nDates: {'; '.join(moment(starts_at) for starts_at, _ in spans)}" if len(spans) > 1 else ""
    return [
        _event(booking, span, number=number, has_link=has_link, is_on=booking.holds_a_place, dates=dates)
        for number, span in enumerate(spans, start=1)
    ]


def _event(booking: Booking, span: Span, *, number: int, has_link: bool, is_on: bool, dates: str = "") -> Event:
    session = booking.session
    event = Event()
    event.add("uid", uid_of(booking, number))
    event.add("sequence", sequence_of(booking))
    event.add("dtstamp", _last_changed(booking, has_link=has_link))
    event.add("summary", SUBJECT)
    event.add("dtstart", span[0].astimezone(LONDON))
    event.add("dtend", span[1].astimezone(LONDON))
    event.add("status", "CONFIRMED" if is_on else "CANCELLED")
    event.add("class", "PRIVATE")
    event.add("organizer", vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}"))
    attendee = vCalAddress(f"mailto:{booking.email}")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "TRUE"
    event.add("attendee", attendee, encode=False)
    event.add("description", f"Your reference: {booking.reference}{dates}")
    if is_on:
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


def london_zone() -> Timezone:
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
