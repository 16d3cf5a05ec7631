"""Earlier reviews from spreadsheets: what becomes of each row, what is stored and when, and what they never count in."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, IntegrityError, transaction
from openpyxl import Workbook

from accounts.enums import AgencyKind
from audit.models import Entry
from common.clock import Period
from common.csv_files import UnreadableCsv
from common.row_reports import RowVerdict
from common.statistics.proportions import Proportion
from grading.models import EarlierImport, EarlierReview
from grading.models.earlier import MOST_BYTES, MOST_ROWS
from grading.queries.compliance import year_so_far
from grading.queries.compliance_history import compliance_over_time
from grading.queries.earlier import earlier_figures
from grading.services.earlier_reviews import (
    CannotTakeBack,
    CannotTakeOver,
    CheckedFile,
    CheckedRow,
    check_earlier_reviews,
    take_back,
    take_earlier_reviews,
)
from tests.factories.accounts import AgencyFactory, TeamFactory
from tests.factories.referrals import IncidentFactory, ReferralFactory
from tests.people import NOW, Cast, make_cast
from tests.races import at_once

REPORTED = datetime(2023, 3, 14, 9, 0, tzinfo=UTC)
ROW = {
    "incident_number": "99000000123",
    "first_month": "2023-03",
    "last_month": "2023-04",
    "needed": "yes",
    "needed_for": "child; domestic abuse",
    "found": "yes",
    "in_time": "yes",
    "good_enough": "no",
    "why": "The fictitious father is left out.",
}
NONE_NEEDED = {"needed": "no", "needed_for": "", "found": "", "in_time": "", "good_enough": ""}


def csv_of(*rows: dict[str, Any]) -> bytes:
    """The rows as a file; a row says only what it has beside the usual one."""
    whole = [ROW | row for row in rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(dict.fromkeys(name for row in whole for name in row)), restval="")
    writer.writeheader()
    writer.writerows(whole)
    return out.getvalue().encode()


def workbook_of(*rows: list[Any], sheet: str = "Reviews") -> bytes:
    book = Workbook()
    book.active.title = "About"
    chosen = book.create_sheet(sheet)
    for row in rows:
        chosen.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def check(cast: Cast, content: bytes) -> CheckedFile:
    return check_earlier_reviews(content=content, file_name="dip samples 2023.csv", force=cast.police, at=NOW)


def take(cast: Cast, content: bytes, **asked: Any) -> tuple[CheckedFile, EarlierImport | None]:
    whose = {"file_name": "dip samples 2023.csv", "force": cast.police, "by": cast.sam, "at": NOW} | asked
    return take_earlier_reviews(content=content, **whose)


def only(checked: CheckedFile) -> CheckedRow:
    (row,) = checked.rows
    return row


def refusals(checked: CheckedFile) -> list[tuple[int, str, str]]:
    return [(row.number, one.column, one.message) for row in checked.rows for one in row.problems]


# --- what a row becomes ---------------------------------------------------------------------------------------------------


def test_a_row_is_taken_as_the_spreadsheet_says_it(cast):
    team = TeamFactory(agency=cast.police, name="Northby Response")
    rows = csv_of(
        {"kind": "domestic incident", "district_code": cast.district.code.lower(), "team": "northby response"}
    )

    _, done = take(cast, rows)

    review = EarlierReview.objects.get()
    assert (review.incident_number, review.period) == ("99000000123", Period(date(2023, 3, 1), date(2023, 4, 30)))
    assert (review.required, review.required_types) == ("YES", ["CHILD", "DOMESTIC_ABUSE"])
    assert (review.found_types, review.in_time, review.good_enough) == (["CHILD", "DOMESTIC_ABUSE"], True, False)
    assert (review.kind, review.district, review.team) == ("DOMESTIC", cast.district, team)
    assert (review.why, review.status, review.row_number) == (ROW["why"], "COMPLIANT", 2)
    assert (review.taken_from, review.force) == (done, cast.police)
    assert (done.rows, done.taken, done.already_there, done.refused, done.by) == (1, 1, 0, 0, cast.sam)
    entry = Entry.objects.get(what="grading.earlier_reviews_taken_over")
    assert (entry.verb, entry.actor_id, entry.object_id) == ("COLLECTED", str(cast.sam.pk), str(done.pk))
    assert entry.details == {"rows": 1, "taken": 1, "already_there": 0, "refused": 0}


def test_checking_stores_nothing(cast):
    checked = check(cast, csv_of({}))

    assert only(checked).verdict == RowVerdict.TAKEN
    assert (EarlierReview.objects.count(), EarlierImport.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ({"found": "no", "in_time": "", "good_enough": ""}, {"found_types": [], "status": "MISSING"}),
        ({"found": "Child"}, {"found_types": ["CHILD"], "status": "PARTIAL"}),
        ({"in_time": "", "good_enough": ""}, {"in_time": None, "good_enough": None}),
        (NONE_NEEDED, {"required": "NO", "status": "NOT_NEEDED"}),
        (NONE_NEEDED | {"needed": "unclear"}, {"required": "UNCLEAR", "status": "UNCLEAR"}),
        (NONE_NEEDED | {"found": "child"}, {"status": "OVER_SUBMITTED"}),
        ({"first_month": "04/2023", "last_month": ""}, {"period_start": date(2023, 4, 1), "period_end": date(2023, 4, 30)}),
        ({"first_month": "15/02/2024", "last_month": "2024-02-01"}, {"period_end": date(2024, 2, 29)}),
        ({"incident_number": " 99 ab/1 "}, {"incident_number": "99AB/1"}),
    ],
)  # fmt: skip
def test_the_ways_in_which_people_write_it(cast, said, stored):
    take(cast, csv_of(said))

    review = EarlierReview.objects.get()
    assert {name: getattr(review, name) for name in stored} == stored


@pytest.mark.parametrize(
    ("said", "column", "message"),
    [
        ({"incident_number": ""}, "incident_number", "The occurrence number is missing"),
        ({"incident_number": "9.9000000123E+16"}, "incident_number", "Excel rounded this number"),
        ({"first_month": ""}, "first_month", "The month is missing; write 2023-03"),
        ({"first_month": "spring"}, "first_month", "“spring” is no month"),
        ({"first_month": "2023-13"}, "first_month", "“2023-13” is no month"),
        ({"first_month": "1923-03"}, "first_month", "before the year 2000"),
        ({"last_month": "2023-02"}, "last_month", "before the first"),
        ({"last_month": "2024-02"}, "last_month", "within one calendar year"),
        ({"first_month": "2026-11", "last_month": ""}, "last_month", "November 2026 has not ended yet"),
        ({"needed": "perhaps"}, "needed", "Write yes, no or unclear"),
        ({"needed_for": ""}, "needed_for", "Say what a form was needed for"),
        ({"needed_for": "child; weather"}, "needed_for", "“weather” is no type of concern"),
        (NONE_NEEDED | {"needed_for": "child"}, "needed_for", "Only where a form was needed"),
        (NONE_NEEDED | {"found": "yes"}, "found", "Say which forms there were"),
        ({"found": "", "in_time": "yes", "good_enough": ""}, "in_time", "No form was found"),
        ({"found": "", "in_time": "", "good_enough": "yes"}, "good_enough", "No form was found"),
        ({"in_time": "soon"}, "in_time", "Write yes or no"),
        ({"kind": "weather"}, "kind", "is no kind of incident"),
        ({"district_code": "Y0"}, "district_code", "no district with the code “Y0”"),
        ({"team": "Nobody"}, "team", "no team “Nobody”"),
        ({"why": "x" * 2001}, "why", "at most 2,000 characters"),
        ({"why": "bell \x07"}, "why", "control characters"),
    ],
)
def test_a_row_that_is_wrong_is_refused_with_its_column_and_the_others_are_taken(cast, said, column, message):
    checked, done = take(cast, csv_of(said, {"incident_number": "OK-1"}))

    ((number, where, why),) = refusals(checked)
    assert (number, where) == (2, column)
    assert message in why
    assert (done.taken, done.refused) == (1, 1)
    assert EarlierReview.objects.get().incident_number == "OK-1"


def test_every_fault_of_a_row_is_told_at_once(cast):
    checked = check(cast, csv_of({"needed": "", "in_time": "soon", "team": "Nobody"}))

    assert [column for _, column, _ in refusals(checked)] == ["needed", "in_time", "team"]


# --- the same again -------------------------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(cast):
    content = csv_of({}, {"incident_number": "2"})
    take(cast, content)
    entries = Entry.objects.count()

    checked, done = take(cast, content)

    assert [row.verdict for row in checked.rows] == [RowVerdict.ALREADY_THERE] * 2
    assert done is None
    assert (EarlierReview.objects.count(), EarlierImport.objects.count(), Entry.objects.count()) == (2, 1, entries)


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"needed_for": "child", "found": "child; domestic abuse"}, "needed_for"),
        ({"found": "child"}, "found"),
        ({"in_time": "no"}, "in_time"),
        ({"good_enough": ""}, "good_enough"),
        ({"kind": "OTHER"}, "kind"),
        ({"why": "Something else."}, "why"),
    ],
)
def test_a_row_that_says_something_else_than_before_is_refused_and_what_was_taken_stays(cast, said, column):
    take(cast, csv_of({}))

    checked, done = take(cast, csv_of(said))

    assert refusals(checked) == [(2, column, "It was taken over before, and says something else.")]
    assert done is None
    assert EarlierReview.objects.get().why == ROW["why"]


def test_a_row_stands_in_a_file_once_and_in_another_period_again(cast):
    checked, _ = take(cast, csv_of({}, {}, {"first_month": "2023-05", "last_month": "2023-06"}))

    assert refusals(checked) == [(3, "incident_number", "It stands in row 2 already, with the same period.")]
    assert EarlierReview.objects.count() == 2


def test_two_people_at_the_same_moment_take_a_row_once(transactional_db):
    cast = make_cast()
    content = csv_of({})

    at_once(lambda: take(cast, content), lambda: take(cast, content))

    assert (EarlierReview.objects.count(), EarlierImport.objects.count()) == (1, 1)


def test_what_goes_wrong_on_the_way_leaves_nothing_behind(cast, monkeypatch):
    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("grading.services.earlier_reviews.audit.record", fail)
    with pytest.raises(RuntimeError):
        take(cast, csv_of({}))
    assert (EarlierReview.objects.count(), EarlierImport.objects.count()) == (0, 0)


# --- incidents and forms that are known here ------------------------------------------------------------------------------


def known_incident(cast: Cast) -> Any:
    return IncidentFactory(
        force=cast.police, district=cast.district, officer=cast.olu, number="99000000123", reported_at=REPORTED
    )


def test_a_row_is_linked_to_its_incident_and_to_the_forms_that_belong_to_it(cast):
    incident = known_incident(cast)
    number = {"author": cast.olu, "occurrence_number": incident.number}
    linked = ReferralFactory(author=cast.olu, incident=incident, submitted_at=REPORTED + timedelta(hours=3))
    by_number = ReferralFactory(submitted_at=REPORTED + timedelta(days=2), **number)
    ReferralFactory(submitted_at=REPORTED + timedelta(days=40), **number)
    ReferralFactory(state="DRAFT", **number)

    checked, _ = take(cast, csv_of({}))

    review = EarlierReview.objects.get()
    assert review.incident == incident
    assert set(review.forms_found.all()) == {linked, by_number}
    assert only(checked).notes == []


def test_an_incident_of_another_force_is_not_linked(cast):
    IncidentFactory(force=AgencyFactory(kind=AgencyKind.POLICE), number="99000000123", reported_at=REPORTED)

    checked, _ = take(cast, csv_of({}))

    assert EarlierReview.objects.get().incident is None
    assert "No incident of this number was imported here." in only(checked).notes


def test_a_form_bearing_the_number_is_found_though_the_incident_is_not_known(cast):
    sent = {"author": cast.olu, "occurrence_number": "99000000123"}
    form = ReferralFactory(submitted_at=REPORTED, **sent)
    ReferralFactory(submitted_at=REPORTED - timedelta(days=200), **sent)

    take(cast, csv_of({}))

    assert list(EarlierReview.objects.get().forms_found.all()) == [form]


def test_a_row_says_where_the_spreadsheet_and_the_records_differ(cast):
    form = ReferralFactory(author=cast.olu, incident=known_incident(cast), submitted_at=REPORTED)
    missing = {"found": "no", "in_time": "", "good_enough": ""}

    checked = check(cast, csv_of(missing, {"incident_number": "2"}, {"incident_number": "3"} | missing))

    here, there, neither = [row.notes for row in checked.rows]
    assert here == [f"The spreadsheet says that there was no form; submitted here: {form.reference}."]
    assert there == [
        "No incident of this number was imported here.",
        "The spreadsheet says that there was a form; none of this incident was submitted here.",
    ]
    assert neither == ["No incident of this number was imported here."]


def test_an_incident_that_was_reported_in_another_period_is_refused(cast):
    known_incident(cast)

    checked = check(cast, csv_of({"first_month": "2023-05", "last_month": "2023-06"}))

    assert refusals(checked) == [
        (2, "first_month", "The incident was reported on 14/03/2023, which is not in this period.")
    ]


# --- the file -------------------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_as_people_fill_it_in(cast):
    heading = ["Incident_Number", "first_month", "last_month", "needed", "needed_for", "found", None]
    content = workbook_of(
        heading,
        [99000000123.0, datetime(2023, 3, 1), date(2023, 4, 1), True, "child", "yes", None],  # noqa: DTZ001
        [],
        ["0045", "2023-03", None, "no", None, None, None],
        [12345678901234567.0, "2023-03", None, "no"],
    )

    checked, _ = take(cast, content)

    assert [(one.incident_number, one.row_number) for one in EarlierReview.objects.order_by("row_number")] == [
        ("99000000123", 2),
        ("0045", 4),
    ]
    ((number, column, message),) = refusals(checked)
    assert (number, column) == (5, "incident_number")
    assert "Excel rounded" in message


def test_a_formula_is_never_run_and_counts_as_what_excel_showed_last(cast):
    """This one was never worked out, so it shows nothing."""
    content = workbook_of(list(ROW), [*list(ROW.values())[:-1], '=HYPERLINK("http://127.0.0.1:1/","x")'])

    take(cast, content)

    assert EarlierReview.objects.get().why == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (csv_of(), "The file is empty|no rows"),
        (b"incident_number,needed\n1,yes\n", "missing: first_month"),
        (b"PK\x03\x04 and nothing more", "no Excel workbook"),
        # A workbook carries the second it was made in: without a name of its own the row would be another one
        # in each process that collects.
        pytest.param(workbook_of(["incident_number", "surprise"]), "not expected: surprise", id="surprise"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "old Excel"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused_and_says_why(cast, content, message):
    with pytest.raises((CannotTakeOver, UnreadableCsv), match=message):
        take(cast, content)
    assert not EarlierReview.objects.exists()


def test_a_file_that_is_too_large_or_too_long_is_refused(cast):
    with pytest.raises(CannotTakeOver, match="it may have 5 MB"):
        check(cast, b"x" * (MOST_BYTES + 1))
    with pytest.raises(CannotTakeOver, match="more than 5,000 rows"):
        check(cast, csv_of(*({"incident_number": str(number)} for number in range(MOST_ROWS + 1))))


@pytest.mark.parametrize("count", [3, 60])
def test_checking_and_taking_cost_the_same_queries_however_many_rows(cast, count, django_assert_num_queries):
    for number in range(count):
        incident = IncidentFactory(force=cast.police, district=cast.district, number=f"N{number}", reported_at=REPORTED)
        ReferralFactory(author=cast.olu, incident=incident, submitted_at=REPORTED)
    content = csv_of(*({"incident_number": f"N{number}"} for number in range(count)))

    with django_assert_num_queries(6):
        check(cast, content)
    with django_assert_num_queries(14):
        take(cast, content)
    assert EarlierReview.forms_found.through.objects.count() == count


# --- who may, and what the database keeps ---------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["rae", "leda", "ana", "olu"])
def test_only_a_supervisor_of_the_force_takes_over(cast, person):
    with pytest.raises(CannotTakeOver, match="Only a MASH supervisor"):
        take(cast, csv_of({}), by=getattr(cast, person))


def test_nobody_takes_over_for_another_force_or_for_an_agency_that_is_none(cast):
    with pytest.raises(CannotTakeOver, match="Only a MASH supervisor"):
        take(cast, csv_of({}), force=AgencyFactory(kind=AgencyKind.POLICE))
    with pytest.raises(CannotTakeOver, match="Only a MASH supervisor"):
        take(cast, csv_of({}), force=cast.council, by=None)


def test_another_file_than_the_one_that_was_shown_is_not_taken(cast):
    with pytest.raises(CannotTakeOver, match="Another file was chosen since"):
        take(cast, csv_of({}), expected_sha256="0" * 64)
    assert not EarlierReview.objects.exists()


def test_what_was_taken_over_never_changes(cast):
    take(cast, csv_of({}))

    with pytest.raises(Error, match="never changed"), transaction.atomic():
        EarlierReview.objects.update(in_time=False)
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        EarlierImport.objects.update(taken=0, already_there=1)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"period_start": date(2023, 3, 2)}, "earlier_review_period_is_of_months_within_a_year"),
        ({"period_end": date(2024, 4, 30)}, "earlier_review_period_is_of_months_within_a_year"),
        ({"required": "NO"}, "earlier_review_needed_says_for_what"),
        ({"found_types": []}, "earlier_review_judges_only_forms_found"),
        ({"incident_number": "99000000123"}, "earlier_review_once_an_incident_and_period"),
    ],
)
def test_the_database_refuses_what_no_row_may_say(cast, values, rule):
    take(cast, csv_of({}))
    review = EarlierReview.objects.get()
    review.pk, review.incident_number, review._state.adding = None, "other", True
    for name, value in values.items():
        setattr(review, name, value)

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        review.save(force_insert=True)


def test_counts_in_equal_counts_out(cast):
    whose = {"force": cast.police, "at": NOW, "file_name": "a.csv", "sha256": "0" * 64}
    with pytest.raises(IntegrityError, match="counts_in_equal_counts_out"), transaction.atomic():
        EarlierImport.objects.create(**whose, rows=3, taken=1, already_there=1, refused=0)
    with pytest.raises(IntegrityError, match="took_something"), transaction.atomic():
        EarlierImport.objects.create(**whose, rows=0, taken=0, already_there=0, refused=0)


WRONG_YEAR = "It was the file of another year."


def test_a_spreadsheet_is_taken_back_as_a_whole_and_the_log_says_why(cast):
    incident = known_incident(cast)
    ReferralFactory(author=cast.olu, incident=incident, submitted_at=REPORTED)
    content = csv_of({}, {"incident_number": "2"})
    _, done = take(cast, content)
    take(cast, csv_of({"incident_number": "3"}))

    assert take_back(import_id=done.pk, why=f" {WRONG_YEAR} ", by=cast.sam, at=NOW) == 2

    assert [one.incident_number for one in EarlierReview.objects.all()] == ["3"]
    entry = Entry.objects.get(what="grading.earlier_reviews_taken_back")
    assert (entry.verb, entry.actor_id, entry.object_id) == ("DELETED", str(cast.sam.pk), str(done.pk))
    assert (entry.reason, entry.details["reviews"], entry.details["sha256"]) == (WRONG_YEAR, 2, done.sha256)
    assert take(cast, content)[1].taken == 2
    with pytest.raises(CannotTakeBack, match="taken back already"):
        take_back(import_id=done.pk, why=WRONG_YEAR, by=cast.sam, at=NOW)


@pytest.mark.parametrize(
    ("person", "why", "message"), [("rae", WRONG_YEAR, "Only a MASH supervisor"), ("sam", "  no  ", "at least 10")]
)
def test_who_may_not_or_gives_no_reason_takes_nothing_back(cast, person, why, message):
    _, done = take(cast, csv_of({}))

    with pytest.raises(CannotTakeBack, match=message):
        take_back(import_id=done.pk, why=why, by=getattr(cast, person), at=NOW)
    assert EarlierReview.objects.count() == 1


# --- figures --------------------------------------------------------------------------------------------------------------


def many(count: int, start: int, **said: Any) -> list[dict[str, Any]]:
    return [{"incident_number": f"M{start + number}"} | said for number in range(count)]


def test_figures_by_period_and_year_with_their_counts(cast):
    missing = {"found": "no", "in_time": "", "good_enough": ""}
    autumn = {"first_month": "2023-09", "last_month": "2023-10"}
    rows = [
        *many(6, 0),
        *many(1, 10, in_time="no", good_enough="yes"),
        *many(2, 20, **missing),
        *many(1, 30, found="child", in_time="", good_enough=""),
        *many(3, 40, **NONE_NEEDED),
        *many(1, 50, **NONE_NEEDED | {"needed": "unclear"}),
        *many(2, 60, **autumn),
    ]
    take(cast, csv_of(*rows))

    figures = earlier_figures(cast.police, for_readers=False)

    spring, later = figures.periods
    assert (spring.label, spring.examined, spring.unclear) == ("March to April 2023", 14, 1)
    assert (spring.compliance, spring.in_time, spring.good_enough) == (
        Proportion(7, 10),
        Proportion(6, 7),
        Proportion(1, 7),
    )
    assert later.compliance == Proportion(2, 2)
    (year,) = figures.years
    assert (year.label, year.examined, year.compliance) == ("2023", 16, Proportion(9, 12))
    reader = earlier_figures(cast.police, for_readers=True)
    assert [line.compliance for line in reader.periods] == [Proportion(7, 10), None]
    assert [line.compliance for line in reader.years] == [Proportion(7, 10)]
    assert earlier_figures(AgencyFactory(kind=AgencyKind.POLICE), for_readers=False).periods == []


def test_they_count_in_no_figure_of_a_drawn_sample(cast):
    take(cast, csv_of(*many(8, 0)))

    history = compliance_over_time(cast.police, for_readers=False)

    assert (history.years, history.periods) == ([], [])
    assert year_so_far(cast.police, year=2023).reviewed == 0


# --- the command ----------------------------------------------------------------------------------------------------------


def test_the_command_takes_a_file_by_the_same_rules(cast, tmp_path, capsys):
    file = tmp_path / "earlier.csv"
    file.write_bytes(csv_of({}))

    call_command("import_reviews", file, "--check")
    assert "1 rows: 1 would be taken, 0 there already, 0 refused." in capsys.readouterr().out
    assert not EarlierReview.objects.exists()

    call_command("import_reviews", file)
    assert "1 rows: 1 taken" in capsys.readouterr().out
    assert EarlierReview.objects.get().taken_from.by is None

    file.write_bytes(csv_of({"needed": "perhaps"}))
    with pytest.raises(CommandError, match="Some rows were refused") as refused:
        call_command("import_reviews", file)
    assert refused.value.returncode == 2
    assert "Row 2, needed: Write yes, no or unclear." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["nowhere.csv"], "cannot be read"), (["{file}", "--force", "Nobody"], "no such force"), (["{file}"], "missing")],
)
def test_the_command_ends_with_a_fault_when_the_file_as_a_whole_is_wrong(cast, tmp_path, arguments, message):
    file = tmp_path / "wrong.csv"
    file.write_bytes(b"surprise\n1\n")

    with pytest.raises(CommandError, match=message) as failed:
        call_command("import_reviews", *(one.format(file=file) for one in arguments))
    assert failed.value.returncode == 1
