"""Somebody's own CPD spreadsheet: columns guessed, rows judged, taken exactly once, undone as a whole, out and in again without loss."""

import threading
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from openpyxl import Workbook, load_workbook

from audit.models import Entry
from common.csv_files import UnreadableCsv
from common.mapped_tables import guess_columns
from common.row_reports import RowVerdict
from common.waiting_files import WaitingFile
from tests.factories.accounts import UserFactory
from tests.factories.training import CpdEntryFactory
from tests.people import NOW, make_cast
from training.documents.cpd_log import log_workbook
from training.models import CpdEntry, CpdImport
from training.models.cpd_sources import MOST_BYTES, MOST_ROWS
from training.queries.cpd import log_of
from training.services import cpd, cpd_imports
from training.services.cpd_imports import CannotImportCpd, CannotUndoCpdImport, CheckedFile, ColumnMap
from training.services.cpd_rows import EXPLAINED, WORDS, Fallbacks

HEADINGS = {name: column.name for name, column in EXPLAINED.items()}
TODAY = date(2026, 11, 20)


def workbook(*rows: list[object], sheet: str = "Sheet1") -> WaitingFile:
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return WaitingFile("my cpd.xlsx", out.getvalue())


def plain(*rows: list[object]) -> WaitingFile:
    return workbook(["Date", "Topic", "Kind", "Hours", "What was learned"], *rows)


GOOD = ["02/10/2026", "Stalking", "Course or webinar", "1.5", "The pattern."]


def mapped(file: WaitingFile, **fallbacks) -> ColumnMap:
    """The columns as they are guessed."""
    return ColumnMap(guess_columns(cpd_imports.read_cpd_file(file).headings, WORDS), Fallbacks(**fallbacks))


def check(file: WaitingFile, person, **fallbacks) -> CheckedFile:
    return cpd_imports.check_cpd_file(file=file, mapping=mapped(file, **fallbacks), person=person, at=NOW)


def take(file: WaitingFile, person, by=None, **fallbacks) -> tuple[CheckedFile, CpdImport | None]:
    return cpd_imports.take_cpd_file(
        file=file, mapping=mapped(file, **fallbacks), person=person, by=by or person, at=NOW
    )


def verdicts(checked: CheckedFile) -> list[str]:
    return [row.verdict.name for row in checked.rows]


# --- rows -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (["", "Stalking", "Course", "1", "x"], "Date", "The date is missing."),
        (["31/02/2026", "Stalking", "Course", "1", "x"], "Date", "“31/02/2026” is not a real date; write 27/03/2026 or 2026-03-27."),
        (["21/11/2026", "Stalking", "Course", "1", "x"], "Date", "“21/11/2026” is in the future."),
        (["01/01/1969", "Stalking", "Course", "1", "x"], "Date", "“01/01/1969” is before the year 1970."),
        (["02/10/2026", "", "Course", "1", "x"], "Topic", "The topic is missing."),
        (["02/10/2026", "x" * 121, "Course", "1", "x"], "Topic", "It has more than 120 characters."),
        (["02/10/2026", "Stalking", "Hearsay", "1", "x"], "Kind", "“Hearsay” is no kind of CPD; write for example Course or webinar."),
        (["02/10/2026", "Stalking", "", "1", "x"], "Kind", "The kind is missing; with the columns you can choose one for such rows."),
        (["02/10/2026", "Stalking", "Course", "long", "x"], "Hours", "“long” is no number of hours; write for example 1.5 or 1:30."),
        (["02/10/2026", "Stalking", "Course", "25", "x"], "Hours", "“25”: hours are from 0.25 to 24."),
        (["02/10/2026", "Stalking", "Course", "", "x"], "Hours", "The hours are missing; with the columns you can enter them for such rows."),
        (["02/10/2026", "Stalking", "Course", "1", ""], "What was learned", "What was learned is missing; with the columns you can write it for such rows."),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_is_refused_with_its_column_and_the_others_are_taken(cast, row, column, message):
    checked, done = take(plain(row, GOOD), cast.olu)

    assert verdicts(checked) == ["REFUSED", "TAKEN"]
    assert [(one.column, one.message) for one in checked.rows[0].problems] == [(column, message)]
    assert checked.rows[0].number == 2
    assert (done.rows, done.taken, done.refused) == (2, 1, 1)
    assert CpdEntry.objects.get().topic == "Stalking"


