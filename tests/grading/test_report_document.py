"""The report's PDF as assistive technology meets it: headings, tables, charts, bookmarks and pages."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from grading.documents.dip_sample_report import pdf_of
from grading.models import SampledIncident
from grading.queries.report_charts import funnel_of
from grading.queries.reports import chart_of, content_of
from tests.factories.accounts import TeamFactory
from tests.factories.dip_samples import FORTY, reviewed_sample
from tests.grading.tagged_pdf import assert_cells_name_their_headings, assert_headings_skip_no_level, elements
from tests.tampering import walls_down

SECTIONS = ["Findings", "Figures", "By kind of incident", "By district", "By team", "Method"]


@pytest.fixture
def content(cast) -> dict[str, Any]:
    """The forty incidents of the worked example, of two teams."""
    sample = reviewed_sample(
        FORTY, force=cast.police, by=cast.sam, district=cast.district, kinds=["DOMESTIC", "CHILD_CONCERN"]
    )
    team = TeamFactory(agency=cast.police, name="Northby")
    with walls_down(SampledIncident):
        sample.incidents.filter(position__lte=12).update(team=team)
    return content_of(sample)


@pytest.fixture
def reader(content) -> PdfReader:
    return PdfReader(BytesIO(pdf_of(content).content))


def test_headings_are_tagged_one_of_the_first_level_and_none_skipped(reader):
    assert_headings_skip_no_level(reader)


def test_every_cell_of_a_table_names_its_headings_of_row_and_column(reader):
    assert_cells_name_their_headings(reader, more_than=30, at_most=2)


def test_each_chart_is_a_figure_with_its_finding_as_alternative_text(reader, content):
    alternatives = [str(one["/Alt"]) for one in elements(reader) if one["/S"] == "/Figure" and "/Alt" in one]

    assert alternatives == [chart_of(content).title, funnel_of(content).title]


def test_bookmarks_lead_to_each_section(reader):
    def titles(outline: Any) -> list[str]:
        return [title for one in outline for title in (titles(one) if isinstance(one, list) else [one.title])]

    found = titles(reader.outline)
    assert found[0] == "Compliance of the dip sample of July to August 2026"
    assert [title for title in found if title in SECTIONS] == SECTIONS


def test_each_page_says_which_it_is_of_how_many(reader):
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]

    for number, words in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in words
