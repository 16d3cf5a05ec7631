"""`manage.py build_report`: progress, a summary, and an error that changes nothing."""

import hashlib
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from grading.models import Report
from jobs.models import Job
from tests.factories.dip_samples import FORTY, DipSampleFactory, reviewed_sample
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
    monkeypatch.setattr("jobs.services.MOST_ATTEMPTS", 1)
    monkeypatch.setattr("grading.documents.dip_sample_report.TEMPLATE", "no_such_template.html")

    with pytest.raises(CommandError, match="could not be made: TemplateDoesNotExist"):
        build("--by", "sam@example.org")
