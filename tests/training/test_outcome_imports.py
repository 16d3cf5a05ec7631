"""Outcomes from a file: what becomes of each row, what is logged and when, what is never done in bulk, and what is kept of the file."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from openpyxl import Workbook

from audit.models import Entry
from common.csv_files import UnreadableCsv
from common.row_reports import RowVerdict
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import (
    InductionFactory,
    ModuleVersionFactory,
    OutcomeImportFactory,
    ProfileAssignmentFactory,
    TrainingRecordFactory,
)
from tests.people import NOW, Cast, make_cast
from tests.races import at_once
from training import notifications, tasks
from training.models import Induction, ModulePrerequisite, OutcomeImport, OutcomeRow, OutOfOrder, TrainingRecord
from training.models.outcome_imports import MOST_BYTES, MOST_ROWS
from training.services import outcome_imports, records
from training.services.outcome_imports import CannotImportOutcomes, CheckedOutcomes

HEADING = ["Person", "Module", "Date completed", "Outcome", "Evidence", "How", "Mentor", "Line manager"]
EVIDENCE = "Explained two fictitious calls."


@pytest.fixture
def module(cast: Cast):
    return neglect(cast)


def neglect(cast: Cast):
    return ModuleVersionFactory(module__force=cast.police, module__title="Child neglect", module__short_title="Neglect")


def row(cast: Cast, **said: object) -> list[object]:
    """A row that is right: Olu did Child neglect, Moss and Lin sign."""
    usual: dict[str, object] = {
        "person": cast.olu.email,
        "module": "Child neglect",
        "done_on": "02/10/2026",
        "outcome": "PASS",
        "evidence": EVIDENCE,
        "how": "",
        "mentor": cast.moss.email,
        "line_manager": cast.lin.email,
    }
    return list((usual | said).values())


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for one in (HEADING, *rows):
        book.active.append(one)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def check(cast: Cast, content: bytes, ticked=(), by=None) -> CheckedOutcomes:
    return outcome_imports.check_outcomes(content=content, by=by or cast.tess, at=NOW, ticked=ticked)


def take(cast: Cast, content: bytes, ticked=(), by=None) -> tuple[CheckedOutcomes, OutcomeImport | None]:
    who = by or cast.tess
    shown = check(cast, content, by=by).shown
    return outcome_imports.take_outcomes(content=content, by=who, at=NOW, shown=shown, ticked=ticked)


def verdicts(checked: CheckedOutcomes) -> list[str]:
    return [one.verdict.name for one in checked.rows]


def said_of(checked: CheckedOutcomes, place: int = 0) -> list[tuple[str, str]]:
    return [(problem.column, problem.message) for problem in checked.rows[place].problems]


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_row_is_logged_as_the_form_logs_it_and_two_still_sign(cast, module):
    checked, done = take(cast, workbook(row(cast)))

    record = TrainingRecord.objects.get()
    content = record.versions.get()
    assert (record.person, record.module_version, record.trainer, record.state) == (
        cast.olu,
        module,
        cast.tess,
        "LOGGED",
    )
    assert (record.mentor, record.line_manager) == (cast.moss, cast.lin)
    assert (content.done_on, content.evidence, content.method) == (date(2026, 10, 2), EVIDENCE, module.delivery)
    assert (done.rows, done.taken, done.refused, done.sha256) == (1, 1, 0, checked.sha256)
    assert done.outcomes.get().record == record


def test_people_are_named_by_collar_number_and_modules_by_their_short_title(cast, module):
    cast.olu.collar_number = "9917"
    cast.olu.save()

    assert verdicts(take(cast, workbook(row(cast, person=9917, module=" neglect ", how="Virtual classroom")))[0]) == [
        "TAKEN"
    ]
    assert TrainingRecord.objects.get().versions.get().method == "VIRTUAL"


@pytest.mark.parametrize(
    ("said", "column", "message"),
    [
        ({"person": ""}, "Person", "The person is missing."),
        ({"person": "who@example.org"}, "Person", "Nobody of your agency has the address or collar number “who@example.org”."),
        ({"person": "tess@example.org"}, "Person", "Nobody logs their own training: ask another trainer."),
        ({"module": "Astronomy"}, "Module", "“Astronomy” is no module that is taught here. Write its title as under Modules."),
        ({"done_on": "21/11/2026"}, "Date completed", "“21/11/2026” is in the future."),
        ({"done_on": "soon"}, "Date completed", "“soon” is not a real date; write 27/03/2026 or 2026-03-27."),
        ({"outcome": ""}, "Outcome", "The outcome is missing; write PASS."),
        ({"outcome": "perhaps"}, "Outcome", "“perhaps” is no outcome; write PASS."),
        ({"evidence": "Yes"}, "Evidence", "Write what shows that the person can do it. At least 10 characters."),
        ({"how": "By post"}, "How", "“By post” is no way of doing it; write for example Face to face."),
        ({"mentor": ""}, "Mentor", "The mentor is missing, and the person has no induction plan."),
        ({"mentor": "olu@example.org"}, "Mentor", "This person may not sign as mentor."),
        ({"line_manager": "moss@example.org"}, "Line manager", "This person may not sign as line manager."),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_is_refused_with_its_column_and_the_others_are_logged(cast, module, said, column, message):
    another = UserFactory(agency=cast.police)

    checked, done = take(cast, workbook(row(cast, **said), row(cast, person=another.email)))

    assert verdicts(checked) == ["REFUSED", "TAKEN"]
    assert said_of(checked) == [(column, message)]
    assert (checked.rows[0].number, done.refused, TrainingRecord.objects.get().person) == (2, 1, another)


@pytest.mark.parametrize(
    ("outcome", "instead"),
    [
        ("FAIL", "A fail is not recorded from a file"),
        ("not passed", "A fail is not recorded from a file"),
        ("Sent back", "opens the record and sends it back there"),
        ("revoked", "open the record and take back the signatures there"),
        ("withdrawn", "open the record and take back the signatures there"),
        ("Induction ended", "open the plan and close, stop or extend it there"),
    ],
)
def test_nothing_but_a_pass_is_done_in_bulk_and_the_row_says_what_to_do_instead(cast, module, outcome, instead):
    checked, done = take(cast, workbook(row(cast, outcome=outcome)))

    assert (verdicts(checked), done) == (["REFUSED"], None)
    assert instead in said_of(checked)[0][1]
    assert not TrainingRecord.objects.exists()


def test_who_signs_is_taken_from_the_induction_plan_where_the_row_does_not_say_it(cast, module):
    assignment = ProfileAssignmentFactory(person=cast.olu, assigned_by=cast.tess)
    InductionFactory(assignment=assignment, mentor=cast.moss, line_manager=cast.lin)

    checked, _ = take(cast, workbook(row(cast, mentor="", line_manager="")))

    record = TrainingRecord.objects.get()
    assert (record.mentor, record.line_manager) == (cast.moss, cast.lin)
    assert checked.rows[0].notes == ["Who signs is taken from the induction plan where the row does not say it."]


def test_of_two_plans_the_one_with_a_step_for_the_module_says_who_signs(cast, module):
    other = UserFactory(agency=cast.police, roles=["MENTOR"])
    asked = {"person": cast.olu, "assigned_by": cast.tess}
    sooner, later = (ProfileAssignmentFactory(starts_on=date(2026, month, 1), **asked) for month in (5, 7))
    plan = InductionFactory(assignment=sooner, mentor=other, line_manager=cast.lin)
    InductionFactory(assignment=later, modules=[module.module], mentor=cast.moss, line_manager=cast.lin)
    without = ModuleVersionFactory(module__force=cast.police, module__title="In no plan")

    checked = check(
        cast,
        workbook(row(cast, mentor="", line_manager=""), row(cast, module="In no plan", mentor="", line_manager="")),
    )

    assert [one.values["mentor"] for one in checked.rows] == [cast.moss, plan.mentor]
    assert checked.rows[1].values["module_version"] == without


def test_another_mentor_in_the_plan_than_was_shown_is_looked_at_again(cast, module):
    assignment = ProfileAssignmentFactory(person=cast.olu, assigned_by=cast.tess)
    plan = InductionFactory(assignment=assignment, mentor=cast.moss, line_manager=cast.lin)
    content = workbook(row(cast, mentor="", line_manager=""))
    shown = check(cast, content).shown
    Induction.objects.filter(pk=plan.pk).update(mentor=UserFactory(agency=cast.police, roles=["MENTOR"]))

    with pytest.raises(CannotImportOutcomes, match="Look at the rows again"):
        outcome_imports.take_outcomes(content=content, by=cast.tess, at=NOW, shown=shown)
    assert not TrainingRecord.objects.exists()


def test_the_check_page_names_who_would_sign_and_says_in_the_log_whom_it_showed(client, cast, module):
    client.force_login(cast.tess)
    file = SimpleUploadedFile("rows.xlsx", workbook(row(cast), row(cast, person="who@example.org")))
    client.post(reverse("training:outcome_import_new"), {"file": file})

    page = client.get(reverse("training:outcome_import_check")).content.decode()

    assert f'<td class="govuk-table__cell">{cast.moss.name}</td>' in page
    assert f'<td class="govuk-table__cell">{cast.lin.name}</td>' in page
    entry = Entry.objects.get(what="training.outcomes_checked")
    assert (entry.details["rows"], entry.details["people"]) == (2, [str(cast.olu.pk)])


@pytest.mark.parametrize(
    "other",
    [
        {"title": "child NEGLECT", "short_title": "Other"},
        {"title": "Neglect", "short_title": "Other"},
        {"title": "Other", "short_title": "Child  neglect"},
    ],
)
def test_a_name_that_two_modules_share_names_neither(cast, module, other):
    ModuleVersionFactory(module__force=cast.police, **{f"module__{name}": words for name, words in other.items()})
    shared = next(iter({"child neglect", "neglect"} & {" ".join(one.casefold().split()) for one in other.values()}))

    checked = check(cast, workbook(row(cast, module=shared)))

    words = f"Two modules are called “{shared}”. Write the other title of the one that is meant."
    assert said_of(checked) == [("Module", words)]


def test_the_mentor_is_not_the_line_manager_nor_the_person(cast, module):
    both = UserFactory(agency=cast.police, roles=["MENTOR", "LINE_MANAGER"])

    checked = check(
        cast,
        workbook(
            row(cast, mentor=both.email, line_manager=both.email), row(cast, person=both.email, mentor=both.email)
        ),
    )

    assert said_of(checked) == [("Line manager", "Mentor and line manager must be two people.")]
    assert said_of(checked, 1) == [("Mentor", "Nobody signs off their own training.")]


# --- exactly once -----------------------------------------------------------------------------------------------------


def test_the_same_file_again_logs_nothing(cast, module):
    take(cast, workbook(row(cast)))

    checked, done = take(cast, workbook(row(cast)))

    assert (verdicts(checked), done) == (["ALREADY_THERE"], None)
    assert (TrainingRecord.objects.count(), OutcomeImport.objects.count()) == (1, 1)


def test_a_row_whose_record_was_corrected_since_is_known_again(cast, module):
    take(cast, workbook(row(cast)))
    record = TrainingRecord.objects.get()
    records.send_back(record_id=record.pk, reason="It was another day.", by=cast.moss, at=NOW)
    records.correct_record(
        record_id=record.pk,
        done_on=date(2026, 10, 5),
        method="VIRTUAL",
        evidence=EVIDENCE,
        mentor=cast.moss,
        line_manager=cast.lin,
        by=cast.tess,
        at=NOW,
    )

    assert verdicts(check(cast, workbook(row(cast)))) == ["ALREADY_THERE"]


def test_what_was_logged_by_hand_is_known_and_an_open_record_refuses_another_day(cast, module):
    people = {"mentor": cast.moss, "line_manager": cast.lin, "trainer": cast.tess}
    TrainingRecordFactory(person=cast.olu, module_version=module, done_on=date(2026, 10, 2), **people)

    checked = check(cast, workbook(row(cast), row(cast, done_on="03/10/2026")))

    assert verdicts(checked) == ["ALREADY_THERE", "REFUSED"]
    assert said_of(checked, 1) == [("Module", "The person has an open record for this module already.")]


def test_of_two_rows_about_one_module_of_a_person_the_second_is_refused(cast, module):
    checked, _ = take(cast, workbook(row(cast), row(cast, done_on="03/10/2026")))

    assert said_of(checked, 1) == [("Module", "Row 2 logs this module for the same person.")]
    assert TrainingRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_sent_twice_at_once_is_logged_once():
    cast = make_cast()
    neglect(cast)
    content = workbook(row(cast))
    shown = check(cast, content).shown

    def send():
        checked, done = outcome_imports.take_outcomes(content=content, by=cast.tess, at=NOW, shown=shown)
        return verdicts(checked), done is not None

    ends = at_once(send, send)

    assert sorted(ends) == [(["ALREADY_THERE"], False), (["TAKEN"], True)]
    assert (TrainingRecord.objects.count(), OutcomeImport.objects.count()) == (1, 1)


def test_a_colleague_who_logs_one_meanwhile_leaves_the_others(cast, module, monkeypatch):
    another = UserFactory(agency=cast.police)
    content = workbook(row(cast), row(cast, person=another.email))
    checked = check(cast, content)
    TrainingRecordFactory(person=cast.olu, module_version=module, trainer=cast.tess)
    monkeypatch.setattr(outcome_imports, "check_outcomes", lambda **said: checked)

    ended, done = outcome_imports.take_outcomes(content=content, by=cast.tess, at=NOW, shown=checked.shown)

    assert (verdicts(ended), done.taken, done.refused) == (["REFUSED", "TAKEN"], 1, 1)
    assert done.outcomes.get().record.person == another


# --- what comes first -------------------------------------------------------------------------------------------------


@pytest.fixture
def basics(cast, module):
    version = ModuleVersionFactory(module__force=cast.police, module__title="Basics")
    ModulePrerequisite.objects.create(module=module.module, first=version.module, set_at=NOW, set_by=cast.tess)
    return version


def test_a_row_out_of_order_is_refused_unless_it_is_ticked(cast, module, basics):
    another = UserFactory(agency=cast.police)
    people = {"mentor": cast.moss, "line_manager": cast.lin, "trainer": cast.tess}
    TrainingRecordFactory(person=another, module_version=basics, state="COMPLETE", **people)
    content = workbook(row(cast), row(cast, person=another.email))

    checked = check(cast, content)

    assert verdicts(checked) == ["REFUSED", "TAKEN"]
    assert said_of(checked) == [("Module", "Complete first: Basics. Tick the row to log it all the same.")]
    _, done = take(cast, content, ticked=[2])
    assert done.taken == 2
    kept = OutOfOrder.objects.get()
    assert (kept.record.person, kept.first, kept.said_by) == (cast.olu, basics.module, cast.tess)


def test_what_is_missing_by_now_is_looked_at_again(cast, module):
    content = workbook(row(cast))
    shown = check(cast, content).shown
    first = ModuleVersionFactory(module__force=cast.police).module
    ModulePrerequisite.objects.create(module=module.module, first=first, set_at=NOW, set_by=cast.tess)

    with pytest.raises(CannotImportOutcomes, match="Look at the rows again"):
        outcome_imports.take_outcomes(content=content, by=cast.tess, at=NOW, shown=shown, ticked=[2])
    assert not TrainingRecord.objects.exists()


# --- who, what files, and what is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["olu", "lin", "moss", "sam", "out", "ada"])
def test_only_a_trainer_logs_outcomes_from_a_file(cast, module, name):
    with pytest.raises(CannotImportOutcomes, match="Only a trainer"):
        check(cast, workbook(row(cast)), by=getattr(cast, name))


def test_a_trainer_of_another_force_finds_neither_people_nor_modules_here(cast, module):
    away = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])

    columns = {column for column, _ in said_of(check(cast, workbook(row(cast)), by=away))}

    assert columns == {"Person", "Module", "Mentor", "Line manager"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"Person,Module\n", "no row below"),
        (b"Person,Module\na,b\n", "No column is headed “Date completed”"),
        (b"PK\x03\x04 no workbook", "no Excel workbook"),
        (b"x" * (MOST_BYTES + 1), "too large"),
        (("Person,Module\n" + "a,b\n" * (MOST_ROWS + 1)).encode(), "more than 500 rows"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(cast, content, message):
    with pytest.raises((UnreadableCsv, CannotImportOutcomes), match=message):
        check(cast, content)


def test_of_the_file_only_digest_counts_who_and_when_are_kept(client, cast, module):
    client.force_login(cast.tess)
    file = SimpleUploadedFile("names of people.xlsx", workbook(row(cast), row(cast, evidence="x")))
    client.post(reverse("training:outcome_import_new"), {"file": file})
    page = client.get(reverse("training:outcome_import_check"))

    client.post(reverse("training:outcome_import_check"), {"shown": page.context["checked"].shown})

    assert outcome_imports.waiting(cast.tess).file() is None
    kept = {field.name for field in OutcomeImport._meta.get_fields() if field.concrete}
    assert kept == {"id", "agency", "by", "at", "sha256", "rows", "taken", "already_there", "refused"}
    said = str(list(Entry.objects.values_list("details", flat=True)))
    assert "names of people" not in said
    assert EVIDENCE not in said
    logged = Entry.objects.get(what="training.outcomes_logged")
    assert (logged.details["taken"], logged.details["refused"]) == (1, 1)


def test_an_import_is_neither_changed_nor_removed(cast, module):
    take(cast, workbook(row(cast)))

    for table in (OutcomeImport, OutcomeRow):
        with pytest.raises(Exception, match="not removed"), transaction.atomic():
            table.objects.all()._raw_delete(using="default")
    with pytest.raises(Exception, match="not changed"), transaction.atomic():
        OutcomeImport.objects.update(rows=2, refused=1)


def test_a_mentor_gets_one_mail_for_a_file(cast, module, mailoutbox):
    another = UserFactory(agency=cast.police)
    _, done = take(cast, workbook(row(cast), row(cast, person=another.email)))

    assert list(Job.objects.values_list("task", flat=True)) == [tasks.email_mentor_about_outcomes.task_name]
    notifications.email_mentor_about_outcomes(import_id=str(done.pk), mentor_id=str(cast.moss.pk))
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([cast.moss.email], "2 training records wait for your signature")
    ]


# --- pages ------------------------------------------------------------------------------------------------------------


def test_a_file_that_is_wrong_is_told_beside_the_field(client, cast):
    client.force_login(cast.tess)

    page = client.post(reverse("training:outcome_import_new"), {"file": SimpleUploadedFile("a.csv", b"Person\n")})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["file"]


def test_an_import_leads_to_its_records_and_is_of_its_agency(client, cast, module):
    _, done = take(cast, workbook(row(cast)))
    client.force_login(cast.tess)

    page = client.get(done.get_absolute_url()).content.decode()

    assert TrainingRecord.objects.get().get_absolute_url() in page
    assert client.get(OutcomeImportFactory().get_absolute_url()).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_checking_takes_as_many_queries_for_many_rows(cast, module, basics, count, django_assert_num_queries):
    people = [UserFactory(agency=cast.police) for _ in range(count)]
    content = workbook(*[row(cast, person=one.email, done_on=f"0{n + 1}/10/2026") for n, one in enumerate(people)])
    assert cast.tess.may("RUN_TRAINING") is not None  # asked once for each request

    with django_assert_num_queries(11):
        assert check(cast, content).count(RowVerdict.REFUSED) == count


@pytest.mark.parametrize("count", [1, 3])
def test_pages_have_a_flat_query_count(client, cast, module, count, django_assert_num_queries):
    rows = [row(cast, person=UserFactory(agency=cast.police).email) for _ in range(count)]
    _, done = take(cast, workbook(*rows))
    OutcomeImportFactory.create_batch(count, agency=cast.police, by=cast.tess)
    client.force_login(cast.tess)

    with django_assert_num_queries(4):
        client.get(reverse("training:outcome_imports"))
    with django_assert_num_queries(6):
        client.get(done.get_absolute_url())
