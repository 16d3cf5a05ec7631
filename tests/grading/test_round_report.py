"""The report of a grading round: what it says, to whom, that it is made once and never changes."""

import json
import re
import threading
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import Error, IntegrityError, connection, transaction
from django.db.models.deletion import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from audit.models import Entry
from grading.documents.round_report import html_of, pdf_of
from grading.documents.round_tables import xlsx_of
from grading.enums import ReportFile, ReportKind
from grading.models import GradingRound, Report
from grading.queries.reports import readers_of
from grading.queries.round_report import content_of_round, distribution_of, trend_of
from grading.services import reports as services
from grading.services import schedules
from grading.services.reports import CannotHandOut, CannotMakeReport
from jobs import services as jobs
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dip_samples import DipSampleFactory
from tests.factories.grading import (
    AssignmentFactory,
    GradeFactory,
    GradingRoundFactory,
    PublishedRoundFactory,
    RoundItemFactory,
)
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.factories.reports import ReportFactory, ReportScheduleFactory, RoundReportFactory
from tests.grading.tagged_pdf import assert_cells_name_their_headings, assert_headings_skip_no_level, elements
from tests.people import NOW
from tests.reading import pages_of, text_of

# Of each PPN: the grade of the force and of the partner (their coefficients are those of test_agreement.py), what was agreed.
FORCE = [1, 2, 2, 3, 3, 3, 4, 4, 2, 3]
PARTNER = [1, 2, 3, 3, 3, 4, 4, 4, 2, 2]
AGREED = [1, 2, 3, 3, 3, 3, 4, 4, 2, 3]
# Marks of the force alone, PPN by PPN: 25 over ten make a mean of 2.50, the action was marked in four PPNs only.
VOICE = [1, 2, 2, 2, 2, 3, 3, 3, 3, 4]
CHILD, ABUSE = ["CHILD"], ["DOMESTIC_ABUSE"]


def graded(cast, agreed=AGREED, *, types=(), point="", **of_round) -> GradingRound:
    """A published round whose PPNs have a grade of Gail's, who is of the force, and one of Pam's, who is a partner.

    `point` is what both would have learned from each.
    """
    made = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED", **of_round)
    for number, grade in enumerate(agreed):
        kinds = types[number] if types else (CHILD if number < 5 else ABUSE)
        item = RoundItemFactory(
            round=made, position=number + 1, referral=ReferralFactory(author=cast.olu, types=kinds), agreed=grade
        )
        marks = {"VOICE": VOICE[number % 10]} | ({"ACTION": 1} if number < 4 else {})
        GradeFactory(
            assignment=AssignmentFactory(item=item, grader=cast.gail),
            overall=FORCE[number % 10],
            criteria=marks,
            learning_point=point,
        )
        GradeFactory(
            assignment=AssignmentFactory(item=item, grader=cast.pam),
            overall=PARTNER[number % 10],
            learning_point=point,
        )
    return made


def say(round: GradingRound, position: int, *points: str) -> None:
    """Learning points of that PPN: grades never change, so these are given by more graders."""
    for point in points:
        assignment = AssignmentFactory(item=round.items.get(position=position), grader=UserFactory())
        GradeFactory(assignment=assignment, overall=3, learning_point=point)


@pytest.fixture
def round(cast) -> GradingRound:
    return graded(cast)


def lines_of(content: dict[str, Any], title: str) -> dict[str, Any]:
    """The lines of a group by their names."""
    return {line["name"]: line for group in content["groups"] if group["title"] == title for line in group["lines"]}


def make(report: Report) -> Report:
    """What a worker does with it."""
    jobs.run(job_id=report.job_id, at=timezone.now())
    report.refresh_from_db()
    return report


# --- figures


def test_counts_mean_median_and_share_are_those_worked_out_by_hand(round):
    """1 + 2 x 2 + 5 x 3 + 2 x 4 = 28 over 10; seven of ten are 3 or 4, by Wilson 39.7% to 89.2%."""
    results = content_of_round(round)["results"]

    assert [(line["grade"], line["count"]) for line in results["lines"]] == [(1, 1), (2, 2), (3, 5), (4, 2)]
    assert (results["n"], results["total"], results["mean"]["value"], results["median"]) == (10, 28, "2.80", "3.0")
    assert results["good"] == {"successes": 7, "n": 10, "percent": "70.0", "low": "39.7", "high": "89.2"}
    assert float(results["mean"]["low"]) < 2.8 < float(results["mean"]["high"])


