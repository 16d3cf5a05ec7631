"""A senior leader reads what was published, and nothing that would tell of few people."""

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenAs, sign_in
from tests.factories.dip_samples import reviewed_sample
from tests.factories.grading import GradingRoundFactory, RoundItemFactory
from tests.factories.referrals import ReferralFactory
from tests.factories.reports import ReportFactory
from tests.people import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def published_round(cast: Cast) -> None:
    """Six PPNs of domestic abuse, two of them also about a child."""
    round = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    for number, grade in enumerate((2, 3, 3, 3, 4, 4)):
        types = ["DOMESTIC_ABUSE", "CHILD"] if number < 2 else ["DOMESTIC_ABUSE"]
        RoundItemFactory(round=round, referral=ReferralFactory(author=cast.olu, types=types), agreed=grade)


def test_a_leader_goes_from_grades_to_compliance_to_the_report_with_its_fingerprint(open_as: OpenAs) -> None:
    cast = make_cast()
    published_round(cast)
    sample = reviewed_sample(
        ["COMPLIANT"] * 6 + ["MISSING"] * 2, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED"
    )
    report = ReportFactory(dip_sample=sample, made=True)
    page = open_as(None, "/")
    sign_in(page, cast.leda)

    page.goto("/grading/trend/")
    expect(page.get_by_role("row", name=re.compile("July to September 2026")).get_by_text("3.17")).to_be_visible()
    page.get_by_role("link", name="By type, district, team, agency and criterion").click()
    expect(page.get_by_role("row", name=re.compile("^Child"))).to_contain_text("Too few to show figures")
    expect(page.get_by_role("row", name=re.compile("^Domestic abuse"))).to_contain_text("3.17")

    page.goto("/grading/dip-samples/compliance/")
    expect(page.get_by_text("6 of 8").first).to_be_visible()

    page.goto("/grading/reports/")
    page.get_by_role("link", name=re.compile(f"^{sample.period.label}")).click()
    expect(page.get_by_text(report.sha256)).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the PDF").click()
    assert hashlib.sha256(Path(started.value.path()).read_bytes()).hexdigest() == report.sha256

    for closed in ("/grading/rounds/new/", "/grading/dip-samples/earlier/new/", "/grading/reports/schedules/new/"):
        answer = page.goto(closed)
        assert answer is not None
        assert answer.status == 403, closed
