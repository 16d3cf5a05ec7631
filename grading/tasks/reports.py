"""Making a report's file, exactly once, and telling its readers."""

import hashlib
import uuid
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from audit import services as audit
from audit.enums import Verb
from common.pdf import Pdf
from grading import notifications
from grading.documents.dip_sample_report import pdf_of
from grading.models import Report
from grading.queries.reports import content_of
from jobs.services import Lease, LeaseLost, enqueue, follow_up

STEPS = 3
FOLDER = "reports"


@follow_up(queue="reports")
def make_report(*, lease: Lease, report_id: str) -> None:
    """Make the file and keep it. Whatever happens to the worker in the middle, one file is kept in the end.

    The file is written first, under a name of this attempt's own; the row that names it, its entry in the access log, the
    mail to its readers and the end of the job are one transaction. An attempt that dies leaves at most a file that nobody
    names, which the next one removes.
    """
    report = Report.objects.select_related("dip_sample__force").get(pk=report_id)
    lease.progress(stage="Working out the figures", done=0, total=STEPS)
    content = content_of(report.dip_sample)
    lease.progress(stage="Drawing the pages", done=1, total=STEPS)
    pdf = pdf_of(content)
    lease.progress(stage="Keeping the file", done=2, total=STEPS)
    name = default_storage.save(f"{FOLDER}/{report.pk}/{uuid.uuid4()}.pdf", ContentFile(pdf.content))
    try:
        _finish(report, lease=lease, name=name, pdf=pdf, content=content, at=timezone.now())
    except LeaseLost:
        default_storage.delete(name)
        raise
    remove_other_files(str(report.pk), keep=name)


@follow_up(queue="mail")
def email_readers_about_report(*, lease: Lease, report_id: str) -> None:
    notifications.email_readers_about_report(report_id=report_id)


@transaction.atomic
def _finish(report: Report, *, lease: Lease, name: str, pdf: Pdf, content: dict[str, object], at: datetime) -> None:
    lease.progress(stage="Finished", done=STEPS, total=STEPS)
    lease.finish()
    report.file.name, report.figures, report.made_at = name, content, at
    report.sha256, report.size, report.pages = hashlib.sha256(pdf.content).hexdigest(), len(pdf.content), pdf.pages
    report.save(update_fields=["file", "sha256", "size", "pages", "figures", "made_at"])
    audit.record(
        verb=Verb.COLLECTED,
        what="grading.report_made",
        at=at,
        actor=None,
        subject=report,
        sha256=report.sha256,
        pages=report.pages,
    )
    enqueue(email_readers_about_report, at=at, report_id=report.pk)


def remove_other_files(folder: str, *, keep: str) -> int:
    """Remove what attempts that were cut short left in a report's folder; return how many files."""
    folder = f"{FOLDER}/{folder}"
    if not default_storage.exists(folder):
        return 0
    left = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    others = [name for name in left if name != keep]
    for name in others:
        default_storage.delete(name)
    return len(others)