def test_how_the_sample_was_drawn_is_said_so_that_anybody_can_draw_it_again(round):
    method = content_of_round(round)["method"]

    assert (method["seed"], method["algorithm"], method["frame_digest"]) == ("a fixed seed", "sha256-rank-1", "0" * 64)
    assert (method["size"], method["frame_size"]) == (10, 30)
    assert (method["first_day"], method["last_day"]) == ("1 July 2026", "30 September 2026")
    assert method["rule"] == "All PPNs submitted in July to September 2026"
    assert method["strata"] == "All alike"


def test_agreement_has_the_known_coefficients_and_says_by_which_method_and_seed(round):
    content = content_of_round(round)
    overall = content["agreement"]["lines"][0]

    assert (content["agreement"]["graders"], content["agreement"]["grades"], overall["items"]) == (2, 20, 10)
    assert (overall["exact"]["value"], overall["within_one"]["value"]) == ("70.0", "100.0")
    assert (overall["ac2"]["value"], overall["alpha"]["value"]) == ("0.89", "0.81")
    assert overall["ac2"]["low"] < "0.89" < overall["ac2"]["high"]
    assert content["agreement"]["kappa"] == {"value": "0.83", "low": None, "high": None}
    assert not content["agreement"]["is_enough_to_judge"]
    assert content["method"]["resampling"].startswith("9,999 resamples")
    # The first eight bytes of SHA-256 of "a fixed seed:agreement".
    assert content["method"]["agreement_seed"] == "6081624603829016305"


def test_results_by_criterion_count_the_marks_and_by_type_the_agreed_grades(round):
    """Voice: 25 over ten marks. A child: 1, 2, 3, 3, 3, which make 12 over five; domestic abuse: 3, 4, 4, 2, 3, 16 over five."""
    content = content_of_round(round)

    voice = lines_of(content, "By criterion")["Voice: the child's words, the adult's wishes"]
    assert (voice["counts"], voice["n"], voice["mean"]["value"]) == ([1, 4, 4, 1], 10, "2.50")
    by_type = lines_of(content, "By type of concern")
    assert [(line["counts"], line["mean"]["value"], line["good"]["successes"]) for line in by_type.values()] == [
        ([1, 1, 3, 0], "2.40", 3),
        ([0, 1, 2, 2], "3.20", 4),
    ]


def test_the_trend_has_printed_rounds_and_our_own_up_to_this_one(cast, round):
    PublishedRoundFactory(period="2024-10")
    PublishedRoundFactory(period="2026-10", published_mean="2.56")
    graded(cast, [3] * 6, starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30), name="April to June 2026")
    graded(cast, [1] * 4, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31), name="Small")
    graded(cast, [1] * 6, starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31), name="After it")
    GradingRoundFactory(force=AgencyFactory(kind="POLICE"), state="PUBLISHED", starts_on=date(2026, 4, 1))
    content = content_of_round(round)

    assert [(line["label"], line["counts"], line["mean"]) for line in content["trend"]] == [
        ("October 2024", [1, 3, 4, 1], "2.56"),
        ("Small", None, None),
        ("April to June 2026", [0, 0, 6, 0], "3.00"),
        ("July to September 2026", [1, 2, 5, 2], "2.80"),
    ]
    assert content["trend"][0]["flag"] == "published 2.87, its counts give 2.56"
    assert trend_of(content).title == (
        "Mean grade 2.56 in October 2024, 2.80 in July to September 2026; 3 rounds of a few PPNs each"
    )
    assert "The round before, April to June 2026, had a mean of 3.00 over 6 PPNs." in " ".join(content["findings"])


def test_what_is_published_later_does_not_change_what_a_round_says(cast, round):
    before = content_of_round(round)
    late = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30), "name": "Late"}
    graded(cast, [1] * 6, published_at=round.published_at + timedelta(days=1), **late)

    assert content_of_round(round) == before