@pytest.mark.parametrize(
    ("written", "hours"),
    [("1.5", "1.5"), ("1,5", "1.5"), (1.5, "1.5"), (2, "2"), ("1:30", "1.5"), ("1h30", "1.5"), ("2h", "2"), ("90 min", "1.5"), ("3 hours", "3"), ("1.333", "1.33")],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(cast, written, hours):
    checked, _ = take(plain([*GOOD[:3], written, "x"]), cast.olu)

    assert CpdEntry.objects.get().hours == Decimal(hours)
    assert bool(checked.rows[0].notes) == (written == "1.333")


@pytest.mark.parametrize(
    "written", ["02/10/2026", "2/10/26", "02.10.2026", "2026-10-02", "2 October 2026", "2 Oct 2026", date(2026, 10, 2)]
)
def test_days_are_read_as_people_write_them(cast, written):
    take(plain([written, *GOOD[1:]]), cast.olu)

    assert CpdEntry.objects.get().done_on == date(2026, 10, 2)


def test_what_rows_do_not_say_may_be_said_for_all_of_them(cast):
    """The layout of a record of initial training: a module by row with its date, and nothing else."""
    file = workbook(
        ["Record of initial training"],
        [],
        ["Module", "Date completed"],
        ["Induction to the hub", date(2026, 3, 2)],
        ["Child neglect", date(2026, 3, 9)],
    )

    checked, done = take(file, cast.olu, kind="COURSE", hours=Decimal(2), learned="Not written down at the time.")

    assert verdicts(checked) == ["TAKEN", "TAKEN"]
    assert [row.number for row in checked.rows] == [4, 5]
    entry = CpdEntry.objects.get(topic="Child neglect")
    assert (entry.kind, entry.hours, entry.learned) == ("COURSE", Decimal(2), "Not written down at the time.")
    assert (entry.done_on, entry.taken_from, entry.logged_by) == (date(2026, 3, 9), done, cast.olu)


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["Date", "Course title", "Type", "Duration", "Reflection"], {"done_on": 0, "topic": 1, "kind": 2, "hours": 3, "learned": 4}),
        (["Training provider", "Training", "Training date", "Hrs"], {"trainer": 0, "topic": 1, "done_on": 2, "hours": 3}),
        (["When", "Topic", "What I learnt", "What I will do differently"], {"done_on": 0, "topic": 1, "learned": 2, "will_change": 3}),
        (list(HEADINGS.values()), {name: place for place, name in enumerate(HEADINGS)}),
        (["a", "b"], {}),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_what_people_write_over_them(headings, expected):
    assert guess_columns(headings, WORDS) == expected


# --- exactly once -----------------------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(cast):
    take(plain(GOOD), cast.olu)

    checked, done = take(plain(GOOD), cast.olu)

    assert (verdicts(checked), done) == (["ALREADY_THERE"], None)
    assert (CpdEntry.objects.count(), CpdImport.objects.count()) == (1, 1)


def test_a_row_that_was_corrected_here_since_is_known_again(cast):
    take(plain(GOOD), cast.olu)
    entry = CpdEntry.objects.get()
    cpd.correct_cpd(entry_id=entry.pk, version=1, by=cast.olu, at=NOW, hours=Decimal(3))

    assert verdicts(check(plain(GOOD), cast.olu)) == ["ALREADY_THERE"]


