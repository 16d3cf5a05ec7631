"""Load the compliance that was published for earlier years."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import DomainError
from grading.services.published_compliance import import_published_compliance

CARRIED = Path(settings.BASE_DIR) / "grading" / "published" / "published_compliance.csv"


class Command(BaseCommand):
    """`manage.py import_published_compliance [FILE]`: without a file, the published years that the project carries."""

    help = "Load published compliance from a CSV file: all of it, or none when anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=CARRIED,
            help="period,compliance_percent,minimum_incidents_examined",
        )

    def handle(self, *args: Any, file: Path, verbosity: int, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                summary = import_published_compliance(
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
            f"Published compliance: {summary.added} added, {summary.changed} changed, {summary.unchanged} as before."
        )