def test_findings_follow_from_the_figures_and_say_what_may_be_chance(round):
    assert content_of_round(round)["findings"][0] == (
        "7 of 10 PPNs (70.0%; 95% interval 39.7% to 89.2%) were graded 3 or 4."
    )
    assert content_of_round(round)["findings"][-1] == (
        "Two grades of one PPN were the same in 70.0% of the pairs, and at most one apart in 100.0%."
    )


def test_it_says_what_it_does_not_say(round):
    said = " ".join(content_of_round(round)["not_said"])

    assert "anything from 40% to 89% might have got 3 or 4" in said
    for words in (
        "may be chance",
        "an association and no proof",
        "not whether they are right",
        "No grade is of a person",
    ):
        assert words in said


# --- learning points


def test_learning_points_stand_as_written_once_each_and_tell_nobody(cast, round):
    """By the alphabet, not by PPN or grader; what identifies somebody is hidden as in the PPN itself."""
    PersonFactory(referral=round.items.get(position=2).referral, given_names="Amelie", family_name="Madeup")
    say(round, 2, "Ask Amelie Madeup herself.", "Name the adults.")
    say(round, 1, "Say what you saw.", "Name the adults.", "  ")

    content = content_of_round(round)

    assert content["learning_points"] == ["Ask [person 1] herself.", "Name the adults.", "Say what you saw."]
    kept = json.dumps(content)
    for person in (cast.gail, cast.pam, cast.olu, cast.sam):
        assert person.name not in kept
        assert str(person.pk) not in kept
    for item in round.items.select_related("referral"):
        assert item.referral.reference not in kept
        assert item.ticket not in kept


# --- small numbers


def test_a_criterion_or_type_of_few_ppns_is_withheld(cast):
    """The action was marked in four PPNs; of two types one has eight PPNs, so that its figures would tell of the other two."""
    content = content_of_round(graded(cast, types=[CHILD] * 8 + [ABUSE] * 2))

    assert lines_of(content, "By criterion")["Action taken and what is asked"]["counts"] is None
    assert [line["counts"] for line in lines_of(content, "By type of concern").values()] == [None, None]


def test_a_round_of_few_ppns_has_a_report_without_a_figure_of_its_own(cast):
    small = graded(cast, [1, 1, 2, 4])
    say(small, 1, "A telling point.")
    content = content_of_round(small)

    assert (content["results"], content["agreement"], content["learning_points"]) == (None, None, [])
    assert [group["lines"] for group in content["groups"]] == [[], []]
    assert [line["counts"] for line in content["trend"]] == [None]
    assert content["findings"] == [
        "Fewer than 5 PPNs were graded, so no figures are shown: they could point at somebody."
    ]
    words = " ".join(pages_of(pdf_of(content).content))
    assert "Too few PPNs to show figures" in words
    assert "A telling point" not in words
    assert load_workbook(BytesIO(xlsx_of(content))).sheetnames == [
        "About", "Grades", "Rounds", "Agreement", "Learning points", "Method",
    ]  # fmt: skip


# --- the document


def test_it_says_from_which_strata_the_sample_was_drawn_on_paper_and_in_the_spreadsheet(cast):
    content = content_of_round(graded(cast, strata="TYPE"))
    said = "By type of concern, in proportion, and at least one of each where the sample allows. A PPN of several types"

    assert f"Drawn from {said}" in " ".join(pages_of(pdf_of(content).content))
    method = load_workbook(BytesIO(xlsx_of(content)))["Method"]
    assert dict(method.iter_rows(values_only=True))["Drawn from"].startswith(said)


def test_a_report_that_was_made_before_there_were_strata_says_nothing_of_them(cast):
    content = content_of_round(graded(cast))
    del content["method"]["strata"]

    assert "Drawn from" not in html_of(content)
    method = load_workbook(BytesIO(xlsx_of(content)))["Method"]
    assert "Drawn from" not in dict(method.iter_rows(values_only=True))


def test_the_pdf_says_figures_intervals_method_seed_and_digest(cast):
    round = graded(cast, point="Say what you saw.")
    words = " ".join(pages_of(pdf_of(content_of_round(round)).content))

    for said in (
        "Grades of July to September 2026",
        "7 of 10 PPNs were graded 3 or 4. 95% interval 39.7% to 89.2%.",
        "Mean (28 divided by 10) 2.80",
        "Median 3.0",
        "2 graders gave 20 grades to 10 PPNs, each alone. Fewer than 20 PPNs are too few to judge a panel by.",
        "Weighted kappa of the force and its partners is 0.83.",
        "Say what you saw.",
        "What this report does not say",
        "an association and no proof",
        "10 from 30 PPNs",
        "a fixed seed",
        "sha256-rank-1",
        "0" * 64,
        "9,999 resamples",
        "6081624603829016305",
    ):
        assert said in words


