"""Decision, sharing in parts, the pack, further work and feedback, each by the person whose step it is."""

from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from referrals.models import Referral
from tests.browser.conftest import OpenAs
from tests.people import make_cast
from tests.referrals.conftest import Life

pytestmark = pytest.mark.django_db(transaction=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_the_hub_decides_shares_a_part_prints_the_pack_and_the_writer_helps_the_agency(open_as: OpenAs) -> None:
    cast = make_cast()
    received = Life(cast).submitted(history="Two earlier nights.", voice="I keep the light on.")
    url = f"/referrals/{received.pk}/"
    hub = open_as(cast.mina, url)

    hub.get_by_role("button", name="Record a decision").click()
    hub.get_by_label("Level 4: social care").check()
    hub.get_by_label("Pathway").select_option("SECTION_17")
    hub.get_by_label("School or college").check()
    hub.get_by_text("Write the reasons under the six headings").click()
    hub.get_by_label("Threat and risk").fill("Harm at night, likely to go on, for he is alone and six.")
    hub.get_by_label("What may be told to who wrote it").fill("Well seen. Children's services assess.")
    press(hub, "Record the decision")
    heading(hub, received.reference)
    expect(hub.get_by_text("Children Act 1989, section 17: child in need")).to_be_visible()

    hub.get_by_role("button", name="Share with an agency").click()
    hub.get_by_label("Share with", exact=True).select_option(label=cast.council.name)
    press(hub, "Continue")
    hub.get_by_label("Risk", exact=True).uncheck()
    hub.get_by_label("Public task").check()
    hub.get_by_label("Why does this agency need it?").fill("They can assess.")
    press(hub, "Share")
    expect(hub.get_by_text("Shared with Testham")).to_be_visible()
    with hub.expect_download() as pack:
        hub.get_by_role("link", name="Print pack (PDF)").click()
    paper = " ".join(page.extract_text() for page in PdfReader(BytesIO(Path(pack.value.path()).read_bytes())).pages)
    assert "I keep the light on." in paper
    assert "Two earlier nights." not in paper

    agency = open_as(cast.pat, url)
    expect(agency.get_by_text("I keep the light on.")).to_be_visible()
    expect(agency.get_by_text("Two earlier nights.")).to_have_count(0)
    agency.get_by_role("button", name="Answer").click()
    agency.get_by_label("Further work needed").check()
    press(agency, "Send the answer")
    expect(agency.get_by_role("alert").get_by_role("link")).to_have_text(
        ["Choose what is missing.", "Say in words why, or what is missing."]
    )
    agency.get_by_label("Who has parental responsibility").check()
    agency.get_by_label("In your words").fill("Who may we ring?")
    press(agency, "Send the answer")
    expect(agency.get_by_text("Who may we ring?")).to_be_visible()

    officer = open_as(cast.olu, "/", width=360)
    officer.locator(".app-waiting__link").filter(has_text="news").click()
    officer.get_by_role("link", name=received.reference).click()
    expect(officer.get_by_text("Well seen. Children's services assess.")).to_be_visible()
    press(officer, "I have read this")
    expect(officer.get_by_role("button", name="I have read this")).to_have_count(0)
    officer.get_by_role("link", name="Send what is missing").click()
    officer.get_by_label("What was missing").fill("The grandmother has it.")
    press(officer, "Send it")
    expect(officer.get_by_text("The grandmother has it.")).to_be_visible()

    agency.reload()
    expect(agency.get_by_text("The grandmother has it.")).to_be_visible()
    agency.get_by_role("button", name="Answer").click()
    agency.get_by_label("Accepted").check()
    press(agency, "Send the answer")
    expect(agency.get_by_text("Your answer was sent")).to_be_visible()
    assert Referral.objects.get().state == "ANSWERED"
