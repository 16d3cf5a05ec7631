"""Write a fictitious file of incidents."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from devtools.demo_data.incident_file import write_incidents


class Command(BaseCommand):
    """`manage.py write_incidents FILE --rows N`: something for `manage.py import_incidents` to read."""

    help = "Write a CSV file of fictitious incidents; the same seed, day and number of rows give the same file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write; an existing one is replaced")
        parser.add_argument("--rows", type=int, default=1000, help="how many incidents (default 1,000)")
        parser.add_argument("--wrong", type=int, default=0, help="how many of them have a fault (default none)")
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day at which the incidents end (default today)"
        )

    def handle(self, *_args: Any, file: Path, rows: int, wrong: int, seed: int, **options: Any) -> None:
        if rows < 1 or not 0 <= wrong <= rows:
            raise CommandError("Ask for at least one row, and for no more wrong rows than there are.")
        try:
            with file.open("w", encoding="utf-8", newline="") as opened:
                write_incidents(
                    opened, rows=rows, seed=seed, today=options["today"] or timezone.localdate(), wrong=wrong
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{rows:,} incidents in {file}, {file.stat().st_size / 1_000_000:,.1f} MB")