def test_each_page_is_marked_at_top_and_bottom_and_numbered(round):
    pages = pages_of(pdf_of(content_of_round(round)).content)

    assert len(pages) >= 2
    for number, words in enumerate(pages, start=1):
        assert words.count("OFFICIAL-SENSITIVE") == 2
        assert f"Page {number} of {len(pages)}" in words


def test_the_same_round_gives_the_same_bytes_again(round):
    first, second = (content_of_round(round) for _ in range(2))

    assert pdf_of(first).content == pdf_of(second).content
    assert xlsx_of(first) == xlsx_of(second)


@pytest.fixture
def reader(round) -> PdfReader:
    PublishedRoundFactory(period="2024-10")
    return PdfReader(BytesIO(pdf_of(content_of_round(round)).content))


def test_headings_are_tagged_one_of_the_first_level_and_none_skipped(reader):
    assert_headings_skip_no_level(reader)


def test_every_cell_of_a_table_names_its_headings_of_row_and_column(reader):
    assert_cells_name_their_headings(reader, more_than=50)


def test_each_chart_is_a_figure_with_its_finding_as_alternative_text(reader, round):
    alternatives = [str(one["/Alt"]) for one in elements(reader) if one["/S"] == "/Figure" and "/Alt" in one]

    content = content_of_round(round)
    assert alternatives == [distribution_of(content).title, trend_of(content).title]
    assert alternatives[0] == "7 of 10 PPNs were graded 3 or 4"


def test_bookmarks_lead_to_each_section(reader):
    def titles(outline: Any) -> list[str]:
        return [title for one in outline for title in (titles(one) if isinstance(one, list) else [one.title])]

    sections = ["Findings", "Rounds so far", "By criterion", "By type of concern", "How far the graders agree"]
    sections += ["What this report does not say", "Method"]
    found = titles(reader.outline)
    assert found[0] == "Grades of July to September 2026"
    assert [title for title in found if title in sections] == sections


def test_the_chart_of_grades_has_a_bar_for_each_grade_above_its_table(round):
    content = content_of_round(round)
    html, chart = html_of(content), distribution_of(content)

    assert [label.label for label in chart.labels] == ["1 Very poor", "2 Needs improvement", "3 Good", "4 Excellent"]
    heights = [bar.height for bar in chart.bars]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 2, 5, 2], rel=0.01)
    assert html.index('id="grades-of-the-round-title"') < html.index("Agreed grades of 10 PPNs")


# --- the spreadsheet


def rows_of(content: bytes, sheet: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content))[sheet]]


def test_the_spreadsheet_says_what_the_report_says(cast):
    content = content_of_round(graded(cast, point="=Say what you saw."))
    book = xlsx_of(content)

    grades = {row[0]: row[1:] for row in rows_of(book, "Grades")}
    assert [grades[name][0] for name in ("1 Very poor", "2 Needs improvement", "3 Good", "4 Excellent")] == [1, 2, 5, 2]
    assert grades["Graded 3 or 4, %"] == [70, 39.7, 89.2]
    assert (grades["Mean"][0], grades["Median"][0]) == (2.8, 3)
    assert grades["Weighted kappa of force and partners"] == [0.83, None, None]
    assert rows_of(book, "Rounds")[1][:7] == ["July to September 2026", 1, 2, 5, 2, 10, 2.8]
    overall = rows_of(book, "Agreement")[1]
    assert (overall[0], overall[1], overall[2], overall[5], overall[8]) == ("Overall grade", 10, 70, 100, 0.89)
    assert ["Action taken and what is asked", "fewer than 5, not shown"] in [
        row[:2] for row in rows_of(book, "By criterion")
    ]
    assert [row[0] for row in rows_of(book, "Learning points")[1:]] == ["=Say what you saw."]
    assert {cell.data_type for row in load_workbook(BytesIO(book))["Learning points"] for cell in row} == {"s"}
    for sheet in load_workbook(BytesIO(book)):
        assert sheet.max_column == len([cell for cell in sheet[1] if cell.value]), "no figure without its heading"
    assert ["Seed", "a fixed seed"] in rows_of(book, "Method")
    assert ["What it does not say, 1", content["not_said"][0]] in rows_of(book, "About")


