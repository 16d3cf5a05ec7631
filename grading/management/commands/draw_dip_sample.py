"""Draw a dip sample of two months' incidents."""

import re
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from common.clock import Period, london_day, two_month_period_of
from common.errors import DomainError
from grading.enums import Strata
from grading.models.dip_sample import USUAL_SIZE
from grading.queries.dip_samples import last_period_before
from grading.services import dip_samples

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


class Command(BaseCommand):
    """`manage.py draw_dip_sample --by sam@example.org [--period 2026-09] [--size 34] [--strata KIND] [--seed …]`: as the page does it."""

    help = "Draw a dip sample for a supervisor: of the last two months that have ended, or of the two with the given month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the supervisor in whose name it is drawn")
        parser.add_argument("--period", metavar="YYYY-MM", help="a month of the two; default: the last that have ended")
        parser.add_argument("--size", type=int, default=USUAL_SIZE, help="how many (%(default)s)")
        parser.add_argument("--strata", choices=Strata.values, default="", help="draw from each in proportion")
        parser.add_argument("--seed", default="", help="default: made at random")

    def handle(
        self, *args: Any, by: str, period: str | None, size: int, seed: str, strata: str, **options: Any
    ) -> None:
        supervisor = User.objects.select_related("agency").filter(email__iexact=by, is_active=True).first()
        if supervisor is None:
            raise CommandError(f"Nothing was changed.\nNobody here signs in as {by}.")
        months = _period(period)
        self.stdout.write(f"Drawing from the incidents of {months.label}…")
        self.stdout.flush()
        try:
            sample = dip_samples.draw_sample(
                period=months, size=size, seed=seed, strata=strata, by=supervisor, at=timezone.now()
            )
        except DomainError as error:
            raise CommandError(f"Nothing was changed.\n{error}") from error
        drawn = sample.incidents.count()
        self.stdout.write(f"Dip sample of {months.label}: {drawn} drawn from {sample.frame_size:,} incidents.")
        self.stdout.write(f"Seed {sample.seed}, frame {sample.frame_digest}")


def _period(month: str | None) -> Period:
    if month is None:
        return last_period_before(london_day(timezone.now()))
    found = _MONTH.fullmatch(month)
    if found is None:
        raise CommandError(f"Nothing was changed.\n{month} is not a month: write it like 2026-09.")
    return two_month_period_of(date(int(found[1]), int(found[2]), 1))
