"""Intelligence staff evaluate a CPI form: from the home page to the thanks, at 360 pixels for the one who reads second."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from referrals import services
from referrals.models import CpiAssessment
from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.factories.accounts import UserFactory
from tests.people import make_cast
from tests.permissions.intelligence import INFORMATION


@pytest.mark.django_db(transaction=True)
def test_a_cpi_form_is_looked_at_graded_by_two_routed_and_closed_with_thanks(open_as: OpenAs) -> None:
    cast = make_cast()
    second = UserFactory(agency=cast.police, name="Ivor Fictitious", roles=["INTELLIGENCE_OFFICER"])
    referral = services.submit_complete_referral(
        kind="CPI",
        answers=INFORMATION,
        people=[],
        key="3f0c2a52-8a3e-4c8e-9f60-0d6f4f8a1f11",
        by=cast.pat,
        at=timezone.now(),
    )

    page = open_as(cast.ines, "/")
    page.get_by_role("link", name=re.compile("waiting for a first look")).click()
    page.get_by_role("link", name=referral.reference).click()
    page.get_by_role("button", name="Begin the evaluation").click()
    page.get_by_role("button", name="Write a report").click()
    page.get_by_label("The report").fill("Pat says that cars call at the garages at night.")
    page.get_by_label("2: untested").check()
    page.get_by_label("B: known indirectly, corroborated").check()
    page.get_by_label("C: lawful sharing permitted with conditions").check()
    page.get_by_label("Low: everything else").check()
    page.get_by_role("button", name="Save the report").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Handling C needs the conditions.")
    expect(page.get_by_label("The report")).to_have_value("Pat says that cars call at the garages at night.")
    page.get_by_label("Conditions of sharing").fill("Not beyond the police.")
    page.get_by_role("button", name="Save the report").click()
    expect(page.get_by_text("Look again: “Pat” may lead to the source.")).to_be_visible()
    page.get_by_role("link", name="Change report 1").click()
    page.get_by_label("The report").fill("Cars call at the garages at night.")
    page.get_by_role("button", name="Save the report").click()
    expect(page.get_by_text("Look again")).to_have_count(0)
    assert faults_of(page) == []

    other = open_as(second, "/", width=360)
    other.get_by_role("link", name=re.compile("to read a second time")).click()
    other.get_by_role("link", name=referral.reference).click()
    other.get_by_role("button", name="I have read report 1 and stand by it").click()
    expect(other.get_by_text("It is recorded that you read the report a second time.")).to_be_visible()
    assert faults_of(other) == []

    page.reload()
    page.get_by_role("button", name="Finish the grading").click()
    page.get_by_role("button", name="Choose where the reports go").click()
    page.get_by_label("Intelligence log").check()
    page.get_by_label("Safeguarding, at the hub").check()
    page.get_by_role("button", name="Choose where the reports go").click()
    expect(page.get_by_text("No second copy is made.")).to_be_visible()
    page.get_by_role("button", name="Close and tell them").click()
    expect(page.get_by_text("The evaluation is closed.")).to_be_visible()
    page.goto("/referrals/intelligence/reports/")
    expect(page.get_by_role("main")).to_contain_text("2BC")
    expect(page.get_by_role("main")).not_to_contain_text("Pat")

    writer = open_as(cast.pat, referral.get_absolute_url())
    expect(writer.get_by_text("It was passed on as a safeguarding concern.")).to_be_visible()
    decider = open_as(cast.mina, referral.get_absolute_url())
    expect(decider.get_by_text("Cars call at the garages at night.").first).to_be_visible()
    assert CpiAssessment.objects.get().state == "CLOSED"
