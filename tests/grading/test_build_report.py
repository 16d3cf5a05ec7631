"""`manage.py build_report`: progress, a summary, and an error that changes nothing."""

import hashlib
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from grading.models import Report
from jobs.models import Job
from tests.factories.dip_samples import FORTY, DipSampleFactory, reviewed_sample
from tests.factories.grading import GradingRoundFactory
from tests.grading.round_reports import graded
from tests.people import Cast


def build(*arguments: str) -> str:
    output = StringIO()
    call_command("build_report", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def sample(cast: Cast):
    return reviewed_sample(FORTY, force=cast.police, by=cast.sam, district=cast.district)


def test_it_shows_progress_and_a_summary_and_copies_the_file(cast, sample, tmp_path):
    target = tmp_path / "report.pdf"

    lines = build("--by", "SAM@example.org", "--period", "2026-08", "--output", str(target)).splitlines()

    report = Report.objects.get()
    assert lines[:6] == [
        "Dip sample of July to August 2026",
        "0/4 Working out the figures",
        "1/4 Drawing the pages",
        "2/4 Writing the tables",
        "3/4 Keeping the files",
        "4/4 Finished",
    ]
    assert f"SHA-256 {report.sha256}" in lines
    assert report.get_absolute_url() in lines
    assert hashlib.sha256(target.read_bytes()).hexdigest() == report.sha256


def test_it_takes_the_newest_sample_that_is_reviewed(cast, sample):
    build("--by", "sam@example.org")

    assert Report.objects.get().dip_sample == sample


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", "nobody@example.org"], "Nobody here signs in"),
        (["--by", "leda@example.org", "--period", "2026-07"], "There is no dip sample"),
        (["--by", "sam@example.org", "--period", "July"], "is not a month"),
        (["--by", "sam@example.org", "--period", "2026-01"], "There is no dip sample of January to February 2026"),
        (["--by", "sam@example.org", "--period", "2026-09"], "once every incident"),
        (["--by", "rae@example.org"], "Only who runs dip samples"),
        (["--by", "sam@example.org", "--output", "/no/such/folder/x.pdf"], "There is no folder"),
    ],
)
def test_bad_input_is_an_error_and_changes_nothing(cast, sample, arguments, message):
    DipSampleFactory(force=cast.police, drawn_by=cast.sam, period_start="2026-09-01", period_end="2026-10-31")

    with pytest.raises(CommandError, match=message):
        build(*arguments)

    assert not Report.objects.exists()
    assert not Job.objects.exists()


def test_a_report_that_cannot_be_made_is_an_error(cast, sample, monkeypatch):
    monkeypatch.setattr("jobs.services.working.MOST_ATTEMPTS", 1)
    monkeypatch.setattr("grading.documents.dip_sample_report.TEMPLATE", "no_such_template.html")

    with pytest.raises(CommandError, match="could not be made: TemplateDoesNotExist"):
        build("--by", "sam@example.org")


def test_it_makes_the_report_of_a_round(cast):
    round = graded(cast, [3] * 5)

    lines = build("--by", "sam@example.org", "--kind", "round").splitlines()
    build("--by", "sam@example.org", "--kind", "round", "--period", "2026-08")

    assert lines[0] == "Grading round July to September 2026"
    assert [report.round for report in Report.objects.made()] == [round, round]


def test_it_makes_the_report_of_a_year(cast, sample, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2027, 3, 1, tzinfo=UTC))

    assert build("--by", "sam@example.org", "--kind", "annual").splitlines()[0] == "Year 2026"
    build("--by", "sam@example.org", "--kind", "annual", "--period", "2026")

    assert [report.year for report in Report.objects.made()] == [2026, 2026]
    assert Report.objects.first().figures["findings"][0].startswith("No dip sample of 2026 is published")


@pytest.mark.parametrize(
    ("kind", "period", "message"),
    [
        ("round", None, "There is no grading round that is published"),
        ("round", "2026-01", "There is no grading round of January to March 2026"),
        ("round", "2026-08", "once the round is published"),
        ("round", "2026", "is not a month"),
        ("annual", "2026-01", "is not a year"),
        ("annual", "1999", "a year that is over"),
    ],
)
def test_bad_input_of_rounds_and_years_is_an_error_too(cast, kind, period, message):
    GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")

    with pytest.raises(CommandError, match=message):
        build("--by", "sam@example.org", "--kind", kind, *(["--period", period] if period else []))

    assert not Report.objects.exists()
