"""What somebody found who pressed the pages of sessions and bookings as people do: two tabs, left-over words, nothing ticked."""

import re
import uuid
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import CheckboxInput, FileField, HiddenInput, MultipleChoiceField, MultiValueField, MultiWidget
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.clock import LONDON
from common.templatetags.dates import moment
from partners import forms
from partners.enums import Audience
from partners.forms import agencies, prompted, scheduling, tailored
from partners.forms.words import PartnersForm, PartnersOnceForm, use_our_words
from partners.models import Booking, NamedDelegate, PlaceHold, Session
from partners.queries import waiting_for
from partners.services.agencies import record_package, record_staff
from partners.services.scheduling import set_dates
from partners.services.swaps import swap_names
from partners.services.tailored import propose_dates
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import (
    AgencyContactFactory,
    AgencyPackageFactory,
    BookingFactory,
    DelegateFactory,
    SessionFactory,
    SharingAgreementFactory,
    TailoredRequestFactory,
)
from tests.people import Cast
from tests.reading import text_of


def soon(days: int = 30):
    return (timezone.now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)


def own_session(cast: Cast, **fields) -> Session:
    return SessionFactory(**{"host": cast.police, "planned_by": cast.tess, "starts_at": soon()} | fields)


def page(name: str, *things) -> str:
    return reverse(f"partners:{name}", args=[thing.pk for thing in things])


def sent_by(response) -> dict[str, str]:
    """What the page's hidden fields send."""
    hidden = re.findall(r'<input type="hidden"[^>]*>', response.content.decode())
    named = [(re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)) for one in hidden]
    return {name.group(1): value.group(1) for name, value in named if name and value}


def name_somebody(client, session: Session, name: str, email: str):
    """The check page of a person whom a coordinator names."""
    typed = {"who": "SOMEBODY_ELSE", "name": name, "email": email}
    return client.post(page("book", session), typed, follow=True)


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


# --- copying, changing and moving a session -----------------------------------------------------------------------------------


def form_of(page_shown) -> dict:
    """What the form of a page sends as it stands, as a browser would."""
    form = page_shown.context["form"]
    sent: dict = {}
    for bound in form:
        value = bound.value()
        if isinstance(bound.field.widget, MultiWidget):
            parts = value if isinstance(value, list) else bound.field.widget.decompress(value)
            sent |= {f"{bound.name}_{number}": part or "" for number, part in enumerate(parts)}
        elif isinstance(bound.field.widget, CheckboxInput):
            sent |= {bound.name: "on"} if value else {}
        elif value is not None:
            sent[bound.name] = value
    return sent


def test_a_copy_is_sent_to_the_page_that_plans(client, cast):
    session = own_session(cast, title="Copied one")
    session.trainers.add(cast.tess)
    shown = client.signed_in(cast.tess).get(page("session_copy", session))

    (target,) = re.findall(r'<form method="post" action="(/partners/[^"]*)"', shown.content.decode())
    day = soon(50)
    when = {"starts_at_0": day.day, "starts_at_1": day.month, "starts_at_2": day.year, "starts_at_3": "10:00"}
    planned = client.post(target, form_of(shown) | when)

    assert planned.status_code == 302
    assert Session.objects.filter(title="Copied one").count() == 2


def test_who_saves_second_is_told_what_the_first_changed_and_keeps_what_was_typed(client, cast):
    session = own_session(cast, title="As it was", capacity=20)
    session.trainers.add(cast.tess)
    tim = UserFactory(agency=cast.police, roles=["TRAINER"], name="Tim Fictitious")
    theirs = form_of(client.signed_in(cast.tess).get(page("session_change", session)))
    client.signed_in(tim)
    assert client.post(page("session_change", session), theirs | {"title": "By Tim"}).status_code == 302
    client.signed_in(cast.tess)

    refused = client.post(page("session_change", session), theirs | {"capacity": "33"})

    assert refused.status_code == 422
    words = text_of(refused)
    assert "Tim Fictitious changed the title after you had opened this page" in words
    assert "It is now: By Tim" in words
    assert form_of(refused)["capacity"] == "33"
    session.refresh_from_db()
    assert (session.title, session.capacity) == ("By Tim", 20)

    again = client.post(page("session_change", session), form_of(refused) | {"title": "By Tim"}, follow=True)
    assert "The session was changed." in text_of(again)
    session.refresh_from_db()
    assert (session.title, session.capacity) == ("By Tim", 33)


