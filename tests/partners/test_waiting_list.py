"""The waiting list: who joins, in which order places are offered, offers that end, and what the database holds of it."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import Error, IntegrityError, connection, transaction

from audit.models import Entry
from jobs.models import Job
from partners.models import Booking, BookingChange, BookingNeeds, NamedDelegate, Offer, PlaceHold, SaidNeeds, Session
from partners.queries import position_of, queue_of
from partners.services import bookings, holds, scheduling, settling, waiting_list
from partners.services import sessions as sessions_service
from tests.factories.accounts import UserFactory
from tests.factories.partners import STARTS, BookingFactory, PlaceHoldFactory, SessionFactory
from tests.people import NOW, Cast

JO = NamedDelegate("Jo Fictitious", "jo@example.org")
MINUTE = timedelta(minutes=1)


def full_session(cast: Cast, *, capacity: int = 1, **fields) -> Session:
    session = SessionFactory(host=cast.police, planned_by=cast.tess, capacity=capacity, **fields)
    BookingFactory.create_batch(capacity, session=session)
    return session


def join(session: Session, by, *, at=NOW, key=None, delegate=None, needs=None) -> Booking:
    return waiting_list.join_waiting_list(
        session_id=session.pk, key=key or uuid.uuid4(), by=by, at=at, delegate=delegate, needs=needs
    )


def give_back(session: Session, *, at=NOW) -> None:
    """Whoever has booked first cancels."""
    first = session.bookings.filter(state="BOOKED").order_by("booked_at", "pk").first()
    bookings.cancel_booking(booking_id=first.pk, by=first.booked_by, at=at)


def taken(session: Session) -> int:
    return Session.objects.get(pk=session.pk).places_taken


def states(*found: Booking) -> list[str]:
    return [Booking.objects.get(pk=one.pk).state for one in found]


def people(cast: Cast, count: int):
    return UserFactory.create_batch(count, agency=cast.council, roles=["PARTNER_PRACTITIONER"])


def test_whoever_finds_a_session_full_joins_its_list_and_is_told(cast):
    session = full_session(cast)

    first, second = join(session, cast.pat), join(session, cast.out, at=NOW + MINUTE)

    assert (first.state, first.booked_at, first.reference[:9]) == ("WAITING", NOW, "BKG-2026-")
    assert [position_of(one) for one in (first, second)] == [1, 2]
    assert taken(session) == 1
    assert [job.task for job in Job.objects.order_by("created_at", "pk")] == [
        "partners.tasks.email_person_about_waiting"
    ] * 2
    assert Entry.objects.filter(what="partners.booking_waiting").count() == 2


def test_the_same_key_again_joins_once(cast):
    session, key = full_session(cast), uuid.uuid4()

    assert join(session, cast.pat, key=key) == join(session, cast.pat, key=key, at=NOW + MINUTE)
    assert Booking.objects.filter(state="WAITING").count() == 1


def test_nobody_waits_while_there_is_a_place_nor_twice_nor_for_what_is_closed(cast):
    free = SessionFactory(host=cast.police, planned_by=cast.tess)
    with pytest.raises(waiting_list.CannotWait, match="There is a place"):
        join(free, cast.pat)
    session = full_session(cast)
    join(session, cast.pat)
    with pytest.raises(bookings.CannotBook, match="on the waiting list of this session already"):
        join(session, cast.pat)
    with pytest.raises(bookings.CannotBook, match="on the waiting list of this session already"):
        bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=NOW)
    with pytest.raises(bookings.CannotBook, match="has closed"):
        join(session, cast.out, at=session.booking_closes_at)
    with pytest.raises(bookings.CannotBook, match="does not book"):
        join(session, cast.olu)


def test_a_coordinator_puts_a_named_person_on_the_list(cast):
    booking = join(full_session(cast), cast.cory, delegate=JO)

    assert (booking.person.name, booking.booked_by, booking.state) == ("Jo Fictitious", cast.cory, "WAITING")


def test_a_place_that_is_given_back_is_offered_to_who_waits_longest_and_is_held(cast):
    session = full_session(cast)
    late, early = join(session, cast.out, at=NOW + MINUTE), join(session, cast.pat, at=NOW)

    give_back(session, at=NOW + 2 * MINUTE)

    assert states(early, late) == ["OFFERED", "WAITING"]
    assert taken(session) == 1
    offer = Offer.objects.get()
    assert (offer.booking, offer.ends_at) == (early, NOW + 2 * MINUTE + settings.OFFER_FOR)
    with pytest.raises(bookings.CannotBook, match="All places"):
        bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.cory, at=NOW + 3 * MINUTE)
    assert Job.objects.filter(task="partners.tasks.email_about_offer").count() == 1
    assert Entry.objects.get(what="partners.booking_offered").actor_id == ""


def test_who_joined_at_the_same_moment_stands_in_the_order_of_their_ids(cast):
    session = full_session(cast, capacity=3)
    waiting = sorted((join(session, person) for person in people(cast, 3)), key=lambda one: one.pk)

    assert [position_of(one) for one in waiting] == [1, 2, 3]
    give_back(session)
    give_back(session)

    assert states(*waiting) == ["OFFERED", "OFFERED", "WAITING"]


def test_an_offer_that_is_accepted_is_a_booking(cast):
    session = full_session(cast)
    booking = join(session, cast.pat)
    give_back(session)

    at = NOW + MINUTE
    for _ in range(2):
        waiting_list.accept_offer(booking_id=booking.pk, by=cast.pat, at=at)

    assert (states(booking), taken(session)) == (["BOOKED"], 1)
    offer = Offer.objects.get()
    assert (offer.accepted_at, offer.accepted_by) == (at, cast.pat)
    told = Job.objects.filter(
        task="partners.tasks.email_person_about_booking", arguments={"booking_id": str(booking.pk)}
    )
    assert told.count() == 1


def test_an_offer_that_is_turned_down_goes_to_the_next(cast):
    session = full_session(cast)
    first, second = join(session, cast.pat), join(session, cast.out, at=NOW + MINUTE)
    give_back(session, at=NOW + MINUTE)

    waiting_list.turn_down_offer(booking_id=first.pk, by=cast.pat, at=NOW + 2 * MINUTE)

    assert (states(first, second), taken(session)) == (["DECLINED", "OFFERED"], 1)


def test_an_offer_that_ends_is_passed_on_by_the_clock_and_cannot_be_accepted(cast):
    session = full_session(cast)
    first, second = join(session, cast.pat), join(session, cast.out, at=NOW + MINUTE)
    give_back(session, at=NOW + MINUTE)
    over = Offer.objects.get().ends_at

    assert settling.settle_due_sessions(at=over - timedelta(seconds=1)) == 0
    assert settling.settle_due_sessions(at=over) == 1
    assert settling.settle_due_sessions(at=over) == 0

    assert (states(first, second), taken(session)) == (["LAPSED", "OFFERED"], 1)
    with pytest.raises(waiting_list.CannotAnswerOffer, match="has ended"):
        waiting_list.accept_offer(booking_id=first.pk, by=cast.pat, at=over)
    assert Job.objects.filter(task="partners.tasks.email_person_about_lapse").count() == 1


def test_an_offer_that_has_ended_is_passed_on_by_whoever_touches_the_session_though_they_are_refused(cast):
    session = full_session(cast)
    first, second = join(session, cast.pat), join(session, cast.out, at=NOW + MINUTE)
    give_back(session, at=NOW + MINUTE)
    over = Offer.objects.get().ends_at

    with pytest.raises(bookings.CannotBook, match="All places"):
        bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.cory, at=over)

    assert states(first, second) == ["LAPSED", "OFFERED"]
    with pytest.raises(waiting_list.CannotAnswerOffer, match="has ended"):
        waiting_list.accept_offer(booking_id=second.pk, by=cast.out, at=over + settings.OFFER_FOR)
    assert states(second) == ["LAPSED"]


@pytest.mark.parametrize(
    ("before", "length"),
    [
        (timedelta(days=10), settings.OFFER_FOR),
        (settings.OFFER_NEAR, settings.OFFER_FOR_NEAR),
        (timedelta(hours=30), settings.OFFER_FOR_NEAR),
    ],
)
def test_an_offer_is_shorter_when_the_session_is_near(cast, before, length):
    session = full_session(cast)
    join(session, cast.pat)

    give_back(session, at=STARTS - before)

    offer = Offer.objects.get()
    assert offer.ends_at - offer.offered_at == length


def test_an_offer_ends_when_booking_closes_and_none_is_made_after_that(cast):
    closes = STARTS - timedelta(hours=30)
    session = full_session(cast, capacity=2, booking_closes_at=closes)
    first, second = join(session, cast.pat), join(session, cast.out, at=NOW + MINUTE)
    give_back(session, at=closes - timedelta(hours=1))
    assert Offer.objects.get().ends_at == closes

    give_back(session, at=closes)

    assert (states(first, second), taken(session)) == (["LAPSED", "LAPSED"], 0)
    assert Job.objects.filter(task="partners.tasks.email_person_about_lapse").count() == 2


def test_more_places_are_offered_at_once(cast):
    session = full_session(cast)
    waiting = [join(session, person, at=NOW + number * MINUTE) for number, person in enumerate(people(cast, 4))]

    sessions_service.change_session(session_id=session.pk, by=cast.tess, at=NOW + timedelta(hours=1), capacity=3)

    assert (states(*waiting), taken(session)) == (["OFFERED", "OFFERED", "WAITING", "WAITING"], 3)


def test_whoever_leaves_the_list_is_passed_over(cast):
    session = full_session(cast)
    first, second = join(session, cast.pat), join(session, cast.out, at=NOW + MINUTE)

    for _ in range(2):
        waiting_list.leave_waiting_list(booking_id=first.pk, by=cast.pat, at=NOW + MINUTE)
    assert position_of(second) == 1
    give_back(session, at=NOW + 2 * MINUTE)

    assert states(first, second) == ["LEFT", "OFFERED"]
    again = join(session, cast.pat, at=NOW + 3 * MINUTE)
    assert position_of(again) == 1


def test_only_the_person_or_the_agencys_coordinator_answers(cast):
    session = full_session(cast)
    booking = join(session, cast.pat)
    with pytest.raises(waiting_list.CannotWait, match="Only the person"):
        waiting_list.leave_waiting_list(booking_id=booking.pk, by=cast.out, at=NOW)
    give_back(session)
    for answer in (waiting_list.accept_offer, waiting_list.turn_down_offer):
        with pytest.raises(waiting_list.CannotAnswerOffer, match="Only the person"):
            answer(booking_id=booking.pk, by=cast.out, at=NOW)
    waiting_list.accept_offer(booking_id=booking.pk, by=cast.cory, at=NOW)
    with pytest.raises(waiting_list.CannotAnswerOffer, match="No place is offered: booked"):
        waiting_list.turn_down_offer(booking_id=booking.pk, by=cast.pat, at=NOW)


def test_an_offer_at_the_time_of_another_place_waits_until_that_is_given_back(cast):
    session = full_session(cast)
    booking = join(session, cast.pat)
    other = BookingFactory(session=SessionFactory(starts_at=STARTS + timedelta(hours=1)), user=cast.pat)
    give_back(session)

    with pytest.raises(waiting_list.CannotAnswerOffer, match="at that time.*Cancel that first"):
        waiting_list.accept_offer(booking_id=booking.pk, by=cast.pat, at=NOW)
    bookings.cancel_booking(booking_id=other.pk, by=cast.pat, at=NOW)

    assert waiting_list.accept_offer(booking_id=booking.pk, by=cast.pat, at=NOW).state == "BOOKED"


def test_calling_the_session_off_ends_the_list_offers_and_holds(cast):
    session = full_session(cast, capacity=3)
    first, second = join(session, cast.pat), join(session, cast.out, at=NOW + MINUTE)
    give_back(session, at=NOW + MINUTE)
    give_back(session, at=NOW + MINUTE)
    assert states(first, second) == ["OFFERED", "OFFERED"]
    third = join(session, cast.cory, at=NOW + 2 * MINUTE)

    sessions_service.cancel_session(session_id=session.pk, reason="Snow.", by=cast.tess, at=NOW + 3 * MINUTE)

    assert (states(first, second, third), taken(session)) == (["CALLED_OFF"] * 3, 0)


def test_a_trainer_sees_offers_first_and_then_the_list_in_order(cast):
    session = full_session(cast)
    waiting = [join(session, person, at=NOW + number * MINUTE) for number, person in enumerate(people(cast, 3))]
    give_back(session, at=NOW + timedelta(hours=1))

    assert queue_of(session) == waiting
    assert [one.state for one in queue_of(session)] == ["OFFERED", "WAITING", "WAITING"]


# --- places that are held during the form ------------------------------------------------------------------------------


def hold(session: Session, by, *, at=NOW) -> PlaceHold:
    return holds.hold_place(session_id=session.pk, by=by, at=at)


def test_a_place_is_held_for_ten_minutes_and_the_booking_takes_it(cast):
    session = SessionFactory(host=cast.police, planned_by=cast.tess, capacity=1)

    held = hold(session, cast.pat)
    assert held == hold(session, cast.pat, at=NOW + MINUTE), "asking again does not prolong it"
    assert (held.ends_at, taken(session)) == (NOW + timedelta(minutes=10), 1)
    with pytest.raises(bookings.CannotBook, match="All places"):
        hold(session, cast.out)
    with pytest.raises(bookings.CannotBook, match="All places"):
        bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.out, at=NOW)

    booking = bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=NOW + 9 * MINUTE)

    assert (booking.state, taken(session), PlaceHold.objects.count()) == ("BOOKED", 1, 0)


def test_a_hold_that_is_over_counts_no_more_for_whoever_comes_next(cast):
    session = SessionFactory(host=cast.police, planned_by=cast.tess, capacity=1)
    over = hold(session, cast.pat).ends_at

    booking = bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.out, at=over)

    assert (booking.state, taken(session), PlaceHold.objects.count()) == ("BOOKED", 1, 0)
    with pytest.raises(bookings.CannotBook, match="All places"):
        bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=over)


def test_a_hold_that_is_over_goes_to_who_waits(cast):
    session = SessionFactory(host=cast.police, planned_by=cast.tess, capacity=1)
    over = hold(session, cast.pat).ends_at
    waiting = join(session, cast.out)

    assert settling.settle_due_sessions(at=over) == 1

    assert (states(waiting), taken(session)) == (["OFFERED"], 1)


def test_a_hold_that_is_let_go_goes_to_who_waits(cast):
    session = SessionFactory(host=cast.police, planned_by=cast.tess, capacity=1)
    hold(session, cast.pat)
    waiting = join(session, cast.out)

    holds.release_place(session_id=session.pk, by=cast.pat, at=NOW + MINUTE)

    assert states(waiting) == ["OFFERED"]
    assert Entry.objects.filter(what="partners.place_released").count() == 1


def test_a_refused_booking_keeps_its_hold(cast):
    session = SessionFactory(host=cast.police, planned_by=cast.tess, capacity=1)
    BookingFactory(session=SessionFactory(), user=cast.pat)
    hold(session, cast.pat)

    with pytest.raises(bookings.CannotBook, match="at that time"):
        bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=cast.pat, at=NOW)

    assert (PlaceHold.objects.count(), taken(session)) == (1, 1)


# --- each change of a booking is a row ----------------------------------------------------------------------------------


def test_each_change_is_kept_with_who_when_and_why(cast):
    session = full_session(cast)
    booking = join(session, cast.pat)
    give_back(session)
    waiting_list.accept_offer(booking_id=booking.pk, by=cast.pat, at=NOW + MINUTE)
    bookings.cancel_booking(booking_id=booking.pk, by=cast.cory, at=NOW + 2 * MINUTE, reason=" On leave. ")

    rows = booking.changes.order_by("number").values_list(
        "number", "from_state", "to_state", "made_at", "made_by", "note"
    )
    assert list(rows) == [
        (0, "", "WAITING", NOW, cast.pat.pk, ""),
        (1, "WAITING", "OFFERED", NOW, None, ""),
        (2, "OFFERED", "BOOKED", NOW + MINUTE, cast.pat.pk, ""),
        (3, "BOOKED", "CANCELLED", NOW + 2 * MINUTE, cast.cory.pk, "On leave."),
    ]


def test_a_change_by_somebody_who_does_not_say_who_they_are_names_nobody(cast):
    booking = BookingFactory(session=SessionFactory(), user=cast.pat)

    Booking.objects.filter(pk=booking.pk).update(state="CANCELLED", cancelled_at=NOW, cancelled_by=cast.ada)

    last = booking.changes.get(number=1)
    assert (last.from_state, last.to_state, last.made_by) == ("BOOKED", "CANCELLED", None)


def test_what_became_of_a_booking_cannot_be_changed(cast):
    booking = BookingFactory(session=SessionFactory())

    for deed in (
        lambda: BookingChange.objects.update(note="Other"),
        lambda: BookingChange.objects.filter(booking=booking).delete(),
    ):
        with pytest.raises(Error, match="stands as it was"), transaction.atomic():
            deed()


# --- what the database holds by itself ----------------------------------------------------------------------------------


def test_the_database_counts_offers_and_holds_whoever_writes(db):
    session = SessionFactory(capacity=3)
    BookingFactory(session=session)
    BookingFactory(session=session, state="WAITING")
    BookingFactory(session=session, state="OFFERED")
    held = PlaceHoldFactory(session=session)
    assert taken(session) == 3

    for one_more in (
        lambda: PlaceHoldFactory(session=session),
        lambda: BookingFactory(session=session),
        lambda: BookingFactory(session=session, state="OFFERED"),
    ):
        with pytest.raises(IntegrityError, match="session_is_never_oversold"), transaction.atomic():
            one_more()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM partners_placehold WHERE id = %s", [held.pk])
    assert taken(session) == 2


def test_the_database_promotes_nobody_before_who_waits_longer(db):
    session = SessionFactory()
    first = BookingFactory(session=session, state="WAITING", booked_at=NOW)
    second = BookingFactory(session=session, state="WAITING", booked_at=NOW + MINUTE)

    for state in ("OFFERED", "BOOKED"):
        with pytest.raises(IntegrityError, match="waits for this longer"), transaction.atomic():
            Booking.objects.filter(pk=second.pk).update(state=state)
    Booking.objects.filter(pk=first.pk).update(state="LAPSED")
    assert Booking.objects.filter(pk=second.pk).update(state="OFFERED") == 1


def test_the_database_has_a_person_once_on_a_session(db):
    first = BookingFactory(state="WAITING")

    for state in ("WAITING", "OFFERED", "BOOKED"):
        with pytest.raises(IntegrityError, match="booking_user_stands_once"), transaction.atomic():
            BookingFactory(session=first.session, user=first.user, state=state)


@pytest.mark.parametrize(
    ("state", "fields", "constraint"),
    [
        ("LEFT", {"cancelled_by": None}, "booking_cancelled_says_who_and_when"),
        ("DECLINED", {"cancelled_at": None}, "booking_cancelled_says_who_and_when"),
        ("LAPSED", {"cancelled_at": NOW}, "booking_cancelled_says_who_and_when"),
    ],
)
def test_the_database_wants_to_know_who_ended_it(db, state, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BookingFactory(state=state, **fields)


def test_the_database_refuses_a_wrong_offer_and_a_wrong_hold(cast):
    booking = BookingFactory(state="OFFERED")
    hold_of = PlaceHoldFactory()
    for deed, constraint in (
        (lambda: Offer.objects.update(ends_at=booking.booked_at), "offer_begins_before_it_ends"),
        (lambda: Offer.objects.update(accepted_at=NOW), "offer_accepted_says_who_and_when"),
        (
            lambda: Offer.objects.update(accepted_at=booking.offer.ends_at, accepted_by=cast.pat),
            "offer_accepted_in_time",
        ),
        (lambda: PlaceHoldFactory(ends_at=NOW, begun_at=NOW), "placehold_begins_before_it_ends"),
        (lambda: PlaceHoldFactory(session=hold_of.session, user=hold_of.user), "placehold_one_for_a_person"),
        (
            lambda: Booking.objects.update(moved_by=cast.pat, moved_at=None),
            "booking_moved_by_somebody_has_a_moment",
        ),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            deed()


def test_what_was_said_of_needs_goes_with_the_place(cast):
    session = full_session(cast)
    booking = join(session, cast.pat, needs=SaidNeeds(access=" Captions ", dietary=""))
    said = BookingNeeds.objects.get()
    assert (said.booking, said.access, said.dietary) == (booking, "Captions", "")

    waiting_list.leave_waiting_list(booking_id=booking.pk, by=cast.pat, at=NOW)

    assert not BookingNeeds.objects.exists()


def test_what_was_said_of_needs_is_gone_with_an_offer_that_lapses(cast):
    session = full_session(cast)
    join(session, cast.pat, needs=SaidNeeds(access="Captions"))

    settling.settle_due_sessions(at=session.booking_closes_at)

    assert not BookingNeeds.objects.exists()


# --- booking that closes earlier than it did ----------------------------------------------------------------------------------


def offered_and_held(cast: Cast) -> tuple[Session, Booking, PlaceHold]:
    """A session ten days ahead with an offer and a hold that last for as long as they can."""
    session = full_session(cast, capacity=2, starts_at=NOW + timedelta(days=10))
    booking = join(session, cast.pat)
    give_back(session)
    Session.objects.filter(pk=session.pk).update(capacity=3)
    hold = PlaceHoldFactory(session=session, user=cast.out, begun_at=NOW, ends_at=NOW + settings.HOLD_FOR)
    return session, booking, hold


def close(session: Session, cast: Cast, moment) -> None:
    sessions_service.change_session(session_id=session.pk, by=cast.tess, at=NOW, booking_closes_at=moment)


def test_offers_and_holds_end_when_booking_closes_earlier_and_the_person_is_told_anew(cast):
    session, booking, hold = offered_and_held(cast)
    closes = NOW + 5 * MINUTE

    close(session, cast, closes)

    assert Offer.objects.get().ends_at == PlaceHold.objects.get(pk=hold.pk).ends_at == closes
    told = Job.objects.filter(task="partners.tasks.email_about_offer", arguments={"booking_id": str(booking.pk)})
    assert told.count() == 2
    close(session, cast, closes + MINUTE)
    assert (Offer.objects.get().ends_at, told.count()) == (closes, 2)


def test_offers_and_holds_end_earlier_when_the_session_is_moved_nearer(cast):
    session, _, hold = offered_and_held(cast)
    starts = NOW + 5 * MINUTE

    scheduling.move_session(
        session_id=session.pk,
        spans=[(starts, starts + timedelta(hours=1))],
        reason="The room.",
        by=cast.tess,
        at=NOW,
    )

    assert Offer.objects.get().ends_at == PlaceHold.objects.get(pk=hold.pk).ends_at == starts


def test_an_offer_and_a_hold_do_not_outlive_booking_whoever_shortened_it(cast):
    session, booking, _ = offered_and_held(cast)
    closes = NOW + 5 * MINUTE
    Session.objects.filter(pk=session.pk).update(booking_closes_at=closes)

    assert settling.settle_due_sessions(at=closes) == 1
    assert settling.settle_due_sessions(at=closes) == 0

    assert (states(booking), PlaceHold.objects.count(), taken(session)) == (["LAPSED"], 0, 1)
    with pytest.raises(waiting_list.CannotAnswerOffer, match="has ended"):
        waiting_list.accept_offer(booking_id=booking.pk, by=cast.pat, at=closes)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"booking_opens_at": NOW + MINUTE}, "not opened yet"), ({"state": "PLANNED"}, "cannot be booked")],
)
def test_an_offer_is_accepted_only_while_booking_is_open(cast, change, words):
    session, booking, _ = offered_and_held(cast)
    if "state" in change:
        change = change | {"opened_at": None, "opened_by": None}
    Session.objects.filter(pk=session.pk).update(**change)

    with pytest.raises(waiting_list.CannotAnswerOffer, match=words):
        waiting_list.accept_offer(booking_id=booking.pk, by=cast.pat, at=NOW)
    assert states(booking) == ["OFFERED"]
