"""The pages of waiting lists, held places, groups, swaps and needs: journeys, what each person sees, what is recorded."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from partners.models import Booking, BookingNeeds, GroupBooking, PlaceHold, Session
from partners.queries import waiting_for
from partners.services.settling import settle_session
from tests.factories.accounts import UserFactory
from tests.factories.partners import BookingFactory, DelegateFactory, NeedsFactory, SessionFactory
from tests.people import Cast
from tests.reading import text_of


def own_session(cast: Cast, **fields) -> Session:
    soon = (timezone.now() + timedelta(days=30)).replace(hour=12, minute=0, second=0, microsecond=0)
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess, "starts_at": soon} | fields)


def full_session(cast: Cast) -> Session:
    session = own_session(cast, capacity=1)
    BookingFactory(session=session)
    return session


def page(name: str, thing) -> str:
    return reverse(f"partners:{name}", args=[thing.pk])


def hidden(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())
    assert found
    return found.group(1)


def test_a_delegate_waits_is_offered_a_place_accepts_it_and_cancels(client, cast):
    session = full_session(cast)
    client.signed_in(cast.pat)
    assert "Join the waiting list" in text_of(client.get(session.get_absolute_url()))
    check = page("book_check", session)
    shown = client.get(check)
    assert "All places are taken, and 0 people wait." in text_of(shown)

    key = hidden(shown, "request_key")
    for _ in range(2):
        answer = client.post(check, {"request_key": key, "do": "WAIT"}, follow=True)
    booking = Booking.objects.get(user=cast.pat)
    assert "Number 1 on the waiting list" in text_of(answer)
    assert "You are on the waiting list." in text_of(client.get(session.get_absolute_url()))
    assert booking.reference in text_of(client.get(reverse("partners:bookings") + "?show=waiting"))
    assert booking.reference not in text_of(client.get(reverse("partners:bookings") + "?show=past"))
    assert client.get(page("booking_calendar", booking))["Location"] == booking.get_absolute_url()

    Session.objects.filter(pk=session.pk).update(capacity=2)
    client.signed_in(cast.out).post(page("hold", session))  # whoever touches the session settles it
    client.signed_in(cast.pat)
    assert "A place is held until" in text_of(client.get(booking.get_absolute_url()))
    assert "A place is offered" in text_of(client.get(page("booking_offer", booking)))
    answer = client.post(page("booking_offer", booking), {"answer": "ACCEPT"}, follow=True)
    assert "Place booked" in text_of(answer)

    client.post(page("booking_cancel", booking), {"reason": "A clash with court"})
    shown = text_of(client.get(booking.get_absolute_url()))
    for words in ("On the waiting list", "Place offered", "Cancelled", "A clash with court"):
        assert words in shown


def test_an_offer_is_turned_down_and_the_list_is_left_by_the_pages(client, cast):
    session = own_session(cast)
    offered = BookingFactory(session=session, user=cast.pat, state="OFFERED")
    waiting = BookingFactory(session=full_session(cast), user=cast.pat, state="WAITING")
    client.signed_in(cast.pat)

    for typed in ({}, {"answer": "PERHAPS"}):
        refused = client.post(page("booking_offer", offered), typed)
        assert refused.status_code == 422
        assert "Accept the place, or turn it down" in text_of(refused)
        assert Booking.objects.get(pk=offered.pk).state == "OFFERED"
    answer = client.post(page("booking_offer", offered), {"answer": "DECLINE"}, follow=True)
    assert "turned the offer down" in text_of(answer)
    assert "number 1 on the list" in text_of(client.get(page("booking_leave", waiting)))
    assert "no longer on the waiting list" in text_of(client.post(page("booking_leave", waiting), follow=True))
    assert set(Booking.objects.filter(user=cast.pat).values_list("state", flat=True)) == {"DECLINED", "LEFT"}
    for name, booking in (("booking_offer", offered), ("booking_leave", waiting)):
        assert client.get(page(name, booking))["Location"] == booking.get_absolute_url()
    assert "No place is offered" in text_of(
        client.post(page("booking_offer", offered), {"answer": "ACCEPT"}, follow=True)
    )


def test_the_button_holds_a_place_and_the_page_says_until_when(client, cast):
    session = own_session(cast, capacity=1)
    client.signed_in(cast.pat)

    shown = client.post(page("hold", session), follow=True)
    assert "A place is held for you until" in text_of(shown)
    assert PlaceHold.objects.get().user == cast.pat
    answer = client.signed_in(cast.out).post(page("hold", session), follow=True)
    assert "All places on this session are taken." in text_of(answer)
    client.signed_in(cast.pat).post(page("book_check", session), {"request_key": hidden(shown, "request_key")})

    assert (Booking.objects.get().user, PlaceHold.objects.count()) == (cast.pat, 0)


def test_looking_at_the_form_holds_nothing_and_letting_go_is_a_button(client, cast):
    session = own_session(cast)
    client.signed_in(cast.pat)
    client.get(page("book_check", session))
    assert not PlaceHold.objects.exists()
    assert client.get(page("hold", session)).status_code == 405

    client.post(page("hold", session))
    client.post(page("hold_release", session))

    assert not PlaceHold.objects.exists()


def test_who_begins_to_book_finds_the_held_place_on_the_page_of_the_session(client, cast):
    session = own_session(cast, capacity=1)
    client.signed_in(cast.pat).post(page("hold", session))

    mine = client.get(session.get_absolute_url())
    others = client.signed_in(cast.out).get(session.get_absolute_url())

    assert "A place is held for you" in text_of(mine)
    assert "Full" not in text_of(mine)
    assert f'href="{page("book", session)}"' in mine.content.decode()
    assert f'action="{page("hold_release", session)}"' in mine.content.decode()
    assert "held for you" not in text_of(others)
    assert "Full" in text_of(others)


def test_the_check_page_lets_a_held_place_go_whatever_was_typed_by_then(client, cast):
    session = own_session(cast)
    shown = client.signed_in(cast.pat).post(page("hold", session), follow=True)

    assert f'formaction="{page("hold_release", session)}"' in shown.content.decode()
    client.post(page("hold_release", session), {"request_key": hidden(shown, "request_key"), "access": "Step-free"})

    assert (PlaceHold.objects.count(), Booking.objects.count()) == (0, 0)


def test_who_is_elsewhere_at_that_time_reads_so_before_filling_in_the_form(client, cast):
    session = own_session(cast)
    elsewhere = BookingFactory(session=own_session(cast, starts_at=session.starts_at, kind="SARAHS_LAW"), user=cast.pat)

    shown = client.signed_in(cast.pat).post(page("hold", session), follow=True)

    assert "You have a place on another session at that time" in text_of(shown)
    assert f'href="{elsewhere.get_absolute_url()}"' in shown.content.decode()
    assert "Book the place" not in text_of(shown)
    assert "Let the held place go" in text_of(shown)


def test_a_place_that_was_given_on_meanwhile_is_not_given_twice_and_the_words_say_why(client, cast):
    booking = BookingFactory(session=own_session(cast), user=cast.pat)
    client.signed_in(cast.cory)
    key = hidden(client.get(page("booking_swap", booking)), "key")
    client.post(page("booking_cancel", booking))

    refused = client.post(
        page("booking_swap", booking), {"name": "Kim Fictitious", "email": "kim@example.org", "key": key}
    )

    assert refused.status_code == 422
    assert f"{cast.pat.name} has no place here any more: it was given back, or to a colleague." in text_of(refused)
    assert Booking.objects.count() == 1


def test_who_has_a_place_on_another_session_of_this_kind_is_warned(client, cast):
    other = BookingFactory(session=own_session(cast, starts_at=timezone.now() + timedelta(days=50)), user=cast.pat)
    client.signed_in(cast.pat)

    shown = text_of(client.get(page("book_check", own_session(cast))))

    assert f"You have a place on another session of this kind: {other.reference}" in shown
    assert "another session of this kind" not in text_of(
        client.get(page("book_check", own_session(cast, kind="OTHER")))
    )


def group_by_pages(client, session: Session, **typed):
    return client.post(page("group_new", session), {"beyond": "WAIT"} | typed, follow=True)


def test_a_coordinator_books_a_pasted_list_once(client, cast):
    session = own_session(cast, capacity=1)
    client.signed_in(cast.cory)

    shown = group_by_pages(client, session, people="Jo Fictitious, jo@example.org\nKim Fictitious, kim@example.org")
    assert "1 to be booked, 1 for the waiting list, 0 with an error. Nothing is booked yet." in text_of(shown)
    assert not Booking.objects.exists()
    key = hidden(shown, "key")
    first, second = (client.post(page("group_check", session), {"key": key}) for _ in range(2))

    group = GroupBooking.objects.get()
    assert first["Location"] == second["Location"] == page("group", group)
    shown = text_of(client.get(page("group", group)))
    for booking in Booking.objects.all():
        assert booking.reference in shown
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["BOOKED", "WAITING"]
    assert client.get(page("group_check", session))["Location"] == page("group_new", session), "what was typed is gone"
    assert client.signed_in(cast.pat).get(page("group", group)).status_code == 403


def test_a_csv_file_is_taken_too(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)
    file = SimpleUploadedFile("people.csv", b'Email,Name\njo@example.org,"Fictitious, Jo"\n')

    shown = text_of(group_by_pages(client, session, file=file))

    assert "1 to be booked" in shown
    assert "Fictitious Jo" in shown


@pytest.mark.parametrize(
    ("typed", "target", "words"),
    [
        ({}, "#id_people", "Enter at least one person, or choose a file"),
        ({"people": " \n , "}, "#id_people", "Enter at least one person"),
        ({"people": "Jo, jo@example.org", "beyond": ""}, "#id_beyond_0", "Choose what happens"),
        ({"people": "\n".join(f"P{n}, p{n}@example.org" for n in range(101))}, "#id_people", "There are 101 people"),
        ({"file": (b"name,mail\n", "a.csv")}, "#id_file", "heading"),
        ({"file": (b"", "a.csv")}, "#id_file", "The file is empty"),
        ({"file": (b"name,email\nJo,Ann,jo@example.org\n", "a.csv")}, "#id_file", "Row 2: This row has 3 values"),
        ({"file": (b'name,email\nJo,"jo@example.org, k@example.org"\n', "a.csv")}, "#id_file", "Row 2: Put one"),
    ],
)
def test_a_list_that_cannot_be_read_answers_422_beside_its_field(client, cast, typed, target, words):
    client.signed_in(cast.cory)
    if "file" in typed:
        content, name = typed["file"]
        typed = typed | {"file": SimpleUploadedFile(name, content)}

    response = group_by_pages(client, own_session(cast), **typed)

    assert response.status_code == 422
    assert re.search(rf'<a href="{target}">[^<]*{words}', response.content.decode())
    assert typed.get("people", "").strip() in response.content.decode()


def test_lines_with_an_error_are_shown_and_nothing_can_be_booked(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)

    shown = group_by_pages(client, session, people="Jo Fictitious, jo@\nKim Fictitious, kim@example.org")

    assert "This is not an e-mail address" in text_of(shown)
    assert "Correct the list" in text_of(shown)
    client.post(page("group_check", session), {"key": client.session[f"group {session.pk}"]["key"]})
    assert not Booking.objects.exists()


def test_a_list_changed_in_another_tab_is_checked_again_first(client, cast):
    session = own_session(cast)
    client.signed_in(cast.cory)
    old = hidden(group_by_pages(client, session, people="Jo Fictitious, jo@example.org"), "key")
    group_by_pages(client, session, people="Kim Fictitious, kim@example.org")

    answer = client.post(page("group_check", session), {"key": old})

    assert answer.status_code == 422
    assert "changed in another tab" in text_of(answer)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_look_at_a_list_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    session = own_session(cast)
    BookingFactory(session=own_session(cast), user=cast.pat)
    client.signed_in(cast.cory)
    group_by_pages(client, session, people="\n".join(f"P{n}, p{n}@example.org" for n in range(count)))
    with django_assert_num_queries(13):
        assert client.get(page("group_check", session)).status_code == 200


def test_names_are_swapped_by_the_page_and_a_refusal_stands_beside_the_address(client, cast):
    session = own_session(cast)
    booking = BookingFactory(session=session, user=cast.pat)
    BookingFactory(session=session, user=None, delegate=DelegateFactory(agency=cast.council, email="jo@example.org"))
    client.signed_in(cast.cory)
    address = page("booking_swap", booking)
    typed = {"key": hidden(client.get(address), "key"), "name": "Jo Kept", "email": "jo@example.org"}

    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert '<a href="#id_email">Jo Kept has a place on this session already.' in refused.content.decode()
    answer = client.post(address, typed | {"name": "Kim Fictitious", "email": "kim@example.org"}, follow=True)

    assert "Kim Fictitious has the place now." in text_of(answer)
    booking.refresh_from_db()
    assert booking.state == "HANDED_ON"


# --- what people need --------------------------------------------------------------------------------------------------


def test_needs_are_said_at_booking_and_read_by_the_person_and_the_sessions_trainers_alone(client, cast):
    session = own_session(cast)
    client.signed_in(cast.pat)
    address = page("book_check", session)
    key = hidden(client.get(address), "request_key")
    client.post(address, {"request_key": key, "access": "Captions please", "dietary": "No nuts"})
    booking = Booking.objects.get()
    assert "Captions please" in text_of(client.get(booking.get_absolute_url()))
    other_trainer = UserFactory(agency=cast.police, roles=["TRAINER"])

    for who, name, thing in (
        (cast.cory, "booking", booking),
        (cast.cory, "booking_swap", booking),
        (cast.tess, "session", session),
        (other_trainer, "session", session),
    ):
        assert "Captions please" not in text_of(client.signed_in(who).get(page(name, thing)))
    assert client.signed_in(other_trainer).get(page("session_needs", session)).status_code == 403
    assert not Entry.objects.filter(what="partners.needs_read").exists()
    assert "Captions please" in text_of(client.signed_in(cast.tess).get(page("session_needs", session)))

    entry = Entry.objects.get(what="partners.needs_read")
    assert (entry.actor_id, entry.object_id, entry.details) == (str(cast.tess.pk), str(session.pk), {"count": 1})


def test_a_person_changes_what_they_need(client, cast):
    booking = BookingFactory(session=own_session(cast), user=cast.pat)
    NeedsFactory(booking=booking)
    client.signed_in(cast.pat)
    address = page("booking_needs", booking)
    assert "Captions" in client.get(address).content.decode()

    too_long = client.post(address, {"access": "x" * 501, "dietary": "Kept words"})
    assert too_long.status_code == 422
    assert "Kept words" in too_long.content.decode()
    client.post(address, {"access": "", "dietary": ""})

    assert not BookingNeeds.objects.exists()


def test_too_long_needs_book_nothing_and_keep_what_was_typed(client, cast):
    session = own_session(cast)
    client.signed_in(cast.pat)
    address = page("book_check", session)
    key = hidden(client.get(address), "request_key")

    answer = client.post(address, {"request_key": key, "access": "x" * 501, "dietary": "Kept words"})

    assert answer.status_code == 422
    assert '<a href="#id_access">' in answer.content.decode()
    assert "Kept words" in answer.content.decode()
    assert not Booking.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("session", 20), ("session_needs", 11)])
def test_what_trainers_see_of_many_has_a_flat_query_count(
    client, cast, count, name, queries, django_assert_num_queries
):
    session = own_session(cast)
    for number in range(count):
        NeedsFactory(booking=BookingFactory(session=session))
        BookingFactory(session=session, state="OFFERED")
        BookingFactory(session=session, state="WAITING", booked_at=timezone.now() + timedelta(seconds=number))
    client.signed_in(cast.tess)
    with django_assert_num_queries(queries):
        assert client.get(page(name, session)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_waiting_lists_have_a_flat_query_count(client, cast, count, django_assert_num_queries):
    for _ in range(count):
        BookingFactory(session=own_session(cast), user=cast.pat, state="WAITING")
    client.signed_in(cast.pat)
    with django_assert_num_queries(5):
        assert client.get(reverse("partners:bookings") + "?show=waiting").status_code == 200


@pytest.mark.parametrize("others", [1, 3])
@pytest.mark.parametrize(("known", "queries"), [(None, 9), ("delegate", 10), ("account", 10)])
def test_a_place_is_booked_in_few_queries_however_many_are_booked(
    client, cast, others, known, queries, django_assert_num_queries
):
    """Who is signed in and their roles (3), the session locked, one question, the person, one question of who was known, three rows."""
    session = own_session(cast)
    BookingFactory.create_batch(others, session=session)
    if known == "delegate":
        DelegateFactory(agency=cast.cory.agency, email="jo@example.org", name="Jo")
    if known == "account":
        UserFactory(agency=cast.cory.agency, email="jo@example.org")
    client.signed_in(cast.cory)
    named = {"who": "SOMEBODY_ELSE", "name": "Jo", "email": "Jo@example.org"}
    # The test's own transaction makes a savepoint of the service's: two more.
    with django_assert_num_queries(queries + 2):
        answer = client.post(page("book_check", session), named)
    booking = session.bookings.get(booked_by=cast.cory)
    assert answer["Location"] == page("booked", booking)
    assert (booking.email, booking.user_id is not None) == ("jo@example.org", known == "account")


@pytest.mark.parametrize("waiting", [1, 3])
def test_places_are_offered_in_as_many_queries_to_one_as_to_several(cast, waiting, django_assert_num_queries):
    session = own_session(cast, capacity=1)
    BookingFactory(session=session)
    for number in range(waiting):
        BookingFactory(session=session, state="WAITING", booked_at=timezone.now() - timedelta(minutes=9 - number))
    Session.objects.filter(pk=session.pk).update(capacity=1 + waiting)
    # Savepoint, lock, what is due, who is first, the moves as one, offers, log, mail, how many are taken, savepoint.
    with django_assert_num_queries(10):
        settle_session(session_id=session.pk, at=timezone.now())
    assert session.bookings.filter(state="OFFERED").count() == waiting


def test_an_offer_waits_on_the_home_page_of_who_must_answer(client, cast):
    BookingFactory(session=own_session(cast), user=cast.pat, state="OFFERED")
    jo = DelegateFactory(agency=cast.council)
    BookingFactory(session=own_session(cast), user=None, delegate=jo, state="OFFERED")

    def offers(user) -> int:
        (line,) = [one for one in waiting_for(user, at=timezone.now()) if "offered" in one.title]
        rows = client.signed_in(user).get(line.url).content.decode().count('<tr class="govuk-table__row">') - 1
        assert rows == max(line.count, -1) or line.count == 0
        return line.count

    assert {user.name: offers(user) for user in (cast.pat, cast.cory, cast.out)} == {
        "Pat Fictitious": 1,
        "Cory Fictitious": 2,
        "Out Fictitious": 0,
    }


def test_cancelling_what_is_no_place_says_that_nothing_was_cancelled(client, cast):
    waiting = BookingFactory(session=full_session(cast), user=cast.pat, state="WAITING")
    client.signed_in(cast.pat)

    words = text_of(client.post(page("booking_cancel", waiting), follow=True))

    assert f"Nothing was cancelled: {waiting.reference} is on the waiting list." in words
    assert "is cancelled" not in words
    assert Booking.objects.get(pk=waiting.pk).state == "WAITING"


@pytest.mark.parametrize(
    ("hours", "said", "unsaid"),
    [
        (
            200,
            [
                "seven days before, one day before and one hour before it begins",
                "You can cancel until",
                "link comes on",
            ],
            ["is in it"],
        ),
        (
            30,
            ["reminded one day before and one hour before it begins", "You can cancel until", "link comes on"],
            ["seven days"],
        ),
        (12, ["reminded one hour before it begins", "joining link is in it"], ["You can cancel", "day before"]),
        (0.5, ["that address is told.", "joining link is in it"], ["You can cancel", "reminded"]),
        (-9, ["Place booked"], ["You can cancel", "reminded", "is told", "joining link"]),
    ],
)
def test_the_page_after_booking_promises_only_what_is_still_to_come(client, cast, hours, said, unsaid):
    session = own_session(cast, starts_at=timezone.now() + timedelta(hours=hours))
    booking = BookingFactory(session=session, user=cast.pat)

    words = text_of(client.signed_in(cast.pat).get(page("booked", booking)))

    for one in said:
        assert one in words
    for one in unsaid:
        assert one not in words


def test_who_a_session_is_not_for_is_offered_neither_its_list_nor_groups(client, cast):
    coordinator = UserFactory(agency=cast.elsewhere, roles=["TRAINING_COORDINATOR"])
    for capacity in (2, 3):
        session = own_session(cast, capacity=capacity, audience="NAMED")
        session.audience_agencies.add(cast.council)
        BookingFactory(session=session, user=cast.out)
        BookingFactory(session=session)
        for person, offered in ((coordinator, False), (cast.cory, True)):
            words = text_of(client.signed_in(person).get(session.get_absolute_url()))
            assert ("Book several people" in words) is offered
            assert ("Join the waiting list" in words) is (offered and capacity == 2)


def test_nobody_holds_a_place_for_themselves_who_has_one_but_a_coordinator_may_for_others(client, cast):
    session = own_session(cast)
    for person in (cast.pat, cast.cory):
        BookingFactory(session=session, user=person)

    words = text_of(client.signed_in(cast.pat).post(page("hold", session), follow=True))
    assert "You have a place on this session already." in words
    client.signed_in(cast.cory).post(page("hold", session))

    assert [hold.user for hold in PlaceHold.objects.all()] == [cast.cory]


# --- what pages tell of another person's place is recorded ------------------------------------------------------------------------


def reads_of(booking: Booking) -> int:
    return Entry.objects.filter(what="partners.booking_read", verb="READ", object_id=str(booking.pk)).count()


def test_the_place_of_another_person_that_the_check_page_names_is_recorded_as_read(client, cast):
    elsewhere = BookingFactory(session=own_session(cast, starts_at=timezone.now() + timedelta(days=9)), user=cast.pat)
    session = own_session(cast)
    client.signed_in(cast.pat).get(page("book_check", session))
    assert reads_of(elsewhere) == 0, "it is their own"
    client.signed_in(cast.cory)
    client.post(page("book", session), {"who": "SOMEBODY_ELSE", "name": "Pat", "email": "pat@example.org"})

    assert elsewhere.reference in text_of(client.get(page("book_check", session)))

    assert reads_of(elsewhere) == 1


def test_a_refusal_that_names_the_place_of_another_person_is_recorded_as_a_read(client, cast):
    session = own_session(cast)
    other = BookingFactory(session=own_session(cast, kind="SARAHS_LAW"), user=cast.pat)
    jos = BookingFactory(session=session, user=None, delegate=DelegateFactory(agency=cast.council))
    client.signed_in(cast.cory)
    key = hidden(client.get(page("booking_swap", jos)), "key")

    refused = client.post(page("booking_swap", jos), {"name": "Pat", "email": "pat@example.org", "key": key})
    assert other.reference in text_of(refused)
    assert reads_of(other) == 1

    client.post(page("book", session), {"who": "SOMEBODY_ELSE", "name": "Pat", "email": "pat@example.org"})
    refused = client.post(page("book_check", session), {"request_key": "f1d9f1a6-5f8b-4a7e-9f43-6f1f4ab9b1de"})
    assert other.reference in text_of(refused)
    assert reads_of(other) == 2

    offered = BookingFactory(session=session, user=cast.pat, state="OFFERED")
    assert other.reference in text_of(client.get(page("booking_offer", offered)))
    assert reads_of(other) == 3
    refused = client.post(page("booking_offer", offered), {"answer": "ACCEPT"}, follow=True)
    assert other.reference in text_of(refused)
    assert reads_of(other) == 4


def test_a_new_name_for_a_delegate_is_recorded_and_the_same_name_is_not(client, cast):
    jo = DelegateFactory(agency=cast.council, name="Jo Fictitious", email="jo@example.org")
    client.signed_in(cast.cory)
    for name in ("Jo Fictitious", "Jo Invented"):
        session = own_session(cast, starts_at=timezone.now() + timedelta(days=len(name)))
        client.post(page("book", session), {"who": "SOMEBODY_ELSE", "name": name, "email": jo.email})
        shown = client.get(page("book_check", session))
        client.post(page("book_check", session), {"request_key": hidden(shown, "request_key")})

    jo.refresh_from_db()
    assert (jo.name, jo.bookings.count()) == ("Jo Invented", 2)
    renamed = Entry.objects.get(what="partners.delegate_renamed")
    assert (renamed.object_id, renamed.actor_id) == (str(jo.pk), str(cast.cory.pk))


def test_the_check_of_a_list_counts_the_place_that_is_held_for_who_checks(client, cast):
    session = own_session(cast, capacity=1)
    client.signed_in(cast.cory)
    client.post(page("hold", session))
    client.post(page("group_new", session), {"people": "Jo Fictitious, jo@example.org", "beyond": "NOBODY"})

    words = text_of(client.get(page("group_check", session)))
    assert "1 to be booked, 0 for the waiting list" in words
    client.post(page("group_check", session), {"key": hidden(client.get(page("group_check", session)), "key")})

    assert GroupBooking.objects.get().left_out == 0
    assert Booking.objects.get().email == "jo@example.org"