def test_what_was_typed_here_is_known_and_what_another_person_did_is_not(cast):
    CpdEntryFactory(person=cast.olu, done_on=date(2026, 10, 2), hours=Decimal("1.5"), learned="The pattern.")

    assert verdicts(check(plain(GOOD), cast.olu)) == ["ALREADY_THERE"]
    assert verdicts(check(plain(GOOD), cast.lin)) == ["TAKEN"]


def test_two_rows_that_say_the_same_are_two_and_say_so(cast):
    checked, _ = take(plain(GOOD, GOOD), cast.olu)

    assert verdicts(checked) == ["TAKEN", "TAKEN"]
    assert [row.notes for row in checked.rows] == [[], ["A row above says the same."]]
    assert verdicts(check(plain(GOOD, GOOD, GOOD), cast.olu)) == ["ALREADY_THERE", "ALREADY_THERE", "TAKEN"]


def test_a_row_that_says_something_else_than_the_entry_of_that_day_and_topic_says_so(cast):
    take(plain(GOOD), cast.olu)

    checked = check(plain([*GOOD[:3], "2", GOOD[4]]), cast.olu)

    assert verdicts(checked) == ["TAKEN"]
    assert checked.rows[0].notes == ["There is an entry of that day and topic that says something else."]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_sent_twice_at_once_is_taken_once():
    cast = make_cast()
    file, start, ends = plain(GOOD), threading.Barrier(2), []

    def send() -> None:
        try:
            start.wait()
            ends.append(take(file, cast.olu)[1] is None)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == [False, True]
    assert CpdEntry.objects.count() == 1


@pytest.mark.parametrize("count", [1, 40])
def test_checking_is_one_query_however_many_rows(cast, count, django_assert_num_queries):
    file = plain(*[[*GOOD[:4], f"Thing {number}."] for number in range(count)])

    with django_assert_num_queries(1):
        check(file, cast.olu)


# --- undone -----------------------------------------------------------------------------------------------------------


def test_an_import_is_undone_as_a_whole_and_can_be_taken_again(cast):
    _, done = take(plain(GOOD, [*GOOD[:4], "Another."]), cast.olu)
    CpdEntryFactory(person=cast.olu)

    count = cpd_imports.undo_cpd_import(import_id=done.pk, why="It was the file of last year.", by=cast.olu, at=NOW)
    again = cpd_imports.undo_cpd_import(import_id=done.pk, why="It was the file of last year.", by=cast.olu, at=NOW)

    assert (count, again) == (2, 0)
    assert CpdEntry.objects.counted().count() == 1
    assert set(done.entries.values_list("taken_back_because", flat=True)) == {"It was the file of last year."}
    done.refresh_from_db()
    assert (done.undone_by, done.undone_at) == (cast.olu, NOW)
    assert Entry.objects.filter(what="training.cpd_import_undone").count() == 1
    assert verdicts(take(plain(GOOD), cast.olu)[0]) == ["TAKEN"]


def test_undoing_needs_a_reason_and_whoever_took_it_over(cast):
    _, own = take(plain(GOOD), cast.olu)
    _, given = take(plain(GOOD), cast.lin, by=cast.tess)

    for done, by in ((own, cast.tess), (own, cast.lin), (given, cast.lin), (given, cast.olu)):
        with pytest.raises(CannotUndoCpdImport, match="may not"):
            cpd_imports.undo_cpd_import(import_id=done.pk, why="It was the wrong file.", by=by, at=NOW)
    with pytest.raises(CannotUndoCpdImport, match="at least 10"):
        cpd_imports.undo_cpd_import(import_id=own.pk, why="Wrong", by=cast.olu, at=NOW)
    assert CpdEntry.objects.counted().count() == 2


# --- who, and what files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lin", "moss", "sam", "pat", "out", "ada"])
def test_nobody_else_takes_over_a_spreadsheet_of_somebody(cast, name):
    with pytest.raises(CannotImportCpd, match="may not"):
        take(plain(GOOD), cast.olu, by=getattr(cast, name))