# --- asking


def test_who_runs_the_round_has_its_report_made_and_it_is_recorded(cast, round):
    report = services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW)

    assert (report.kind, report.round, report.dip_sample) == ("ROUND", round, None)
    entry = Entry.objects.get(what="grading.report_requested")
    assert (entry.actor_id, entry.details["round"]) == (str(cast.sam.pk), str(round.pk))
    assert make(report).figures == content_of_round(round)
    assert services.hand_out(report_id=report.pk, by=cast.leda, at=NOW).startswith(b"%PDF")
    assert services.hand_out(report_id=report.pk, by=cast.leda, at=NOW, which=ReportFile.XLSX).startswith(b"PK")


@pytest.mark.parametrize("person", ["leda", "ana", "tess", "gail", "pam", "rae", "out"])
def test_nobody_else_does(cast, round, person):
    with pytest.raises(CannotMakeReport, match="Only who runs the grading rounds"):
        services.request_round_report(round_id=round.pk, by=getattr(cast, person), at=NOW)
    assert not Report.objects.exists()


def test_nor_who_runs_rounds_of_another_force(cast):
    elsewhere = GradingRoundFactory(state="PUBLISHED")

    with pytest.raises(CannotMakeReport, match="of this force"):
        services.request_round_report(round_id=elsewhere.pk, by=cast.sam, at=NOW)


def test_a_round_that_is_not_published_has_no_report(cast):
    early = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")

    with pytest.raises(CannotMakeReport, match="once the round is published"):
        services.request_round_report(round_id=early.pk, by=cast.sam, at=NOW)


def test_asking_again_while_it_is_made_gives_the_same_one(cast, round):
    first, second = (services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW) for _ in range(2))

    assert first == second
    assert Report.objects.count() == Job.objects.count() == 1


def test_it_can_be_cancelled_and_asked_for_again(cast, round):
    report = services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW)

    services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)

    assert not make(report).is_made
    assert Entry.objects.get(what="grading.report_cancelled").details["round"] == str(round.pk)
    assert services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW) != report


# --- the clock


def test_the_clock_has_one_made_of_each_published_round_and_only_once(cast, round):
    GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING", starts_on=date(2026, 4, 1))

    (report,) = services.request_due_reports(at=NOW)

    assert (report.round, report.is_scheduled, report.requested_by) == (round, True, None)
    assert services.request_due_reports(at=NOW) == []
    make(report)
    assert services.request_due_reports(at=NOW + timedelta(days=1)) == []


def test_one_that_a_person_asked_for_is_enough_unless_it_failed_or_came_to_nothing(cast, round):
    asked = RoundReportFactory(round=round)
    assert services.request_due_reports(at=NOW) == []

    Job.objects.filter(pk=asked.job_id).update(finished_at=NOW, error="MemoryError")
    assert [report.round for report in services.request_due_reports(at=NOW)] == [round]


def test_one_that_failed_on_schedule_is_not_tried_for_ever(round):
    RoundReportFactory(round=round, is_scheduled=True, requested_by=None, failed=True)

    assert services.request_due_reports(at=NOW) == []


