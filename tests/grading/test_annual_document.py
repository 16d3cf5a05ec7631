"""The files of an annual report: what the PDF says and how it is tagged, and the same figures in the spreadsheet."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from grading.documents.annual_report import html_of, pdf_of
from grading.documents.annual_tables import xlsx_of
from grading.models import SampledIncident
from grading.queries.annual import content_of_year
from grading.queries.annual_charts import charts_of
from tests.factories.accounts import TeamFactory
from tests.factories.dip_samples import FORTY, PublishedComplianceFactory, reviewed_sample
from tests.factories.grading import GradeFeedbackFactory, PublishedRoundFactory
from tests.grading.round_reports import AGREED, graded
from tests.grading.tagged_pdf import assert_cells_name_their_headings, assert_headings_skip_no_level, elements
from tests.reading import pages_of
from tests.tampering import walls_down

ON = date(2026, 3, 2)
SECTIONS = [
    "Findings",
    "Compliance",
    "Compared with 2024",
    "Year by year",
    "By period",
    "By kind of incident",
    "By district",
]
SECTIONS += ["By team", "Grades", "Rounds so far", "By criterion", "By type of concern", "How far the graders agree"]
SECTIONS += ["Themes of learning points", "Challenges and replaced PPNs", "What this report does not say", "Method"]


@pytest.fixture
def content(cast) -> dict[str, Any]:
    """The forty incidents of the worked example, of two teams, a sample of the year before, and one round."""
    of = {"force": cast.police, "by": cast.sam, "district": cast.district, "state": "PUBLISHED"}
    reviewed_sample(
        ["COMPLIANT"] * 6 + ["MISSING"] * 4, period_start=date(2024, 11, 1), period_end=date(2024, 12, 31), **of
    )
    sample = reviewed_sample(
        FORTY, kinds=["DOMESTIC", "CHILD_CONCERN"], period_start=date(2025, 1, 1), period_end=date(2025, 2, 28), **of
    )
    team = TeamFactory(agency=cast.police, name="Northby")
    with walls_down(SampledIncident):
        sample.incidents.filter(position__lte=12).update(team=team)
    PublishedComplianceFactory(period="2024", percent="80")
    PublishedRoundFactory(period="2024-10")
    round = graded(cast, AGREED, starts_on=date(2025, 1, 1), ends_on=date(2025, 3, 31), name="January to March 2025")
    for item in round.items.all():
        GradeFeedbackFactory(item=item, theme="VOICE", state="READ", learning_point="=A telling point.")
    return content_of_year(cast.police, 2025, on=ON)


@pytest.fixture
def reader(content) -> PdfReader:
    return PdfReader(BytesIO(pdf_of(content).content))


def test_the_pdf_says_figures_intervals_methods_seeds_and_what_it_does_not_say(content):
    words = " ".join(pages_of(pdf_of(content).content))

    for said in (
        "Annual report of 2025",
        "22 of the 25 incidents that needed a form have every form they needed. 95% interval 70.0% to 95.8%.",
        "40 incidents of 2025 were looked at, of 200 that must be; 160 are missing.",
        "The year before it was 6 of 10 (60.0%",
        "+28.0",
        "As a round may still join the year, only groups are shown that no report of a round hides.",
        "10 writers were told of the grade of their PPN; 10 have answered, and 0 of these disagree",
        "0 PPNs that were drawn were replaced",
        "Dip sample of January to February 2025",
        "Grading round January to March 2025",
        "a fixed seed",
        "0123456789abcdef" * 4,
        "Newcombe",
        "is no proof of what brought it about",
    ):
        assert said in words
    assert "telling point" not in words


def test_each_page_is_marked_at_top_and_bottom_and_numbered(content):
    pages = pages_of(pdf_of(content).content)

    assert len(pages) >= 4
    for number, words in enumerate(pages, start=1):
        assert words.count("OFFICIAL-SENSITIVE") == 2
        assert f"Page {number} of {len(pages)}" in words


def test_headings_are_tagged_one_of_the_first_level_and_none_skipped(reader):
    assert_headings_skip_no_level(reader)


def test_every_cell_of_a_table_names_its_headings_of_row_and_column(reader):
    assert_cells_name_their_headings(reader, more_than=100)


def test_each_chart_is_a_figure_with_its_finding_as_alternative_text(reader, content):
    alternatives = [str(one["/Alt"]) for one in elements(reader) if one["/S"] == "/Figure" and "/Alt" in one]

    assert alternatives == [chart.title for chart in charts_of(content).values()]
    assert len(alternatives) == 5


def test_it_is_a_pdf_for_universal_access_with_title_and_language(reader):
    assert reader.metadata.title == "Annual report of 2025"
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()


def test_bookmarks_lead_to_each_section(reader):
    def titles(outline: Any) -> list[str]:
        return [title for one in outline for title in (titles(one) if isinstance(one, list) else [one.title])]

    found = titles(reader.outline)
    assert found[0] == "Annual report of 2025"
    assert [title for title in found if title in SECTIONS] == SECTIONS


def test_the_same_figures_give_the_same_bytes(content):
    assert pdf_of(content).content == pdf_of(content).content
    assert xlsx_of(content) == xlsx_of(content)


def test_a_chart_stands_above_the_table_behind_it(content):
    html = html_of(content)

    for slug, table in (
        ("compliance-by-year", "Compliance by year, as it was published"),
        ("compliance-control", "Published samples of 2025 and of the year before"),
        ("teams-of-the-sample", "Compliance of 2025, by team"),
        ("grade-distribution", "1 of 4 grading rounds of 2025 are published"),
        ("grading-trend", "Agreed grades by round"),
    ):
        assert 0 < html.index(f'id="{slug}-title"') < html.index(table)


def test_a_year_of_nothing_is_a_document_too(cast):
    content = content_of_year(cast.police, 2025, on=ON)
    words = " ".join(pages_of(pdf_of(content).content))

    assert "No dip sample of 2025 is published." in words
    assert "No grading round of 2025 is published." in words
    assert load_workbook(BytesIO(xlsx_of(content))).sheetnames[:2] == ["About", "Compliance"]


def rows_of(book: bytes, sheet: str) -> list[list[Any]]:
    return [[cell for cell in row if cell is not None] for row in load_workbook(BytesIO(book))[sheet].values]


def test_the_spreadsheet_has_the_same_figures_marked_and_each_under_its_heading(content):
    book = xlsx_of(content)
    sheets = load_workbook(BytesIO(book))

    assert sheets.sheetnames == [
        "About", "Compliance", "Year before", "Years", "Periods", "By kind of incident", "By district", "By team",
        "Grades", "Rounds", "By criterion", "By type of concern", "Agreement", "Counts", "Draws",
    ]  # fmt: skip
    for sheet in sheets:
        assert sheet.max_column == len([cell for cell in sheet[1] if cell.value]), "no figure without its heading"
        assert sheet.oddHeader.center.text == "OFFICIAL-SENSITIVE"
    compliance = {row[0]: row[1:] for row in rows_of(book, "Compliance")}
    assert compliance["Compliance: every form that was needed"] == [22, 25, 88, 70, 95.8]
    assert compliance["Incidents looked at, of those that must be"] == [40, 200]
    assert rows_of(book, "Year before")[1][11:] == [28, -1.3, 57.8]
    assert rows_of(book, "Years")[1][:2] == ["2024", 80]
    assert rows_of(book, "Grades")[1][:7] == ["January to March 2025", 1, 2, 5, 2, 10, 2.8]
    assert rows_of(book, "Grades")[2][0] == "All PPNs of the year"
    assert ["Writers who answered", 10] in rows_of(book, "Counts")
    assert ["Live gaps closed on their day", "fewer than 5, not shown"] in rows_of(book, "Counts")
    assert [row[0] for row in rows_of(book, "Draws")[1:]] == ["January to February 2025", "January to March 2025"]
    assert ["What it does not say, 1", content["not_said"][0]] in rows_of(book, "About")
