"""Take incidents from a CSV file of the force's records system."""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.enums import AgencyKind
from accounts.models import Agency
from common.csv_files import write_csv
from common.errors import DomainError
from referrals.models import IncidentImport
from referrals.queries import REFUSALS_HEADING, refusals_of
from referrals.services.incidents import import_incidents

REFUSALS_SHOWN = 20
TOLD_EVERY = 100_000
SOME_REFUSED = 2


class Command(BaseCommand):
    """`manage.py import_incidents FILE`: ends with 0 when every row was taken, 1 when nothing was, 2 when some were refused."""

    help = (
        "Take incidents from a CSV file (docs/imports.md says which columns). New ones are added, known ones brought up\n"
        "to date, and the same file again changes nothing.\n\n"
        "Ends with 0 when every row was taken; with 1 when the file as a whole is wrong, and then nothing was changed;\n"
        "with 2 when some rows were refused and all others taken. The refused rows are told one by one, with the reason."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", help="name of the police force (default: the one that runs the hub)")
        parser.add_argument("--report", type=Path, help="a CSV file to write all refused rows to, with the reasons")

    def handle(self, *_args: Any, file: Path, force: str | None, report: Path | None, **_options: Any) -> None:
        agency = self._force(force)
        try:
            with file.open("rb") as opened:
                done = import_incidents(
                    file=opened,
                    file_name=file.name,
                    force=agency,
                    by=None,
                    at=timezone.now(),
                    # Whoever has this shell may read files of any size; memory stays flat.
                    max_bytes=sys.maxsize,
                    on_row=lambda count: self._tell(count, opened),
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        self.stdout.write(
            f"{done.rows:,} rows: {done.added:,} added, {done.changed:,} changed, {done.unchanged:,} as before, "
            f"{done.refused:,} refused."
        )
        if done.refused:
            self._show_refused(done, report)
            raise CommandError("Some rows were refused; all others were taken.", returncode=SOME_REFUSED)

    @staticmethod
    def _force(name: str | None) -> Agency:
        try:
            if name is None:
                return Agency.objects.hub()
            return Agency.objects.get(name=name, kind=AgencyKind.POLICE)
        except Agency.DoesNotExist:
            known = Agency.objects.filter(kind=AgencyKind.POLICE).order_by("name").values_list("name", flat=True)
            raise CommandError(f"There is no such force. Known: {', '.join(known) or 'none'}.") from None

    def _tell(self, count: int, opened: BinaryIO) -> None:
        """On a terminal one line that grows; in a log a line now and then."""
        if not self.stdout.isatty() and count % TOLD_EVERY:
            return
        size = os.fstat(opened.fileno()).st_size
        line = (
            f"{count:,} rows read, {min(opened.tell() / size, 1):.0%} of the file" if size else f"{count:,} rows read"
        )
        if self.stdout.isatty():
            self.stdout.write(f"\r{line}", ending="\n" if opened.tell() >= size else "")
        else:
            self.stdout.write(line)
        self.stdout.flush()

    def _show_refused(self, done: IncidentImport, report: Path | None) -> None:
        refusals = refusals_of(done)
        for refusal in refusals[:REFUSALS_SHOWN]:
            self.stderr.write(
                f"  Row {refusal.number}{f', {refusal.column}' if refusal.column else ''}: {refusal.message}"
            )
        if (more := refusals.count() - REFUSALS_SHOWN) > 0:
            self.stderr.write(f"  And {more:,} more; --report FILE, or the page of this import, has them all.")
        if report is not None:
            with report.open("w", encoding="utf-8", newline="") as opened:
                rows = refusals.values_list("number", "column", "message").iterator()
                write_csv(opened, REFUSALS_HEADING, rows)
            self.stderr.write(f"  All of them are in {report}.")
