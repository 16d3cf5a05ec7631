"""Mail about reports: the period and a link only. Each reader signs in, and sees what they may see."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from grading.models import Report
from grading.queries.reports import readers_of


def email_readers_about_report(*, report_id: str) -> None:
    """Tell those who may read the report that it is there, each hidden from the others."""
    report = Report.objects.select_related("dip_sample").get(pk=report_id)
    readers = readers_of(report, on=timezone.localdate())
    if not readers:
        return
    lines = [
        f"A report is ready: {report}.",
        f"Sign in to read it: {settings.SITE_URL}{report.get_absolute_url()}",
        settings.SERVICE_NAME,
    ]
    EmailMessage(
        subject=f"A report is ready: {report.dip_sample}",
        body="\n\n".join(lines),
        to=[settings.DEFAULT_FROM_EMAIL],
        bcc=readers,
    ).send()
