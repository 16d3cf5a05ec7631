"""Whom a form books: what the page shows, of one person, of several, from a list or a file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import Entry
from partners.models import Booking, PlaceHold
from tests.factories.partners import (
    BookingFactory,
    DelegateFactory,
)
from tests.partners.page_steps import name_somebody, own_session, page, sent_by
from tests.reading import text_of

# --- booking ------------------------------------------------------------------------------------------------------------------


def test_with_two_tabs_open_each_books_whom_it_shows(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)
    first = name_somebody(client, session, "Jo Fictitious", "jo@example.org")
    second = name_somebody(client, session, "Kim Fictitious", "kim@example.org")

    for tab, name in ((first, "Jo Fictitious"), (second, "Kim Fictitious")):
        answer = client.post(page("book_check", session), sent_by(tab), follow=True)
        assert f"for {name}." in text_of(answer)
    again = client.post(page("book_check", session), sent_by(first), follow=True)

    assert "for Jo Fictitious." in text_of(again)
    assert [booking.email for booking in Booking.objects.order_by("booked_at")] == [
        "jo@example.org",
        "kim@example.org",
    ]


def test_a_tab_that_shows_oneself_books_oneself_though_another_names_somebody(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)
    own = client.post(page("book", session), {"who": "ONESELF"}, follow=True)
    name_somebody(client, session, "Kim Fictitious", "kim@example.org")

    client.post(page("book_check", session), sent_by(own))

    assert Booking.objects.get().user == cast.cory
    assert 'value="Kim Fictitious"' in client.get(page("book", session)).content.decode(), "the other tab's is kept"


def test_a_refusal_keeps_whom_the_tab_shows(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)
    first = name_somebody(client, session, "Jo Fictitious", "jo@example.org")
    name_somebody(client, session, "Kim Fictitious", "kim@example.org")

    refused = client.post(page("book_check", session), sent_by(first) | {"access": "x" * 501})

    assert refused.status_code == 422
    assert sent_by(refused)["name"] == "Jo Fictitious"


@pytest.mark.parametrize("left_over", [{"email": "not an address"}, {"name": "x" * 200, "email": "jo@example.org"}])
def test_who_books_for_themselves_may_have_left_something_in_the_fields_for_somebody_else(client, cast, left_over):
    session = own_session(cast)
    client.signed_in(cast.cory)

    shown = client.post(page("book", session), {"who": "ONESELF"} | left_over, follow=True)

    assert "Check your booking" in text_of(shown)
    client.post(page("book_check", session), sent_by(shown))
    assert Booking.objects.get().user == cast.cory


@pytest.mark.parametrize(
    ("state", "own", "of_another"),
    [
        ("BOOKED", "You have a place on this session already", "Jo Fictitious has a place on this session already"),
        ("WAITING", "You are on the waiting list", "Jo Fictitious is on the waiting list of this session already"),
        ("OFFERED", "A place on this session is offered to you", "Jo Fictitious is offered a place on this session"),
    ],
)
def test_the_check_page_says_at_once_that_somebody_has_a_place_already(client, cast, state, own, of_another):
    session = own_session(cast)
    mine = BookingFactory(session=session, user=cast.pat, state=state)
    jo = DelegateFactory(agency=cast.council, name="Jo Fictitious", email="jo@example.org")
    jos = BookingFactory(session=session, user=None, delegate=jo, state=state)

    shown = client.signed_in(cast.pat).get(page("book_check", session))
    assert own in text_of(shown)
    assert mine.get_absolute_url() in shown.content.decode()
    assert "Book the place" not in text_of(shown)
    shown = name_somebody(client.signed_in(cast.cory), session, "Jo Fictitious", "jo@example.org")

    assert of_another in text_of(shown)
    assert "Book the place" not in text_of(shown)
    assert Entry.objects.filter(what="partners.booking_read", object_id=str(jos.pk)).count() == 1


def test_beside_letting_the_place_go_stands_cancel(client, cast):
    session = own_session(cast)
    client.signed_in(cast.pat)

    shown = client.post(page("hold", session), follow=True).content.decode()

    letting_go = shown[shown.index(page("hold_release", session)) :]
    assert f'<a class="govuk-link" href="{session.get_absolute_url()}">Cancel</a>' in letting_go
    assert PlaceHold.objects.count() == 1


def test_an_account_of_another_agency_is_warned_of_and_ones_own_is_shown_by_its_own_name(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)

    shown = text_of(name_somebody(client, session, "Out Typed", "OUT@example.org"))
    assert "This e-mail address belongs to somebody of another agency." in shown
    assert cast.out.name not in shown
    assert str(cast.elsewhere) not in shown
    shown = text_of(name_somebody(client, session, "P. Typed", cast.pat.email))
    assert cast.pat.name in shown
    assert "The name is that of their account." in shown
    assert "P. Typed" not in shown
    assert "another agency" not in shown
    assert "another agency" not in text_of(name_somebody(client, session, "Jo", "jo@example.org"))


# --- several people -----------------------------------------------------------------------------------------------------------


def test_too_many_people_and_nobody_to_be_booked_then_is_said_at_the_top(client, cast):
    session = own_session(cast, capacity=1)
    client.signed_in(cast.cory)
    typed = {"people": "Jo, jo@example.org\nKim, kim@example.org", "beyond": "NOBODY"}

    shown = client.post(page("group_new", session), typed, follow=True)

    words = text_of(shown)
    assert "Nobody will be booked: there is 1 place for 2 people" in words
    assert words.index("Nobody will be booked") < words.index("Jo")
    assert "0 to be booked" in words
    assert words.count("Not booked") == 2
    assert "A place" not in words


def test_a_line_with_an_account_is_shown_by_its_name_and_one_of_another_agency_is_warned_of(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)
    typed = {"people": f"P. Typed, {cast.pat.email}\nSome One, {cast.out.email}", "beyond": "WAIT"}

    words = text_of(client.post(page("group_new", session), typed, follow=True))

    assert cast.pat.name in words
    assert "P. Typed" not in words
    assert "This address belongs to somebody of another agency" in words
    assert cast.out.name not in words


# --- lists of people as files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["Name,E-mail", "name,Email address", "Full name,Work e-mail"])
def test_a_file_with_the_usual_headings_wins_over_what_was_left_in_the_box(client, cast, heading):
    session = own_session(cast)
    client.signed_in(cast.cory)
    file = SimpleUploadedFile("people.csv", f"{heading}\nJo Fictitious,jo@example.org\n".encode())
    typed = {"people": "Left Over, left@example.org", "file": file, "beyond": "WAIT"}

    words = text_of(client.post(page("group_new", session), typed, follow=True))

    assert "Jo Fictitious" in words
    assert "Left Over" not in words


def test_a_line_with_two_addresses_is_an_error(client, cast):
    client.signed_in(cast.cory)
    typed = {"people": "Jo, jo@example.org, kim@example.org", "beyond": "WAIT"}

    words = text_of(client.post(page("group_new", own_session(cast)), typed, follow=True))

    assert "There is more than one e-mail address." in words
    assert "1 with an error" in words
