"""A delegate on a phone without scripts: the last place is gone, the waiting list, the offer, the place, and giving it back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.models import Booking, PlaceHold
from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.factories.partners import SessionFactory
from tests.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def looks_right(page: Page) -> None:
    """Axe is a script: only where the page may have them."""
    assert faults_of(page) == []


def test_a_delegate_waits_accepts_and_cancels_on_a_phone_without_scripts(open_as: OpenAs) -> None:
    cast = make_cast()
    starts = (timezone.now() + timedelta(days=20)).replace(hour=12, minute=0, second=0, microsecond=0)
    session = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=starts, capacity=1)
    first = open_as(cast.out, session.get_absolute_url(), width=360, javascript=False)
    phone = open_as(cast.pat, "/partners/sessions/", width=360, javascript=False)

    first.get_by_role("button", name="Book a place").click()
    heading(first, "Check your booking")
    expect(first.get_by_text("A place is held for you until")).to_be_visible()
    first.get_by_label("Access needs").fill("Captions")
    first.get_by_role("button", name="Book the place").click()
    heading(first, "Place booked")
    assert not PlaceHold.objects.exists()

    phone.get_by_role("link", name=session.title).click()
    phone.get_by_role("button", name="Join the waiting list").click()
    heading(phone, "Check, and join the waiting list")
    phone.get_by_role("button", name="Join the waiting list").click()
    booking = Booking.objects.get(user=cast.pat)
    heading(phone, f"Booking {booking.reference}")
    expect(phone.get_by_text("Number 1 on the waiting list.")).to_be_visible()

    first.get_by_role("link", name="See the booking").click()
    first.get_by_role("button", name="Cancel the booking").click()
    first.get_by_label("Why you cancel").fill("On leave")
    first.get_by_role("button", name="Cancel the booking").click()
    expect(first.get_by_text("Somebody else can have the place now.")).to_be_visible()

    phone.goto("/")
    phone.get_by_role("link", name="place offered from a waiting list").click()
    phone.get_by_role("link", name=booking.reference).click()
    phone.get_by_role("button", name="Answer the offer").click()
    heading(phone, "A place is offered")
    phone.get_by_role("button", name="Accept the place").click()
    heading(phone, "Place booked")

    phone.get_by_role("link", name="See the booking").click()
    expect(phone.get_by_text("You see it here from")).to_be_visible()
    phone.get_by_role("button", name="Cancel the booking").click()
    phone.get_by_role("button", name="Cancel the booking").click()
    expect(phone.get_by_text("On the waiting list,")).to_be_visible()
    booking.refresh_from_db()
    assert [change.to_state for change in booking.changes.order_by("number")] == [
        "WAITING",
        "OFFERED",
        "BOOKED",
        "CANCELLED",
    ]


def test_a_coordinator_books_a_list_on_a_phone(open_as: OpenAs) -> None:
    cast = make_cast()
    starts = timezone.now() + timedelta(days=20)
    session = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=starts, capacity=1)
    phone = open_as(cast.cory, session.get_absolute_url(), width=360)

    phone.get_by_role("link", name="Book several people").click()
    phone.get_by_label("People, one on each line").fill("Jo Fictitious, jo@\nKim Fictitious, kim@example.org")
    phone.get_by_label("put the others on the waiting list").check()
    looks_right(phone)
    phone.get_by_role("button", name="Check the list").click()
    heading(phone, "Check the list")
    expect(phone.get_by_text("This is not an e-mail address")).to_be_visible()
    looks_right(phone)
    phone.get_by_role("button", name="Correct the list").click()
    phone.get_by_label("People, one on each line").fill(
        "Jo Fictitious, jo@example.org\nKim Fictitious, kim@example.org"
    )
    phone.get_by_role("button", name="Check the list").click()
    looks_right(phone)
    phone.get_by_role("button", name="Book these people").click()
    heading(phone, "Group booked")
    looks_right(phone)

    phone.get_by_role("link", name="BKG-").first.click()
    phone.get_by_role("link", name="Give the place to a colleague").click()
    phone.get_by_label("Their name").fill("Lee Fictitious")
    phone.get_by_label("Their work e-mail address").fill("lee@example.org")
    looks_right(phone)
    phone.get_by_role("button", name="Give them the place").click()
    expect(phone.get_by_text("Lee Fictitious has the place now.")).to_be_visible()
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["BOOKED", "HANDED_ON", "WAITING"]