def test_a_round_and_a_sample_each_get_their_own(cast, round):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")

    assert [report.subject for report in services.request_due_reports(at=NOW)] == [sample, round]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_ask_for_one_report(cast):
    graded(cast, [3] * 5)
    start, asked = threading.Barrier(4), []

    def clock() -> None:
        start.wait()
        asked.extend(services.request_due_reports(at=NOW))
        connection.close()

    clocks = [threading.Thread(target=clock) for _ in range(4)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()

    assert Report.objects.count() == len(asked) == 1


def test_no_schedule_is_planned_for_rounds(cast):
    with pytest.raises(schedules.CannotPlan, match="when it is published"):
        schedules.plan_reports(
            kind=ReportKind.ROUND, rhythm="MONTHLY", day=1, time="08:00", readers=[cast.leda], by=cast.sam, at=NOW
        )


# --- what the database keeps


def test_the_database_takes_one_scheduled_report_of_a_round(round):
    RoundReportFactory(round=round, is_scheduled=True, requested_by=None)

    with pytest.raises(IntegrityError, match="report_scheduled_once_a_round"), transaction.atomic():
        RoundReportFactory(round=round, is_scheduled=True, requested_by=None)


@pytest.mark.parametrize("wrong", ["kind", "both", "neither", "slot"])
def test_a_report_is_of_a_sample_or_of_a_round_as_its_kind_says(cast, round, wrong):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")
    schedule = ReportScheduleFactory(force=cast.police, planned_by=cast.sam, readers=[cast.leda])
    slot = schedule.slots.create(due_on=NOW.date(), due_at=NOW, filled_at=NOW)
    fields = {
        "kind": {"round": round, "kind": "DIP_SAMPLE"},
        "both": {"round": round, "dip_sample": sample},
        "neither": {"round": None, "requested_at": NOW, "requested_by": cast.sam},
        "slot": {"round": round, "is_scheduled": True, "slot": slot},
    }[wrong]

    with pytest.raises(IntegrityError, match="report_is_of_what_its_kind_says"), transaction.atomic():
        RoundReportFactory(**fields)
    with pytest.raises(IntegrityError, match="report_is_of_what_its_kind_says"), transaction.atomic():
        ReportFactory(dip_sample=sample, kind="ROUND")


def test_what_was_made_is_never_changed_and_keeps_its_round(cast, round):
    report = make(services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW))

    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(figures={})
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(round=GradingRoundFactory(state="PUBLISHED"))
    with pytest.raises((ProtectedError, Error)), transaction.atomic():
        round.delete()


def test_the_rule_is_added_without_reading_the_table_and_then_checked(db):
    added, checked = StringIO(), StringIO()
    call_command("sqlmigrate", "grading", "0021", stdout=added)
    call_command("sqlmigrate", "grading", "0022", stdout=checked)

    assert "NOT VALID" in added.getvalue()
    assert "VALIDATE CONSTRAINT" not in added.getvalue()
    assert "VALIDATE CONSTRAINT" in checked.getvalue()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'grading_report'::regclass AND NOT convalidated"
        )
        assert cursor.fetchall() == []


# --- who reads it, and who is told


@pytest.mark.parametrize(
    ("person", "may"),
    [("sam", True), ("leda", True), ("ana", True)]
    + [(name, False) for name in ("gail", "pam", "tess", "rae", "mina", "olu", "pat", "out", "ada")],
)
def test_who_reads_reports_of_the_force_reads_it_and_no_grader_does_for_having_graded(cast, round, person, may):
    report = RoundReportFactory(round=round, made=True)
    reader = getattr(cast, person)

    assert Report.objects.visible_to(reader).filter(pk=report.pk).exists() == may
    if not may:
        with pytest.raises(CannotHandOut, match="Only who may read"):
            services.hand_out(report_id=report.pk, by=reader, at=NOW)


def test_readers_of_another_force_do_not(cast, round):
    RoundReportFactory(round=round, made=True)
    leader = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["SENIOR_LEADER"])

    assert not Report.objects.visible_to(leader).exists()


def test_readers_get_a_link_and_nothing_else(cast, round, mailoutbox):
    report = make(services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW))
    job = Job.objects.get(task="grading.tasks.reports.email_readers_about_report")

    jobs.run(job_id=job.pk, at=timezone.now())

    (mail,) = mailoutbox
    assert sorted(mail.bcc) == ["ana@example.org", "leda@example.org", "sam@example.org"]
    assert mail.bcc == readers_of(report, on=timezone.localdate())
    assert mail.subject == "A report is ready: July to September 2026"
    assert "Grades of a round" in mail.body
    assert report.get_absolute_url() in mail.body
    assert "70" not in mail.body.replace(str(report.pk), "")
    assert mail.attachments == []


# --- pages