def test_a_stale_form_does_not_take_the_end_of_booking_back_behind_a_move(client, cast):
    starts = soon(20)
    session = own_session(cast, starts_at=starts, booking_closes_at=starts - timedelta(days=1))
    session.trainers.add(cast.tess)
    client.signed_in(cast.tess)
    stale = form_of(client.get(page("session_change", session)))
    moving = form_of(client.get(page("session_move", session)))
    client.post(page("session_move", session), moving | {"starts_at_3": "16:00", "reason": "Room."})
    session.refresh_from_db()
    closes = session.booking_closes_at
    assert closes != starts - timedelta(days=1)

    refused = client.post(page("session_change", session), stale | {"title": "Another"})

    assert refused.status_code == 422
    assert "when booking closes" in text_of(refused)
    session.refresh_from_db()
    assert session.booking_closes_at == closes


def test_a_stale_form_of_a_session_that_was_opened_or_changed_alike_is_saved(client, cast):
    session = own_session(cast, state="PLANNED", capacity=20)
    session.trainers.add(cast.tess)
    client.signed_in(cast.tess)
    opened = form_of(client.get(page("session_change", session)))
    client.post(page("session_open", session))
    assert client.post(page("session_change", session), opened | {"capacity": "21"}).status_code == 302

    again = client.post(page("session_change", session), opened | {"capacity": "21"}, follow=True)

    assert "Nothing was changed" in text_of(again)
    assert Entry.objects.filter(what="partners.session_changed", object_id=str(session.pk)).count() == 1


def test_two_trainers_do_not_move_one_session_over_each_other(client, cast):
    session = own_session(cast)
    session.trainers.add(cast.tess)
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_move", session)))
    client.post(page("session_move", session), shown | {"starts_at_3": "09:15", "reason": "Room."})

    refused = client.post(page("session_move", session), shown | {"starts_at_3": "16:00", "reason": "Train."})

    assert refused.status_code == 422
    assert "You changed when it begins" in text_of(refused)
    assert "9:15am" in text_of(refused)
    assert form_of(refused)["reason"] == "Train."
    assert session.shifts.count() == 1


def test_another_title_meanwhile_does_not_stop_a_move(client, cast):
    session = own_session(cast)
    session.trainers.add(cast.tess)
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_move", session)))
    client.post(
        page("session_change", session), form_of(client.get(page("session_change", session))) | {"title": "Other"}
    )

    assert client.post(page("session_move", session), shown | {"starts_at_3": "09:15", "reason": "Room."}).url
    assert session.shifts.count() == 1


def test_moving_to_the_dates_that_it_has_says_that_nothing_changed(client, cast):
    session = own_session(cast)
    BookingFactory(session=session)
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_move", session)))

    answer = client.post(page("session_move", session), shown | {"reason": "No reason."}, follow=True)

    assert "Nothing was changed and nobody was told" in text_of(answer)
    assert "is moved" not in text_of(answer)
    assert not session.shifts.exists()


def test_a_narrower_audience_says_how_many_keep_their_places(client, cast):
    session = own_session(cast)
    session.trainers.add(cast.tess)
    BookingFactory(session=session, user=cast.pat)
    BookingFactory(session=session, user=cast.out, state="WAITING")
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_change", session)))
    narrowed = shown | {"audience": "NAMED", "audience_agencies": [str(cast.council.pk)]}

    answer = client.post(page("session_change", session), narrowed, follow=True)

    assert "1 person whom it is no longer for keeps their place or place on the waiting list." in text_of(answer)
    shown = form_of(client.get(page("session_change", session)))
    answer = client.post(page("session_change", session), shown | {"capacity": "39"}, follow=True)
    assert "no longer for" not in text_of(answer), "said once, by the change that did it"


