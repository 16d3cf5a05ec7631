"""What who is booked gets by mail, and the calendar entry in it, read back with the library."""

import uuid
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.conf import settings
from django.utils import timezone
from icalendar import Calendar

from common.clock import LONDON
from jobs import services as jobs
from jobs.models import Job
from partners.models import Booking, NamedDelegate, Reminder, Session
from partners.notifications.calendar import calendar_entry
from partners.notifications.waiting_mail import email_about_offer
from partners.services import bookings, reminders, scheduling, sessions, settling, swaps, waiting_list
from tests.factories.accounts import UserFactory
from tests.factories.partners import STARTS, BookingFactory, DelegateFactory, SessionFactory
from tests.people import NOW

LINK = "https://meet.example.org/fictitious"


def deliver() -> None:
    """Do the mail jobs that wait, as a worker would."""
    for job in Job.objects.unfinished().order_by("created_at", "pk"):
        jobs.run(job_id=job.pk, at=timezone.now() + timedelta(days=1))
    assert not Job.objects.exclude(error="").exists()


def calendars_in(mail) -> list[tuple[str, str]]:
    """The calendar entries among the alternatives of a message, beside its text in HTML."""
    return [(part.content, part.mimetype) for part in mail.alternatives if part.mimetype.startswith("text/calendar")]


def entry_in(mail) -> tuple[Calendar, str]:
    """The calendar of a message and the MIME type it came with."""
    ((content, mimetype),) = calendars_in(mail)
    return Calendar.from_ical(content), mimetype


def event_of(calendar: Calendar):
    (event,) = calendar.walk("VEVENT")
    return event


def again(booking: Booking) -> Booking:
    return Booking.objects.select_related("session", "user", "delegate").get(pk=booking.pk)


@pytest.fixture
def session(cast):
    return SessionFactory(host=cast.police, planned_by=cast.tess, title="Clare's Law secrets", joining_link=LINK)


@pytest.fixture
def booking(cast, session):
    return bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=NOW)


def test_a_booking_is_confirmed_to_the_person_with_a_calendar_request(booking, mailoutbox):
    deliver()

    (mail,) = mailoutbox
    assert (mail.to, mail.cc, mail.bcc) == (["pat@example.org"], [], [])
    assert mail.subject == "MASH session"
    calendar, mimetype = entry_in(mail)
    assert (mimetype, calendar["METHOD"], calendar["VERSION"]) == ("text/calendar; method=REQUEST", "REQUEST", "2.0")
    event = event_of(calendar)
    assert event["UID"] == f"{booking.pk}@localhost"
    assert (event["SEQUENCE"], event["SUMMARY"], event["STATUS"]) == (0, "MASH session", "CONFIRMED")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (STARTS, STARTS + timedelta(minutes=90))
    assert event["ATTENDEE"] == "mailto:pat@example.org"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert event["ORGANIZER"] == f"mailto:{settings.DEFAULT_FROM_EMAIL}"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert b"text/calendar; method=REQUEST" in mail.message().as_bytes().replace(b'"', b"").replace(b"\n ", b" ")


@pytest.mark.parametrize(("hours", "has_link"), [(25, False), (23, True)])
def test_the_entry_has_the_joining_link_from_a_day_before(cast, mailoutbox, hours, has_link):
    starts = timezone.now() + timedelta(hours=hours)
    session = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=starts, joining_link=LINK)
    bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=timezone.now())
    deliver()

    (mail,) = mailoutbox
    assert event_of(entry_in(mail)[0])["LOCATION"] == (LINK if has_link else "Online")
    assert (LINK in mail.message().as_string()) is has_link


def test_the_reminder_of_the_day_before_brings_the_link_to_the_same_entry(cast, mailoutbox):
    now = timezone.now()
    session = SessionFactory(
        host=cast.police, planned_by=cast.tess, starts_at=now + timedelta(hours=24), joining_link=LINK
    )
    booking = BookingFactory(session=session, user=None, delegate=DelegateFactory(agency=cast.council))
    before = event_of(Calendar.from_ical(calendar_entry(again(booking), has_link=False)))
    reminders.remind_of_sessions(at=now)
    deliver()

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([booking.delegate.email], "MASH session")
    after = event_of(entry_in(mail)[0])
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], before["SEQUENCE"])
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt, "so a calendar takes it for the later one"
    assert (before["LOCATION"], after["LOCATION"]) == ("Online", LINK)


