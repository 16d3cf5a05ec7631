"""Sign-offs on paper of before: rows judged, taken exactly once, undone as a whole, accepted for a module, out and in again without loss."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from openpyxl import Workbook, load_workbook

from accounts.models import User
from audit.models import Entry
from common.csv_files import UnreadableCsv
from common.row_reports import RowVerdict
from common.waiting_files import WaitingFile
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import (
    EarlierAcceptanceFactory,
    EarlierImportFactory,
    EarlierSignOffFactory,
    ModuleFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    ProfileModuleFactory,
    RoleProfileFactory,
    SigningDelegationFactory,
    TrainingRecordFactory,
)
from tests.people import NOW, make_cast
from tests.races import at_once
from training.documents.initial_training import record_workbook, refused_workbook
from training.enums import EarlierMove, EarlierState, MatrixState, Standing, next_earlier_state
from training.models import EarlierAcceptance, EarlierImport, EarlierSignOff, Signature
from training.models.earlier import MOST_ROWS, SAID
from training.queries.earlier import initial_record_of
from training.queries.needs import needs_of
from training.queries.people import with_progress
from training.services import earlier_sign_offs as services
from training.services.earlier_rows import EXPLAINED
from training.services.earlier_sign_offs import (
    CannotAcceptSignOff,
    CannotTakeBackAcceptance,
    CannotTakeOverSignOffs,
    CannotUndoSignOffs,
    NotReasonEnough,
)

TODAY = date(2026, 11, 20)
HEADINGS = {name: column.name for name, column in EXPLAINED.items()}
GOOD = [
    "Child neglect",
    "27/03/2026",
    "Two referrals",
    "A. Fictitious",
    "28/03/2026",
    "B. Fictitious",
    "02/04/2026",
    "",
]
SEEN = "I saw the signed sheet."


def workbook(*rows: list[object], sheet: str = "Sheet1", name: str = "initial.xlsx") -> WaitingFile:
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
        for cell in book.active[book.active.max_row]:
            # A text that begins as a formula does, and is none.
            cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    out = BytesIO()
    book.save(out)
    return WaitingFile(name, out.getvalue())


def plain(*rows: list[object]) -> WaitingFile:
    return workbook(list(HEADINGS.values()), *rows)


def places_of(file: WaitingFile, cast) -> dict[str, int]:
    return services.proposed_places(services.read_file(file, person=cast.olu).headings, person=cast.olu)[0]


def check(file: WaitingFile, cast, person=None):
    return services.check_file(file=file, places=places_of(file, cast), person=person or cast.olu, at=NOW)


def take(file: WaitingFile, cast, person=None, by=None):
    return services.take_file(
        file=file, places=places_of(file, cast), person=person or cast.olu, by=by or cast.tess, at=NOW
    )


def verdicts(checked) -> list[str]:
    return [row.verdict.name for row in checked.rows]


def asked(cast, *, title: str = "Child neglect", months: int | None = 24, person=None):
    """A module that a profile of Olu asks for."""
    version = ModuleVersionFactory(module__force=cast.police, module__title=title, valid_months=months)
    profile = RoleProfileFactory(force=cast.police, name=f"Asks for {title}")
    ProfileModuleFactory(profile=profile, module=version.module)
    ProfileAssignmentFactory(person=person or cast.olu, profile=profile, starts_on=TODAY - timedelta(days=100))
    return version.module


def need_of(cast, person=None):
    person = person or cast.olu
    return needs_of([person], force_id=cast.police.pk, on=TODAY)[person.pk][0]


def accept(sign_off, module, cast, by=None, why: str = SEEN):
    return services.accept(sign_off_id=sign_off.pk, module=module, why=why, by=by or cast.tess, at=NOW)


# --- rows -------------------------------------------------------------------------------------------------------------


def wrong(**cells: str) -> list[str]:
    row = dict(zip(SAID, GOOD, strict=True)) | cells
    return list(row.values())


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (wrong(item=""), "Item", "The item is missing."),
        (wrong(item="x" * 201), "Item", "It has more than 200 characters."),
        (wrong(done_on=""), "Date done", "The date is missing."),
        (wrong(done_on="soon"), "Date done", "“soon” is not a real date; write 27/03/2019 or 2019-03-27."),
        (wrong(done_on="21/11/2026"), "Date done", "“21/11/2026” is in the future."),
        (wrong(done_on="01/01/1969"), "Date done", "“01/01/1969” is before the year 1970."),
        (wrong(mentor_on=""), "Mentor signed on", "There is a name but no day: when did A. Fictitious sign?"),
        (wrong(line_manager=""), "Line manager", "There is a day but no name: who signed?"),
        (wrong(mentor="", mentor_on="", line_manager="", line_manager_on=""), "Mentor", "Nobody has signed for this. Leave the row out, or name who did."),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_is_refused_in_plain_words_and_the_others_are_taken(cast, row, column, message):
    checked, done = take(plain(row, GOOD), cast)

    assert verdicts(checked) == ["REFUSED", "TAKEN"]
    assert [(one.column, one.message) for one in checked.rows[0].problems] == [(column, message)]
    assert (done.rows, done.taken, done.refused) == (2, 1, 1)
    taken = EarlierSignOff.objects.get()
    assert [getattr(taken, name) for name in SAID] == [
        "Child neglect", date(2026, 3, 27), "Two referrals", "A. Fictitious", date(2026, 3, 28), "B. Fictitious",
        date(2026, 4, 2), "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "remark"),
    [
        ({"line_manager": "", "line_manager_on": ""}, "Only the mentor signed."),
        ({"mentor": "", "mentor_on": ""}, "Only the line manager signed."),
        ({"line_manager": "a. fictitious"}, "One person signed as both."),
        ({"mentor_on": "26/03/2026"}, "The mentor signed before the date done."),
        ({"line_manager_on": "27/03/2026"}, "The line manager signed before the mentor."),
    ],
)
def test_what_is_odd_on_paper_is_taken_as_it_is_and_said(cast, cells, remark):
    checked, _ = take(plain(wrong(**cells)), cast)

    assert verdicts(checked) == ["TAKEN"]
    assert checked.rows[0].notes == [remark]


def test_the_same_again_changes_nothing_and_something_else_is_refused(cast):
    take(plain(GOOD), cast)

    again, none = take(plain(wrong(item="  CHILD   neglect ")), cast)
    other, also_none = take(plain(wrong(mentor="C. Fictitious")), cast)

    assert (verdicts(again), none) == (["ALREADY_THERE"], None)
    assert (verdicts(other), also_none) == (["REFUSED"], None)
    assert other.rows[0].reason == "Mentor: It was taken over before, and says something else."
    assert EarlierSignOff.objects.get().mentor == "A. Fictitious"


def test_the_same_item_on_another_day_is_another_sign_off_and_twice_in_a_file_is_refused(cast):
    checked, _ = take(plain(GOOD, wrong(done_on="27/03/2025"), GOOD), cast)

    assert verdicts(checked) == ["TAKEN", "TAKEN", "REFUSED"]
    assert checked.rows[2].reason == "Item: It stands in row 2 already, with the same day."


def test_what_was_signed_here_is_known_and_never_taken_for_paper(cast):
    record = TrainingRecordFactory(person=cast.olu, state="COMPLETE", done_on=date(2026, 10, 1), evidence="Seen.")
    title = record.module_version.module.title
    said = [title, "2026-10-01", "Seen.", record.mentor.name, "2026-10-05", record.line_manager.name, "2026-10-05", ""]

    same, other = check(plain(said), cast), check(plain([*said[:3], "Somebody", *said[4:]]), cast)

    assert (verdicts(same), same.rows[0].notes) == (["ALREADY_THERE"], ["It was signed here."])
    assert other.rows[0].reason == "Mentor: It was signed here, and says something else."


def test_words_in_lines_and_a_deputy_with_a_long_name_come_out_and_in_again_unchanged(cast):
    cast.moss.name = f"Moss {'m' * 100}"
    cast.moss.save()
    deputy = UserFactory(agency=cast.police, roles=["MENTOR"], name=f"Dep {'d' * 80} Fictitious")
    record = TrainingRecordFactory(
        person=cast.olu, mentor=cast.moss, line_manager=cast.lin, state="LOGGED", evidence="First.\r\nSecond."
    )
    made = {"absent": cast.moss, "deputy": deputy, "starts_on": TODAY - timedelta(days=1)}
    delegation = SigningDelegationFactory(**made)
    words = {
        "signed_as": deputy.name,
        "statement": "I saw it.",
        "content_sha256": record.versions.get().content_hash(record),
    }
    deed = {"record": record, "version": 1, "signed_at": NOW}
    Signature.objects.create(
        role="MENTOR", signer=deputy, on_behalf_of=cast.moss, delegation=delegation, **deed, **words
    )
    Signature.objects.create(role="LINE_MANAGER", signer=cast.lin, **deed, **words | {"signed_as": cast.lin.name})
    record.state, record.completed_at, record.completed_by = "COMPLETE", NOW, cast.lin
    record.save()

    same, none = take(export(cast.olu), cast)

    assert (verdicts(same), same.rows[0].notes, none) == (["ALREADY_THERE"], ["It was signed here."], None)
    assert same.rows[0].values["evidence"] == "First.\nSecond."
    assert same.rows[0].values["mentor"] == f"{deputy.name}, for {cast.moss.name}"[:120]


def test_columns_of_an_import_that_was_undone_are_remembered_no_more(cast):
    theirs = ["What", "When finished", "Who", "Day of it"]
    places = {"item": 0, "done_on": 1, "mentor": 2, "mentor_on": 3}
    file = workbook(theirs, ["Neglect", "27/03/2026", "A. Fictitious", "28/03/2026"])
    _, done = services.take_file(file=file, places=places, person=cast.olu, by=cast.tess, at=NOW)

    services.undo_import(import_id=done.pk, why="The columns were wrong.", by=cast.tess, at=NOW)

    assert services.proposed_places(theirs, person=cast.olu)[1] is False


def test_where_another_heading_is_found_since_nothing_is_taken_before_somebody_looked(cast):
    """What a colleague names meanwhile says where the heading of this file stands."""
    title, heading = ["Modul", "Tag", "Wer", "Wann"], ["Sache", "Ende", "Name", "Unterschrift"]
    row = ["Neglect", "27/03/2026", "A. Fictitious", "28/03/2026"]
    places = {"item": 0, "done_on": 1, "mentor": 2, "mentor_on": 3}
    file = workbook(title, heading, row)
    shown = services.check_file(file=file, places=places, person=cast.olu, at=NOW).shown
    other = workbook(heading, row)
    services.take_file(file=other, places=places, person=cast.mina, by=cast.tess, at=NOW)

    with pytest.raises(CannotTakeOverSignOffs, match="Look at the rows first"):
        services.take_file(file=file, places=places, person=cast.olu, by=cast.tess, at=NOW, shown=shown)


def test_columns_that_were_named_by_hand_are_remembered_for_these_headings_and_by_their_words(cast):
    theirs = ["What", "When finished", "X", "Signed", "Signed"]
    file = workbook(theirs, ["Neglect", "27/03/2026", "", "A. Fictitious", "28/03/2026"])
    places = {"item": 0, "done_on": 1, "mentor": 3, "mentor_on": 4}

    before = services.proposed_places(theirs, person=cast.olu)
    services.take_file(file=file, places=places, person=cast.olu, by=cast.tess, at=NOW)

    assert before[1] is False
    assert services.proposed_places(theirs, person=cast.olu) == (places, True)
    assert services.proposed_places([*theirs, services.ROW, services.REASON], person=cast.olu) == (places, True)
    assert services.proposed_places(["When finished", "What"], person=cast.olu) == ({"done_on": 0, "item": 1}, False)
    assert services.proposed_places(theirs, person=UserFactory(agency=AgencyFactory()))[1] is False


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"Item,Date done\n", "There is no row below the heading."),
        (b"Item,Date done\n" + b"a,27/03/2026\n" * (MOST_ROWS + 1), "more than 1,000 rows"),
        (b"PK\x03\x04 damaged", "damaged"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(db, content, message):
    with pytest.raises((UnreadableCsv, CannotTakeOverSignOffs), match=message):
        services.read_file(WaitingFile("a.csv", content), person=UserFactory())


def test_a_file_whose_item_or_date_nobody_names_is_refused(cast):
    with pytest.raises(CannotTakeOverSignOffs, match="item and the date"):
        services.check_file(file=plain(GOOD), places={"item": 0}, person=cast.olu, at=NOW)


def test_nobody_takes_over_their_own_nor_anybody_but_a_trainer_of_the_agency(cast):
    for person, by in ((cast.tess, cast.tess), (cast.olu, cast.lin), (cast.olu, cast.olu), (cast.out, cast.tess)):
        with pytest.raises(CannotTakeOverSignOffs, match="never their own"):
            take(plain(GOOD), cast, person=person, by=by)
    assert not EarlierImport.objects.exists()


def test_another_file_or_other_columns_than_were_shown_are_refused(cast):
    file = plain(GOOD)
    shown = check(file, cast).shown

    with pytest.raises(CannotTakeOverSignOffs, match="Look at the rows first"):
        services.take_file(
            file=file, places={"item": 0, "done_on": 1, "mentor": 3, "mentor_on": 4}, person=cast.olu, by=cast.tess,
            at=NOW, shown=shown,
        )  # fmt: skip
    assert not EarlierSignOff.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_sent_twice_at_once_is_taken_once():
    cast = make_cast()
    file = plain(GOOD)

    given = at_once(lambda: take(file, cast), lambda: take(file, cast))

    assert sorted(done is None for _, done in given) == [False, True]
    assert EarlierSignOff.objects.count() == 1


@pytest.mark.parametrize("count", [1, 30])
def test_looking_takes_the_same_queries_for_one_row_and_for_many(cast, count, django_assert_num_queries):
    EarlierSignOffFactory(person=cast.olu)
    TrainingRecordFactory(person=cast.olu, state="COMPLETE")
    file = plain(*(wrong(done_on=f"{day + 1}/06/2026", mentor_on="", mentor="") for day in range(count)))
    places = places_of(file, cast)

    with django_assert_num_queries(6):
        services.check_file(file=file, places=places, person=cast.olu, at=NOW)


# --- what was taken stands --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"mentor": "Somebody else"}, {"done_on": date(2020, 1, 1)}, {"item": "Other"}, {"evidence": "More"},
        {"line_manager_on": date(2020, 1, 1)},
    ],
)  # fmt: skip
def test_what_was_taken_is_never_changed(cast, change):
    one = EarlierSignOffFactory(person=cast.olu)

    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        EarlierSignOff.objects.filter(pk=one.pk).update(**change)
    with pytest.raises(DatabaseError, match="not removed"), transaction.atomic():
        EarlierSignOff.objects.filter(pk=one.pk).delete()


def test_what_was_undone_stays_undone(cast):
    one = EarlierSignOffFactory(person=cast.olu)
    EarlierSignOff.objects.filter(pk=one.pk).update(undone_at=NOW)

    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        EarlierSignOff.objects.filter(pk=one.pk).update(undone_at=None)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"mentor": ""}, "has_name_and_day_together"),
        ({"line_manager_on": None}, "has_name_and_day_together"),
        ({"mentor": "", "mentor_on": None, "line_manager": "", "line_manager_on": None}, "was_signed_by_somebody"),
        ({"item": ""}, "names_its_item"),
    ],
)
def test_the_database_refuses_sign_offs_that_say_too_little(cast, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EarlierSignOffFactory(person=cast.olu, **fields)


def test_the_database_keeps_one_of_an_item_and_day_and_no_import_of_ones_own(cast):
    EarlierSignOffFactory(person=cast.olu)

    with pytest.raises(IntegrityError, match="once_an_item_and_day"), transaction.atomic():
        EarlierSignOffFactory(person=cast.olu)
    with pytest.raises(IntegrityError, match="never_ones_own"), transaction.atomic():
        EarlierImportFactory(person=cast.olu, by=cast.olu)


# --- undone as a whole ------------------------------------------------------------------------------------------------


def test_an_import_is_undone_as_a_whole_with_what_was_accepted_and_can_be_taken_over_again(cast):
    module = asked(cast)
    file = plain(GOOD, wrong(item="Stalking"))
    _, done = take(file, cast)
    another = UserFactory(agency=cast.police, roles=["TRAINER"])
    kept = accept(done.sign_offs.get(item="Child neglect"), module, cast, by=another)

    count = services.undo_import(import_id=done.pk, why="The file of somebody else.", by=cast.tess, at=NOW)
    again, second = take(file, cast)

    kept.refresh_from_db()
    assert count == 2
    assert (kept.taken_back_by, kept.taken_back_because) == (cast.tess, "The file of somebody else.")
    assert verdicts(again) == ["TAKEN", "TAKEN"]
    assert EarlierSignOff.objects.count() == 4
    assert EarlierSignOff.objects.standing().count() == second.taken == 2
    assert services.undo_import(import_id=done.pk, why="Once more, please.", by=cast.tess, at=NOW) == 0
    assert Entry.objects.filter(what="training.sign_offs_undone").count() == 1


def test_undoing_needs_a_reason_and_a_trainer_of_the_agency(cast):
    done = EarlierSignOffFactory(person=cast.olu).taken_from

    with pytest.raises(CannotUndoSignOffs, match="at least 10"):
        services.undo_import(import_id=done.pk, why="Wrong", by=cast.tess, at=NOW)
    for by in (cast.olu, cast.lin, UserFactory(agency=AgencyFactory(), roles=["TRAINER"])):
        with pytest.raises(CannotUndoSignOffs, match="may not undo"):
            services.undo_import(import_id=done.pk, why="The file of somebody else.", by=by, at=NOW)
    assert EarlierSignOff.objects.standing().count() == 1


def test_what_stands_undone_by_itself_is_said_when_its_import_is_undone(cast):
    one = EarlierSignOffFactory(person=cast.olu)
    EarlierSignOff.objects.filter(pk=one.pk).update(undone_at=NOW)

    with pytest.raises(CannotUndoSignOffs, match="is undone already"):
        services.undo_import(import_id=one.taken_from_id, why="Of somebody else.", by=cast.tess, at=NOW)
    assert EarlierImport.objects.get(pk=one.taken_from_id).undone_at is None


# --- accepted for a module --------------------------------------------------------------------------------------------


def test_an_accepted_sign_off_meets_the_need_and_is_called_what_it_is(cast):
    module = asked(cast, months=24)
    one = EarlierSignOffFactory(person=cast.olu, done_on=date(2026, 3, 27))

    before = need_of(cast)
    acceptance = accept(one, module, cast)
    need = need_of(cast)

    assert (before.standing, before.paper) == (Standing.MISSING, None)
    assert (need.standing, need.state, need.record) == (Standing.MET, MatrixState.ON_PAPER, None)
    assert need.state.label == "Signed on paper before"
    assert need.paper.pk == need.held.pk == acceptance.pk
    assert need.lapses_on == acceptance.lapses_on == date(2028, 3, 27)
    entry = Entry.objects.get(what="training.earlier_sign_off_accepted")
    assert (entry.actor_id, entry.object_id) == (str(cast.tess.pk), str(one.pk))


def test_what_was_accepted_runs_out_from_the_day_in_the_spreadsheet(cast):
    module = asked(cast, months=12)
    accept(EarlierSignOffFactory(person=cast.olu, done_on=date(2026, 1, 10)), module, cast)

    need = need_of(cast)
    later = needs_of([cast.olu], force_id=cast.police.pk, on=date(2027, 1, 10))[cast.olu.pk][0]

    assert (need.standing, need.state, need.by) == (Standing.DUE, MatrixState.RUNS_OUT, date(2027, 1, 10))
    assert (later.standing, later.by) == (Standing.LAPSED, date(2027, 1, 10))
    assert later.paper is not None


@pytest.mark.parametrize(("done_on", "is_paper"), [(date(2026, 10, 1), False), (date(2026, 1, 1), True)])
def test_a_record_counts_before_paper_that_holds_as_long_and_what_holds_longer_before_both(cast, done_on, is_paper):
    module = asked(cast, months=24)
    TrainingRecordFactory(person=cast.olu, module_version=module.versions.get(), state="COMPLETE", done_on=done_on)
    accept(EarlierSignOffFactory(person=cast.olu, done_on=date(2026, 10, 1)), module, cast)

    assert (need_of(cast).paper is not None) is is_paper


def test_the_list_of_people_counts_paper_where_no_record_does(cast):
    module = asked(cast)
    accept(EarlierSignOffFactory(person=cast.olu), module, cast)
    gone = EarlierSignOffFactory(person=cast.olu, item="Other", item_key="other")
    EarlierAcceptanceFactory(sign_off=gone, accepted_by=cast.tess, lapses_on=TODAY)

    counted = with_progress(User.objects.filter(pk=cast.olu.pk), on=TODAY).get()

    assert (counted.in_date, counted.lapsed) == (1, 1)
    TrainingRecordFactory(person=cast.olu, module_version=module.versions.get(), state="COMPLETE")
    assert with_progress(User.objects.filter(pk=cast.olu.pk), on=TODAY).get().in_date == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"line_manager": "", "line_manager_on": None}, "Only the mentor signed. Two people sign"),
        ({"mentor": "", "mentor_on": None}, "Only the line manager signed. Two people sign"),
        ({"line_manager": "a. fictitious"}, "One person signed as both"),
        ({"line_manager": "A.   FICTITIOUS"}, "One person signed as both"),
        ({"mentor": "OLU"}, "signed for themselves"),
        ({"done_on": date(2024, 11, 20)}, "It would have run out on 20 November 2026"),
    ],
)
def test_what_was_not_signed_by_two_others_or_has_run_out_meets_nothing(cast, fields, message):
    module = asked(cast, months=24)
    User.objects.filter(pk=cast.olu.pk).update(name="Olu")

    with pytest.raises(CannotAcceptSignOff, match=message):
        accept(EarlierSignOffFactory(person=cast.olu, **fields), module, cast)
    assert not EarlierAcceptance.objects.exists()


def test_who_took_it_over_leaves_it_to_another_trainer_to_accept_but_may_take_that_back(cast):
    module = asked(cast)
    one = EarlierSignOffFactory(person=cast.olu, taken_from__by=cast.tess)
    another = UserFactory(agency=cast.police, roles=["TRAINER"])

    with pytest.raises(CannotAcceptSignOff, match="Another trainer accepts this: you took it over"):
        accept(one, module, cast)
    acceptance = accept(one, module, cast, by=another)

    services.take_acceptance_back(acceptance_id=acceptance.pk, why="The sheet was of another.", by=cast.tess, at=NOW)
    assert not EarlierAcceptance.objects.holding().exists()


@pytest.mark.parametrize("role", ["mentor", "line_manager"])
def test_who_signed_it_on_paper_leaves_it_to_another_trainer_to_accept_however_the_name_is_written(cast, role):
    module = asked(cast)
    one = EarlierSignOffFactory(person=cast.olu, **{role: f"  {cast.tess.name.upper().replace(' ', '  ')} "})

    with pytest.raises(CannotAcceptSignOff, match="you signed it on paper"):
        accept(one, module, cast)
    assert not EarlierAcceptance.objects.exists()


def test_only_a_module_that_the_persons_profiles_ask_for_is_met(cast):
    asked(cast, title="Stalking")
    nobody_asks = ModuleVersionFactory(module__force=cast.police).module

    with pytest.raises(CannotAcceptSignOff, match="No profile of"):
        accept(EarlierSignOffFactory(person=cast.olu), nobody_asks, cast)


def test_nobody_accepts_for_themselves_nor_without_a_reason_nor_twice_for_two_modules(cast):
    module, other = asked(cast), asked(cast, title="Stalking")
    mine = EarlierSignOffFactory(person=cast.olu)
    for by in (cast.olu, cast.lin, UserFactory(agency=AgencyFactory(), roles=["TRAINER"])):
        with pytest.raises(CannotAcceptSignOff, match="never for themselves"):
            accept(mine, module, cast, by=by)
    with pytest.raises(NotReasonEnough, match="at least 10"):
        accept(mine, module, cast, why="Fine")

    first, second = accept(mine, module, cast), accept(mine, module, cast)

    assert first == second
    with pytest.raises(CannotAcceptSignOff, match="is accepted already"):
        accept(mine, other, cast)


def test_an_acceptance_is_taken_back_with_a_reason_and_stays(cast):
    module = asked(cast)
    one = EarlierSignOffFactory(person=cast.olu)
    acceptance = accept(one, module, cast)
    with pytest.raises(CannotTakeBackAcceptance, match="at least 10"):
        services.take_acceptance_back(acceptance_id=acceptance.pk, why="No", by=cast.tess, at=NOW)
    with pytest.raises(CannotTakeBackAcceptance, match="never for themselves"):
        services.take_acceptance_back(acceptance_id=acceptance.pk, why="A copy was forged.", by=cast.olu, at=NOW)

    services.take_acceptance_back(acceptance_id=acceptance.pk, why="The sheet was of another.", by=cast.tess, at=NOW)
    services.take_acceptance_back(acceptance_id=acceptance.pk, why="Once more, later on.", by=cast.tess, at=NOW)

    assert need_of(cast).standing is Standing.MISSING
    acceptance.refresh_from_db()
    assert acceptance.taken_back_because == "The sheet was of another."
    assert accept(one, module, cast) != acceptance


@pytest.mark.django_db(transaction=True)
def test_two_trainers_at_once_accept_once_and_undoing_meanwhile_leaves_nothing_accepted():
    cast = make_cast()
    module = asked(cast)
    one, two = EarlierSignOffFactory(person=cast.olu), EarlierSignOffFactory(person=cast.olu, item="B", item_key="b")
    other = UserFactory(agency=cast.police, roles=["TRAINER"])

    given = at_once(lambda: accept(one, module, cast), lambda: accept(one, module, cast, by=other))
    at_once(
        lambda: accept(two, module, cast),
        lambda: services.undo_import(import_id=two.taken_from_id, why="Of somebody else.", by=other, at=NOW),
        refusal=CannotAcceptSignOff,
    )

    assert given[0] == given[1]
    assert EarlierAcceptance.objects.holding().filter(sign_off=one).count() == 1
    assert not EarlierAcceptance.objects.holding().filter(sign_off=two).exists()


def test_the_database_lets_no_acceptance_be_of_another_person_force_or_of_what_one_signed(cast):
    one = EarlierSignOffFactory(person=cast.olu)
    module = ModuleFactory(force=cast.police)

    def make(**fields):
        with transaction.atomic():
            EarlierAcceptanceFactory(**({"sign_off": one, "module": module, "accepted_by": cast.tess} | fields))

    with pytest.raises(IntegrityError, match="never_ones_own"):
        make(accepted_by=cast.olu)
    with pytest.raises(IntegrityError, match="of its own person|its own person"):
        make(person=cast.mina)
    with pytest.raises(IntegrityError, match="module of its agency"):
        make(module=ModuleFactory())
    with pytest.raises(IntegrityError, match="says_why"):
        make(why="")
    half = EarlierSignOffFactory(person=cast.olu, item="Half", item_key="half", mentor="", mentor_on=None)
    with pytest.raises(IntegrityError, match="signed by both"):
        make(sign_off=half)
    both = EarlierSignOffFactory(person=cast.olu, item="Both", item_key="both", line_manager=" a.   FICTITIOUS")
    with pytest.raises(IntegrityError, match="signed by two people"):
        make(sign_off=both)
    for number, who in enumerate((cast.tess.name, f" {cast.olu.name.upper()}", cast.tess.name.replace(" ", "  "))):
        item = f"Signed {number}"
        signed = EarlierSignOffFactory(person=cast.olu, item=item, item_key=item.casefold(), line_manager=who)
        with pytest.raises(IntegrityError, match="Neither who accepts it nor the person"):
            make(sign_off=signed)
    with pytest.raises(IntegrityError, match="Who took a sign-off over"):
        make(accepted_by=one.taken_from.by)
    EarlierSignOff.objects.filter(pk=half.pk).update(undone_at=NOW)
    with pytest.raises(IntegrityError, match="undone is not accepted"):
        make(sign_off=half)
    make()
    with pytest.raises(IntegrityError, match="one_at_a_time"):
        make()
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        EarlierAcceptance.objects.update(lapses_on=None, why="Otherwise, for good.")


def test_every_move_leads_where_the_table_says():
    assert next_earlier_state(EarlierMove.ACCEPT, EarlierState.TAKEN_OVER) is EarlierState.ACCEPTED
    assert next_earlier_state(EarlierMove.TAKE_BACK, EarlierState.TAKEN_OVER) is None
    assert all(next_earlier_state(move, EarlierState.UNDONE) is None for move in EarlierMove)


@pytest.mark.parametrize("count", [1, 3])
def test_needs_of_many_people_with_paper_take_no_more_queries(cast, count, django_assert_num_queries):
    people = [UserFactory(agency=cast.police) for _ in range(count)]
    module = asked(cast)
    for person in people:
        ProfileAssignmentFactory(person=person, profile=module.in_profiles.get().profile, starts_on=TODAY)
    with django_assert_num_queries(6):
        needs_of(people, force_id=cast.police.pk, on=TODAY)
    for person in people:
        accept(EarlierSignOffFactory(person=person), module, cast)

    with django_assert_num_queries(6):
        found = needs_of(people, force_id=cast.police.pk, on=TODAY)
    assert [needs[0].state for needs in found.values()] == [MatrixState.ON_PAPER] * count


# --- out and in again -------------------------------------------------------------------------------------------------

STRANGE = ("=1+1", "'=1+1", "- a list\n- of two", "Ça va? “Yes”, 100 %; a,b", "00123", "1e5", "true", "2026-10-02")


def export(person) -> WaitingFile:
    found = initial_record_of(person, ours=HEADINGS)
    content = record_workbook(
        whose=str(person), sheet=services.SHEET, headings=found.headings, signed=services.SIGNED, rows=found.rows,
        on=TODAY,
    )  # fmt: skip
    return WaitingFile("back.xlsx", content)


def rows_of(file: WaitingFile) -> list[tuple[object, ...]]:
    return list(load_workbook(BytesIO(file.content))[services.SHEET].values)


@pytest.mark.parametrize(
    "theirs",
    [
        list(HEADINGS.values()),
        ["Thing", "Finished", "Shown by", "First", "First when", "Second", "Second when", "Words"],
    ],
)
def test_a_record_comes_out_under_its_own_headings_and_in_and_out_again_without_loss(cast, theirs):
    empty = UserFactory(agency=cast.police, roles=["FRONTLINE_OFFICER"])
    rows = [
        [
            f"{number} {words.splitlines()[0]}",
            f"{number + 1}/06/2026",
            words,
            words.splitlines()[0],
            "2026-07-01",
            "B. Fictitious",
            "2026-07-02",
            words,
        ]
        for number, words in enumerate(STRANGE)
    ]
    file = workbook(theirs, *rows)
    services.take_file(
        file=file, places={name: place for place, name in enumerate(SAID)}, person=cast.olu, by=cast.tess, at=NOW
    )
    TrainingRecordFactory(person=cast.olu, state="COMPLETE", done_on=date(2026, 10, 1), evidence=STRANGE[0])

    out = export(cast.olu)
    same, none = take(out, cast)
    _, other = take(out, cast, person=empty)

    assert rows_of(out)[0] == (*theirs, "Where it was signed")
    assert [row[-1] for row in rows_of(out)[1:]] == [
        f"Signed on paper before, taken over by {cast.tess} on 20 November 2026"
    ] * 8 + ["Signed here"]
    assert (verdicts(same), none) == (["ALREADY_THERE"] * 9, None)
    assert other.taken == 9
    assert [row[:-1] for row in rows_of(export(empty))] == [row[:-1] for row in rows_of(out)]


def test_refused_rows_come_out_with_their_reasons_as_text_and_in_again_when_corrected(cast):
    theirs = ["Date", "Item", "Date", "Mentor"]
    places = {"item": 1, "done_on": 0, "mentor": 3, "mentor_on": 2}
    file = workbook(theirs, ["soon", "=HYPERLINK(1)", "27/03/2026", "+A"], ["27/03/2026", "Neglect", "27/03/2026", "A"])
    checked = services.check_file(file=file, places=places, person=cast.olu, at=NOW)
    services.take_file(file=file, places=places, person=cast.olu, by=cast.tess, at=NOW)

    content = refused_workbook(
        file_name=checked.name, sheet=services.SHEET, headings=checked.headings, added=(services.ROW, services.REASON),
        rows=[(row.number, row.cells, row.reason) for row in checked.refused],
    )  # fmt: skip

    sheet = load_workbook(BytesIO(content))[services.SHEET]
    assert [cell.value for cell in sheet[2]] == [
        "soon", "=HYPERLINK(1)", "27/03/2026", "+A", "2",
        "Date done: “soon” is not a real date; write 27/03/2019 or 2019-03-27.",
    ]  # fmt: skip
    assert {cell.data_type for cell in sheet[2]} == {"s"}
    assert sheet["B2"].quotePrefix
    again = WaitingFile("refused.xlsx", content)
    assert places_of(again, cast) == places
    assert check(again, cast).rows[0].verdict is RowVerdict.REFUSED
