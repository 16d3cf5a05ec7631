"""Have the report of a dip sample made, here and now."""

import re
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from common.clock import two_month_period_of
from common.errors import DomainError
from grading.models import DipSample, Report
from grading.services import reports
from jobs import services as jobs

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


class Command(BaseCommand):
    """`manage.py build_report --by sam@example.org [--period 2026-07] [--output report.pdf]`: as the page does it.

    Needs no worker. When one takes the work first, this waits for it.
    """

    help = (
        "Make the report of a dip sample: of the newest one that is fully reviewed, or of the one with the given month."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who runs dip samples, and asks for it")
        parser.add_argument(
            "--period", metavar="YYYY-MM", help="a month of the sample's two; default: the newest sample"
        )
        parser.add_argument("--output", type=Path, metavar="FILE", help="put a copy of the PDF there")
        parser.add_argument("--seconds", type=int, default=300, help="how long to wait for a worker (%(default)s)")

    def handle(
        self, *args: Any, by: str, period: str | None, output: Path | None, seconds: int, **options: Any
    ) -> None:
        if output is not None and not output.resolve().parent.is_dir():
            raise CommandError(f"Nothing was made.\nThere is no folder {output.resolve().parent}.")
        person = User.objects.select_related("agency").filter(email__iexact=by, is_active=True).first()
        if person is None:
            raise CommandError(f"Nothing was made.\nNobody here signs in as {by}.")
        sample = _sample(person, period)
        self.stdout.write(f"Dip sample of {sample}")
        try:
            report = reports.request_report(sample_id=sample.pk, by=person, at=timezone.now())
        except DomainError as error:
            raise CommandError(f"Nothing was made.\n{error}") from error
        began = time.monotonic()
        jobs.run(job_id=report.job_id, at=timezone.now(), tell=self.tell)
        self.wait(report, seconds=seconds)
        size = f"{report.pages} pages, {report.size:,} bytes, {time.monotonic() - began:.1f} s"
        self.stdout.write(f"{report}: {size}\nSHA-256 {report.sha256}\n{report.get_absolute_url()}")
        if output is not None:
            output.write_bytes(reports.hand_out(report_id=report.pk, by=person, at=timezone.now()))
            self.stdout.write(f"Copied to {output}")

    def tell(self, stage: str, done: int, total: int) -> None:
        self.stdout.write(f"{done}/{total} {stage}")
        self.stdout.flush()

    def wait(self, report: Report, *, seconds: int) -> None:
        """Until it is made, if a worker has it; an error when it failed or nothing comes."""
        deadline = time.monotonic() + seconds
        while True:
            report.refresh_from_db()
            if report.is_made:
                return
            report.job.refresh_from_db()
            if report.job.error:
                raise CommandError(f"The report could not be made: {report.job.error}")
            if time.monotonic() > deadline:
                raise CommandError(f"The report is not made after {seconds} seconds; it waits for a worker.")
            time.sleep(0.2)


def _sample(person: User, period: str | None) -> DipSample:
    samples = DipSample.objects.visible_to(person).newest_first()
    if period is None:
        found = samples.reportable().first()
        if found is None:
            raise CommandError("Nothing was made.\nThere is no dip sample of which every incident has been reviewed.")
        return found
    month = _MONTH.fullmatch(period)
    if month is None:
        raise CommandError(f"Nothing was made.\n{period} is not a month: write it like 2026-07.")
    months = two_month_period_of(date(int(month[1]), int(month[2]), 1))
    found = samples.filter(period_start=months.start).first()
    if found is None:
        raise CommandError(f"Nothing was made.\nThere is no dip sample of {months.label}.")
    return found