def test_nobody_is_reminded_who_has_given_the_place_back_meanwhile(cast, mailoutbox):
    now = timezone.now()
    session = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=now + timedelta(hours=24))
    booking, moved = BookingFactory.create_batch(2, session=session)
    reminders.remind_of_sessions(at=now)
    bookings_state = {"state": "CANCELLED", "cancelled_at": now, "cancelled_by": cast.pat}
    Booking.objects.filter(pk=booking.pk).update(**bookings_state)
    Reminder.objects.filter(booking=moved).update(starts_at=now)
    deliver()

    assert mailoutbox == []


def test_who_waits_is_told_of_each_step_without_a_calendar_entry(cast, session, mailoutbox):
    Session.objects.filter(pk=session.pk).update(capacity=1)
    first = bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.out, at=NOW)
    deliver()
    jo = NamedDelegate("Josephine Hidden", "jo@example.org")
    joined = {"session_id": session.pk, "at": NOW + timedelta(seconds=1)}
    own = waiting_list.join_waiting_list(**joined, key=uuid.uuid4(), by=cast.pat)
    deliver()
    joined["at"] = NOW + timedelta(seconds=2)
    jos = waiting_list.join_waiting_list(**joined, key=uuid.uuid4(), by=cast.cory, delegate=jo)
    deliver()
    bookings.cancel_booking(booking_id=first.pk, by=cast.out, at=NOW)
    for job in Job.objects.unfinished().filter(task__endswith="cancellation"):
        jobs.run(job_id=job.pk, at=timezone.now())
    deliver()
    waiting_list.turn_down_offer(booking_id=own.pk, by=cast.pat, at=NOW)
    deliver()
    settling.settle_due_sessions(at=NOW + timedelta(days=2))
    deliver()

    told = [
        (mail.to[0], mail.body.split(":")[0].split(" 2026")[0][:40], len(calendars_in(mail))) for mail in mailoutbox
    ]
    assert told == [
        ("out@example.org", "You have a place", 1),
        ("pat@example.org", "You are on the waiting list", 0),
        ("jo@example.org", "You are on the waiting list", 0),
        ("out@example.org", "Your place was cancelled", 1),
        ("pat@example.org", "A place is free and is held until 21 Nov", 0),
        ("cory@example.org", "A place is free and is held until 21 Nov", 0),
        ("jo@example.org", "A place is free and is held until 21 Nov", 0),
        ("jo@example.org", "The offer has ended", 0),
    ]
    assert f"/partners/bookings/{jos.pk}/offer/" in mailoutbox[5].body
    for mail in mailoutbox:
        assert mail.subject == "MASH session"
        for hidden in ("Josephine", "Hidden", "Clare", "secrets"):
            assert hidden not in mail.message().as_string()


def test_an_offer_to_who_has_no_account_goes_to_every_coordinator_of_today_and_to_the_person(cast, session, mailoutbox):
    other = UserFactory(agency=cast.council, roles=["TRAINING_COORDINATOR"], email="other@example.org")
    left = UserFactory(agency=cast.council, roles=["TRAINING_COORDINATOR"], is_active=False)
    jo = DelegateFactory(agency=cast.council, email="jo@example.org", added_by=left)
    booking = BookingFactory(session=session, user=None, delegate=jo, state="OFFERED", booked_by=left)

    email_about_offer(booking_id=str(booking.pk))

    assert sorted(mail.to[0] for mail in mailoutbox) == ["cory@example.org", "jo@example.org", other.email]
    answer = f"/partners/bookings/{booking.pk}/offer/"
    assert {mail.to[0]: answer in mail.body for mail in mailoutbox} == {
        "cory@example.org": True,
        other.email: True,
        "jo@example.org": False,
    }


