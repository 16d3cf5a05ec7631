"""What pages say of sessions, bookings and agencies, and ask before something is gone."""

import re
import uuid
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.forms import FileField, HiddenInput, MultipleChoiceField, MultiValueField
from django.utils import timezone

from audit.models import Entry
from common.templatetags.dates import moment
from partners import forms
from partners.forms import agencies, prompted, scheduling, tailored
from partners.forms.words import PartnersForm, PartnersOnceForm, use_our_words
from partners.models import NamedDelegate
from partners.queries import waiting_for
from partners.services.agencies import record_package, record_staff
from partners.services.scheduling import set_dates
from partners.services.swaps import swap_names
from tests.factories.accounts import UserFactory
from tests.factories.partners import (
    AgencyContactFactory,
    AgencyPackageFactory,
    BookingFactory,
    SharingAgreementFactory,
)
from tests.partners.page_steps import own_session, page, soon
from tests.reading import text_of

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