def test_going_online_without_a_link_is_said(client, cast):
    session = own_session(cast, venue="PLACE", place="Room 1", joining_link="")
    session.trainers.add(cast.tess)
    BookingFactory(session=session)
    client.signed_in(cast.tess)
    shown = form_of(client.get(page("session_change", session)))

    answer = client.post(page("session_change", session), shown | {"venue": "ONLINE"}, follow=True)

    assert "It has no joining link yet: add it before" in text_of(answer)


@pytest.mark.parametrize("audience", list(Audience))
def test_whom_a_session_is_for_is_the_same_from_both_sides(cast, audience):
    session = own_session(
        cast, audience=audience, audience_kinds=[cast.council.kind] if audience == Audience.KINDS else []
    )
    if session.names_agencies:
        session.audience_agencies.add(cast.council)
    force = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINING_COORDINATOR"])
    asked = [cast.cory, cast.out, force, UserFactory(agency=cast.police, roles=["TRAINING_COORDINATOR"])]
    if session.audience == Audience.INVITED:
        asked.remove(cast.out)
        asked.append(UserFactory(agency=cast.elsewhere, roles=["TRAINING_COORDINATOR"]))

    meant = set(session.agencies_meant())

    for person in asked:
        is_open = Session.objects.open_to(person).filter(pk=session.pk).exists()
        assert (person.agency in meant) == is_open, person.agency.kind


def test_the_box_to_go_on_stands_at_the_error_and_the_summary_leads_to_it(client, cast):
    own_session(cast, starts_at=soon()).trainers.add(cast.tess)
    client.signed_in(cast.tess)
    other = own_session(cast, starts_at=soon(40))
    other.trainers.add(cast.tess)
    when = soon()
    sent = form_of(client.get(page("session_move", other))) | {
        "starts_at_0": when.day,
        "starts_at_1": when.month,
        "starts_at_2": when.year,
        "starts_at_3": when.astimezone(LONDON).strftime("%H:%M"),
        "reason": "Room.",
    }

    refused = client.post(page("session_move", other), sent)

    shown = refused.content.decode()
    assert refused.status_code == 422
    assert '<a href="#id_warning_read">' in shown
    assert shown.index('id="id_starts_at_0"') < shown.index('id="id_warning_read"') < shown.index('name="minutes"')
    assert client.post(page("session_move", other), sent | {"warning_read": "on"}).status_code == 302


# --- the register -------------------------------------------------------------------------------------------------------------


def test_a_register_with_nobody_marked_makes_nobody_absent_before_one_is_asked(client, cast):
    session = own_session(cast, starts_at=soon(-2))
    came = BookingFactory(session=session)
    client.signed_in(cast.tess)

    asked = client.post(page("session_register", session), {"close": "yes"}, follow=True)

    assert "Who is not marked is recorded as absent." in text_of(asked)
    came.refresh_from_db()
    assert came.state == "BOOKED"
    client.post(page("session_register_close", session))
    came.refresh_from_db()
    assert came.state == "ABSENT"


# --- what pages say of a session and a booking --------------------------------------------------------------------------------


def test_all_dates_and_how_long_each_is_stand_on_the_check_the_booked_page_and_the_booking(client, cast):
    session = own_session(cast)
    session.trainers.add(cast.tess)
    later = soon(37)
    set_dates(
        session,
        [(session.starts_at, session.ends_at), (later, later + timedelta(minutes=45))],
    )
    mine = BookingFactory(session=session, user=cast.pat)
    other = UserFactory(agency=cast.council, roles=["PARTNER_PRACTITIONER"])

    shown = [
        client.signed_in(other).get(page("book_check", session)),
        *[client.signed_in(cast.pat).get(page(name, mine)) for name in ("booked", "booking")],
        client.get(session.get_absolute_url()),
    ]

    for one in shown:
        words = text_of(one)
        assert f"{moment(session.starts_at)}, for 90 minutes, the first of 2 dates" in words
        assert f"{moment(later)}, for 45 minutes" in words
    assert f'href="{session.get_absolute_url()}"' in shown[2].content.decode()


