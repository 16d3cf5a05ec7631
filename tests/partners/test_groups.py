"""Several people at once, names that are swapped, clashing times; reminders; what people need."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from audit.models import Entry
from common.errors import KeyWasUsed
from jobs.models import Job
from partners.enums import Beyond
from partners.models import (
    Booking,
    BookingNeeds,
    Delegate,
    GroupBooking,
    NamedDelegate,
    Reminder,
    SaidNeeds,
    Session,
    Swap,
)
from partners.services import bookings, groups, needs, reminders, scheduling, swaps
from tests.factories.partners import STARTS, BookingFactory, DelegateFactory, NeedsFactory, SessionFactory
from tests.people import NOW, Cast

JO, KIM, LEE = (NamedDelegate(f"{name} Fictitious", f"{name.lower()}@example.org") for name in ("Jo", "Kim", "Lee"))
DAY = timedelta(days=1)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(host=cast.police, planned_by=cast.tess, **fields)


def book(session: Session, cast: Cast, *people: NamedDelegate, beyond=Beyond.NOBODY, key=None, by=None, at=NOW):
    return groups.book_group(
        session_id=session.pk, people=people, beyond=beyond, key=key or uuid.uuid4(), by=by or cast.cory, at=at
    )


def names(group: GroupBooking) -> list[tuple[str, str]]:
    members = group.members.order_by("number").select_related("booking__user", "booking__delegate")
    return [(member.booking.person.name, member.booking.state) for member in members]


# --- groups ------------------------------------------------------------------------------------------------------------


def test_lines_are_read_as_people_paste_them():
    text = 'Jo Fictitious, jo@example.org\n\nKim Fictitious <KIM@example.org>\nLee Fictitious;lee@example.org\nMo\tmo@example.org\n"Ray Fictitious" ray@example.org\nNobody'

    read = [(line.number, line.name, line.email) for line in groups.read_lines(text)]

    assert read == [
        (1, "Jo Fictitious", "jo@example.org"),
        (3, "Kim Fictitious", "kim@example.org"),
        (4, "Lee Fictitious", "lee@example.org"),
        (5, "Mo", "mo@example.org"),
        (6, "Ray Fictitious", "ray@example.org"),
        (7, "Nobody", ""),
    ]


def test_a_look_says_what_is_wrong_with_each_line_and_what_becomes_of_the_others(cast):
    session = own_session(cast, capacity=3)
    BookingFactory(session=session, user=None, delegate=DelegateFactory(agency=cast.council, email="jo@example.org"))
    BookingFactory(session=own_session(cast), user=cast.pat)
    kims = DelegateFactory(agency=cast.council, email="kim@example.org")
    BookingFactory(session=own_session(cast, starts_at=STARTS + DAY), user=None, delegate=kims)
    lines = groups.read_lines(
        "Jo, jo@example.org\nPat, pat@example.org\nKim, kim@example.org\nkim again, kim@example.org\nlee@example.org\n"
        "Lee, lee@\nLee\nLee, lee@example.org\nMo, mo@example.org"
    )

    checked = groups.check_lines(lines, session=session, by=cast.cory, beyond=Beyond.WAIT, places=2)

    assert [(line.problem.split(":")[0], line.becomes) for line in checked] == [
        ("Booked already", ""),
        ("Has a place on another session at that time", ""),
        ("", "BOOKED"),
        ("This address stands further up in the list", ""),
        ("Enter a name before the e-mail address", ""),
        ("This is not an e-mail address", ""),
        ("Enter an e-mail address after the name", ""),
        ("", "BOOKED"),
        ("", "WAITING"),
    ]
    assert checked[2].note.startswith("Has a place on another session of this kind on 4 December 2026")


def test_a_group_is_booked_once_in_the_order_of_its_list_and_each_is_told(cast):
    session, key = own_session(cast), uuid.uuid4()

    first, second = (book(session, cast, KIM, JO, NamedDelegate("Pat", cast.pat.email), key=key) for _ in range(2))

    assert first == second
    assert names(first) == [("Kim Fictitious", "BOOKED"), ("Jo Fictitious", "BOOKED"), ("Pat Fictitious", "BOOKED")]
    assert Job.objects.filter(task="partners.tasks.email_person_about_booking").count() == 3
    assert {booking.booked_by for booking in Booking.objects.all()} == {cast.cory}
    assert Entry.objects.get(what="partners.group_booked").details == {"people": 3, "left_out": 0}
    for_others = [entry.details["for_oneself"] for entry in Entry.objects.filter(what="partners.booking_booked")]
    assert for_others == [False] * 3


def test_a_key_is_good_for_one_list(cast):
    session, key = own_session(cast), uuid.uuid4()
    book(session, cast, JO, key=key)

    with pytest.raises(KeyWasUsed):
        book(session, cast, JO, KIM, key=key)
    with pytest.raises(KeyWasUsed):
        book(own_session(cast), cast, JO, key=key)


@pytest.mark.parametrize(
    ("beyond", "booked", "left_out"),
    [
        (Beyond.WHAT_FITS, [("Kim Fictitious", "BOOKED")], 2),
        (
            Beyond.WAIT,
            [("Kim Fictitious", "BOOKED"), ("Jo Fictitious", "WAITING"), ("Lee Fictitious", "WAITING")],
            0,
        ),
    ],
)
def test_for_whom_there_is_no_place_it_is_as_was_said(cast, beyond, booked, left_out):
    session = own_session(cast, capacity=1)

    group = book(session, cast, KIM, JO, LEE, beyond=beyond)

    assert (names(group), group.left_out) == (booked, left_out)
    waiting = Booking.objects.waiting().filter(session=session)
    assert [one.person.name for one in waiting] == [name for name, state in booked if state == "WAITING"]


def test_all_or_nobody(cast):
    session = own_session(cast, capacity=2)

    with pytest.raises(groups.CannotBookGroup, match="2 places for 3 people"):
        book(session, cast, KIM, JO, LEE)
    BookingFactory(session=own_session(cast), user=cast.pat)
    with pytest.raises(groups.CannotBookGroup, match=f"{cast.pat.name}: Has a place on another session at that time"):
        book(session, cast, JO, NamedDelegate("Pat", cast.pat.email))

    assert (session.bookings.count(), Delegate.objects.count(), GroupBooking.objects.count()) == (0, 0, 0)


def test_only_a_coordinator_books_a_group_and_not_of_too_many(cast):
    session = own_session(cast)
    for name in ("pat", "tess", "olu"):
        with pytest.raises(groups.CannotBookGroup, match="coordinator"):
            book(session, cast, JO, by=getattr(cast, name))
    many = [NamedDelegate(f"Person {n}", f"p{n}@example.org") for n in range(groups.MOST_PEOPLE + 1)]
    for people in (many, []):
        with pytest.raises(groups.CannotBookGroup, match="1 to 100 people"):
            book(session, cast, *people)


# --- one person cannot be in two places --------------------------------------------------------------------------------


@pytest.mark.parametrize(("apart", "is_refused"), [(89, True), (-89, True), (90, False), (-90, False)])
def test_nobody_has_two_places_at_one_time(cast, apart, is_refused):
    bookings.book_place(session_id=own_session(cast).pk, key=uuid.uuid4(), by=cast.pat, at=NOW)
    other = own_session(cast, starts_at=STARTS + timedelta(minutes=apart))

    def try_it() -> Booking:
        return bookings.book_place(session_id=other.pk, key=uuid.uuid4(), by=cast.pat, at=NOW)

    if is_refused:
        with pytest.raises(bookings.CannotBook, match="You have a place on another session at that time: BKG-2026"):
            try_it()
    else:
        assert try_it().state == "BOOKED"


# --- swaps -------------------------------------------------------------------------------------------------------------


def swap(booking: Booking, by, delegate=KIM, *, key=None, at=NOW, reason="") -> Booking:
    return swaps.swap_names(
        booking_id=booking.pk, delegate=delegate, key=key or uuid.uuid4(), by=by, at=at, reason=reason
    )


def test_a_place_goes_to_a_colleague_and_stays_taken_though_others_wait(cast):
    session = own_session(cast, capacity=1)
    old = bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=NOW)
    NeedsFactory(booking=old)
    waiting = BookingFactory(session=session, state="WAITING", booked_at=NOW)
    key = uuid.uuid4()

    new, again = (swap(old, cast.cory, key=key, at=NOW + DAY, reason="On leave") for _ in range(2))

    assert new == again
    for one in (old, waiting):
        one.refresh_from_db()
    assert (old.state, new.state, waiting.state) == ("HANDED_ON", "BOOKED", "WAITING")
    assert (new.person.name, new.agency, new.booked_by) == ("Kim Fictitious", cast.council, cast.cory)
    assert (Swap.objects.get().old, Swap.objects.get().new) == (old, new)
    assert old.changes.get(to_state="HANDED_ON").note == "On leave"
    assert Session.objects.get(pk=session.pk).places_taken == 1
    assert not BookingNeeds.objects.exists()
    told = Job.objects.order_by("created_at").values_list("task", "arguments")
    assert sorted((task.rpartition("_")[2], arguments["booking_id"]) for task, arguments in told) == sorted(
        [("booking", str(old.pk)), ("cancellation", str(old.pk)), ("booking", str(new.pk))]
    )


def test_who_may_swap_and_until_when(cast):
    session = own_session(cast)
    booking = BookingFactory(session=session, user=cast.pat)
    BookingFactory(session=session, user=None, delegate=DelegateFactory(agency=cast.council, email="jo@example.org"))
    for by in (cast.pat, cast.tess, cast.out):
        with pytest.raises(swaps.CannotSwap, match="coordinator"):
            swap(booking, by)
    with pytest.raises(swaps.CannotSwap, match="until a day before"):
        swap(booking, cast.cory, at=session.cancel_until)
    with pytest.raises(swaps.CannotSwap, match="This is the person"):
        swap(booking, cast.cory, NamedDelegate("Pat", cast.pat.email))
    with pytest.raises(bookings.CannotBook, match="has a place on this session"):
        swap(booking, cast.cory, JO)
    gone = BookingFactory(session=session, user=cast.cory, state="CANCELLED")
    with pytest.raises(swaps.CannotSwap):
        swap(gone, cast.cory)


# --- reminders ---------------------------------------------------------------------------------------------------------


def sent() -> list[str]:
    return sorted(Reminder.objects.values_list("kind", flat=True))


def test_a_reminder_goes_out_a_week_a_day_and_an_hour_before_each_once(cast):
    BookingFactory(session=own_session(cast), booked_at=NOW)
    told = []

    for before in (7 * DAY + timedelta(seconds=1), 7 * DAY, 3 * DAY, DAY, timedelta(hours=2), timedelta(hours=1)):
        for _ in range(2):
            reminders.remind_of_sessions(at=STARTS - before)
        told.append(len(sent()))
    assert reminders.remind_of_sessions(at=STARTS) == 0

    assert (told, sent()) == ([0, 1, 1, 2, 2, 3], ["DAY", "HOUR", "WEEK"])
    assert Job.objects.filter(task="partners.tasks.remind_person").count() == 3


@pytest.mark.parametrize("hours", [1, 6, 48])
def test_the_reminder_with_the_link_goes_out_when_the_link_does(cast, settings, hours):
    settings.JOINING_LINK_BEFORE = timedelta(hours=hours)
    BookingFactory(session=own_session(cast), booked_at=NOW)

    reminders.remind_of_sessions(at=STARTS - timedelta(hours=hours, minutes=1))
    assert sent() == ["WEEK"]
    reminders.remind_of_sessions(at=STARTS - timedelta(hours=hours))

    assert "DAY" in sent()


def test_a_clock_that_was_away_sends_the_nearest_alone(cast):
    BookingFactory(session=own_session(cast), booked_at=NOW)

    reminders.remind_of_sessions(at=STARTS - timedelta(minutes=30))

    assert sent() == ["HOUR"]


def test_nobody_is_reminded_of_what_they_do_not_have(cast):
    session = own_session(cast)
    for state in ("CANCELLED", "WAITING", "OFFERED", "HANDED_ON", "LAPSED"):
        BookingFactory(session=session, state=state, booked_at=NOW)
    BookingFactory(session=own_session(cast, state="CANCELLED"), state="CALLED_OFF", booked_at=NOW)

    assert reminders.remind_of_sessions(at=STARTS - 7 * DAY) == 0


def test_who_booked_late_gets_the_later_reminders_alone(cast):
    BookingFactory(session=own_session(cast), booked_at=STARTS - 2 * DAY)

    reminders.remind_of_sessions(at=STARTS - 2 * DAY + timedelta(minutes=5))
    reminders.remind_of_sessions(at=STARTS - DAY)

    assert sent() == ["DAY"]


def test_who_was_promoted_late_gets_the_later_reminders_alone(cast):
    booking = BookingFactory(session=own_session(cast), state="OFFERED", booked_at=NOW)
    Booking.objects.filter(pk=booking.pk).update(state="BOOKED")
    booking.offer.accepted_at, booking.offer.accepted_by = STARTS - 2 * DAY, booking.user
    booking.offer.save()

    assert reminders.remind_of_sessions(at=STARTS - 2 * DAY + timedelta(minutes=1)) == 0


def test_reminders_move_with_the_session(cast):
    session = own_session(cast)
    BookingFactory(session=session, booked_at=NOW)
    reminders.remind_of_sessions(at=STARTS - 7 * DAY)
    later = STARTS + 30 * DAY
    scheduling.move_session(
        session_id=session.pk,
        spans=[(later, later + timedelta(hours=1))],
        reason="Snow.",
        by=cast.tess,
        at=STARTS - 6 * DAY,
    )

    assert reminders.remind_of_sessions(at=STARTS - DAY) == 0
    assert reminders.remind_of_sessions(at=later - 7 * DAY) == 1
    assert set(Reminder.objects.values_list("kind", "starts_at")) == {("WEEK", STARTS), ("WEEK", later)}


def test_the_database_takes_each_reminder_once(db):
    booking = BookingFactory()
    fields = {"booking": booking, "kind": "DAY", "starts_at": STARTS, "made_at": NOW}
    Reminder.objects.create(**fields)

    with pytest.raises(IntegrityError, match="reminder_each_once"), transaction.atomic():
        Reminder.objects.create(**fields)


# --- what people need --------------------------------------------------------------------------------------------------


def test_a_person_says_what_they_need_and_takes_it_back(cast):
    booking = BookingFactory(session=own_session(cast), user=cast.pat)

    needs.say_needs(booking_id=booking.pk, needs=SaidNeeds("Captions", "No nuts"), by=cast.pat, at=NOW)
    said = BookingNeeds.objects.get()
    assert (said.access, said.dietary, said.said_by) == ("Captions", "No nuts", cast.pat)
    needs.say_needs(booking_id=booking.pk, needs=SaidNeeds(), by=cast.pat, at=NOW)

    assert not BookingNeeds.objects.exists()
    details = [entry.details for entry in Entry.objects.filter(what="partners.needs_said").order_by("pk")]
    assert details == [{"said_anything": True}, {"said_anything": False}], "what it was stands in no log"


def test_nobody_else_says_it_nor_after_the_session(cast):
    booking = BookingFactory(session=own_session(cast), user=cast.pat)
    gone = BookingFactory(session=own_session(cast), user=cast.pat, state="CANCELLED")

    for which, by, at in (
        (booking, cast.cory, NOW),
        (booking, cast.pat, booking.session.ends_at),
        (gone, cast.pat, NOW),
    ):
        with pytest.raises(needs.CannotSayNeeds):
            needs.say_needs(booking_id=which.pk, needs=SaidNeeds("Captions"), by=by, at=at)


def test_needs_are_erased_some_weeks_after_the_session(cast):
    session = own_session(cast)
    kept = NeedsFactory(booking__session=own_session(cast, starts_at=STARTS + DAY))
    NeedsFactory(booking__session=session)

    assert needs.erase_needs(at=session.ends_at + settings.NEEDS_KEPT) == 0
    assert needs.erase_needs(at=session.ends_at + settings.NEEDS_KEPT + timedelta(seconds=1)) == 1

    assert list(BookingNeeds.objects.all()) == [kept]
    assert Entry.objects.get(what="partners.needs_erased").verb == "DELETED"


def test_a_place_that_is_given_back_takes_its_needs_with_it(cast):
    session = own_session(cast)
    said = SaidNeeds("Captions")
    booking = bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=NOW, needs=said)
    assert BookingNeeds.objects.count() == 1

    bookings.cancel_booking(booking_id=booking.pk, by=cast.pat, at=NOW)

    assert not BookingNeeds.objects.exists()
