"""The report of a grading round as PDF and as spreadsheet."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from grading.documents.round_report import html_of, pdf_of
from grading.documents.round_tables import xlsx_of
from grading.models import GradingRound
from grading.queries.round_report import content_of_round, distribution_of, trend_of
from tests.factories.grading import (
    PublishedRoundFactory,
)
from tests.grading.round_reports import graded
from tests.grading.tagged_pdf import assert_cells_name_their_headings, assert_headings_skip_no_level, elements
from tests.reading import pages_of


@pytest.fixture
def round(cast) -> GradingRound:
    return graded(cast)


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
