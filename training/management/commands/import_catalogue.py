"""Load the catalogue of courses that partners offer."""

from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import DomainError
from training.services import catalogue

FOLDER = Path(settings.BASE_DIR) / "training" / "catalogue"
CARRIED = FOLDER / "catalogue.json"
SAME_COURSE = FOLDER / "same_course.json"


class Command(BaseCommand):
    """`manage.py import_catalogue [FILE]`: without a file, the catalogue that the project carries."""

    help = "Make the catalogue what a JSON file says: all of it, or nothing when anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=CARRIED, help="a list of themes with their titles")
        parser.add_argument(
            "--same-course",
            type=Path,
            default=SAME_COURSE,
            help="titles that are one course though they read differently",
        )

    def handle(self, *args: Any, file: Path, same_course: Path, **options: Any) -> None:
        try:
            with ExitStack() as opened:
                summary = catalogue.import_catalogue(
                    file=opened.enter_context(file.open("rb")),
                    same_course=opened.enter_context(same_course.open("rb")),
                    at=timezone.now(),
                )
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(f"Nothing was changed.\n{error}") from error
        self.stdout.write(
            f"Catalogue: {summary.themes} themes, {summary.entries} entries, {summary.courses} courses; "
            f"{summary.added} entries added, {summary.removed} removed; "
            f"{summary.toolkits} toolkits, {summary.toolkits_added} added, {summary.toolkits_removed} removed."
        )