def test_who_was_booked_and_does_not_see_sessions_is_given_no_link_to_it(client, cast):
    booking = BookingFactory(session=own_session(cast), user=cast.olu)

    shown = client.signed_in(cast.olu).get(page("booking", booking))

    assert shown.status_code == 200
    assert booking.session.title in text_of(shown)
    assert booking.session.get_absolute_url() not in shown.content.decode()


@pytest.mark.parametrize(("minutes", "is_late"), [(61, False), (59, True)])
def test_an_offer_is_late_when_it_ends_within_the_hour_and_stands_first(client, cast, minutes, is_late):
    at = timezone.now()
    offered = BookingFactory(
        session=own_session(cast), user=cast.pat, state="OFFERED", offer_ends_at=at + timedelta(minutes=minutes)
    )
    BookingFactory(session=own_session(cast, starts_at=soon(40)), user=cast.pat)

    (told,) = [one for one in waiting_for(cast.pat, at=at) if "offered" in one.title]
    shown = client.signed_in(cast.pat).get(page("bookings")).content.decode()

    assert (told.count, told.is_late) == (1, is_late)
    assert shown.index(page("booking_offer", offered)) < shown.index("<table")
    assert ("Ends soon</strong>" in shown) == is_late


def test_an_offer_that_has_ended_waits_for_nobody(client, cast):
    over = timezone.now() - timedelta(minutes=1)
    offered = BookingFactory(session=own_session(cast), user=cast.pat, state="OFFERED", offer_ends_at=over)

    assert not [one.count for one in waiting_for(cast.pat, at=timezone.now()) if "offered" in one.title and one.count]
    assert page("booking_offer", offered) not in client.signed_in(cast.pat).get(page("bookings")).content.decode()


def test_of_a_full_session_the_pages_say_that_one_waits(client, cast):
    session = own_session(cast, capacity=1)
    BookingFactory(session=session)
    client.signed_in(cast.cory)

    shown = client.get(page("book", session))
    assert "Join the waiting list" in text_of(shown)
    assert "Book a place" not in text_of(shown)
    shown = client.post(page("book", session), {"who": "ONESELF"}, follow=True)
    assert "Check, and join the waiting list" in text_of(shown)


@pytest.mark.parametrize(
    ("capacity", "words"), [(5, "Book a place for somebody else"), (1, "Join the waiting list for somebody else")]
)
def test_a_coordinator_who_has_a_place_books_for_somebody_else(client, cast, capacity, words):
    session = own_session(cast, capacity=capacity)
    BookingFactory(session=session, user=cast.cory)

    assert words in text_of(client.signed_in(cast.cory).get(session.get_absolute_url()))


def test_to_whom_a_place_was_given_is_said_to_the_coordinator_and_recorded(client, cast):
    old = BookingFactory(session=own_session(cast), user=cast.pat)
    new = swap_names(
        booking_id=old.pk,
        delegate=NamedDelegate("Jo Fictitious", "jo@example.org"),
        key=uuid.uuid4(),
        by=cast.cory,
        at=timezone.now(),
    )

    shown = client.signed_in(cast.cory).get(page("booking", old))
    assert "The place was given to Jo Fictitious: " in text_of(shown)
    assert f'href="{new.get_absolute_url()}"' in shown.content.decode()
    assert Entry.objects.filter(what="partners.booking_read", object_id=str(new.pk)).count() == 1
    assert "Jo Fictitious" not in text_of(client.signed_in(cast.pat).get(page("booking", old)))


def test_a_cancelled_session_offers_nothing_that_is_over(client, cast):
    session = own_session(cast)
    client.signed_in(cast.tess)
    open_ = text_of(client.get(session.get_absolute_url()))
    client.post(page("session_cancel", session), {"reason": "Snow."})

    shown = text_of(client.get(session.get_absolute_url()))

    for words in ("Booking closes", "You can cancel until", "Add a file"):
        assert words in open_
        assert words not in shown


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


# --- agencies -----------------------------------------------------------------------------------------------------------------


