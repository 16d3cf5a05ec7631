"""The spreadsheet of a report says what its PDF says, never changes, and each download is recorded."""

import hashlib
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Entry
from grading.documents.dip_sample_tables import xlsx_of
from grading.enums import ReportFile
from grading.models import DipSample, Report
from grading.queries.reports import content_of
from grading.services import reports as services
from grading.services.reports import CannotHandOut
from jobs import services as jobs
from tests.factories.accounts import AgencyFactory, AreaFactory
from tests.factories.dip_samples import FORTY, reviewed_sample
from tests.factories.reports import ReportFactory
from tests.people import NOW


@pytest.fixture
def sample(cast) -> DipSample:
    """The forty incidents of the worked example, published."""
    kinds = ["DOMESTIC", "CHILD_CONCERN"]
    return reviewed_sample(
        FORTY, force=cast.police, by=cast.sam, district=cast.district, kinds=kinds, state="PUBLISHED"
    )


@pytest.fixture
def report(sample, cast) -> Report:
    """Made, as a worker does it."""
    asked = services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)
    jobs.run(job_id=asked.job_id, at=timezone.now())
    asked.refresh_from_db()
    return asked


def rows_of(content: bytes, sheet: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content))[sheet]]


def test_it_says_the_figures_that_are_stored_with_the_report(report):
    with report.tables.open("rb") as file:
        content = file.read()

    assert content == xlsx_of(report.figures)
    figures = {row[0]: row[1:] for row in rows_of(content, "Figures")}
    assert figures["Compliance: every form that was needed"] == [22, 25, 88, 70, 95.8]
    assert figures["Form sent though none was needed"] == [3, 13, 23.1, 8.2, 50.3]
    assert figures["Unclear, for others to settle"][0] == 2
    kinds = report.figures["groups"][0]["lines"]
    assert [row[:4] for row in rows_of(content, "By kind of incident")[1:]] == [
        [
            line["name"],
            line["compliance"]["successes"],
            line["compliance"]["n"],
            float(line["compliance"]["percent"]),
        ]
        for line in kinds
    ]
    assert ["Seed", "a fixed seed"] in rows_of(content, "Method")
    assert ["Finding 1", report.figures["findings"][0]] in rows_of(content, "About")


def test_its_fingerprint_is_kept_and_stands_on_the_page(report, client, cast):
    with report.tables.open("rb") as file:
        content = file.read()

    assert (report.tables_sha256, report.tables_size) == (hashlib.sha256(content).hexdigest(), len(content))
    page = client.signed_in(cast.leda).get(report.get_absolute_url()).content.decode()
    assert report.tables_sha256 in page


def test_a_download_gives_those_bytes_and_is_recorded(report, client, cast):
    answer = client.signed_in(cast.leda).get(reverse("grading:report_tables", args=[report.pk]))

    assert hashlib.sha256(answer.content).hexdigest() == report.tables_sha256
    assert answer["Content-Disposition"] == 'attachment; filename="dip-sample-2026-07-to-2026-08.xlsx"'
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store, private")
    entry = Entry.objects.get(what="grading.report_downloaded")
    assert (entry.actor_id, entry.details["file"]) == (str(cast.leda.pk), "XLSX")


def test_one_that_is_not_what_was_made_is_not_handed_out(sample, cast):
    report = ReportFactory(dip_sample=sample, made=True)
    default_storage.delete(report.tables.name)
    default_storage.save(report.tables.name, ContentFile(b"PK forged"))

    with pytest.raises(CannotHandOut, match="not the one that was made"):
        services.hand_out(report_id=report.pk, by=cast.sam, at=NOW, which=ReportFile.XLSX)


def test_a_report_of_before_has_none_and_says_so(sample, client, cast):
    report = ReportFactory(dip_sample=sample, made=True, tables="", tables_sha256="", tables_size=None)
    client.signed_in(cast.sam)

    assert "Download the tables" not in client.get(report.get_absolute_url()).content.decode()
    answer = client.get(reverse("grading:report_tables", args=[report.pk]), follow=True)
    assert "made before there were spreadsheets" in answer.content.decode()


def test_the_database_keeps_it_whole_and_unchanged(sample, report):
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(tables_sha256="0" * 64)
    with pytest.raises(IntegrityError, match="report_tables_are_whole"), transaction.atomic():
        ReportFactory(dip_sample=sample, made=True, tables_sha256="")
    with pytest.raises(IntegrityError, match="report_tables_are_whole"), transaction.atomic():
        ReportFactory(dip_sample=sample, tables="a.xlsx", tables_sha256="0" * 64, tables_size=1)


def test_no_small_number_is_in_it(cast):
    outcomes = ["COMPLIANT"] * 4 + ["OVER_SUBMITTED"] * 3
    content = content_of(reviewed_sample(outcomes, force=cast.police, by=cast.sam, district=cast.district))

    book = load_workbook(BytesIO(xlsx_of(content)))

    assert book.sheetnames == ["About", "Figures", "Forms found", "Agreement", "Method"]
    figures = {row[0]: row[1:] for row in rows_of(xlsx_of(content), "Figures")}
    assert figures["Compliance: every form that was needed"] == ["fewer than 5, not shown", None, None, None, None]


def test_names_that_look_like_formulas_are_text(cast):
    words = '=HYPERLINK("http://127.0.0.1:1/","x")'
    sample = reviewed_sample(
        ["COMPLIANT"] * 6,
        force=AgencyFactory(name=words, kind="POLICE"),
        by=cast.sam,
        district=AreaFactory(name=words),
        rule={"words": words},
        seed=words,
    )

    book = load_workbook(BytesIO(xlsx_of(content_of(sample))))

    found = [cell for sheet in book for row in sheet for cell in row if cell.value == words]
    assert len(found) == 4
    assert {cell.data_type for cell in found} == {"s"}
