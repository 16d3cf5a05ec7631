"""The pages of sessions and bookings: journeys, what each person sees, what is recorded."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from audit.models import Entry
from partners.models import Booking, Delegate, Session
from partners.notifications.calendar import uid_of
from partners.queries import waiting_for
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.partners import BookingFactory, DelegateFactory, SessionFactory
from tests.people import Cast
from tests.reading import text_of

LINK = "https://meet.example.org/fictitious"


def soon(days: int = 30) -> datetime:
    return (timezone.now() + timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)


def tonight() -> datetime:
    """So soon that who is booked gets the joining link."""
    return timezone.now() + timedelta(hours=12)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess, "starts_at": soon()} | fields)


def key_in(response) -> str:
    found = re.search(r'name="request_key" value="([^"]+)"', response.content.decode())
    assert found
    return found.group(1)


def book_by_pages(client: CarefulClient, session: Session):
    address = reverse("partners:book_check", args=[session.pk])
    return client.post(address, {"request_key": key_in(client.get(address))}, follow=True)


def test_a_practitioner_books_sees_the_reference_and_cancels(client, cast):
    session = own_session(cast)
    client.signed_in(cast.pat)
    assert "20 places left" in text_of(client.get(reverse("partners:sessions")))

    page = client.get(reverse("partners:book", args=[session.pk]), follow=True)
    assert "Check your booking" in text_of(page)
    page = book_by_pages(client, session)

    booking = Booking.objects.get()
    assert page.redirect_chain == [(reverse("partners:booked", args=[booking.pk]), 302)]
    for words in ("Place booked", booking.reference, "What happens next", "pat@example.org"):
        assert words in text_of(page)
    listed = text_of(client.get(reverse("partners:sessions")))
    assert "19 places left" in listed
    assert "You are booked" in listed
    assert booking.reference in text_of(client.get(reverse("partners:bookings")))

    page = client.post(reverse("partners:booking_cancel", args=[booking.pk]), follow=True)
    assert "is cancelled" in text_of(page)
    assert booking.reference not in text_of(client.get(reverse("partners:bookings")))
    assert booking.reference in text_of(client.get(reverse("partners:bookings") + "?show=past"))
    page = client.get(reverse("partners:booked", args=[booking.pk]), follow=True)
    assert page.redirect_chain == [(booking.get_absolute_url(), 302)]


def test_the_same_check_page_sent_twice_books_once(client, cast):
    session = own_session(cast)
    client.signed_in(cast.pat)
    address = reverse("partners:book_check", args=[session.pk])
    key = key_in(client.get(address))

    first, second = (client.post(address, {"request_key": key}) for _ in range(2))

    assert first["Location"] == second["Location"] == reverse("partners:booked", args=[Booking.objects.get().pk])


def test_a_coordinator_books_a_named_person_once_and_no_name_stands_in_an_address(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)
    who = {"who": "SOMEBODY_ELSE", "name": "Jo Fictitious", "email": "jo@example.org"}
    asked, check = (reverse(f"partners:{name}", args=[session.pk]) for name in ("book", "book_check"))

    assert client.post(asked, who)["Location"] == check
    page = client.get(check)
    assert "Jo Fictitious" in text_of(page)
    assert 'value="Jo Fictitious"' in client.get(asked).content.decode()
    first, second = (client.post(check, {"request_key": key_in(page)}) for _ in range(2))

    booking = Booking.objects.get()
    assert first["Location"] == second["Location"] == reverse("partners:booked", args=[booking.pk])
    assert booking.delegate == Delegate.objects.get(name="Jo Fictitious", agency=cast.council)
    assert client.get(check)["Location"] == asked, "what was typed is gone"


def test_a_coordinator_may_book_for_themselves(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)
    client.post(reverse("partners:book", args=[session.pk]), {"who": "ONESELF"})

    book_by_pages(client, session)

    assert Booking.objects.get().user == cast.cory


@pytest.mark.parametrize(
    ("typed", "target", "words"),
    [
        ({}, "#id_who_0", "Choose who the place is for"),
        ({"who": "SOMEBODY_ELSE", "email": "jo@example.org"}, "#id_name", "Enter their name"),
        ({"who": "SOMEBODY_ELSE", "name": "Kept Words", "email": "jo"}, "#id_email", "Enter a valid email address"),
    ],
)
def test_who_a_place_is_for_must_be_said(client, cast, typed, target, words):
    client.signed_in(cast.cory)

    response = client.post(reverse("partners:book", args=[own_session(cast).pk]), typed)

    assert response.status_code == 422
    assert f'<a href="{target}">{words}' in response.content.decode()
    assert typed.get("name", "") in response.content.decode()


def test_when_the_last_place_goes_meanwhile_the_page_says_so(client, cast):
    session = own_session(cast, capacity=1)
    client.signed_in(cast.pat)
    address = reverse("partners:book_check", args=[session.pk])
    key = key_in(client.get(address))
    BookingFactory(session=session)

    response = client.post(address, {"request_key": key})

    assert response.status_code == 422
    page = text_of(response)
    assert "All places on this session are taken." in page
    assert "Join the waiting list" in page
    assert "Error: " in response.content.decode().split("<title>")[1]
    assert "Full" in text_of(client.get(session.get_absolute_url()))


def test_the_joining_link_is_for_booked_people_and_trainers(client, cast):
    session = own_session(cast, joining_link=LINK, starts_at=tonight())
    booking = BookingFactory(session=session, user=cast.pat)
    gone = BookingFactory(session=session, user=cast.out, state="CANCELLED")

    sees = {
        name: LINK in client.signed_in(getattr(cast, name)).get(session.get_absolute_url()).content.decode()
        for name in ("pat", "cory", "out", "tess")
    }
    assert sees == {"pat": True, "cory": False, "out": False, "tess": True}
    assert LINK in client.signed_in(cast.pat).get(booking.get_absolute_url()).content.decode()
    assert LINK in client.get(reverse("partners:booking_calendar", args=[booking.pk])).content.decode()
    assert LINK not in client.signed_in(cast.out).get(gone.get_absolute_url()).content.decode()
    calendar = client.get(reverse("partners:booking_calendar", args=[gone.pk])).content.decode()
    assert "METHOD:CANCEL" in calendar
    assert LINK not in calendar


def test_who_is_booked_gets_the_joining_link_a_day_before_and_trainers_see_it_at_once(client, cast):
    session = own_session(cast, joining_link=LINK, starts_at=timezone.now() + timedelta(hours=25))
    booking = BookingFactory(session=session, user=cast.pat)
    BookingFactory(session=session, user=cast.out, state="WAITING")
    addresses = [
        session.get_absolute_url(),
        *(reverse(f"partners:{name}", args=[booking.pk]) for name in ("booking", "booked", "booking_calendar")),
    ]

    client.signed_in(cast.pat)
    for address in addresses:
        assert LINK not in client.get(address).content.decode()
    assert "You see it here from" in text_of(client.get(booking.get_absolute_url()))
    Session.objects.filter(pk=session.pk).update(starts_at=tonight(), booking_closes_at=timezone.now())
    for address in (addresses[0], addresses[1], addresses[3]):
        assert LINK in client.get(address).content.decode()

    assert LINK not in client.signed_in(cast.out).get(session.get_absolute_url()).content.decode()
    assert LINK in client.signed_in(cast.tess).get(session.get_absolute_url()).content.decode()


@pytest.mark.parametrize("is_delegate", [True, False])
def test_a_coordinator_books_for_others_and_does_not_get_their_joining_link(client, cast, is_delegate):
    session = own_session(cast, joining_link=LINK)
    person = {"user": None, "delegate": DelegateFactory(agency=cast.council)} if is_delegate else {"user": cast.pat}
    booking = BookingFactory(session=session, **person)
    client.signed_in(cast.cory)

    for name in ("booking", "booked", "booking_cancel", "booking_calendar"):
        page = client.get(reverse(f"partners:{name}", args=[booking.pk]))
        assert page.status_code == 200
        assert LINK not in page.content.decode()
        assert "see it here" not in page.content.decode()


def test_whoever_has_a_place_sees_it_whatever_their_role(client, cast):
    booking = BookingFactory(session=own_session(cast, joining_link=LINK), user=cast.pam, booked_by=cast.cory)
    client.signed_in(cast.pam)

    assert "You see it here from" in text_of(client.get(booking.get_absolute_url()))
    assert booking.reference in text_of(client.get(reverse("partners:bookings")))
    client.post(reverse("partners:booking_cancel", args=[booking.pk]))
    booking.refresh_from_db()
    assert booking.state == "CANCELLED"


def test_no_page_for_partners_names_who_else_is_booked(client, cast):
    session = own_session(cast)
    BookingFactory(session=session, user=UserFactory(name="Zebedee Hidden", roles=["PARTNER_PRACTITIONER"]))
    for person in (cast.pat, cast.cory):
        client.signed_in(person)
        for address in (reverse("partners:sessions"), session.get_absolute_url(), reverse("partners:bookings")):
            page = client.get(address).content.decode()
            assert "Zebedee" not in page
    assert "1 taken" not in page
    assert "Zebedee Hidden" in text_of(client.signed_in(cast.tess).get(session.get_absolute_url()))


def test_a_booking_of_another_agency_does_not_exist(client, cast):
    booking = BookingFactory(session=own_session(cast), user=cast.pat)
    client.signed_in(cast.out)

    for name in ("booking", "booked", "booking_cancel", "booking_calendar"):
        assert client.get(reverse(f"partners:{name}", args=[booking.pk])).status_code == 404
    assert client.post(reverse("partners:booking_cancel", args=[booking.pk])).status_code == 404
    booking.refresh_from_db()
    assert booking.state == "BOOKED"


def test_opening_names_of_others_is_recorded_and_ones_own_booking_is_not(client, cast):
    session = own_session(cast)
    booking = BookingFactory(session=session, user=cast.pat)
    client.signed_in(cast.pat).get(booking.get_absolute_url())
    for name in ("booked", "booking_cancel"):
        client.get(reverse(f"partners:{name}", args=[booking.pk]))
    client.get(reverse("partners:bookings"))
    assert not Entry.objects.filter(verb="READ").exists()

    client.signed_in(cast.cory).get(booking.get_absolute_url())
    for name in ("booked", "booking_cancel"):
        client.get(reverse(f"partners:{name}", args=[booking.pk]))
    client.get(reverse("partners:bookings"))
    client.signed_in(cast.tess).get(session.get_absolute_url())

    found = Entry.objects.filter(verb="READ").order_by("pk").values_list("what", "actor_id", "object_id")
    assert list(found) == [
        *[("partners.booking_read", str(cast.cory.pk), str(booking.pk))] * 3,
        ("partners.bookings_listed", str(cast.cory.pk), str(cast.council.pk)),
        ("partners.delegates_read", str(cast.tess.pk), str(session.pk)),
    ]


def test_the_calendar_file_has_the_uid_of_the_mail_and_its_download_is_recorded(client, cast):
    booking = BookingFactory(session=own_session(cast), user=cast.pat)

    response = client.signed_in(cast.pat).get(reverse("partners:booking_calendar", args=[booking.pk]))

    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert response["Content-Disposition"] == 'attachment; filename="mash-session.ics"'
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event["UID"] == uid_of(booking)
    entry = Entry.objects.get(verb="DOWNLOADED")
    assert (entry.what, entry.object_id) == ("partners.booking_calendar_downloaded", str(booking.pk))


def test_a_booking_is_cancelled_only_where_the_button_is(client, cast):
    session = own_session(cast, starts_at=timezone.now() + timedelta(hours=23))
    booking = BookingFactory(session=session, user=cast.pat)
    client.signed_in(cast.pat)

    assert "Cancel the booking" not in text_of(client.get(booking.get_absolute_url()))
    address = reverse("partners:booking_cancel", args=[booking.pk])
    assert client.get(address)["Location"] == booking.get_absolute_url()
    assert "too late to cancel" in text_of(client.post(address, follow=True))


def test_the_list_is_filtered_by_kind_month_and_places_in_the_address(client, cast):
    own_session(cast, title="First one", kind="CPI", starts_at=soon(3))
    own_session(cast, title="Second one", kind="CLARES_LAW", starts_at=soon(70))
    full = own_session(cast, title="Full one", kind="CPI", starts_at=soon(4), capacity=1)
    BookingFactory(session=full)
    own_session(cast, title="Planned one", state="PLANNED")
    own_session(cast, title="Past one", starts_at=soon(-3))
    client.signed_in(cast.pat)

    def shown(query: str = "") -> list[str]:
        return re.findall(r"(\w+) one", text_of(client.get(reverse("partners:sessions") + query)))

    assert shown() == ["First", "Full", "Second"]
    assert shown("?kind=CPI") == ["First", "Full"]
    assert shown(f"?month={soon(70):%Y-%m}") == ["Second"]
    assert shown("?places=left") == ["First", "Second"]
    assert shown("?kind=NONSENSE&month=1999-99") == ["First", "Full", "Second"]
    assert shown("?show=past") == ["First", "Full", "Second"]
    client.signed_in(cast.tess)
    assert shown() == ["First", "Full", "Planned", "Second"]
    assert shown("?show=past") == ["Past"]


SESSION = {
    "kind": "CLARES_LAW",
    "title": "Right to ask",
    "about": "For GPs.",
    "starts_at_0": "14",
    "starts_at_1": "7",
    "starts_at_2": "2031",
    "starts_at_3": "18:30",
    "minutes": "90",
    "venue": "ONLINE",
    "joining_link": LINK,
    "capacity": "40",
}


def plan_by_pages(client: CarefulClient, trainer: User, **fields):
    return client.post(reverse("partners:session_plan"), SESSION | {"trainers": [str(trainer.pk)]} | fields)


def test_a_trainer_plans_opens_changes_and_calls_off_by_the_pages(client, cast):
    client.signed_in(cast.tess)

    response = plan_by_pages(client, cast.tess)
    session = Session.objects.get()
    assert response["Location"] == session.get_absolute_url()
    assert session.starts_at == datetime(2031, 7, 14, 17, 30, tzinfo=UTC)
    assert (session.capacity, session.state, list(session.trainers.all())) == (40, "PLANNED", [cast.tess])
    client.post(reverse("partners:session_open", args=[session.pk]))
    booking = BookingFactory(session=session, user=cast.pat)
    change = reverse("partners:session_change", args=[session.pk])
    assert 'value="18:30"' in client.get(change).content.decode()
    typed = SESSION | {"trainers": [str(cast.tess.pk)], "starts_at_3": "19:00", "minutes": "60"}
    refused = client.post(change, typed | {"title": "Kept title"})
    assert refused.status_code == 422
    assert "Use Move to change when it is" in text_of(refused)
    assert re.search(r'id="id_starts_at-error".*?Use Move', refused.content.decode(), re.DOTALL)
    assert 'value="Kept title"' in refused.content.decode()
    client.post(reverse("partners:session_move", args=[session.pk]), typed | {"reason": "The room."})
    session.refresh_from_db()
    assert (session.starts_at.hour, session.minutes, session.revision) == (18, 60, 1)
    page = client.post(
        reverse("partners:session_cancel", args=[session.pk]), {"reason": "The trainer is ill."}, follow=True
    )

    assert "The trainer is ill." in text_of(page)
    booking.refresh_from_db()
    assert booking.state == "CALLED_OFF"
    assert "The trainer is ill." in text_of(client.signed_in(cast.pat).get(booking.get_absolute_url()))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": ""}, "Enter a title"),
        ({"venue": "PLACE"}, "Enter the place"),
        ({"capacity": "0"}, "Enter a number from 1 to 500"),
        ({"starts_at_2": "2020"}, "in the future"),
        ({"starts_at_3": "evening"}, "Enter a time like 14:30"),
    ],
)
def test_a_plan_that_makes_no_sense_answers_422_and_keeps_what_was_typed(client, cast, typed, words):
    client.signed_in(cast.tess)

    response = plan_by_pages(client, cast.tess, **typed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert "For GPs." in response.content.decode()
    assert not Session.objects.exists()


def test_the_register_by_the_page(client, cast):
    session = own_session(cast, starts_at=soon(-2))
    came, missed = BookingFactory.create_batch(2, session=session)
    client.signed_in(cast.tess)
    assert "Register to take" in text_of(client.get(reverse("partners:sessions") + "?show=register"))

    page = client.post(
        reverse("partners:session_register", args=[session.pk]),
        {f"mark-{came.pk}": "PRESENT", "close": "yes"},
        follow=True,
    )
    assert "Who is not marked is recorded as absent" in text_of(page)
    client.post(reverse("partners:session_register_close", args=[session.pk]))

    states = dict(Booking.objects.values_list("pk", "state"))
    assert states == {came.pk: "PRESENT", missed.pk: "ABSENT"}


def test_what_waits_leads_to_exactly_those_rows(client, cast):
    own_session(cast)
    full = own_session(cast, capacity=1, starts_at=soon(40))
    BookingFactory(session=full, user=cast.cory)
    BookingFactory(session=full, user=cast.pat, state="CANCELLED")
    over = own_session(cast, starts_at=soon(-2))
    BookingFactory(session=over, user=cast.pat)
    delegate = DelegateFactory(agency=cast.council)
    BookingFactory(session=own_session(cast, starts_at=soon(5)), user=None, delegate=delegate)

    def waits(user: User) -> dict[str, int]:
        lines = {line.title: line for line in waiting_for(user, at=timezone.now()) if line.count}
        client.signed_in(user)
        for line in lines.values():
            assert text_of(client.get(line.url)).count(" 202") >= line.count
            rows = client.get(line.url).content.decode().count('<tr class="govuk-table__row">') - 1
            assert rows == line.count
        return {title: line.count for title, line in lines.items()}

    assert waits(cast.pat) == {}
    assert [title.split(" on ")[0] for title in waits(cast.cory)] == ["session booked"]
    assert waits(cast.tess) == {"sessions with places to fill": 2, "register to take": 1}
    assert waits(cast.olu) == {}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("pat", 5), ("tess", 5)])
def test_sessions_query_count_is_flat(client, cast, count, name, queries, django_assert_num_queries):
    for number in range(count):
        BookingFactory(session=own_session(cast, starts_at=soon(number + 2)), user=cast.pat)
    client.signed_in(getattr(cast, name))
    with django_assert_num_queries(queries):
        assert client.get(reverse("partners:sessions")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("pat", 6), ("cory", 9)])
def test_bookings_query_count_is_flat(client, cast, count, name, queries, django_assert_num_queries):
    for number in range(count):
        BookingFactory(session=own_session(cast, starts_at=soon(number + 2)), user=cast.pat)
    client.signed_in(getattr(cast, name))
    with django_assert_num_queries(queries):
        assert client.get(reverse("partners:bookings")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("page", ["session", "session_register"])
def test_pages_with_names_have_a_flat_query_count(client, cast, count, page, django_assert_num_queries):
    session = own_session(cast, starts_at=soon(-1))
    BookingFactory.create_batch(count, session=session)
    BookingFactory(session=session, user=None, delegate=DelegateFactory())
    client.signed_in(cast.tess)
    with django_assert_num_queries({"session": 19, "session_register": 10}[page]):
        assert client.get(reverse(f"partners:{page}", args=[session.pk])).status_code == 200


def test_the_link_stays_on_the_booking_until_the_session_is_over(client, cast):
    begun = timezone.now() - timedelta(minutes=10)
    session = own_session(cast, starts_at=begun, state="HELD")
    present = BookingFactory(session=session, user=cast.pat, state="PRESENT")
    over = own_session(cast, starts_at=begun - timedelta(days=1), joining_link="https://meet.example.org/over")
    gone = BookingFactory(session=over, user=cast.pat)
    client.signed_in(cast.pat)

    assert LINK in client.get(present.get_absolute_url()).content.decode()
    assert "https://meet.example.org/over" not in client.get(gone.get_absolute_url()).content.decode()
