"""Booking a place, once and for one person; giving it back in time; who came; and what the database refuses."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Entry
from jobs.models import Job
from partners.models import Booking, Delegate, NamedDelegate, Session
from partners.services import bookings as services
from partners.services import register
from tests.factories.accounts import UserFactory
from tests.factories.partners import STARTS, BookingFactory, DelegateFactory, SessionFactory
from tests.people import NOW, Cast

JO = NamedDelegate("Jo Fictitious", "jo@example.org")


def book(session: Session, by, *, key=None, at=NOW, delegate=None) -> Booking:
    return services.book_place(session_id=session.pk, key=key or uuid.uuid4(), by=by, at=at, delegate=delegate)


def cancel(booking: Booking, by, at=NOW) -> Booking:
    return services.cancel_booking(booking_id=booking.pk, by=by, at=at)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(host=cast.police, planned_by=cast.tess, **fields)


def places(session: Session) -> int:
    return Session.objects.get(pk=session.pk).places_taken


def test_a_practitioner_books_a_place_for_themselves(cast):
    session = own_session(cast)
    key = uuid.uuid4()

    booking = book(session, cast.pat, key=key)

    stored = Booking.objects.get()
    assert stored == booking
    assert (stored.user, stored.delegate, stored.agency) == (cast.pat, None, cast.council)
    assert (stored.state, stored.booked_at, stored.booked_by, stored.request_key) == ("BOOKED", NOW, cast.pat, key)
    assert stored.reference.startswith("BKG-2026-")
    assert places(session) == 1
    entry = Entry.objects.get(what="partners.booking_booked")
    assert (entry.actor_id, entry.object_id) == (str(cast.pat.pk), str(stored.pk))
    assert entry.details == {"session": str(session.pk), "for_oneself": True}
    assert [(job.task, job.arguments, job.queue) for job in Job.objects.all()] == [
        ("partners.tasks.email_person_about_booking", {"booking_id": str(stored.pk)}, "mail")
    ]


def test_the_same_key_again_gives_the_same_booking_and_does_nothing_more(cast):
    session = own_session(cast)
    key = uuid.uuid4()

    first, second = book(session, cast.pat, key=key), book(session, cast.pat, key=key, at=NOW + timedelta(minutes=1))

    assert first == second
    assert (Booking.objects.count(), Job.objects.count(), places(session)) == (1, 1, 1)
    assert Entry.objects.filter(what="partners.booking_booked").count() == 1


def test_a_key_is_good_for_one_person_and_one_session(cast):
    session, other = own_session(cast), own_session(cast)
    key = uuid.uuid4()
    book(session, cast.pat, key=key)

    for by, where, delegate in (
        (cast.cory, session, None),
        (cast.pat, other, None),
        (cast.cory, session, JO),
    ):
        with pytest.raises(services.CannotBook, match="used for another booking"):
            book(where, by, key=key, delegate=delegate)


def test_a_second_place_for_the_same_person_is_refused(cast):
    session = own_session(cast)
    book(session, cast.pat)

    with pytest.raises(services.CannotBook, match="You have a place"):
        book(session, cast.pat)
    with pytest.raises(services.CannotBook, match="Pat Fictitious has a place"):
        book(session, cast.cory, delegate=NamedDelegate("Pat Fictitious", "PAT@example.org"))
    assert places(session) == 1


def test_when_all_places_are_taken_the_next_is_refused(cast):
    session = own_session(cast, capacity=2)
    BookingFactory.create_batch(2, session=session)

    with pytest.raises(services.CannotBook, match="All places"):
        book(session, cast.pat)
    assert (Booking.objects.count(), places(session)) == (2, 2)


def test_a_place_that_is_given_back_can_be_taken_again_by_anybody(cast):
    session = own_session(cast, capacity=1)
    first = book(session, cast.pat)
    with pytest.raises(services.CannotBook):
        book(session, cast.out)

    cancel(first, cast.pat)
    book(session, cast.out)
    with pytest.raises(services.CannotBook, match="All places"):
        book(session, cast.pat)

    assert [booking.user for booking in Booking.objects.holding_a_place()] == [cast.out]


def test_a_person_who_cancelled_may_book_again(cast):
    session = own_session(cast)
    cancel(book(session, cast.pat), cast.pat)

    again = book(session, cast.pat)

    assert (again.state, places(session), Booking.objects.count()) == ("BOOKED", 1, 2)


@pytest.mark.parametrize("state", ["PLANNED", "HELD", "CANCELLED"])
def test_only_an_open_session_can_be_booked(cast, state):
    with pytest.raises(services.CannotBook, match="cannot be booked"):
        book(own_session(cast, state=state), cast.pat)


def test_a_place_is_booked_inside_the_window_only(cast):
    opens, closes = NOW + timedelta(days=1), NOW + timedelta(days=2)
    session = own_session(cast, booking_opens_at=opens, booking_closes_at=closes)

    with pytest.raises(services.CannotBook, match="not opened yet"):
        book(session, cast.pat, at=opens - timedelta(seconds=1))
    with pytest.raises(services.CannotBook, match="has closed"):
        book(session, cast.pat, at=closes)

    assert book(session, cast.pat, at=opens).state == "BOOKED"
    assert book(session, cast.out, at=closes - timedelta(seconds=1)).state == "BOOKED"


@pytest.mark.parametrize("name", ["olu", "tess", "sam", "ada", "leda"])
def test_who_may_not_book_books_nothing(cast, name):
    session = own_session(cast)

    with pytest.raises(services.CannotBook):
        book(session, getattr(cast, name))
    with pytest.raises(services.CannotBook):
        book(session, getattr(cast, name), delegate=JO)


def test_a_coordinator_books_a_named_person_of_the_agency(cast):
    session, other = own_session(cast), own_session(cast, starts_at=STARTS + timedelta(days=1))

    booking = book(session, cast.cory, delegate=JO)
    book(other, cast.cory, delegate=NamedDelegate(" Jo Newname ", "JO@example.org"))

    delegate = Delegate.objects.get()
    assert (delegate.agency, delegate.name, delegate.email) == (cast.council, "Jo Newname", "jo@example.org")
    assert (booking.user, booking.delegate, booking.agency, booking.booked_by) == (
        None,
        delegate,
        cast.council,
        cast.cory,
    )
    with pytest.raises(services.CannotBook, match="Jo Fictitious has a place"):
        book(session, cast.cory, delegate=JO)


def test_a_practitioner_books_nobody_else(cast):
    with pytest.raises(services.CannotBook, match="coordinator"):
        book(own_session(cast), cast.pat, delegate=JO)


def test_a_named_person_with_an_account_is_booked_as_who_they_are(cast):
    booking = book(own_session(cast), cast.cory, delegate=NamedDelegate("Pat", "Pat@Example.org"))

    assert (booking.user, Delegate.objects.count()) == (cast.pat, 0)
    assert list(Booking.objects.visible_to(cast.pat)) == [booking]


def test_an_account_of_another_agency_is_not_touched(cast):
    booking = book(own_session(cast), cast.cory, delegate=NamedDelegate("Out", cast.out.email))

    assert (booking.user, booking.delegate.agency) == (None, cast.council)
    assert not Booking.objects.visible_to(cast.out).exists()


def test_who_sees_a_booking(cast):
    session = own_session(cast)
    pats = book(session, cast.pat)
    jos = book(session, cast.cory, delegate=JO)
    colleague = UserFactory(agency=cast.council, roles=["PARTNER_PRACTITIONER"])

    seen = {name: set(Booking.objects.visible_to(user)) for name, user in cast.everyone().items()}

    assert {name: found for name, found in seen.items() if found} == {"pat": {pats}, "cory": {pats, jos}}
    assert not Booking.objects.visible_to(colleague).exists()


def test_giving_a_place_back_is_recorded_and_told(cast):
    session = own_session(cast)
    booking = book(session, cast.pat)

    cancel(booking, cast.pat, at=NOW + timedelta(hours=1))
    cancel(booking, cast.pat, at=NOW + timedelta(hours=2))

    booking.refresh_from_db()
    assert (booking.state, booking.cancelled_at, booking.cancelled_by) == (
        "CANCELLED",
        NOW + timedelta(hours=1),
        cast.pat,
    )
    assert places(session) == 0
    assert Entry.objects.filter(what="partners.booking_cancelled").count() == 1
    assert Job.objects.filter(task="partners.tasks.email_person_about_cancellation").count() == 1


def test_a_place_is_given_back_until_a_day_before(cast):
    session = own_session(cast)
    in_time, late = book(session, cast.pat), book(session, cast.cory)
    day_before = STARTS - timedelta(hours=24)

    with pytest.raises(services.CannotCancelBooking, match="too late"):
        cancel(late, cast.cory, at=day_before)
    cancel(in_time, cast.pat, at=day_before - timedelta(seconds=1))

    assert places(session) == 1


def test_only_the_person_or_the_agencys_coordinator_cancels(cast):
    session = own_session(cast)
    pats = book(session, cast.pat)
    outs = book(session, cast.out)

    for booking, by in ((pats, cast.out), (outs, cast.cory), (pats, cast.tess), (pats, cast.sam)):
        with pytest.raises(services.CannotCancelBooking, match="Only the person"):
            cancel(booking, by)
    assert cancel(pats, cast.cory).cancelled_by == cast.cory


def test_a_taken_register_keeps_its_bookings(cast):
    session = own_session(cast, state="HELD")
    booking = BookingFactory(session=session, user=cast.pat, state="ABSENT")

    with pytest.raises(services.CannotCancelBooking, match="was held"):
        cancel(booking, cast.pat)


def test_the_register_says_who_came_and_can_be_corrected(cast):
    session = own_session(cast)
    first, second = BookingFactory.create_batch(2, session=session)
    gone = BookingFactory(session=session, state="CANCELLED")
    over = session.ends_at
    says = {"session_id": session.pk, "by": cast.tess}

    register.take_register(**says, marks={first.pk: "PRESENT"}, at=over)
    register.close_register(**says, at=over)
    session.refresh_from_db()
    assert (session.state, session.held_at, session.held_by, session.places_taken) == ("HELD", over, cast.tess, 2)
    register.take_register(**says, marks={first.pk: "PRESENT", second.pk: "PRESENT"}, at=over + timedelta(1))

    for booking in (first, second, gone):
        booking.refresh_from_db()
    assert (first.state, second.state, gone.state) == ("PRESENT", "PRESENT", "CANCELLED")
    assert (first.registered_at, second.registered_at) == (over, over + timedelta(1))
    details = [entry.details for entry in Entry.objects.filter(what="partners.register_taken").order_by("pk")]
    assert details == [{"marked": 1}, {"marked": 1}]
    assert Entry.objects.get(what="partners.register_closed").details == {"present": 1, "absent": 1}


def test_no_register_before_it_begins_nor_with_strangers_nor_by_others(cast):
    session = own_session(cast)
    stranger = BookingFactory()

    for fields, words in (
        ({"at": STARTS - timedelta(seconds=1)}, "has begun"),
        ({"marks": {stranger.pk: "PRESENT"}}, "no place"),
        ({"by": cast.sam}, "Only a trainer"),
    ):
        with pytest.raises(register.CannotRegister, match=words):
            register.take_register(**{"session_id": session.pk, "marks": {}, "by": cast.tess, "at": STARTS} | fields)


def test_a_booking_whose_audit_entry_fails_does_not_happen(cast, monkeypatch):
    session = own_session(cast)

    def broken(**_kwargs):
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(services.audit, "record", broken)
    with pytest.raises(RuntimeError):
        book(session, cast.pat)
    assert (Booking.objects.count(), places(session)) == (0, 0)


# --- what the database holds by itself --------------------------------------------------------------------------------


def test_the_database_counts_places_whoever_writes(db):
    session = SessionFactory(capacity=9)
    kept, moved, gone = BookingFactory.create_batch(3, session=session)
    other = SessionFactory()
    assert places(session) == 3

    Booking.objects.filter(pk=moved.pk).update(session=other)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM partners_booking WHERE id = %s", [gone.pk])
    assert (places(session), places(other)) == (1, 1)
    Session.objects.filter(pk=session.pk).update(places_taken=7)
    assert places(session) == 1
    stale = Session.objects.get(pk=session.pk)
    BookingFactory(session=session)
    stale.save()  # with the count of before
    assert places(session) == 2


def test_the_database_refuses_one_booking_too_many_however_it_is_written(db):
    session = SessionFactory(capacity=2)
    BookingFactory.create_batch(2, session=session)
    given_back = BookingFactory(session=session, state="CANCELLED")
    spare = BookingFactory()

    def insert() -> None:
        BookingFactory(session=session)

    def revive() -> None:
        Booking.objects.filter(pk=given_back.pk).update(state="BOOKED", cancelled_at=None, cancelled_by=None)

    def move() -> None:
        Booking.objects.filter(pk=spare.pk).update(session=session)

    def shrink() -> None:
        Session.objects.filter(pk=session.pk).update(capacity=1)

    for deed in (insert, revive, move, shrink):
        with pytest.raises(IntegrityError, match="session_is_never_oversold"), transaction.atomic():
            deed()
    assert places(session) == 2


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"reference": ""}, "booking_has_a_reference"),
        ({"cancelled_at": NOW}, "booking_cancelled_says_who_and_when"),
        ({"state": "CANCELLED", "cancelled_by": None}, "booking_cancelled_says_who_and_when"),
        ({"state": "CALLED_OFF", "cancelled_at": None}, "booking_cancelled_says_who_and_when"),
        ({"state": "PRESENT", "registered_by": None}, "booking_registered_says_who_and_when"),
        ({"registered_at": NOW}, "booking_registered_says_who_and_when"),
    ],
)
def test_the_database_refuses_a_booking_that_breaks_a_rule(db, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BookingFactory(**fields)


def test_the_database_refuses_a_booking_for_nobody_or_for_two(db):
    delegate = DelegateFactory()
    user = UserFactory()
    nobody = {"user": None, "delegate": None, "agency": user.agency, "booked_by": user}

    for fields in (nobody, {"user": user, "delegate": delegate}):
        with pytest.raises(IntegrityError, match="booking_is_for_one_person"), transaction.atomic():
            BookingFactory(**fields)


def test_the_database_refuses_a_second_place_key_reference_and_delegate(db):
    first = BookingFactory()
    second = BookingFactory(session=first.session, user=None, delegate=DelegateFactory())

    for fields, constraint in (
        ({"session": first.session, "user": first.user}, "booking_user_stands_once"),
        ({"session": first.session, "user": None, "delegate": second.delegate}, "booking_delegate_stands_once"),
        ({"request_key": first.request_key}, "booking_one_per_request"),
        ({"reference": first.reference}, "booking_reference_is_given_once"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            BookingFactory(**fields)
    with pytest.raises(IntegrityError, match="delegate_known_once_in_an_agency"), transaction.atomic():
        DelegateFactory(agency=second.delegate.agency, email=second.delegate.email.upper())