def test_who_only_waited_gets_no_entry_when_the_session_is_called_off(cast, session, mailoutbox):
    BookingFactory(session=session, user=cast.pat, state="WAITING")
    had = BookingFactory(session=session, user=cast.out)
    sessions.cancel_session(session_id=session.pk, reason="Snow.", by=cast.tess, at=NOW)
    deliver()

    assert {mail.to[0]: len(calendars_in(mail)) for mail in mailoutbox} == {"pat@example.org": 0, had.email: 1}
    assert {mail.to[0]: mail.body.split(":")[0] for mail in mailoutbox} == {
        "pat@example.org": "A session that you waited for was cancelled",
        had.email: "Your place was cancelled",
    }


def test_a_swap_takes_the_entry_from_one_and_gives_it_to_the_other(cast, session, booking, mailoutbox):
    deliver()
    kim = NamedDelegate("Kim Fictitious", "kim@example.org")
    new = swaps.swap_names(booking_id=booking.pk, delegate=kim, key=uuid.uuid4(), by=cast.cory, at=NOW)
    deliver()

    methods = {mail.to[0]: entry_in(mail)[0]["METHOD"] for mail in mailoutbox[1:]}
    assert methods == {"pat@example.org": "CANCEL", "kim@example.org": "REQUEST"}
    assert {mail.to[0]: mail.body.split(":")[0] for mail in mailoutbox[1:]} == {
        "pat@example.org": "Your place has gone to a colleague",
        "kim@example.org": "You have a place",
    }
    assert event_of(entry_in(mailoutbox[0])[0])["UID"] != f"{new.pk}@localhost"


def test_no_name_and_no_topic_stand_in_a_mail(cast, session, booking, mailoutbox):
    jo = NamedDelegate("Josephine Hidden", "jo@example.org")
    bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.cory, at=NOW, delegate=jo)
    sessions.cancel_session(session_id=session.pk, reason="Nobody is well.", by=cast.tess, at=NOW)
    deliver()

    assert len(mailoutbox) == 2  # the two confirmations came too late to be true, and were not sent
    for mail in mailoutbox:
        message = mail.message().as_string()
        for hidden in ("Pat Fic", "Josephine", "Hidden", "Clare", "secrets", "Tess", "Nobody is well", "Testham"):
            assert hidden not in message
        assert mail.subject == "MASH session"


def test_a_delegate_without_an_account_gets_the_entry_too(cast, session, mailoutbox):
    jo = NamedDelegate("Jo Fictitious", "jo@example.org")
    bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.cory, at=NOW, delegate=jo)
    deliver()

    (mail,) = mailoutbox
    assert mail.to == ["jo@example.org"]
    assert "Sign in" not in mail.body
    assert event_of(entry_in(mail)[0])["ATTENDEE"] == "mailto:jo@example.org"


def test_a_change_raises_the_sequence_and_keeps_the_uid(cast, session, booking, mailoutbox):
    deliver()
    later = STARTS + timedelta(days=1)
    scheduling.move_session(
        session_id=session.pk, spans=[(later, later + timedelta(hours=1))], reason="Snow.", by=cast.tess, at=NOW
    )
    deliver()

    before, after = (event_of(entry_in(mail)[0]) for mail in mailoutbox)
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("DTSTART") == later
    assert "has changed" in mailoutbox[1].body


def test_a_new_joining_link_is_told_as_that(cast, session, booking, mailoutbox):
    deliver()
    sessions.change_session(session_id=session.pk, by=cast.tess, at=NOW, joining_link="https://meet.example.org/new")
    deliver()

    assert "The time, the place or the joining link has changed" in mailoutbox[1].body


@pytest.mark.parametrize("who", ["person", "session"])
def test_a_cancellation_takes_the_entry_back(cast, session, booking, mailoutbox, who):
    deliver()
    if who == "person":
        bookings.cancel_booking(booking_id=booking.pk, by=cast.pat, at=NOW)
    else:
        sessions.cancel_session(session_id=session.pk, reason="Snow.", by=cast.tess, at=NOW)
    deliver()

    first, last = mailoutbox
    calendar, mimetype = entry_in(last)
    assert (calendar["METHOD"], mimetype) == ("CANCEL", "text/calendar; method=CANCEL")
    before, after = event_of(entry_in(first)[0]), event_of(calendar)
    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert LINK not in last.message().as_string()


