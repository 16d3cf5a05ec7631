"""Take over the reviews that a force kept in a spreadsheet before it drew its samples here."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.enums import AgencyKind
from accounts.models import Agency
from common.errors import DomainError
from common.row_reports import RowVerdict
from grading.models.earlier import MOST_BYTES
from grading.services.earlier_reviews import CheckedFile, check_earlier_reviews, take_earlier_reviews

SOME_REFUSED = 2


class Command(BaseCommand):
    """`manage.py import_reviews FILE`: ends with 0 when no row was refused, 1 when the file as a whole is wrong, 2 when some were refused."""

    help = (
        "Take over earlier reviews from an Excel workbook or CSV file (docs/guide-dip-samples.md says which columns). "
        "The same file again changes nothing. Rows that are refused are told one by one, with the column and the reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", help="name of the police force (default: the one that runs the hub)")
        parser.add_argument("--check", action="store_true", help="say what would become of each row, and store nothing")

    def handle(self, *_args: Any, file: Path, force: str | None, check: bool, **_options: Any) -> None:
        try:
            with file.open("rb") as opened:
                whose: dict[str, Any] = {
                    "content": opened.read(MOST_BYTES + 1),
                    "file_name": file.name,
                    "force": self._force(force),
                    "at": timezone.now(),
                }
            checked = check_earlier_reviews(**whose) if check else take_earlier_reviews(**whose, by=None)[0]
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        self._tell(checked, is_stored=not check)
        if checked.count(RowVerdict.REFUSED):
            raise CommandError("Some rows were refused.", returncode=SOME_REFUSED)

    @staticmethod
    def _force(name: str | None) -> Agency:
        try:
            if name is None:
                return Agency.objects.hub()
            return Agency.objects.get(name=name, kind=AgencyKind.POLICE)
        except Agency.DoesNotExist:
            raise CommandError("There is no such force.") from None

    def _tell(self, checked: CheckedFile, *, is_stored: bool) -> None:
        taken, there = checked.count(RowVerdict.TAKEN), checked.count(RowVerdict.ALREADY_THERE)
        self.stdout.write(
            f"{len(checked.rows):,} rows: {taken:,} {'taken' if is_stored else 'would be taken'}, {there:,} there already, "
            f"{checked.count(RowVerdict.REFUSED):,} refused."
        )
        for row in checked.rows:
            for problem in row.problems:
                self.stderr.write(
                    f"  Row {row.number}{f', {problem.column}' if problem.column else ''}: {problem.message}"
                )
            for note in row.notes:
                self.stdout.write(f"  Row {row.number}: {note}")
