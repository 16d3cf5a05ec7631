"""Saying by the code on the screen that one is here: for who has a place, each on a device of their own."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.shown_codes import CODE_LASTS, CODES_ARE_SHOWN_FOR, MOST_WRONG_CODES, PAUSE
from partners.models import Booking, CheckIn, Session
from partners.services import check_ins as services
from partners.services import register
from tests.factories.partners import STARTS, BookingFactory, DelegateFactory, SessionFactory
from tests.races import at_once
from tests.reading import text_of

BEGUN = STARTS + timedelta(minutes=5)


@pytest.fixture
def session(cast) -> Session:
    """An open session of Tess's force whose code is shown."""
    made = SessionFactory(host=cast.police, planned_by=cast.tess)
    return services.show_code(session_id=made.pk, by=cast.tess, at=BEGUN)


def code_of(session: Session, *, at=BEGUN) -> str:
    shown = services.code_shown(Session.objects.get(pk=session.pk), at=at)
    assert shown
    return shown.digits


def check_in(booking: Booking, *, code: str | None = None, device: str = "a device", at=BEGUN, by=None) -> Booking:
    return services.check_in(
        booking_id=booking.pk,
        code=code_of(booking.session, at=at) if code is None else code,
        device=device,
        by=by or booking.user,
        at=at,
    )


def wrong(session: Session) -> str:
    """Six digits that are not the code."""
    return f"{(int(code_of(session)) + 1) % 1_000_000:06d}"


def test_who_has_a_place_is_present_by_the_code(cast, session):
    booking = BookingFactory(session=session, user=cast.pat)
    digits = code_of(session)

    found = check_in(booking, code=f" {digits[:3]} {digits[3:]} ")

    assert (found.mark, found.marked_how, found.registered_by, found.registered_at) == (
        "PRESENT",
        "CODE",
        cast.pat,
        BEGUN,
    )
    assert check_in(booking, code="", device="another").mark == "PRESENT", "again changes nothing"
    assert list(Entry.objects.filter(object_id=str(booking.pk)).values_list("what", "actor_id")) == [
        ("partners.checked_in", str(cast.pat.pk))
    ]
    change = booking.changes.latest("number")
    assert (change.from_state, change.to_state, change.made_by) == ("BOOKED", "PRESENT", cast.pat)


def test_a_code_is_taken_for_two_minutes_and_shown_for_half_an_hour(cast, session):
    first, second = BookingFactory(session=session, user=cast.pat), BookingFactory(session=session, user=cast.cory)
    digits = code_of(session)

    with pytest.raises(services.CannotCheckIn, match="not the code"):
        check_in(first, code=digits, at=BEGUN + 2 * CODE_LASTS)
    check_in(first, code=digits, at=BEGUN + 2 * CODE_LASTS - timedelta(seconds=1))
    assert code_of(session) != code_of(session, at=BEGUN + CODE_LASTS)
    with pytest.raises(services.CannotCheckIn, match="No code is shown"):
        check_in(second, code=digits, device="two", at=BEGUN + CODES_ARE_SHOWN_FOR)


def test_one_device_checks_in_one_person_to_a_session(cast, session):
    pats, corys = BookingFactory(session=session, user=cast.pat), BookingFactory(session=session, user=cast.cory)
    check_in(pats, device="shared")

    with pytest.raises(services.CannotCheckIn, match="Somebody else has checked in on this device"):
        check_in(corys, device="shared")
    with pytest.raises(services.CannotCheckIn, match="keeps no cookies"):
        check_in(corys, device="")
    corys.refresh_from_db()
    assert corys.state == "BOOKED"

    check_in(corys, device="own")
    other = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=STARTS + timedelta(hours=2))
    later = BEGUN + timedelta(hours=2)
    services.show_code(session_id=other.pk, by=cast.tess, at=later)
    check_in(BookingFactory(session=other, user=cast.cory), device="shared", at=later)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_on_one_device_are_one(cast, session):
    bookings = [BookingFactory(session=session, user=user) for user in (cast.pat, cast.cory)]
    code = code_of(session)

    at_once(*(lambda one=one: check_in(one, code=code) for one in bookings), refusal=services.CannotCheckIn)

    assert sorted(Booking.objects.values_list("state", flat=True)) == ["BOOKED", "PRESENT"]


def test_the_database_holds_one_person_a_device_and_whose_session_it_is(cast, session):
    first, second = BookingFactory(session=session), BookingFactory(session=session)
    other = SessionFactory()
    made = CheckIn.objects.create(booking=first, session=other, device_hash="d", checked_in_at=BEGUN)

    made.refresh_from_db()
    assert made.session == session
    with pytest.raises(IntegrityError, match="checkin_one_person_a_device"), transaction.atomic():
        CheckIn.objects.create(booking=second, session=other, device_hash="d", checked_in_at=BEGUN)
    with pytest.raises(IntegrityError, match="checkin_says_when"), transaction.atomic():
        CheckIn.objects.create(booking=second, session=session, device_hash="e")


