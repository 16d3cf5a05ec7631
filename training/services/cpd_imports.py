"""Taking over somebody's own CPD spreadsheet: columns named, rows checked, taken when somebody says so, undone as a whole."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.mapped_tables import MappedTable, read_mapped_table, values_under
from common.row_reports import CheckedRows, Problem, RowVerdict, check_size, plain
from common.row_values import tidy
from common.waiting_files import WaitingFile, WaitingImport
from training.models import CpdEntry, CpdImport
from training.models.cpd import FACTS, LOOK_BACK
from training.models.cpd import WORDS as ENTRY_WORDS
from training.models.cpd_sources import MOST_BYTES, MOST_ROWS
from training.permissions import can_import_cpd_of, can_undo_cpd_import
from training.services.cpd import SHORTEST_REASON
from training.services.cpd_rows import NEEDED, WORDS, CpdRowChecker, Fallbacks

SHEET = "CPD log"
LONGEST_NAME = 120
_CONTENT = (*FACTS, *ENTRY_WORDS, *LOOK_BACK)

_Said = tuple[Any, ...]


class CannotImportCpd(DomainError):
    pass


class CannotUndoCpdImport(DomainError):
    pass


@dataclass(frozen=True)
class ColumnMap:
    """Which column of the file is which of ours, by its place, and what holds for rows that do not say it."""

    places: Mapping[str, int]
    fallbacks: Fallbacks = field(default_factory=Fallbacks)


@dataclass(frozen=True)
class CheckedRow:
    """One row: what becomes of it, what is wrong with it, and what is worth knowing of it."""

    number: int
    verdict: RowVerdict
    values: dict[str, Any]
    digest: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CheckedFile(CheckedRows):
    """All rows of a file in its order. `sha256` is of the file; `shown` names file, columns and fallbacks as they were checked."""

    name: str
    sha256: str
    shown: str
    rows: list[CheckedRow]


def read_cpd_file(file: WaitingFile) -> MappedTable:
    """The headings and rows of a workbook or CSV file. Raises CannotImportCpd or UnreadableCsv where it is wrong as a whole."""
    check_size(file.content, most_bytes=MOST_BYTES, refusal=CannotImportCpd)
    return read_mapped_table(file.content, sheet=SHEET, words=WORDS, most_rows=MOST_ROWS)


def check_cpd_file(*, file: WaitingFile, mapping: ColumnMap, person: User, at: datetime) -> CheckedFile:
    """What would become of each row. Stores nothing; in one query however many rows there are.

    The same row is known by all that it says; of rows in one file that say the same, the second is known by there being two.
    Raises CannotImportCpd or UnreadableCsv where the file is wrong as a whole.
    """
    table = read_cpd_file(file)
    if not all(name in mapping.places for name in NEEDED):
        raise CannotImportCpd("Say which columns hold the date and the topic.")
    checker = CpdRowChecker(mapping.fallbacks, today=london_day(at))
    there: Counter[_Said] = Counter()
    digests: set[str] = set()
    topics: set[_Said] = set()
    for entry in CpdEntry.objects.counted().filter(person=person):
        there[_said(entry.content())] += 1
        digests.add(entry.row_digest)
        topics.add((entry.done_on, entry.topic.casefold()))
    seen: Counter[_Said] = Counter()
    rows = []
    for record in table.rows:
        values, problems, notes = checker.check(values_under(record, mapping.places))
        if problems:
            rows.append(CheckedRow(record.number, RowVerdict.REFUSED, values, problems=problems))
            continue
        said = _said(values)
        seen[said] += 1
        if seen[said] > 1:
            notes = [*notes, "A row above says the same."]
        digest = _digest(said, seen[said])
        is_there = seen[said] <= there[said] or digest in digests
        verdict = RowVerdict.ALREADY_THERE if is_there else RowVerdict.TAKEN
        if not is_there and not there[said] and (values["done_on"], values["topic"].casefold()) in topics:
            notes = [*notes, "There is an entry of that day and topic that says something else."]
        rows.append(CheckedRow(record.number, verdict, values, digest, notes=notes))
    sha256 = hashlib.sha256(file.content).hexdigest()
    return CheckedFile(plain(file.name)[:LONGEST_NAME] or "cpd.xlsx", sha256, _shown(sha256, mapping), rows)


@transaction.atomic
def take_cpd_file(
    *, file: WaitingFile, mapping: ColumnMap, person: User, by: User, at: datetime, shown: str | None = None
) -> tuple[CheckedFile, CpdImport | None]:
    """Check the file again and take what is right and new; None where nothing is, and then nothing is stored.

    The same file again changes nothing. `shown`: of what whoever says so was shown; another file, or other columns, are refused.
    Raises CannotImportCpd or UnreadableCsv.
    """
    if person.agency is None or not can_import_cpd_of(by, person):
        raise CannotImportCpd("You may not take over CPD of this person.")
    # One at a time for a person, so that a file that is sent twice at once is taken once.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    checked = check_cpd_file(file=file, mapping=mapping, person=person, at=at)
    if shown is not None and checked.shown != shown:
        raise CannotImportCpd("Another file or other columns were chosen since. Look at the rows first.")
    taken = [row for row in checked.rows if row.verdict == RowVerdict.TAKEN]
    if not taken:
        return checked, None
    done = CpdImport.objects.create(
        agency=person.agency,
        person=person,
        by=by,
        at=at,
        file_name=checked.name,
        sha256=checked.sha256,
        rows=len(checked.rows),
        taken=len(taken),
        already_there=checked.count(RowVerdict.ALREADY_THERE),
        refused=checked.count(RowVerdict.REFUSED),
    )
    CpdEntry.objects.bulk_create(_entries(taken, done))
    audit.record(
        verb=Verb.COLLECTED,
        what="training.cpd_taken_over",
        at=at,
        actor=by,
        subject=done,
        rows=done.rows,
        taken=done.taken,
        already_there=done.already_there,
        refused=done.refused,
        sha256=done.sha256,
    )
    return checked, done


@transaction.atomic
def undo_cpd_import(*, import_id: uuid.UUID, why: str, by: User, at: datetime) -> int:
    """Take back all entries of a spreadsheet; they are kept and count in nothing. Returns how many. A second time changes nothing.

    Raises CannotUndoCpdImport.
    """
    done = CpdImport.objects.select_for_update(of=("self",)).select_related("person").get(pk=import_id)
    if not can_undo_cpd_import(by, done):
        raise CannotUndoCpdImport("You may not undo this import.")
    if done.undone_at is not None:
        return 0
    reason = tidy(why)
    if len(reason) < SHORTEST_REASON:
        raise CannotUndoCpdImport(f"Say why in at least {SHORTEST_REASON} characters.")
    entries = CpdEntry.objects.counted().filter(pk__in=list(done.entries.locked().values_list("pk", flat=True)))
    count = entries.update(taken_back_at=at, taken_back_by=by, taken_back_because=reason)
    done.undone_at, done.undone_by, done.undone_because = at, by, reason
    done.save(update_fields=["undone_at", "undone_by", "undone_because"])
    audit.record(
        verb=Verb.CHANGED,
        what="training.cpd_import_undone",
        at=at,
        actor=by,
        subject=done,
        entries=count,
        sha256=done.sha256,
    )
    return count


# --- the file between the steps ---------------------------------------------------------------------------------------------


def waiting(*, person: User, by: User) -> WaitingImport:
    """The file that somebody chose for a person's log, and what was said of its columns."""
    return WaitingImport(f"cpd-import:{person.pk}", by.pk)


