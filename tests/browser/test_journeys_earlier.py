"""A trainer takes over the spreadsheet of somebody experienced, accepts an item of it, and the matrix says what it is."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.factories.accounts import UserFactory
from tests.factories.training import (
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    ProfileModuleFactory,
    RoleProfileFactory,
)
from tests.people import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

FILE = (
    "Module,Completed,Evidence,Mentor,Mentor date,Line manager,LM date\n"
    "Child neglect,02/03/2026,Two referrals,A. Fictitious,03/03/2026,B. Fictitious,09/03/2026\n"
    "Fax machine,soon,,A. Fictitious,03/03/2026,,\n"
)


def furnish(cast: Cast) -> None:
    module = ModuleVersionFactory(module__force=cast.police, module__title="Child neglect", valid_months=None).module
    profile = RoleProfileFactory(force=cast.police, name="Researcher")
    ProfileModuleFactory(profile=profile, module=module)
    ProfileAssignmentFactory(person=cast.olu, profile=profile, assigned_by=cast.tess)


def check(page: Page) -> None:
    assert faults_of(page) == []


def test_a_spreadsheet_signed_on_paper_spares_somebody_experienced_a_module(open_as: OpenAs) -> None:
    cast = make_cast()
    furnish(cast)
    page = open_as(cast.tess)

    page.goto(reverse("training:person", args=[cast.olu.pk]))
    page.get_by_role("link", name="Take over a spreadsheet of initial training").click()
    page.get_by_label("Excel workbook or CSV file").set_input_files(
        {"name": "initial.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    check(page)
    page.get_by_role("button", name="Go on to the columns").click()
    expect(page.get_by_label("Line manager signed on")).to_have_value("6")
    check(page)
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_text("“soon” is not a real date")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Take over 1 row").click()
    expect(page.get_by_text("Taken over: 1. There already: 0. Refused: 1.")).to_be_visible()
    with page.expect_download() as refused:
        page.get_by_role("link", name="Download the refused rows with their reasons (XLSX)").click()
    assert refused.value.suggested_filename == "rows-refused.xlsx"

    # Another trainer than who took it over, and than who signed it on paper.
    page = open_as(UserFactory(agency=cast.police, name="Tara Fictitious", roles=["TRAINER"]))
    page.goto(reverse("training:person", args=[cast.olu.pk]) + "#paper")
    page.get_by_role("link", name="Accept Child neglect").click()
    expect(page.get_by_label("Child neglect: does not run out")).to_be_checked()
    page.get_by_role("button", name="Accept it").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why it counts")
    check(page)
    page.get_by_label("Why does it count?").fill("I saw the signed sheet in the folder.")
    page.get_by_role("button", name="Accept it").click()
    expect(page.get_by_text("Accepted: Child neglect is met.")).to_be_visible()
    check(page)

    page.goto(f"{reverse('training:matrix')}?team={cast.response_team.pk}")
    page.get_by_role("link", name="Signed on paper before: 1").click()
    page.get_by_role("row", name="Olu Fictitious").get_by_role("link", name="Signed on paper before").click()
    expect(page.get_by_text("It stands here as the spreadsheet says it")).to_be_visible()