def test_removing_a_contact_asks_first(client, cast):
    contact = AgencyContactFactory(agency=cast.council, name="Robin Fictitious")
    client.signed_in(cast.cory)
    address = page("agency_contact_remove", cast.council, contact)

    assert f'<form method="post" action="{address}"' not in client.get(page("agency", cast.council)).content.decode()
    asked = client.get(address)
    assert "Robin Fictitious" in text_of(asked)
    assert ">Cancel</a>" in asked.content.decode()
    assert cast.council.contacts.count() == 1
    assert Entry.objects.filter(what="partners.agency_read", actor_id=cast.cory.pk).count() == 2

    assert "The contact is removed." in text_of(client.post(address, follow=True))
    assert not cast.council.contacts.exists()
    assert client.get(address).status_code == 302


def test_a_package_that_has_not_begun_is_withdrawn_and_the_one_before_goes_on(client, cast):
    today = timezone.localdate()
    now, later, last = (
        record_package(
            agency_id=cast.council.pk,
            package="FULL",
            valid_from=today + timedelta(days=days),
            said_by="Head of service",
            by=cast.tess,
            at=timezone.now(),
        )
        for days in (0, 30, 60)
    )
    client.signed_in(cast.tess)
    shown = client.get(page("agency", cast.council)).content.decode()
    assert page("agency_package_withdraw", cast.council, now) not in shown

    for package, until in ((later, last.valid_from - timedelta(days=1)), (last, None)):
        address = page("agency_package_withdraw", cast.council, package)
        assert address in shown
        assert ">Cancel</a>" in client.get(address).content.decode()
        assert "The package is withdrawn." in text_of(client.post(address, follow=True))
        now.refresh_from_db()
        assert now.valid_until == until

    assert Entry.objects.filter(what="partners.agency_package_withdrawn", verb="DELETED").count() == 2


def test_a_package_that_has_begun_is_not_withdrawn(client, cast):
    begun = AgencyPackageFactory(agency=cast.council, valid_from=timezone.localdate())
    client.signed_in(cast.tess)
    address = page("agency_package_withdraw", cast.council, begun)

    assert client.get(address).status_code == 302
    assert "This package has begun." in text_of(client.post(address, follow=True))
    assert cast.council.packages.get() == begun


def test_agreements_and_numbers_of_staff_that_were_recorded_before_stay_on_the_page(client, cast):
    for year in (2024, 2025):
        signed = date(year, 1, 1)
        SharingAgreementFactory(agency=cast.council, signed_on=signed, review_on=date(2027, 1, 1), where=f"Box {year}")
        record_staff(
            agency_id=cast.council.pk,
            staff=year - 1900,
            counted_on=signed,
            source="Return",
            by=cast.tess,
            at=timezone.now(),
        )

    words = text_of(client.signed_in(cast.tess).get(page("agency", cast.council)))

    before = words[words.index("Agreements over time") :]
    for shown in ("1 January 2024", "Box 2024", "Box 2025"):
        assert shown in before
    staff = words[words.index("Staff over time") :]
    assert "124" in staff
    assert "125" in staff


@pytest.mark.parametrize(
    ("phone", "is_taken"),
    [("", True), ("01632 960 001", True), ("+44 (0)1632 960001 ext 12", True), ("call me", False), ("12", False)],
)
def test_a_telephone_number_looks_like_one(client, cast, phone, is_taken):
    client.signed_in(cast.cory)
    typed = {"name": "Robin", "role": "Head", "email": "robin@example.org", "phone": phone, "is_main": "no"}

    answer = client.post(page("agency_contact_new", cast.council), typed)

    assert cast.council.contacts.exists() == is_taken
    assert is_taken or "Enter a telephone number, like 01632 960 001" in text_of(answer)


# --- courses ------------------------------------------------------------------------------------------------------------------


