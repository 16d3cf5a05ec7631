"""Sign-offs on paper of before: columns named, rows checked, taken when a trainer says so, undone as a whole, and accepted one by one."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.mapped_tables import MappedTable, Words, guess_columns, read_mapped_table, values_under
from common.row_reports import CheckedRows, Problem, RowVerdict, check_size, plain
from common.row_values import known_as, tidy
from common.templatetags.dates import day
from common.waiting_files import WaitingFile, WaitingImport
from training.enums import EarlierMove, next_earlier_state
from training.models import EarlierAcceptance, EarlierImport, EarlierSignOff, Module, ModuleVersion
from training.models.earlier import MOST_BYTES, MOST_ROWS, SAID
from training.permissions import (
    can_accept_earlier,
    can_take_back_earlier,
    can_take_over_sign_offs_of,
    can_undo_earlier_import,
)
from training.queries.earlier import modules_asked_of, signed_here
from training.services.cpd import SHORTEST_REASON
from training.services.earlier_rows import EXPLAINED, NEEDED, WORDS, EarlierRowChecker, why_not_complete

SHEET = "Initial training"
# Headings of columns that we write behind those of a file.
ROW, REASON, SIGNED = "Row in the file", "Why it was refused", "Where it was signed"
ADDED = frozenset(known_as(one) for one in (ROW, REASON, SIGNED))
LONGEST_FILE_NAME = 120

_Key = tuple[str, date]


class CannotTakeOverSignOffs(DomainError):
    pass


class CannotUndoSignOffs(DomainError):
    pass


class CannotAcceptSignOff(DomainError):
    pass


class NotReasonEnough(CannotAcceptSignOff):
    """The words that say why are too short."""


class CannotTakeBackAcceptance(DomainError):
    pass


@dataclass(frozen=True)
class CheckedRow:
    """One row: what becomes of it, what the file says in its cells, what is wrong with it, and what is worth knowing of it."""

    number: int
    verdict: RowVerdict
    values: dict[str, Any]
    cells: list[str]
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """Why it is refused, in one line."""
        return " ".join(f"{one.column}: {one.message}" for one in self.problems)


@dataclass(frozen=True)
class CheckedFile(CheckedRows):
    """All rows of a file in its order. `shown` names the file and the columns as they were checked."""

    name: str
    sha256: str
    shown: str
    headings: list[str]
    rows: list[CheckedRow]

    @property
    def refused(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.verdict == RowVerdict.REFUSED]


def read_file(file: WaitingFile, *, person: User) -> MappedTable:
    """The headings and rows of a workbook or CSV file; the heading is known by the words of the person's agency too.

    Raises CannotTakeOverSignOffs or UnreadableCsv where it is wrong as a whole.
    """
    check_size(file.content, most_bytes=MOST_BYTES, refusal=CannotTakeOverSignOffs)
    return read_mapped_table(file.content, sheet=SHEET, words=_words(person), most_rows=MOST_ROWS)


def check_file(*, file: WaitingFile, places: Mapping[str, int], person: User, at: datetime) -> CheckedFile:
    """What would become of each row. Stores nothing; in a fixed number of queries however many rows there are.

    A row is known by its item, whatever its letter case, and the day; what was signed here is known too. The same again is
    there already; one that says something else is refused. Raises CannotTakeOverSignOffs or UnreadableCsv where the file is
    wrong as a whole.
    """
    table = read_file(file, person=person)
    if not all(name in places for name in NEEDED):
        raise CannotTakeOverSignOffs("Say which columns hold the item and the date.")
    checker = EarlierRowChecker(today=london_day(at))
    before: dict[_Key, dict[str, Any]] = {
        (one.item_key, one.done_on): {name: getattr(one, name) for name in SAID}
        for one in EarlierSignOff.objects.standing().filter(person=person)
    }
    here = {_key(values): values for values in signed_here(person)}
    seen: dict[_Key, int] = {}
    rows = []
    for record in table.rows:
        values, problems, notes = checker.check(values_under(record, places))
        verdict = RowVerdict.TAKEN
        if not problems:
            key = _key(values)
            if key in seen:
                problems = [
                    Problem(EXPLAINED["item"].name, f"It stands in row {seen[key]} already, with the same day.")
                ]
            elif known := before.get(key) or here.get(key):
                problems = _differences(values, known, asked=places, is_here=key not in before)
                verdict = RowVerdict.ALREADY_THERE
                notes = [*notes, "It was signed here."] if key not in before else notes
            seen.setdefault(key, record.number)
        if problems:
            verdict, notes = RowVerdict.REFUSED, []
        rows.append(CheckedRow(record.number, verdict, values, list(record.cells), problems, notes))
    sha256 = hashlib.sha256(file.content).hexdigest()
    name = plain(file.name)[:LONGEST_FILE_NAME] or "initial-training.xlsx"
    return CheckedFile(name, sha256, _shown(sha256, places, table), table.headings, rows)


@transaction.atomic
def take_file(
    *, file: WaitingFile, places: Mapping[str, int], person: User, by: User, at: datetime, shown: str | None = None
) -> tuple[CheckedFile, EarlierImport | None]:
    """Check the file again and take what is right and new; None where nothing is, and then nothing is stored.

    `shown`: of what whoever says so was shown; another file, or other columns, are refused. Raises CannotTakeOverSignOffs or
    UnreadableCsv.
    """
    if person.agency is None or not can_take_over_sign_offs_of(by, person):
        raise CannotTakeOverSignOffs("A trainer of the agency takes over sign-offs, and never their own.")
    # One at a time for a person, so that a file that is sent twice at once is taken once.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    checked = check_file(file=file, places=places, person=person, at=at)
    if shown is not None and checked.shown != shown:
        raise CannotTakeOverSignOffs("Another file or other columns were chosen since. Look at the rows first.")
    taken = [row for row in checked.rows if row.verdict == RowVerdict.TAKEN]
    if not taken:
        return checked, None
    done = EarlierImport.objects.create(
        agency=person.agency,
        person=person,
        by=by,
        at=at,
        file_name=checked.name,
        sha256=checked.sha256,
        headings=checked.headings,
        headings_sha256=digest_of(checked.headings),
        places=dict(places),
        rows=len(checked.rows),
        taken=len(taken),
        already_there=checked.count(RowVerdict.ALREADY_THERE),
        refused=checked.count(RowVerdict.REFUSED),
    )
    EarlierSignOff.objects.bulk_create(
        EarlierSignOff(
            agency=done.agency,
            person=person,
            taken_from=done,
            row_number=row.number,
            item_key=_key(row.values)[0],
            **row.values,
        )
        for row in taken
    )
    audit.record(
        verb=Verb.COLLECTED,
        what="training.sign_offs_taken_over",
        at=at,
        actor=by,
        subject=done,
        person=str(person.pk),
        rows=done.rows,
        taken=done.taken,
        already_there=done.already_there,
        refused=done.refused,
        sha256=done.sha256,
    )
    return checked, done


@transaction.atomic
def undo_import(*, import_id: uuid.UUID, why: str, by: User, at: datetime) -> int:
    """Let all sign-offs of a spreadsheet count in nothing, with what was accepted of them; they are kept. Returns how many.

    A second time changes nothing. Raises CannotUndoSignOffs.
    """
    done = EarlierImport.objects.locked().get(pk=import_id)
    if not can_undo_earlier_import(by, done):
        raise CannotUndoSignOffs("You may not undo this import.")
    if done.undone_at is not None:
        return 0
    reason = tidy(why)
    if len(reason) < SHORTEST_REASON:
        raise CannotUndoSignOffs(f"Say why in at least {SHORTEST_REASON} characters.")
    rows = list(done.sign_offs.locked().prefetch_related("acceptances"))
    for row in rows:
        _check_move(row, EarlierMove.UNDO, CannotUndoSignOffs)
    accepted = EarlierAcceptance.objects.holding().filter(sign_off__in=rows)
    taken_back = accepted.update(taken_back_at=at, taken_back_by=by, taken_back_because=reason)
    done.sign_offs.update(undone_at=at)
    done.undone_at, done.undone_by, done.undone_because = at, by, reason
    done.save(update_fields=["undone_at", "undone_by", "undone_because"])
    audit.record(
        verb=Verb.CHANGED,
        what="training.sign_offs_undone",
        at=at,
        actor=by,
        subject=done,
        sign_offs=len(rows),
        acceptances=taken_back,
        sha256=done.sha256,
    )
    return len(rows)


# --- what is accepted of them -----------------------------------------------------------------------------------------------


@transaction.atomic
def accept(*, sign_off_id: uuid.UUID, module: Module, why: str, by: User, at: datetime) -> EarlierAcceptance:
    """Let a sign-off of before meet a module that the person's profiles ask for, as long as the module holds from the day done.

    Who took it over, or signed it on paper, leaves that to another trainer. The same again changes nothing. Raises
    CannotAcceptSignOff.
    """
    sign_off = EarlierSignOff.objects.locked().select_related("person", "taken_from").get(pk=sign_off_id)
    if not can_take_back_earlier(by, sign_off):
        raise CannotAcceptSignOff("A trainer of the agency accepts this, and never for themselves.")
    if not can_accept_earlier(by, sign_off):
        raise CannotAcceptSignOff(f"Another trainer accepts this: you {why_another(sign_off, by)}.")
    there = sign_off.acceptance
    if there is not None and there.module_id == module.pk:
        return there
    _check_move(sign_off, EarlierMove.ACCEPT, CannotAcceptSignOff)
    if refusal := why_not_acceptable(sign_off):
        raise CannotAcceptSignOff(refusal)
    today = london_day(at)
    if module.pk not in {one.pk for one in modules_asked_of(sign_off.person, on=today)}:
        raise CannotAcceptSignOff(f"No profile of {sign_off.person} asks for this module.")
    version = ModuleVersion.objects.on_offer(on=today).filter(module=module).first()
    if version is None:
        raise CannotAcceptSignOff("No version of this module is taught now.")
    lapses_on = version.lapses_on(sign_off.done_on)
    if lapses_on is not None and lapses_on <= today:
        raise CannotAcceptSignOff(f"It would have run out on {day(lapses_on)}. It has to be done again.")
    acceptance = EarlierAcceptance.objects.create(
        sign_off=sign_off,
        person=sign_off.person,
        module=module,
        lapses_on=lapses_on,
        accepted_at=at,
        accepted_by=by,
        why=_reason(why, NotReasonEnough),
    )
    _record("accepted", sign_off, by=by, at=at, module=str(module.pk))
    return acceptance


@transaction.atomic
def take_acceptance_back(*, acceptance_id: uuid.UUID, why: str, by: User, at: datetime) -> EarlierAcceptance:
    """Let a sign-off of before meet nothing any more; that it did stays. A second time changes nothing.

    Raises CannotTakeBackAcceptance.
    """
    found = EarlierAcceptance.objects.get(pk=acceptance_id)
    sign_off = EarlierSignOff.objects.locked().select_related("person").get(pk=found.sign_off_id)
    acceptance = EarlierAcceptance.objects.locked().get(pk=acceptance_id)
    if not can_take_back_earlier(by, sign_off):
        raise CannotTakeBackAcceptance("A trainer of the agency takes this back, and never for themselves.")
    if acceptance.taken_back_at is not None:
        return acceptance
    _check_move(sign_off, EarlierMove.TAKE_BACK, CannotTakeBackAcceptance)
    reason = _reason(why, CannotTakeBackAcceptance)
    acceptance.taken_back_at, acceptance.taken_back_by, acceptance.taken_back_because = at, by, reason
    acceptance.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_because"])
    _record("acceptance_taken_back", sign_off, by=by, at=at, module=str(acceptance.module_id))
    return acceptance


def why_not_acceptable(sign_off: EarlierSignOff) -> str:
    """Why a sign-off of before can meet nothing, whatever the module; "" where it can."""
    if why := why_not_complete(sign_off.mentor, sign_off.line_manager):
        return f"{why} Two people sign: mentor, then line manager."
    if sign_off.is_signed_by(sign_off.person):
        return f"{sign_off.person} signed for themselves."
    return ""


def why_another(sign_off: EarlierSignOff, by: User) -> str:
    """What somebody has to do with a sign-off, so that they do not accept it; "" where it is nothing."""
    if sign_off.taken_from.by_id == by.pk:
        return "took it over"
    return "signed it on paper" if sign_off.is_signed_by(by) else ""


# --- the file between the steps ---------------------------------------------------------------------------------------------


def waiting(*, person: User, by: User) -> WaitingImport:
    """The file that somebody chose for a person, and where its columns are."""
    return WaitingImport(f"earlier-sign-offs:{person.pk}", by.pk)


def proposed_places(headings: list[str], *, person: User) -> tuple[dict[str, int], bool]:
    """Which column is which, and whether that was said of a file of the agency with these headings before.

    Else the words count that stand over the columns of its last file, and those that people usually write.
    """
    same = _imports_of_agency(person).filter(headings_sha256=digest_of(headings)).first()
    return (same.places, True) if same is not None else (guess_columns(headings, _words(person)), False)


def _words(person: User) -> Words:
    """What stands over the columns: in the last file of the agency, and usually."""
    last = _imports_of_agency(person).first()
    theirs = {name: known_as(last.headings[place]) for name, place in last.places.items()} if last else {}
    return {name: (*filter(None, [theirs.get(name)]), *usual) for name, usual in WORDS.items()}


def _imports_of_agency(person: User) -> QuerySet[EarlierImport]:
    """The last first; of what was undone the columns may have been wrong."""
    return EarlierImport.objects.filter(agency=person.agency_id, undone_at=None).order_by("-at", "-pk")


def digest_of(headings: list[str]) -> str:
    """By which headings are known again, without those that we write behind them."""
    known = [known_as(one) for one in headings]
    while known and known[-1] in ADDED:
        known.pop()
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


# --- rows -------------------------------------------------------------------------------------------------------------------


def _key(values: Mapping[str, Any]) -> _Key:
    return known_as(values["item"]), values["done_on"]


def _differences(
    values: Mapping[str, Any], known: Mapping[str, Any], *, asked: Mapping[str, int], is_here: bool
) -> list[Problem]:
    """What a row says otherwise than what is known of it, of the columns that the file has."""
    where = "It was signed here" if is_here else "It was taken over before"
    return [
        Problem(EXPLAINED[name].name, f"{where}, and says something else.")
        for name in SAID
        if name in asked and name in known and name != "item" and values[name] != known[name]
    ]


def _shown(sha256: str, places: Mapping[str, int], table: MappedTable) -> str:
    """Of a file and its columns as they were checked; where the heading stands is guessed, so it and the rows below count too."""
    said = [sha256, sorted(places.items()), table.headings, len(table.rows)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _check_move(sign_off: EarlierSignOff, move: EarlierMove, refusal: type[DomainError]) -> None:
    if next_earlier_state(move, sign_off.state) is None:
        raise refusal(f"This sign-off is {sign_off.state.label.lower()} already.")


def _reason(words: str, refusal: type[DomainError]) -> str:
    reason = tidy(words)
    if len(reason) < SHORTEST_REASON:
        raise refusal(f"Say why in at least {SHORTEST_REASON} characters.")
    return reason


def _record(what: str, sign_off: EarlierSignOff, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=f"training.earlier_sign_off_{what}",
        at=at,
        actor=by,
        subject=sign_off,
        person=str(sign_off.person_id),
        **details,
    )