def test_a_report_by_the_pages_from_the_button_of_the_round_to_the_file(client, cast, round):
    client.signed_in(cast.sam)
    assert "Make the report" in text_of(client.get(round.get_absolute_url()))

    response = client.post(reverse("grading:round_report", args=[round.pk]))

    report = Report.objects.get()
    assert response["Location"] == report.get_absolute_url()
    waiting = text_of(client.get(report.get_absolute_url()))
    assert "Report on the grading round July to September 2026" in waiting
    assert "Cancel this report" in waiting
    make(report)
    page = client.get(report.get_absolute_url())
    for said in ("70.0%", "7 of 10 PPNs were graded 3 or 4", "39.7% to 89.2%", "a fixed seed", report.sha256):
        assert said in text_of(page)
    answer = client.get(reverse("grading:report_download", args=[report.pk]))
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == 'attachment; filename="grading-round-2026-07-to-2026-09.pdf"'
    tables = client.get(reverse("grading:report_tables", args=[report.pk]))
    assert tables["Content-Disposition"] == 'attachment; filename="grading-round-2026-07-to-2026-09.xlsx"'
    link = f'<a class="govuk-link" href="{report.get_absolute_url()}">Report of this round</a>'
    assert link in client.get(round.get_absolute_url()).content.decode()


def test_the_page_says_what_the_file_says(client, cast, round):
    say(round, 1, "Say what you saw.")
    report = RoundReportFactory(round=round, made=True)

    page = client.signed_in(cast.leda).get(report.get_absolute_url()).content.decode()

    body = html_of(report.figures).split("<body>")[1]
    for table in re.findall(r"<table.*?</table>", body, flags=re.S):
        assert table in page
    for chart in re.findall(r"<svg.*?</svg>", body, flags=re.S):
        assert chart in page
    for words in (*report.figures["findings"], *report.figures["not_said"], *report.figures["learning_points"]):
        assert words in page


def test_readers_see_the_report_from_the_round_and_no_button_and_its_panel_neither(client, cast, round):
    report = RoundReportFactory(round=round, made=True)

    for_leader = client.signed_in(cast.leda).get(round.get_absolute_url()).content.decode()
    for_partner = client.signed_in(cast.pam).get(round.get_absolute_url()).content.decode()

    assert report.get_absolute_url() in for_leader
    assert report.get_absolute_url() not in for_partner
    for page in (for_leader, for_partner):
        assert reverse("grading:round_report", args=[round.pk]) not in page


def test_one_that_failed_can_be_made_again_from_its_page(client, cast, round):
    report = RoundReportFactory(round=round, failed=True)

    page = client.signed_in(cast.sam).get(report.get_absolute_url()).content.decode()

    assert f'action="{reverse("grading:round_report", args=[round.pk])}"' in page
    assert "Make it again" in page


def test_asking_too_early_leads_back_to_the_round_with_the_reason(client, cast):
    early = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")

    response = client.signed_in(cast.sam).post(reverse("grading:round_report", args=[early.pk]), follow=True)

    assert "A report can be made once the round is published." in text_of(response)


def test_the_list_has_both_kinds_with_the_figure_that_leads(client, cast, round):
    RoundReportFactory(round=round, made=True)
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")
    ReportFactory(dip_sample=sample, made=True)

    page = text_of(client.signed_in(cast.leda).get("/grading/reports/"))

    assert "Grades of a round" in page
    assert "Compliance of a dip sample" in page
    assert "70.0% 7 of 10" in page


# --- what it costs


@pytest.mark.parametrize("count", [5, 10])
def test_the_figures_cost_the_same_however_many_ppns(cast, count):
    made = graded(cast, [3] * count, types=[CHILD] * count)
    for position in range(1, count + 1):
        say(made, position, f"Point {position}.")

    with CaptureQueriesContext(connection) as queries:
        content_of_round(made)
    assert len(queries) == 13


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_reports(client, cast, round, count, django_assert_num_queries):
    for _ in range(count):
        RoundReportFactory(round=round, made=True)
    client.signed_in(cast.leda)

    with django_assert_num_queries(4):
        client.get("/grading/reports/")


def test_the_page_of_a_report_works_nothing_out_again(client, cast, round, django_assert_num_queries):
    report = RoundReportFactory(round=round, made=True)
    client.signed_in(cast.leda)

    with django_assert_num_queries(4):
        client.get(report.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_round_finds_its_report_by_one_question(client, cast, round, count, django_assert_num_queries):
    for _ in range(count):
        RoundReportFactory(round=round, made=True)
    client.signed_in(cast.leda)

    with django_assert_num_queries(9):
        client.get(round.get_absolute_url())