def test_a_course_says_what_was_done_and_offers_no_cancelled_session(client, cast):
    client.signed_in(cast.tess)
    coming = own_session(cast, title="Coming one")
    called_off = own_session(cast, title="Called off one")
    client.post(page("session_cancel", called_off), {"reason": "Snow."})
    made = client.post(reverse("partners:course_new"), {"title": "Winter", "key": str(uuid.uuid4())}, follow=True)

    assert "The course is made. Add its sessions." in text_of(made)
    assert "Called off one" not in text_of(made)
    chosen = re.search(r'<select[^>]*name="add"><option value="">Choose a session</option>', made.content.decode())
    assert chosen, "nothing is chosen for who only presses the button"
    assert re.search(r'<a [^>]*aria-current="[^"]*"[^>]*>\s*Sessions', made.content.decode())

    address = made.redirect_chain[-1][0]
    assert "Choose a session." in text_of(client.post(address, {"add": ""}, follow=True))
    refused = client.post(address, {"add": str(called_off.pk)}, follow=True)
    assert "This session was cancelled." in text_of(refused)
    added = text_of(client.post(address, {"add": str(coming.pk)}, follow=True))
    assert "Coming one is in the course now." in added
    assert "Coming one is taken out of the course." in text_of(
        client.post(address, {"remove": str(coming.pk)}, follow=True)
    )


# --- tailored sessions --------------------------------------------------------------------------------------------------------


def test_a_trainer_corrects_the_proposed_dates_until_the_agency_answers(client, cast):
    made = TailoredRequestFactory(agency=cast.council, host=cast.police, asked_by=cast.cory)
    client.signed_in(cast.tess)
    address = page("tailored_propose", made)
    first, second = soon(40), soon(41)
    propose_dates(request_id=made.pk, starts=[first], by=cast.tess, at=timezone.now())
    wrong = made.dates.get()
    assert "Correct the dates" in text_of(client.get(made.get_absolute_url()))
    sent = form_of(client.get(address))
    assert sent["date_1_0"] == first.day, "the form begins with what was proposed"

    corrected = client.post(address, sent | {"date_1_0": second.day, "date_1_1": second.month}, follow=True)

    assert "The dates are proposed. The other side is told by e-mail." in text_of(corrected)
    client.signed_in(cast.cory)
    stale = client.post(page("tailored_answer", made), {"answer": str(wrong.pk), "words": ""})
    assert stale.status_code == 422
    agreed = client.post(page("tailored_answer", made), {"answer": str(made.dates.latest("round").pk)}, follow=True)
    assert "You agreed to the date. The other side is told by e-mail." in text_of(agreed)
    made.refresh_from_db()
    assert made.state == "AGREED"


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


# --- words --------------------------------------------------------------------------------------------------------------------

OF_DJANGO = re.compile(
    r"This field is required|Ensure this value|Enter a whole number\.|Enter a valid URL|Select a valid choice\.$"
)
FORMS = sorted(
    {
        form
        for module in (forms, agencies, prompted, scheduling, tailored)
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, PartnersForm | PartnersOnceForm) and form.base_fields
    },
    key=lambda form: form.__name__,
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_no_form_answers_in_the_words_of_the_framework(form):
    for name, field in form.base_fields.items():
        if isinstance(field.widget, HiddenInput):
            continue
        mended = deepcopy(field)
        use_our_words(mended)
        for typed in ("", "x" * 5000, "-1", "99999999", "1.5"):
            if isinstance(mended, MultiValueField | MultipleChoiceField | FileField):
                typed = []
            try:
                mended.clean(typed)
            except ValidationError as error:
                for said in error.messages:
                    assert not OF_DJANGO.match(said), (name, typed, said)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": "x" * 121}, "Use at most 120 characters"),
        ({"capacity": "501"}, "Enter a number from 1 to 500"),
        ({"minutes": "an hour"}, "Enter a whole number, for example 30"),
        ({"joining_link": "no link"}, "Enter a link like https://meet.example.org/room"),
    ],
)
def test_a_plan_is_refused_in_our_words(client, cast, typed, words):
    refused = client.signed_in(cast.tess).post(page("session_plan"), typed)

    assert refused.status_code == 422
    assert words in text_of(refused)
    assert not re.search("This field is required|Ensure this value", text_of(refused))