def test_a_mail_is_sent_once_however_often_its_job_is_nudged(booking, mailoutbox):
    for _ in range(3):
        for job in Job.objects.all():
            jobs.run(job_id=job.pk, at=NOW + timedelta(days=1))

    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("month", "offset"), [(1, 0), (3, 0), (4, 1), (7, 1), (10, 1), (11, 0)], ids=lambda value: str(value)
)
def test_the_entry_carries_the_clock_of_london_in_winter_and_in_summer(db, month, offset):
    starts = STARTS.replace(year=2027, month=month, day=15)
    booking = BookingFactory(session=SessionFactory(starts_at=starts))

    calendar = Calendar.from_ical(calendar_entry(again(booking)))

    (zone,) = calendar.walk("VTIMEZONE")
    start = event_of(calendar)["DTSTART"]
    assert start.params["TZID"] == zone["TZID"] == "Europe/London"
    by_the_entry = zone.to_tz().utcoffset(start.dt.replace(tzinfo=None))
    assert by_the_entry == timedelta(hours=offset) == starts.astimezone(LONDON).utcoffset()


def test_a_place_stands_in_the_entry(db):
    session = SessionFactory(venue="PLACE", place="Room 4; Imaginary House, Testham")
    calendar = Calendar.from_ical(calendar_entry(again(BookingFactory(session=session))))

    assert event_of(calendar)["LOCATION"] == "Room 4; Imaginary House, Testham"


def entries_in(mail) -> list[tuple]:
    """Of each calendar part of a message, as it goes out: the method that its header and its text say, the UID and the time."""
    found = []
    for part in message_from_bytes(mail.message().as_bytes()).walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            assert part.get_param("method") == calendar["METHOD"]
            event = event_of(calendar)
            found.append((str(calendar["METHOD"]), str(event["UID"]), event.decoded("DTSTART"), int(event["SEQUENCE"])))
    return found


def test_each_date_is_an_entry_of_its_own_and_a_date_that_goes_away_is_taken_back(cast, session, mailoutbox):
    days = [STARTS + timedelta(days=7 * number) for number in range(3)]

    def move(*starts) -> None:
        spans = [(start, start + timedelta(hours=1)) for start in starts]
        scheduling.move_session(session_id=session.pk, spans=spans, reason="Snow.", by=cast.tess, at=NOW)
        deliver()

    move(*days)
    booking = bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=NOW)
    deliver()
    uids = [f"{booking.pk}@localhost", f"{booking.pk}-2@localhost", f"{booking.pk}-3@localhost"]
    later = days[0] + timedelta(days=1)
    move(later)
    bookings.cancel_booking(booking_id=booking.pk, by=cast.pat, at=NOW)
    deliver()

    booked, moved, cancelled = (entries_in(mail) for mail in mailoutbox)
    assert booked == [("REQUEST", uid, day, 1) for uid, day in zip(uids, days, strict=True)]
    assert moved == [
        ("REQUEST", uids[0], later, 2),
        ("CANCEL", uids[1], days[1], 2),
        ("CANCEL", uids[2], days[2], 2),
    ]
    assert cancelled == [("CANCEL", uids[0], later, 3)]


def test_a_date_that_has_come_back_meanwhile_is_not_taken_back(cast, session, booking, mailoutbox):
    days = [STARTS, STARTS + timedelta(days=7)]
    deliver()
    for starts in (days, days[:1], days):
        spans = [(start, start + timedelta(hours=1)) for start in starts]
        scheduling.move_session(session_id=session.pk, spans=spans, reason="Snow.", by=cast.tess, at=NOW)
    deliver()

    assert len(mailoutbox) == 4
    assert {entry[0] for mail in mailoutbox for entry in entries_in(mail)} == {"REQUEST"}
