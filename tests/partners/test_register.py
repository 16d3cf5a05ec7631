"""The register of a session: marks, closing, correcting, who had not booked, who did not come."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.errors import KeyWasUsed
from partners.enums import SessionMove
from partners.models import Booking, Delegate, Session, WhoCame
from partners.permissions import moves_open_to
from partners.services import register, walk_ins
from partners.services import sessions as session_services
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import STARTS, BookingFactory, DelegateFactory, SessionFactory
from tests.people import Cast
from tests.races import at_once
from tests.reading import text_of

BEGUN = STARTS + timedelta(minutes=5)
OVER = STARTS + timedelta(hours=3)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess} | fields)


def past_session(cast: Cast, **fields) -> Session:
    return own_session(cast, **{"starts_at": timezone.now() - timedelta(days=1)} | fields)


def take(session: Session, cast: Cast, marks: dict[UUID, str], *, at=BEGUN, **fields) -> Session:
    return register.take_register(**{"session_id": session.pk, "marks": marks, "by": cast.tess, "at": at} | fields)


def close(session: Session, cast: Cast, *, at=OVER) -> Session:
    return register.close_register(session_id=session.pk, by=cast.tess, at=at)


def walk_in(session: Session, cast: Cast, *, email: str = "pat@example.org", at=BEGUN, **fields) -> Booking:
    who = WhoCame(email, fields.pop("name", ""), fields.pop("agency", None))
    given = {"session_id": session.pk, "who": who, "key": uuid4(), "by": cast.tess, "at": at}
    return walk_ins.add_walk_in(**given | fields)


def marks_of(session: Session) -> dict[UUID, str]:
    return {booking.pk: booking.mark for booking in session.bookings.all()}


def changes_of(booking: Booking) -> list[tuple[str, str, str, str]]:
    return [(one.from_state, one.to_state, str(one.made_by), one.note) for one in booking.changes.order_by("number")]


# --- marking and closing ----------------------------------------------------------------------------------------------


def test_who_is_not_marked_stays_so_until_the_register_is_closed_and_counts_as_absent_then(cast):
    session = own_session(cast)
    came, partly, unmarked = BookingFactory.create_batch(3, session=session)

    take(session, cast, {came.pk: "PRESENT", partly.pk: "PARTLY"})
    assert marks_of(session) == {came.pk: "PRESENT", partly.pk: "PARTLY", unmarked.pk: ""}
    assert Session.objects.get().state == "OPEN"

    closed = close(session, cast)
    assert marks_of(session) == {came.pk: "PRESENT", partly.pk: "PARTLY", unmarked.pk: "ABSENT"}
    assert (closed.state, closed.held_at, closed.held_by) == ("HELD", OVER, cast.tess)
    assert close(session, cast, at=OVER + timedelta(1)).held_at == OVER, "closing again changes nothing"
    assert Entry.objects.get(what="partners.register_closed").details == {"present": 2, "absent": 1}


def test_a_mark_is_taken_back_while_the_register_is_open_and_not_afterwards(cast):
    session = own_session(cast)
    booking = BookingFactory(session=session)
    take(session, cast, {booking.pk: "PARTLY"})

    take(session, cast, {booking.pk: ""})
    booking.refresh_from_db()
    assert (booking.state, booking.is_partial, booking.marked_how, booking.registered_by) == ("BOOKED", False, "", None)

    close(session, cast)
    with pytest.raises(register.CannotRegister, match="is closed"):
        take(session, cast, {booking.pk: ""})


def test_a_correction_keeps_what_was_said_before_by_whom_and_why(cast):
    session = own_session(cast)
    booking = BookingFactory(session=session, user=cast.pat)
    other = UserFactory(agency=cast.police, roles=["TRAINER"], name="Other Fictitious")
    take(session, cast, {booking.pk: "PRESENT"})
    close(session, cast)

    take(session, cast, {booking.pk: "PARTLY"}, by=other, at=OVER, note="Left after an hour.")
    take(session, cast, {booking.pk: "PRESENT"}, at=OVER)
    take(session, cast, {booking.pk: "ABSENT"}, at=OVER)

    assert changes_of(booking) == [
        ("", "BOOKED", "Pat Fictitious", ""),
        ("BOOKED", "PRESENT", "Tess Fictitious", ""),
        ("PRESENT", "PRESENT", "Other Fictitious", "Partly. Left after an hour."),
        ("PRESENT", "PRESENT", "Tess Fictitious", "For all of it"),
        ("PRESENT", "ABSENT", "Tess Fictitious", ""),
    ]


def test_what_was_marked_since_the_page_was_opened_is_not_overwritten(cast):
    session = own_session(cast)
    first, second = BookingFactory.create_batch(2, session=session)
    take(session, cast, {first.pk: "PRESENT"})

    with pytest.raises(register.CannotRegister, match="says something else by now.*present"):
        take(session, cast, {first.pk: "ABSENT", second.pk: "ABSENT"}, seen={first.pk: "", second.pk: ""})
    assert marks_of(session) == {first.pk: "PRESENT", second.pk: ""}
    take(session, cast, {first.pk: "ABSENT"}, seen={first.pk: "PRESENT"})
    assert marks_of(session)[first.pk] == "ABSENT"


def test_a_page_that_is_out_of_date_says_so_at_the_person_and_is_saved_when_sent_again(client, cast):
    session = past_session(cast)
    first, second = BookingFactory.create_batch(2, session=session)
    address = reverse("partners:session_register", args=[session.pk])
    client.signed_in(cast.tess)
    take(session, cast, {first.pk: "PRESENT"}, at=timezone.now())
    typed = {f"was-{first.pk}": "", f"mark-{first.pk}": "ABSENT", f"was-{second.pk}": "", f"mark-{second.pk}": "PARTLY"}

    refused = client.post(address, typed)

    assert refused.status_code == 422
    assert "The register says by now: present." in text_of(refused)
    assert marks_of(session) == {first.pk: "PRESENT", second.pk: ""}
    again = {
        **{line.was_name: line.was for line in refused.context["form"].lines},
        **{line.name: line.value for line in refused.context["form"].lines},
    }
    client.post(address, again)
    assert marks_of(session) == {first.pk: "ABSENT", second.pk: "PARTLY"}


def test_nobody_marks_themselves_nor_says_what_is_no_mark(cast):
    session = own_session(cast)
    own, other = BookingFactory(session=session, user=cast.tess), BookingFactory(session=session)

    with pytest.raises(register.CannotRegister, match="Nobody marks themselves"):
        take(session, cast, {own.pk: "PRESENT", other.pk: "PRESENT"})
    with pytest.raises(register.CannotRegister, match="Choose present"):
        take(session, cast, {other.pk: "WAITING"})
    assert set(marks_of(session).values()) == {""}


def test_a_session_of_which_somebody_is_marked_is_not_called_off(cast):
    session = own_session(cast)
    booking = BookingFactory(session=session)
    take(session, cast, {booking.pk: "PRESENT"})

    with pytest.raises(session_services.CannotCancelSession, match="register"):
        session_services.cancel_session(session_id=session.pk, reason="Fire.", by=cast.tess, at=BEGUN)


def test_who_would_call_it_off_is_told_before_they_are_asked_why(client, cast):
    session = own_session(cast, starts_at=timezone.now() - timedelta(minutes=10))
    take(session, cast, {BookingFactory(session=session).pk: "PRESENT"}, at=timezone.now())

    page = client.signed_in(cast.tess).get(reverse("partners:session_cancel", args=[session.pk]), follow=True)

    assert "The register of this session was taken. It cannot be cancelled." in text_of(page)
    assert page.redirect_chain == [(session.get_absolute_url(), 302)]


def test_only_a_trainer_of_the_force_closes_it_and_not_before_it_has_begun(cast):
    session = own_session(cast)

    for by, at, words in ((cast.sam, OVER, "Only a trainer"), (cast.tess, STARTS - timedelta(seconds=1), "has begun")):
        with pytest.raises(register.CannotRegister, match=words):
            register.close_register(session_id=session.pk, by=by, at=at)
    assert SessionMove.CLOSE_REGISTER not in moves_open_to(cast.tess, session, at=STARTS - timedelta(seconds=1))
    assert SessionMove.CLOSE_REGISTER in moves_open_to(cast.tess, session, at=STARTS)


# --- who had not booked -----------------------------------------------------------------------------------------------


def test_who_has_an_account_is_added_by_their_address_alone_as_present(cast):
    session = own_session(cast)

    booking = walk_in(session, cast, email=" PAT@example.org ")

    assert (booking.user, booking.agency, booking.mark, booking.walk_in) == (cast.pat, cast.council, "PRESENT", "PLACE")
    assert (booking.booked_by, booking.registered_by, booking.registered_at) == (cast.tess, cast.tess, BEGUN)
    assert changes_of(booking) == [("", "PRESENT", "Tess Fictitious", "Came without a booking")]
    entry = Entry.objects.get(what="partners.booking_walked_in")
    assert (entry.actor_id, entry.details["above_places"]) == (str(cast.tess.pk), False)


def test_who_has_no_account_is_added_by_address_name_and_agency_and_a_known_one_keeps_their_name(cast):
    session = own_session(cast)
    known = DelegateFactory(agency=cast.council, email="jo@example.org", name="Jo Fictitious")

    for field, fields in (("name", {"agency": cast.council}), ("agency", {"name": "New Fictitious"})):
        with pytest.raises(walk_ins.CannotAddWalkIn) as refusal:
            walk_in(session, cast, email="new@example.org", **fields)
        assert refusal.value.field == field
    new = walk_in(session, cast, email="new@example.org", name=" New  Fictitious ", agency=cast.council)
    jo = walk_in(session, cast, email="JO@example.org", name="Joe Other", agency=cast.council)

    assert (new.delegate.name, new.delegate.added_by) == ("New Fictitious", cast.tess)
    assert (jo.delegate, Delegate.objects.get(pk=known.pk).name) == (known, "Jo Fictitious")


def test_an_account_of_another_agency_than_was_chosen_is_not_added(cast):
    session = own_session(cast)

    # Whose it is, is not said: who types addresses learns nothing of other agencies.
    with pytest.raises(walk_ins.CannotAddWalkIn, match="an account of another agency") as refusal:
        walk_in(session, cast, agency=cast.elsewhere)
    assert "Testham" not in str(refusal.value)
    assert (refusal.value.field, Booking.objects.count()) == ("agency", 0)


def test_a_delegate_who_has_got_an_account_since_is_not_added_beside_their_booking(cast):
    session = own_session(cast)
    BookingFactory(
        session=session, user=None, delegate=DelegateFactory(agency=cast.pat.agency, email=cast.pat.email.upper())
    )

    with pytest.raises(walk_ins.CannotAddWalkIn, match="register of this session already"):
        walk_in(session, cast, email=cast.pat.email)


def test_above_the_number_of_places_only_who_says_so_knowingly(cast):
    session = own_session(cast, capacity=1)
    BookingFactory(session=session)

    with pytest.raises(walk_ins.NoPlaceLeft):
        walk_in(session, cast)
    booking = walk_in(session, cast, above_places=True)

    session.refresh_from_db()
    assert (booking.walk_in, booking.mark, session.places_taken, session.capacity) == ("ABOVE", "PRESENT", 1, 1)
    take(session, cast, {booking.pk: "ABSENT"})
    booking.refresh_from_db()
    assert (booking.state, booking.walk_in) == ("ABSENT", "ABOVE")
    with pytest.raises(register.CannotRegister, match="without a booking"):
        take(session, cast, {booking.pk: ""})


def test_who_says_above_while_a_place_is_free_takes_the_place(cast):
    session = own_session(cast, capacity=1)

    assert walk_in(session, cast, above_places=True).walk_in == "PLACE"
    session.refresh_from_db()
    assert session.places_left == 0


def test_who_waited_and_came_is_added_for_their_wait_is_over(cast):
    session = own_session(cast, capacity=1)
    BookingFactory(session=session)
    waited = BookingFactory(session=session, user=cast.pat, state="WAITING")

    booking = walk_in(session, cast, above_places=True)

    waited.refresh_from_db()
    assert (waited.state, booking.mark) == ("LAPSED", "PRESENT")


def test_nobody_is_added_twice_or_before_it_begins_or_by_themselves_and_one_page_adds_one(cast):
    session = own_session(cast)
    BookingFactory(session=session, user=cast.cory)
    key = uuid4()

    first, second = (walk_in(session, cast, key=key) for _ in range(2))
    assert first == second
    with pytest.raises(KeyWasUsed):
        walk_in(session, cast, email="out@example.org", key=key)
    for fields, words in (
        ({"email": "cory@example.org"}, "register of this session already"),
        ({"email": "tess@example.org"}, "Nobody marks themselves"),
    ):
        with pytest.raises(walk_ins.CannotAddWalkIn, match=words):
            walk_in(session, cast, **fields)
    with pytest.raises(register.CannotRegister, match="has begun"):
        walk_in(session, cast, email="out@example.org", at=STARTS - timedelta(seconds=1))
    with pytest.raises(register.CannotRegister, match="Only a trainer"):
        walk_in(session, cast, email="out@example.org", by=cast.sam)


def test_who_was_forgotten_is_added_to_a_closed_register(cast):
    session = own_session(cast)
    close(session, cast)

    assert walk_in(session, cast, at=OVER + timedelta(days=1)).mark == "PRESENT"


@pytest.mark.django_db(transaction=True)
def test_two_trainers_who_add_the_last_place_at_once_give_it_once(cast):
    session = own_session(cast, capacity=1)

    given = at_once(
        lambda: walk_in(session, cast),
        lambda: walk_in(session, cast, email="out@example.org"),
        refusal=walk_ins.NoPlaceLeft,
    )

    assert sorted(type(one).__name__ for one in given) == ["Booking", "NoPlaceLeft"]
    assert Session.objects.get().places_taken == 1


# --- what the database holds by itself --------------------------------------------------------------------------------


def test_the_database_makes_nobody_a_walk_in_afterwards_or_before_it_begins(cast):
    session = own_session(cast, capacity=1)
    booked = BookingFactory(session=session)

    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        Booking.objects.filter(pk=booked.pk).update(
            state="PRESENT", walk_in="ABOVE", registered_at=OVER, registered_by=cast.tess
        )
    early = STARTS - timedelta(seconds=1)
    with pytest.raises(IntegrityError, match="before the session has begun"), transaction.atomic():
        BookingFactory(session=session, state="PRESENT", walk_in="ABOVE", registered_at=early)
    with pytest.raises(IntegrityError, match="booking_walk_in_is_marked"), transaction.atomic():
        BookingFactory(session=session, state="BOOKED", walk_in="ABOVE")
    with pytest.raises(IntegrityError, match="session_is_never_oversold"), transaction.atomic():
        BookingFactory(session=session, state="PRESENT", walk_in="PLACE", registered_at=OVER)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"state": "ABSENT", "is_partial": True}, "booking_part_and_minutes_of_who_was_there"),
        ({"state": "ABSENT", "minutes_present": 5}, "booking_part_and_minutes_of_who_was_there"),
        ({"state": "BOOKED", "marked_how": "LIST"}, "booking_marked_how_when_marked"),
        ({"state": "PRESENT", "marked_how": "CODE"}, "booking_by_code_is_by_oneself"),
    ],
)
def test_the_database_keeps_what_belongs_together(db, fields, rule):
    with pytest.raises(IntegrityError, match=rule):
        BookingFactory(**fields)


def test_a_part_that_is_changed_without_saying_who_is_kept_as_nobodys(db):
    booking = BookingFactory(state="PRESENT", session__state="HELD")

    Booking.objects.filter(pk=booking.pk).update(is_partial=True)

    last = booking.changes.latest("number")
    assert (last.from_state, last.to_state, last.made_by, last.note) == ("PRESENT", "PRESENT", None, "Partly")


# --- pages ------------------------------------------------------------------------------------------------------------


def address(name: str, session: Session) -> str:
    return reverse(f"partners:{name}", args=[session.pk])


def test_a_trainer_fills_in_the_register_adds_who_had_not_booked_closes_and_corrects_it(client, cast):
    session = past_session(cast)
    came = BookingFactory(session=session, user=cast.pat)
    missed = BookingFactory(session=session, user=None, delegate=DelegateFactory(agency=cast.council))
    client.signed_in(cast.tess)

    page = client.post(address("session_register", session), {"everybody": "yes"})
    assert "Nothing is saved yet" in text_of(page)
    assert set(marks_of(session).values()) == {""}
    page = client.post(address("session_register", session), {f"mark-{came.pk}": "PRESENT", "add": "yes"}, follow=True)
    assert "Add somebody who came" in text_of(page)
    key = page.context["form"]["key"].value()
    page = client.post(address("session_walk_in", session), {"email": "out@example.org", "key": key}, follow=True)
    assert "Out Fictitious is in the register, as present." in text_of(page)
    assert "Walk-in, on a free place" in text_of(page)
    page = client.post(address("session_register", session), {"close": "yes"}, follow=True)
    assert "Who is not marked is recorded as absent" in text_of(page)
    page = client.post(address("session_register_close", session), follow=True)
    assert "The register is closed" in text_of(page)

    page = client.post(
        address("session_register", session),
        {f"was-{missed.pk}": "ABSENT", f"mark-{missed.pk}": "PRESENT", "note": "Sat at the back."},
        follow=True,
    )
    assert "The register is saved." in text_of(page)
    words = text_of(client.get(address("session_register", session)))
    assert "from absent to present" in words
    assert "by Tess Fictitious. Sat at the back." in words


def test_what_cannot_be_saved_answers_422_and_keeps_what_was_chosen(client, cast):
    session = past_session(cast)
    booking = BookingFactory(session=session)
    client.signed_in(cast.tess)

    page = client.post(address("session_register", session), {f"mark-{booking.pk}": "NONSENSE"})
    assert page.status_code == 422
    Booking.objects.filter(pk=booking.pk).update(state="ABSENT", registered_at=OVER, registered_by=cast.tess)
    page = client.post(address("session_register", session), {f"was-{booking.pk}": "", f"mark-{booking.pk}": "PRESENT"})
    assert page.status_code == 422
    assert "says something else by now" in text_of(page)
    assert 'value="PRESENT" checked' in page.content.decode()


def test_the_page_asks_before_it_adds_somebody_above_the_number_of_places(client, cast):
    session = past_session(cast, capacity=1)
    BookingFactory(session=session)
    client.signed_in(cast.tess)
    typed = {"email": "new@example.org", "name": "New Fictitious", "agency": str(cast.council.pk), "key": str(uuid4())}

    page = client.post(address("session_walk_in", session), typed)
    assert page.status_code == 422
    assert page.context["form"].errors["above_places"] == [
        "All 1 places are taken. Say whether to add one more all the same."
    ]
    assert "New Fictitious" in page.content.decode()
    page = client.post(address("session_walk_in", session), typed | {"above_places": "on"}, follow=True)

    assert "They are above the number of places." in text_of(page)
    assert Booking.objects.get(delegate__isnull=False).walk_in == "ABOVE"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "new@example.org"}, "name"),
        ({"email": "new@example.org", "name": "New"}, "agency"),
        ({"email": "tess@example.org"}, "email"),
    ],
)
def test_what_is_missing_of_a_walk_in_stands_beside_its_field(client, cast, typed, field):
    session = past_session(cast)
    client.signed_in(cast.tess)

    page = client.post(address("session_walk_in", session), typed | {"key": str(uuid4())})

    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


def test_who_did_not_come_is_listed_for_trainers_and_for_the_persons_coordinator(client, cast):
    session = past_session(cast)
    jo = DelegateFactory(agency=cast.council, name="Jo Fictitious", email="jo@example.org")
    BookingFactory(session=session, user=None, delegate=jo)
    BookingFactory(session=session, user=cast.out)
    BookingFactory(session=session, user=cast.pat, state="PRESENT")
    walked = BookingFactory(session=session, state="ABSENT", walk_in="PLACE", registered_at=timezone.now())
    still_open = past_session(cast, starts_at=timezone.now() - timedelta(days=2))
    BookingFactory(session=still_open, user=cast.cory, state="ABSENT")
    close(session, cast, at=timezone.now())

    client.signed_in(cast.tess)
    words = text_of(client.get(address("session_no_shows", session)))
    for shown in (
        "Jo Fictitious",
        "jo@example.org",
        "Coordinator: Cory Fictitious",
        "Out Fictitious",
        "no coordinator",
    ):
        assert shown in words
    for hidden in ("Pat Fictitious", walked.person.name):
        assert hidden not in words
    assert client.get(address("session_no_shows", still_open))["Location"] == still_open.get_absolute_url()
    assert Entry.objects.filter(what="partners.delegates_read", object_id=str(session.pk)).exists()

    client.signed_in(cast.cory)
    words = text_of(client.get(reverse("partners:bookings") + "?show=missed"))
    assert "Jo Fictitious" in words
    for hidden in ("Out Fictitious", "Pat Fictitious", "Cory Fictitious"):
        assert hidden not in words.split("Did not come")[1].split("Sign out")[0]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"), [("session_register", 11), ("session_no_shows", 11), ("session_register_close", 6)]
)
def test_pages_of_the_register_have_a_flat_query_count(client, cast, count, page, queries, django_assert_num_queries):
    held = past_session(cast, state="OPEN" if page == "session_register_close" else "HELD")
    for _ in range(count):
        agency = AgencyFactory()
        UserFactory(agency=agency, roles=["TRAINING_COORDINATOR"])
        booking = BookingFactory(session=held, user=None, delegate=DelegateFactory(agency=agency), state="ABSENT")
        Booking.objects.filter(pk=booking.pk).update(state="PRESENT")
        Booking.objects.filter(pk=booking.pk).update(state="ABSENT")
    client.signed_in(cast.tess)
    with django_assert_num_queries(queries):
        assert client.get(address(page, held)).status_code == 200
