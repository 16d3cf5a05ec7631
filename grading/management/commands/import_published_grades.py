"""Load rounds that were published as counts and an average."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import DomainError
from grading.services import published

CARRIED = Path(settings.BASE_DIR) / "grading" / "published" / "published_ppn_grades.csv"


class Command(BaseCommand):
    """`manage.py import_published_grades [FILE]`: without a file, the published rounds that the project carries."""

    help = "Load published grading rounds from a CSV file: all of them, or none when anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, default=CARRIED, help="round,grade_1,…,grade_4,published_mean"
        )

    def handle(self, *args: Any, file: Path, verbosity: int, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                summary = published.import_published_grades(
                    file=opened,
                    source=file.name,
                    at=timezone.now(),
                    on_row=(lambda period: self.stdout.write(f"  {period}")) if verbosity > 1 else None,
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(f"Nothing was changed.\n{error}") from error
        self.stdout.write(
            f"Published rounds: {summary.added} added, {summary.changed} changed, {summary.unchanged} as before."
        )
