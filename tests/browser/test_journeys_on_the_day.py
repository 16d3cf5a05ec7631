"""The day of a session: a code on the screen, somebody who had not booked, the register closed, a certificate that anybody checks."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from partners.models import Booking, Session
from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.factories.partners import BookingFactory, SessionFactory
from tests.people import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_code_on_the_screen_to_a_certificate_that_anybody_checks(open_as: OpenAs) -> None:
    cast = make_cast()
    begun = timezone.now() - timedelta(minutes=20)  # of 90
    session = SessionFactory(host=cast.police, planned_by=cast.tess, starts_at=begun, capacity=3)
    booking = BookingFactory(session=session, user=cast.pat)
    missed = BookingFactory(session=session, user=cast.out)
    trainer = open_as(cast.tess, session.get_absolute_url())

    trainer.get_by_role("button", name="Show a code").click()
    trainer.get_by_role("button", name="Show the code").click()
    code = trainer.locator("[data-code]").inner_text()
    assert faults_of(trainer) == []

    phone = open_as(cast.pat, booking.get_absolute_url(), width=360)
    phone.get_by_role("button", name="Say that you are here").click()
    phone.get_by_label("Code").fill("000000" if code.replace(" ", "") != "000000" else "111111")
    phone.get_by_role("button", name="I am here").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    assert faults_of(phone) == []
    phone.get_by_label("Code").fill(code)
    phone.get_by_role("button", name="I am here").click()
    expect(phone.get_by_role("button", name="Say that you are here")).to_have_count(0)

    trainer.get_by_role("link", name="Take the register by hand").click()
    trainer.get_by_role("button", name="Save, and add somebody who had not booked").click()
    trainer.get_by_label("E-mail address").fill("lee@example.org")
    trainer.get_by_role("button", name="Add").click()
    expect(trainer.get_by_role("alert")).to_be_visible()
    assert faults_of(trainer) == []
    trainer.get_by_label("Name").fill("Lee Fictitious")
    trainer.get_by_label("Agency").select_option(label=str(cast.pat.agency))
    trainer.get_by_role("button", name="Add").click()
    expect(trainer.get_by_text("Lee Fictitious is in the register, as present.")).to_be_visible()
    trainer.get_by_role("button", name="Save and close").click()
    expect(trainer.get_by_text("Who is not marked is recorded as absent.")).to_be_visible()
    expect(trainer.get_by_text("The session goes on until")).to_be_visible()
    trainer.get_by_role("button", name="Close the register").click()
    expect(trainer.get_by_text("The register is closed.")).to_be_visible()
    missed.refresh_from_db()
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["ABSENT", "PRESENT", "PRESENT"]
    assert missed.state == "ABSENT"

    phone.goto(booking.get_absolute_url())
    expect(phone.get_by_role("button", name="Download the certificate")).to_have_count(0)
    Session.objects.filter(pk=session.pk).update(
        starts_at=begun - timedelta(hours=2),
        ends_at=begun - timedelta(minutes=30),
        booking_closes_at=begun - timedelta(hours=2),
    )
    phone.goto(phone.url)
    with phone.expect_download() as started:
        phone.get_by_role("button", name="Download the certificate").click()
    words = " ".join(page.extract_text() for page in PdfReader(started.value.path()).pages)
    assert "Pat Fictitious" in words
    address = re.search(r"/verify/[^\s/]+/", re.sub(r"\s+(?=[\w-]*/)", "", words))
    assert address is not None

    anybody = open_as(None, address.group())
    expect(anybody.get_by_text("This certificate is genuine")).to_be_visible()
    assert "Pat" not in anybody.locator("main").inner_text()
    assert faults_of(anybody) == []
