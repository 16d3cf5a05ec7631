"""A coordinator asks for a session of the agency's own; a trainer plans a series on a telephone without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.models import Session, SessionSeries, TailoredRequest
from tests.browser.conftest import OpenAs
from tests.people import make_cast


def fill_moment(page: Page, name: str, moment, clock: str) -> None:
    for part, value in enumerate((moment.day, moment.month, moment.year, clock)):
        page.locator(f"#id_{name}_{part}").fill(str(value))


@pytest.mark.django_db(transaction=True)
def test_a_coordinator_asks_for_a_session_and_agrees_to_a_date(open_as: OpenAs) -> None:
    cast = make_cast()
    page = open_as(cast.cory, "/partners/tailored/")
    page.get_by_role("button", name="Ask for a session").click()
    page.get_by_label("CPI form").check()
    page.get_by_label("Who is it for?").fill("Reception staff of three practices")
    page.get_by_label("How many people?").fill("12")
    page.get_by_label("What should they take away?").fill("When to send a form.")
    page.get_by_label("When would it suit?").fill("Tuesday evenings")
    page.get_by_label("Online").check()
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("Waiting for a trainer of the force")).to_be_visible()
    address = page.url

    trainer = open_as(cast.tess, "/partners/tailored/?show=turn")
    trainer.get_by_role("link", name="CPI form for Reception staff").click()
    trainer.get_by_role("button", name="Propose dates").click()
    fill_moment(trainer, "date_1", timezone.now() + timedelta(days=40), "18:30")
    trainer.get_by_role("button", name="Propose dates").click()
    expect(trainer.get_by_text("Waiting for the agency's coordinator")).to_be_visible()

    page.goto(address)
    expect(page.get_by_text("It is your turn.")).to_be_visible()
    page.get_by_role("button", name="Answer").click()
    page.get_by_label("6:30pm").check()
    page.get_by_role("button", name="Answer the proposal").click()
    expect(page.get_by_text("Date agreed", exact=True)).to_be_visible()
    assert TailoredRequest.objects.get().state == "AGREED"


@pytest.mark.django_db(transaction=True)
def test_a_trainer_plans_a_series_on_a_telephone_without_scripts(open_as: OpenAs) -> None:
    cast = make_cast()
    page = open_as(cast.tess, "/partners/sessions/", width=360, javascript=False)
    page.get_by_role("button", name="Plan a session").click()
    page.get_by_label("CPI form").check()
    page.get_by_label("Title").fill("The CPI form for practices")
    fill_moment(page, "starts_at", timezone.now() + timedelta(days=60), "18:30")
    page.get_by_label("Online").check()
    page.get_by_label("Agencies of some kinds").check()
    page.get_by_label("General practice").check()
    page.get_by_role("button", name="Plan the session").click()
    expect(page.get_by_role("heading", name="The CPI form for practices")).to_be_visible()

    page.get_by_role("link", name="Repeat it").click()
    page.get_by_label("Every week").check()
    page.get_by_label("How many more sessions").fill("3")
    page.get_by_role("button", name="Plan the sessions").click()
    if page.get_by_label("I have read the warning").count():  # a bank holiday among them, at some times of the year
        page.get_by_label("I have read the warning").check()
        page.get_by_role("button", name="Plan the sessions").click()
    expect(page.locator("main ol > li")).to_have_count(4)

    assert SessionSeries.objects.get().parts.count() == 4
    assert {session.audience for session in Session.objects.all()} == {"KINDS"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