def test_what_was_shown_is_what_is_taken(cast):
    file, other = plain(GOOD), plain([*GOOD[:4], "Another."])
    shown = check(file, cast.olu).shown
    who = {"person": cast.olu, "by": cast.olu, "at": NOW, "shown": shown}

    for changed, mapping in ((other, mapped(other)), (file, mapped(file, kind="OTHER"))):
        with pytest.raises(CannotImportCpd, match="chosen since"):
            cpd_imports.take_cpd_file(file=changed, mapping=mapping, **who)
    assert cpd_imports.take_cpd_file(file=file, mapping=mapped(file), **who)[1] is not None


def test_the_access_log_says_what_was_taken_and_none_of_its_words(cast):
    _, done = take(plain(GOOD, ["", *GOOD[1:]]), cast.olu)

    entry = Entry.objects.get()
    assert (entry.verb, entry.what, entry.object_id) == ("COLLECTED", "training.cpd_taken_over", str(done.pk))
    assert {name: entry.details[name] for name in ("rows", "taken", "already_there", "refused")} == {
        "rows": 2,
        "taken": 1,
        "already_there": 0,
        "refused": 1,
    }
    assert "Stalking" not in str(entry.details)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"Date,Topic\n", "no row below"),
        (b"PK\x03\x04 no workbook", "no Excel workbook"),
        (b"x" * (MOST_BYTES + 1), "too large"),
        (("Date,Topic\n" + "2026-10-02,a\n" * (MOST_ROWS + 1)).encode(), "more than 2,000 rows"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(content, message):
    with pytest.raises((UnreadableCsv, CannotImportCpd), match=message):
        cpd_imports.read_cpd_file(WaitingFile("a.csv", content))


def test_a_file_whose_date_or_topic_nobody_names_is_refused(cast):
    file = workbook(["a", "b"], ["02/10/2026", "Stalking"])

    with pytest.raises(CannotImportCpd, match="date and the topic"):
        check(file, cast.olu)


# --- out and in again -------------------------------------------------------------------------------------------------

STRANGE = (
    "=1+1",
    "'=1+1",
    "- a list\n- of two",
    "Ça va? “Yes”, 100 %; a,b",
    "00123",
    "1e5",
    "true",
    "2026-10-02",
)


def export(person) -> bytes:
    return log_workbook(whose=str(person), sheet=cpd_imports.SHEET, headings=HEADINGS, entries=log_of(person), on=TODAY)


def rows_of(content: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(BytesIO(content))[cpd_imports.SHEET].values)


def test_a_log_comes_out_and_in_and_out_again_without_loss(cast):
    empty = UserFactory(agency=cast.police, roles=["FRONTLINE_OFFICER"])
    for number, words in enumerate(STRANGE):
        CpdEntryFactory(
            person=cast.olu,
            done_on=date(2026, 10, number + 1),
            kind=["COURSE", "BRIEFING", "READING", "SHADOWING", "SUPERVISION", "EXERCISE", "OTHER", "OTHER"][number],
            topic=words.splitlines()[0],
            hours=Decimal("0.25") * (number + 1),
            learned=words,
            will_change=words,
            what_happened=words,
            trainer=words.splitlines()[0],
            evidence=words.splitlines()[0],
            did_help=words,
            looked_back_on=TODAY,
        )
    CpdEntryFactory.create_batch(2, person=cast.olu, topic="Twice the same")
    CpdEntryFactory(
        person=cast.olu, topic="Not counted", taken_back_at=NOW, taken_back_by=cast.olu, taken_back_because="Wrong day."
    )
    first = export(cast.olu)

    checked, done = take(WaitingFile("cpd-log.xlsx", first), empty)

    assert (checked.count(RowVerdict.TAKEN), done.refused) == (10, 0)
    assert rows_of(export(empty)) == rows_of(first)
    assert [entry.content() for entry in log_of(empty)] == [entry.content() for entry in log_of(cast.olu)]
    assert verdicts(check(WaitingFile("cpd-log.xlsx", first), cast.olu)) == ["ALREADY_THERE"] * 10
