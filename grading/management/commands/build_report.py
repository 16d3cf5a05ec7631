"""Have a report of any kind made, here and now."""

import re
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from common.clock import london_day, quarter_of, two_month_period_of
from common.errors import DomainError
from grading.models import DipSample, GradingRound, Report
from grading.services import reports
from jobs import services as jobs

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)


class Command(BaseCommand):
    """`manage.py build_report --by sam@example.org [--kind round] [--period 2026-07] [--output report.pdf]`: as the page does it.

    Needs no worker. When one takes the work first, this waits for it.
    """

    help = (
        "Make a report: of the newest dip sample that is fully reviewed, of the newest published round, or of the last year; or of "
        "those of the given period."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who runs what it is of, and asks for it")
        parser.add_argument("--kind", choices=list(ASK), default="dip-sample", help="of what (%(default)s)")
        parser.add_argument(
            "--period",
            metavar="PERIOD",
            help="a month of the sample's two or of the round's quarter, like 2026-07, or a year, like 2025; default: the newest",
        )
        parser.add_argument("--output", type=Path, metavar="FILE", help="put a copy of the PDF there")
        parser.add_argument("--seconds", type=int, default=300, help="how long to wait for a worker (%(default)s)")

    def handle(
        self, *args: Any, by: str, kind: str, period: str | None, output: Path | None, seconds: int, **options: Any
    ) -> None:
        if output is not None and not output.resolve().parent.is_dir():
            raise CommandError(f"Nothing was made.\nThere is no folder {output.resolve().parent}.")
        person = User.objects.select_related("agency").filter(email__iexact=by, is_active=True).first()
        if person is None:
            raise CommandError(f"Nothing was made.\nNobody here signs in as {by}.")
        try:
            report = ASK[kind](person, period, timezone.now())
        except DomainError as error:
            raise CommandError(f"Nothing was made.\n{error}") from error
        self.stdout.write(f"{WORDS[kind]} {report.subject}")
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


def _of_sample(person: User, period: str | None, at: datetime) -> Report:
    samples = DipSample.objects.visible_to(person).newest_first()
    if period is None:
        found = samples.reportable().first()
        if found is None:
            raise CommandError("Nothing was made.\nThere is no dip sample of which every incident has been reviewed.")
    else:
        months = two_month_period_of(_month(period))
        found = samples.filter(period_start=months.start).first()
        if found is None:
            raise CommandError(f"Nothing was made.\nThere is no dip sample of {months.label}.")
    return reports.request_report(sample_id=found.pk, by=person, at=at)


def _of_round(person: User, period: str | None, at: datetime) -> Report:
    rounds = GradingRound.objects.visible_to(person).order_by("-starts_on", "-pk")
    if period is None:
        found = rounds.published().first()
        if found is None:
            raise CommandError("Nothing was made.\nThere is no grading round that is published.")
    else:
        quarter = quarter_of(_month(period))
        found = rounds.filter(starts_on=quarter.start).first()
        if found is None:
            raise CommandError(f"Nothing was made.\nThere is no grading round of {quarter.label}.")
    return reports.request_round_report(round_id=found.pk, by=person, at=at)


def _of_year(person: User, period: str | None, at: datetime) -> Report:
    if period is not None and _YEAR.fullmatch(period) is None:
        raise CommandError(f"Nothing was made.\n{period} is not a year: write it like 2025.")
    year = london_day(at).year - 1 if period is None else int(period)
    return reports.request_annual_report(year=year, by=person, at=at)


def _month(period: str) -> date:
    month = _MONTH.fullmatch(period)
    if month is None:
        raise CommandError(f"Nothing was made.\n{period} is not a month: write it like 2026-07.")
    return date(int(month[1]), int(month[2]), 1)


# How each kind is asked for, and what the first line says of it.
ASK: dict[str, Callable[[User, str | None, datetime], Report]] = {
    "dip-sample": _of_sample,
    "round": _of_round,
    "annual": _of_year,
}
WORDS = {"dip-sample": "Dip sample of", "round": "Grading round", "annual": "Year"}
