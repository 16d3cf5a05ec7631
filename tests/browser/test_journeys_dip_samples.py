"""A dip sample is reviewed to its last incident, and a real worker makes its report while the page shows how far it is."""

import pytest
from playwright.sync_api import expect

from devtools.service import Service
from tests.browser.conftest import OpenAs
from tests.factories.dip_samples import DipSampleFactory, SampledIncidentFactory
from tests.factories.referrals import IncidentFactory
from tests.people import make_cast

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
PATIENCE = 60_000


def test_a_sample_is_reviewed_and_its_report_made_on_demand_and_downloaded(open_as: OpenAs, service: Service) -> None:
    cast = make_cast()
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, size=2)
    for position in (1, 2):
        incident = IncidentFactory(force=cast.police, district=cast.district, officer=cast.olu, team=cast.response_team)
        SampledIncidentFactory(sample=sample, incident=incident, position=position)
    for reviewer in (cast.rae, cast.sam):
        page = open_as(reviewer, sample.get_absolute_url())
        while page.get_by_role("button", name="Review the next incident").count():
            page.get_by_role("button", name="Review the next incident").click()
            page.get_by_role("button", name="Save and next").click()
            expect(page.get_by_role("alert").first).to_be_visible()
            for question in ("required", "found", "live_gap"):
                page.locator(f"input[name={question}][value=NO]").check()
            page.get_by_label("Why do you think so?").fill("Nobody was at risk in this fictitious incident.")
            page.get_by_role("button", name="Save and next").click()
            expect(page.get_by_role("alert")).to_have_count(0)
            page.goto(sample.get_absolute_url())

    supervisor = open_as(cast.sam, "/grading/reports/")
    supervisor.get_by_role("button", name="Make a report").click()
    expect(supervisor.get_by_text("Waiting to start")).to_be_visible()
    expect(supervisor.get_by_role("progressbar")).to_be_visible()
    service.start_worker()
    download = supervisor.locator("a[href$='/download/']").first
    expect(download).to_be_visible(timeout=PATIENCE)
    with supervisor.expect_download() as started:
        download.click()

    assert started.value.path().read_bytes().startswith(b"%PDF")
