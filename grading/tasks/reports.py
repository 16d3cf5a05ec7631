"""Making a report's files, exactly once, and telling its readers."""

import hashlib
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.pdf import Pdf
from grading import notifications
from grading.documents.reports import pdf_of, xlsx_of
from grading.models import GradingRound, Report, ReportYear
from grading.queries.annual import content_of_year
from grading.queries.reports import content_of
from grading.queries.round_report import content_of_round
from jobs.services import Lease, LeaseLost, enqueue, follow_up

STEPS = 4
FILLED = ("file", "sha256", "size", "pages", "tables", "tables_sha256", "tables_size")
FOLDER = "reports"


@follow_up(queue="reports")
def make_report(*, lease: Lease, report_id: str) -> None:
    """Make the PDF and the spreadsheet and keep them. Whatever happens to the worker in the middle, one of each is kept in the end.

    The files are written first, under names of this attempt's own; the row that names them, its entry in the access log, the
    mail to its readers and the end of the job are one transaction. An attempt that dies leaves at most files that nobody
    names, which the next one removes.
    """
    report = Report.objects.select_related("dip_sample__force", "round__force", "force").get(pk=report_id)
    lease.progress(stage="Working out the figures", done=0, total=STEPS)
    content = _content_of(report)
    lease.progress(stage="Drawing the pages", done=1, total=STEPS)
    pdf = pdf_of(content)
    lease.progress(stage="Writing the tables", done=2, total=STEPS)
    tables = xlsx_of(content)
    lease.progress(stage="Keeping the files", done=3, total=STEPS)
    attempt = f"{FOLDER}/{report.pk}/{uuid.uuid4()}"
    names: list[str] = []
    try:
        names.append(default_storage.save(f"{attempt}.pdf", ContentFile(pdf.content)))
        names.append(default_storage.save(f"{attempt}.xlsx", ContentFile(tables)))
        report.file.name, report.tables.name = names
        _finish(report, lease=lease, pdf=pdf, tables=tables, content=content, at=timezone.now())
    except LeaseLost:
        for name in names:
            default_storage.delete(name)
        raise
    remove_other_files(str(report.pk), keep=report.file_names)


def _content_of(report: Report) -> dict[str, Any]:
    of = report.subject
    if isinstance(of, ReportYear):
        assert report.force is not None  # noqa: S101 -- the database has it (report_is_of_what_its_kind_says)
        return content_of_year(report.force, of.year, on=london_day(report.requested_at))
    return content_of_round(of) if isinstance(of, GradingRound) else content_of(of)


@follow_up(queue="mail")
def email_readers_about_report(*, lease: Lease, report_id: str) -> None:
    notifications.email_readers_about_report(report_id=report_id)


@transaction.atomic
def _finish(report: Report, *, lease: Lease, pdf: Pdf, tables: bytes, content: dict[str, object], at: datetime) -> None:
    lease.progress(stage="Finished", done=STEPS, total=STEPS)
    lease.finish()
    report.figures, report.made_at = content, at
    report.sha256, report.size, report.pages = hashlib.sha256(pdf.content).hexdigest(), len(pdf.content), pdf.pages
    report.tables_sha256, report.tables_size = hashlib.sha256(tables).hexdigest(), len(tables)
    report.save(update_fields=[*FILLED, "figures", "made_at"])
    audit.record(
        verb=Verb.COLLECTED,
        what="grading.report_made",
        at=at,
        actor=None,
        subject=report,
        sha256=report.sha256,
        pages=report.pages,
        tables_sha256=report.tables_sha256,
    )
    enqueue(email_readers_about_report, at=at, report_id=report.pk)


def remove_other_files(folder: str, *, keep: Collection[str]) -> int:
    """Remove what attempts that were cut short left in a report's folder; return how many files."""
    folder = f"{FOLDER}/{folder}"
    if not default_storage.exists(folder):
        return 0
    left = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    others = [name for name in left if name not in keep]
    for name in others:
        default_storage.delete(name)
    return len(others)
