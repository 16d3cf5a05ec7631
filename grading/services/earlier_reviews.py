"""Taking over the reviews that a force kept in spreadsheets before: first checked row by row, then taken when somebody says so."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common import waiting_files
from common.clock import london_day
from common.csv_files import Row, RowError
from common.errors import DomainError
from common.locks import hold_writers
from common.row_reports import CheckedRows, Problem, RowVerdict, check_size, plain
from common.spreadsheets import read_table
from common.waiting_files import WaitingFile
from grading.models import EarlierImport, EarlierReview
from grading.models.earlier import MOST_BYTES, MOST_ROWS
from grading.permissions.dip_samples import can_take_over_earlier
from grading.queries.earlier import FormsOfIncidents, known_incidents
from grading.services.earlier_rows import COLUMNS, OPTIONAL_COLUMNS, EarlierRowChecker
from referrals.models import Referral

SHEET = "Reviews"
LONGEST_NAME = 120
WAITS_FOR = "earlier-reviews"
# What makes a row the same as one that was taken before, by column of the spreadsheet.
SAID = {
    "needed": "required",
    "needed_for": "required_types",
    "found": "found_types",
    "in_time": "in_time",
    "good_enough": "good_enough",
    "kind": "kind",
    "district_code": "district_id",
    "team": "team_id",
    "why": "why",
}

_Key = tuple[str, date, date]


SHORTEST_REASON = 10


class CannotTakeOver(DomainError):
    pass


class CannotTakeBack(DomainError):
    pass


@dataclass(frozen=True)
class CheckedRow:
    """One row: what becomes of it, what is wrong with it, and what is worth knowing of it."""

    number: int
    verdict: RowVerdict
    incident_number: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    review: EarlierReview | None = None
    forms: list[Referral] = field(default_factory=list)


@dataclass(frozen=True)
class CheckedFile(CheckedRows):
    """All rows of a file in its order. `sha256` names what was checked."""

    name: str
    sha256: str
    rows: list[CheckedRow]


def check_earlier_reviews(*, content: bytes, file_name: str, force: Agency, at: datetime) -> CheckedFile:
    """What would become of each row of an Excel workbook or CSV file. Stores nothing; in six queries however many rows there are.

    Raises CannotTakeOver or UnreadableCsv when the file as a whole is wrong: no such file, wrong columns, too large, too many rows.
    """
    check_size(content, most_bytes=MOST_BYTES, refusal=CannotTakeOver)
    checker = EarlierRowChecker(force, today=london_day(at))
    read: list[tuple[int, dict[str, Any], list[Problem]]] = []
    for row in read_table(content, sheet=SHEET, columns=COLUMNS, optional=OPTIONAL_COLUMNS):
        if len(read) == MOST_ROWS:
            raise CannotTakeOver(f"The file has more than {MOST_ROWS:,} rows. Split it and try again.")
        read.append(_read(row, checker))
    if not read:
        raise CannotTakeOver("There are no rows with reviews in it.")
    numbers = {values["incident_number"] for _, values, _ in read if values.get("incident_number")}
    incidents = known_incidents(force, numbers)
    forms = FormsOfIncidents(force, numbers, incidents)
    before = {_key(one): one for one in EarlierReview.objects.filter(force=force, incident_number__in=numbers)}
    seen: dict[_Key, int] = {}
    rows = []
    for number, values, problems in read:
        if problems:
            name = str(values.get("incident_number") or "")
            rows.append(CheckedRow(number, RowVerdict.REFUSED, name, problems))
            continue
        review = EarlierReview(
            force=force, row_number=number, incident=incidents.get(values["incident_number"]), **values
        )
        rows.append(_checked(review, before=before, seen=seen, forms=forms))
    return CheckedFile(_harmless(file_name), hashlib.sha256(content).hexdigest(), rows)


@transaction.atomic
def take_earlier_reviews(
    *, content: bytes, file_name: str, force: Agency, by: User | None, at: datetime, expected_sha256: str | None = None
) -> tuple[CheckedFile, EarlierImport | None]:
    """Check the file again and take what is right and new; None where nothing is, and then nothing is stored.

    All of it or, when anything goes wrong, none. The same file again changes nothing. `by` is None when the shell does it.
    `expected_sha256`: of the file that was shown to whoever says so; another one is refused.
    Raises CannotTakeOver or UnreadableCsv.
    """
    if not force.is_police or (by is not None and (by.agency_id != force.pk or not can_take_over_earlier(by))):
        raise CannotTakeOver("Only a MASH supervisor of a police force may take over its earlier reviews.")
    hold_writers(EarlierReview)
    checked = check_earlier_reviews(content=content, file_name=file_name, force=force, at=at)
    taken = [row for row in checked.rows if row.verdict == RowVerdict.TAKEN]
    if expected_sha256 is not None and checked.sha256 != expected_sha256:
        raise CannotTakeOver("Another file was chosen since. Look at it first.")
    if not taken:
        return checked, None
    done = EarlierImport.objects.create(
        force=force,
        by=by,
        at=at,
        file_name=checked.name,
        sha256=checked.sha256,
        rows=len(checked.rows),
        taken=len(taken),
        already_there=checked.count(RowVerdict.ALREADY_THERE),
        refused=checked.count(RowVerdict.REFUSED),
    )
    _store(taken, done)
    audit.record(
        verb=Verb.COLLECTED,
        what="grading.earlier_reviews_taken_over",
        at=at,
        actor=by,
        subject=done,
        rows=done.rows,
        taken=done.taken,
        already_there=done.already_there,
        refused=done.refused,
    )
    return checked, done


@transaction.atomic
def take_back(*, import_id: UUID, why: str, by: User, at: datetime) -> int:
    """Remove all rows of a spreadsheet that should not have been taken over; returns how many. The access log keeps who, why and what.

    Nothing else rests on them: they count in no figure of a sample. Raises CannotTakeBack.
    """
    done = EarlierImport.objects.locked().filter(pk=import_id).first()
    if done is None:
        raise CannotTakeBack("This spreadsheet was taken back already.")
    if by.agency_id != done.force_id or not can_take_over_earlier(by):
        raise CannotTakeBack("Only a MASH supervisor of this force may take back its earlier reviews.")
    reason = why.strip()
    if len(reason) < SHORTEST_REASON:
        raise CannotTakeBack(f"Say why in at least {SHORTEST_REASON} characters.")
    audit.record(
        verb=Verb.DELETED,
        what="grading.earlier_reviews_taken_back",
        at=at,
        actor=by,
        subject=done,
        reason=reason,
        reviews=done.taken,
        file_name=done.file_name,
        sha256=done.sha256,
    )
    done.reviews.all().delete()
    done.delete()
    return done.taken


def record_check(checked: CheckedFile, *, by: User, at: datetime) -> None:
    """Write down that somebody looked at a checked file: it says of each incident whether a form was submitted here."""
    audit.record(verb=Verb.READ, what="grading.earlier_reviews_checked", at=at, actor=by, rows=len(checked.rows))


# --- the file between the two steps ---------------------------------------------------------------------------------------


def keep_waiting(*, file: WaitingFile, by: User) -> None:
    """Keep a file for an hour, for this person alone; another one takes its place. It is in no table and no folder."""
    waiting_files.keep_waiting(file, purpose=WAITS_FOR, by_id=by.pk)


def waiting_file(by: User) -> WaitingFile | None:
    """The file that this person chose last; None once it was taken, thrown away, or has waited too long."""
    return waiting_files.waiting_file(purpose=WAITS_FOR, by_id=by.pk)


def throw_away(by: User) -> None:
    waiting_files.throw_away(purpose=WAITS_FOR, by_id=by.pk)


# --- one row --------------------------------------------------------------------------------------------------------------


def _read(row: Row | RowError, checker: EarlierRowChecker) -> tuple[int, dict[str, Any], list[Problem]]:
    if isinstance(row, RowError):
        return row.number, {}, [Problem(row.column, row.message)]
    values, problems = checker.check(row)
    return row.number, values, problems


def _checked(
    review: EarlierReview, *, before: Mapping[_Key, EarlierReview], seen: dict[_Key, int], forms: FormsOfIncidents
) -> CheckedRow:
    key = _key(review)
    number, name = review.row_number, review.incident_number
    problems = []
    if key in seen:
        problems.append(Problem("incident_number", f"It stands in row {seen[key]} already, with the same period."))
    elif key in before:
        different = [column for column, value in SAID.items() if _said(review, value) != _said(before[key], value)]
        problems += [Problem(column, "It was taken over before, and says something else.") for column in different]
    elif review.incident is not None and review.incident.reported_on not in review.period:
        day = f"{review.incident.reported_on:%d/%m/%Y}"
        problems.append(Problem("first_month", f"The incident was reported on {day}, which is not in this period."))
    seen.setdefault(key, number)
    if problems:
        return CheckedRow(number, RowVerdict.REFUSED, name, problems)
    if key in before:
        return CheckedRow(number, RowVerdict.ALREADY_THERE, name)
    found = forms.of(name, review.incident, review.period)
    return CheckedRow(number, RowVerdict.TAKEN, name, notes=_notes(review, found), review=review, forms=found)


def _notes(review: EarlierReview, found: list[Referral]) -> list[str]:
    notes = []
    if review.incident is None:
        notes.append("No incident of this number was imported here.")
    if review.found_types and not found:
        notes.append("The spreadsheet says that there was a form; none of this incident was submitted here.")
    if found and not review.found_types:
        references = ", ".join(sorted(form.reference for form in found))
        notes.append(f"The spreadsheet says that there was no form; submitted here: {references}.")
    return notes


def _store(rows: Iterable[CheckedRow], done: EarlierImport) -> None:
    """Two statements, however many rows."""
    taken = [(row.review, row.forms) for row in rows if row.review is not None]
    for review, _ in taken:
        review.taken_from = done
    EarlierReview.objects.bulk_create([review for review, _ in taken])
    through = EarlierReview.forms_found.through
    through.objects.bulk_create(
        through(earlierreview_id=review.pk, referral_id=form.pk) for review, forms in taken for form in forms
    )


def _key(review: EarlierReview) -> _Key:
    return review.incident_number, review.period_start, review.period_end


def _said(review: EarlierReview, name: str) -> Any:
    value = getattr(review, name)
    return sorted(value) if isinstance(value, list) else value


def _harmless(file_name: str) -> str:
    return plain(file_name)[:LONGEST_NAME] or "reviews.xlsx"