def test_wrong_codes_are_counted_and_after_five_one_waits(cast, session):
    booking = BookingFactory(session=session, user=cast.pat)

    for _ in range(MOST_WRONG_CODES):
        with pytest.raises(services.CannotCheckIn, match="not the code"):
            check_in(booking, code=wrong(session))
    for at in (BEGUN, BEGUN + PAUSE - timedelta(seconds=1)):
        with pytest.raises(services.CannotCheckIn, match="too many"):
            check_in(booking, at=at)
    assert check_in(booking, at=BEGUN + PAUSE).mark == "PRESENT"


def test_only_who_has_a_place_themselves_and_is_not_marked_checks_in(cast, session):
    waiting = BookingFactory(session=session, user=cast.out, state="WAITING")
    absent = BookingFactory(session=session, user=cast.pat, state="ABSENT")
    jos = BookingFactory(session=session, user=None, delegate=DelegateFactory(agency=cast.council))
    own = BookingFactory(session=session, user=cast.tess)

    for booking, by, words in (
        (waiting, cast.out, "no place"),
        (absent, cast.cory, "no place"),
        (jos, cast.cory, "no place"),
        (absent, cast.pat, "marked you already"),
        (own, cast.tess, "Another trainer"),
    ):
        with pytest.raises(services.CannotCheckIn, match=words):
            check_in(booking, by=by)


def test_a_closed_register_takes_and_shows_no_code_and_keeps_no_device(cast, session):
    booking = BookingFactory(session=session, user=cast.pat)
    code = code_of(session)
    check_in(BookingFactory(session=session, user=cast.cory), device="corys")
    register.close_register(session_id=session.pk, by=cast.tess, at=BEGUN)

    assert not CheckIn.objects.exists()
    with pytest.raises(services.CannotCheckIn, match="closed"):
        check_in(booking, code=code)
    with pytest.raises(services.CannotShowCode, match="closed"):
        services.show_code(session_id=session.pk, by=cast.tess, at=BEGUN)


def test_only_a_trainer_of_the_force_shows_a_code_once_it_has_begun(cast):
    session = SessionFactory(host=cast.police, planned_by=cast.tess)

    for by, at, words in ((cast.pat, BEGUN, "Only a trainer"), (cast.tess, STARTS - timedelta(seconds=1), "begun")):
        with pytest.raises(register.CannotRegister, match=words):
            services.show_code(session_id=session.pk, by=by, at=at)
    shown = services.show_code(session_id=session.pk, by=cast.tess, at=BEGUN)
    again = services.show_code(session_id=session.pk, by=cast.tess, at=BEGUN + timedelta(minutes=1))
    assert (shown.code_opened_at, again.code_opened_at) == (BEGUN, BEGUN)


def test_the_trainer_shows_the_code_and_somebody_types_it(client, cast):
    session = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=timezone.now() - timedelta(minutes=10))
    pats, corys = BookingFactory(session=session, user=cast.pat), BookingFactory(session=session, user=cast.cory)
    screen = reverse("partners:session_code", args=[session.pk])
    client.signed_in(cast.pat)
    assert "Say that you are here" not in text_of(client.get(pats.get_absolute_url()))

    client.signed_in(cast.tess)
    page = client.post(screen, follow=True)
    digits = re.search(r"data-code>(\d{3}) (\d{3})<", page.content.decode())
    assert digits
    assert "0 of 2 are here" in text_of(page)

    client.signed_in(cast.pat)
    assert "Say that you are here" in text_of(client.get(pats.get_absolute_url()))
    typing = reverse("partners:booking_check_in", args=[pats.pk])
    client.get(typing)
    page = client.post(typing, {"code": "12"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["code"])
    page = client.post(typing, {"code": "".join(digits.groups())}, follow=True)
    assert "You are in the register." in text_of(page)

    client.signed_in(cast.cory)
    page = client.post(
        reverse("partners:booking_check_in", args=[corys.pk]), {"code": "".join(digits.groups())}, follow=True
    )
    assert page.status_code == 422
    assert "Somebody else has checked in on this device" in text_of(page)
    client.signed_in(cast.tess)
    assert "1 of 2 is here" in text_of(client.get(screen))


@pytest.mark.parametrize("count", [1, 3])
def test_the_screen_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    session = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=timezone.now() - timedelta(minutes=10))
    BookingFactory.create_batch(count, session=session)
    client.signed_in(cast.tess)
    client.post(reverse("partners:session_code", args=[session.pk]))
    with django_assert_num_queries(6):
        assert client.get(reverse("partners:session_code", args=[session.pk])).status_code == 200
