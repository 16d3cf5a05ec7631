"""Outcomes of many people from one file: checked row by row, logged when somebody says so; the file is not kept."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.mapped_tables import guess_columns, read_mapped_table, values_under
from common.row_reports import CheckedRows, Problem, RowVerdict, check_size
from common.waiting_files import WaitingImport
from jobs.services import enqueue
from training import tasks
from training.models import OutcomeImport, OutcomeRow, TrainingRecord
from training.models.outcome_imports import MOST_BYTES, MOST_ROWS
from training.permissions import can_run_training
from training.queries.outcomes import modules_by_name, outcome_people, outcomes_there
from training.queries.prerequisites import Gap, NotInOrder, gaps_of_outcomes, stamp_of
from training.services.outcome_rows import EXPLAINED, NEEDED, WORDS, OutcomeRowChecker
from training.services.records import CannotLog, log_module

SHEET = "Outcomes"
NAMES = ("person", "mentor", "line_manager")


class CannotImportOutcomes(DomainError):
    pass


@dataclass(frozen=True)
class CheckedRow:
    """One row: what becomes of it, what is wrong with it, and what comes first and is missing: then it is logged if it is ticked."""

    number: int
    verdict: RowVerdict
    values: dict[str, Any]
    digest: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def missing(self) -> str:
        """What comes first and is not completed, by title."""
        return ", ".join(gap.first.title for gap in self.gaps)


@dataclass(frozen=True)
class CheckedOutcomes(CheckedRows):
    """All rows of a file in its order. `shown` names the file and what was found to be missing, as whoever looked was told."""

    sha256: str
    shown: str
    columns: list[tuple[str, str]]
    rows: list[CheckedRow]

    @property
    def to_tick(self) -> list[CheckedRow]:
        """Rows that are right but for what comes first."""
        return [row for row in self.rows if row.gaps]


def check_outcomes(*, content: bytes, by: User, at: datetime, ticked: Collection[int] = ()) -> CheckedOutcomes:
    """What would become of each row. Stores nothing; in a fixed number of queries however many rows there are.

    A row of which something that comes first is missing is refused with those words, unless its number is among `ticked`. Raises
    CannotImportOutcomes or UnreadableCsv where the file is wrong as a whole.
    """
    if by.agency is None or not can_run_training(by):
        raise CannotImportOutcomes("Only a trainer may log outcomes.")
    check_size(content, most_bytes=MOST_BYTES, refusal=CannotImportOutcomes)
    table = read_mapped_table(content, sheet=SHEET, words=WORDS, most_rows=MOST_ROWS)
    places = guess_columns(table.headings, WORDS)
    if lacking := [EXPLAINED[name].name for name in NEEDED if name not in places]:
        raise CannotImportOutcomes(
            f"No column is headed “{lacking[0]}”. Write that over it, and choose the file again."
        )
    read = [(record.number, values_under(record, places)) for record in table.rows]
    today = london_day(at)
    names = {row.get(name, "").strip() for _, row in read for name in NAMES}
    people = outcome_people(names, agency_id=by.agency_id, on=today)
    checker = OutcomeRowChecker(people, modules_by_name(by, on=today), by=by, today=today)
    rows = []
    for number, row in read:
        values, problems, notes = checker.check(row)
        verdict = RowVerdict.REFUSED if problems else RowVerdict.TAKEN
        digest = "" if problems else _digest(by.agency.pk, values)
        rows.append(CheckedRow(number, verdict, values, digest, problems, notes))
    rows = _with_gaps(_against_what_is_there(rows), ticked)
    sha256 = hashlib.sha256(content).hexdigest()
    columns = [(EXPLAINED[name].name, table.headings[places[name]]) for name in EXPLAINED if name in places]
    return CheckedOutcomes(sha256, _shown(sha256, rows), columns, rows)


@transaction.atomic
def take_outcomes(
    *, content: bytes, by: User, at: datetime, shown: str, ticked: Collection[int] = ()
) -> tuple[CheckedOutcomes, OutcomeImport | None]:
    """Check the file again and log what is right and new; None where nothing is, and then nothing is stored.

    The same file again logs nothing. `shown`: of what whoever says so was shown; where the file or what comes first is another by
    now, nothing is logged. Each mentor gets one mail. Raises CannotImportOutcomes or UnreadableCsv.
    """
    if by.agency is None or not can_run_training(by):
        raise CannotImportOutcomes("Only a trainer may log outcomes.")
    # One at a time in an agency, so that a file that is sent twice at once is logged once.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    checked = check_outcomes(content=content, by=by, at=at, ticked=ticked)
    if checked.shown != shown:
        raise CannotImportOutcomes("The file or the records have changed since you looked. Look at the rows again.")
    rows, logged = _logged(checked.rows, by=by, at=at)
    checked = replace(checked, rows=rows)
    if not logged:
        return checked, None
    done = OutcomeImport.objects.create(
        agency=by.agency,
        by=by,
        at=at,
        sha256=checked.sha256,
        rows=len(rows),
        taken=len(logged),
        already_there=checked.count(RowVerdict.ALREADY_THERE),
        refused=checked.count(RowVerdict.REFUSED),
    )
    OutcomeRow.objects.bulk_create(
        OutcomeRow(taken_from=done, number=row.number, record=record, digest=row.digest) for row, record in logged
    )
    for mentor in sorted({record.mentor_id for _, record in logged}):
        enqueue(tasks.email_mentor_about_outcomes, at=at, by=by, import_id=done.pk, mentor_id=mentor)
    audit.record(
        verb=Verb.COLLECTED,
        what="training.outcomes_logged",
        at=at,
        actor=by,
        subject=done,
        rows=done.rows,
        taken=done.taken,
        already_there=done.already_there,
        refused=done.refused,
        out_of_order=sum(bool(row.gaps) for row, _ in logged),
        sha256=done.sha256,
    )
    return checked, done


def record_check(checked: CheckedOutcomes, *, by: User, at: datetime) -> None:
    """Write down that somebody looked at a checked file, and whom it names: it says of people what is logged of them."""
    people = sorted({str(row.values["person"].pk) for row in checked.rows if row.values["person"] is not None})
    audit.record(
        verb=Verb.READ, what="training.outcomes_checked", at=at, actor=by, rows=len(checked.rows), people=people
    )


# --- the file between the steps: in the cache, for an hour, for whoever chose it ---------------------------------------------


def waiting(by: User) -> WaitingImport:
    """The file that a trainer chose. Keep it without its name, which may name people."""
    return WaitingImport("outcomes", by.pk)


# --- rows -------------------------------------------------------------------------------------------------------------------


def _against_what_is_there(rows: list[CheckedRow]) -> list[CheckedRow]:
    right = [row for row in rows if row.verdict == RowVerdict.TAKEN]
    there = outcomes_there(
        {row.values["person"].pk for row in right},
        {row.values["module_version"].module_id for row in right},
        {row.digest for row in right},
    )
    seen: dict[tuple[UUID, UUID], int] = {}
    judged = []
    for row in rows:
        if row.verdict == RowVerdict.TAKEN:
            about = (row.values["person"].pk, row.values["module_version"].module_id)
            if row.digest in there.digests or (*about, row.values["done_on"]) in there.done:
                row = replace(row, verdict=RowVerdict.ALREADY_THERE)
            elif about in there.open:
                row = _refused(row, "module", "The person has an open record for this module already.")
            elif about in seen:
                row = _refused(row, "module", f"Row {seen[about]} logs this module for the same person.")
            else:
                seen[about] = row.number
        judged.append(row)
    return judged


def _with_gaps(rows: list[CheckedRow], ticked: Collection[int]) -> list[CheckedRow]:
    right = [row for row in rows if row.verdict == RowVerdict.TAKEN]
    gaps = gaps_of_outcomes(
        {
            row.number: (row.values["person"], row.values["module_version"].module, row.values["done_on"])
            for row in right
        }
    )
    judged = []
    for row in rows:
        if row.number in gaps:
            row = replace(row, gaps=gaps[row.number])
            if row.number not in ticked:
                row = _refused(row, "module", f"Complete first: {row.missing}. Tick the row to log it all the same.")
        judged.append(row)
    return judged


def _logged(
    rows: list[CheckedRow], *, by: User, at: datetime
) -> tuple[list[CheckedRow], list[tuple[CheckedRow, TrainingRecord]]]:
    """Each row as it ended, and those that became records. What a colleague logged a moment ago is refused, and the others stay."""
    ended, logged = [], []
    for row in rows:
        if row.verdict == RowVerdict.TAKEN:
            try:
                record = log_module(by=by, at=at, knowing=stamp_of(row.gaps), asks_mentor=False, **row.values)
                logged.append((row, record))
            except (CannotLog, NotInOrder) as error:
                row = _refused(row, "module", str(error))
        ended.append(row)
    return ended, logged


def _refused(row: CheckedRow, column: str, message: str) -> CheckedRow:
    return replace(row, verdict=RowVerdict.REFUSED, problems=[*row.problems, Problem(EXPLAINED[column].name, message)])


def _digest(agency_id: UUID, values: Mapping[str, Any]) -> str:
    said = (agency_id, values["person"].pk, values["module_version"].module_id, values["done_on"])
    return hashlib.sha256(" ".join(map(str, said)).encode()).hexdigest()


def _shown(sha256: str, rows: list[CheckedRow]) -> str:
    """Of a file, what comes first of its rows, and what each would be logged as: who signs may come from a plan that changes."""
    gaps = [f"{row.number} {stamp_of(row.gaps)}" for row in rows if row.gaps]
    stored = [f"{row.number} {_stored(row.values)}" for row in rows if row.digest]
    return hashlib.sha256("\n".join([sha256, *gaps, *stored]).encode()).hexdigest()


def _stored(values: Mapping[str, Any]) -> str:
    """What a record would say, with people and versions by their ids."""
    return repr(sorted((name, str(getattr(value, "pk", value))) for name, value in values.items()))