def keep_mapping(*, mapping: ColumnMap, person: User, by: User) -> None:
    """Keep what was said of the columns as long as the file."""
    fallbacks = mapping.fallbacks
    kept = (dict(mapping.places), fallbacks.kind, fallbacks.hours, fallbacks.learned)
    waiting(person=person, by=by).keep_columns(kept)


def kept_mapping(*, person: User, by: User) -> ColumnMap | None:
    kept = waiting(person=person, by=by).columns()
    return None if kept is None else ColumnMap(kept[0], Fallbacks(*kept[1:]))


# --- rows -------------------------------------------------------------------------------------------------------------------


def _said(values: Mapping[str, Any]) -> _Said:
    return tuple(values[name] for name in _CONTENT)


def _digest(said: _Said, number: int) -> str:
    return hashlib.sha256(json.dumps([*map(str, said), number]).encode()).hexdigest()


def _shown(sha256: str, mapping: ColumnMap) -> str:
    said = [sha256, sorted(mapping.places.items()), mapping.fallbacks.kind, str(mapping.fallbacks.hours)]
    return hashlib.sha256(json.dumps([*said, mapping.fallbacks.learned]).encode()).hexdigest()


def _entries(rows: Iterable[CheckedRow], done: CpdImport) -> list[CpdEntry]:
    return [
        CpdEntry(
            agency=done.agency,
            person=done.person,
            taken_from=done,
            row_digest=row.digest,
            key=uuid.uuid5(done.pk, str(row.number)),
            logged_at=done.at,
            logged_by=done.by,
            **row.values,
        )
        for row in rows
    ]
