"""Published compliance: the four years as they were printed, and files that must change nothing."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from common.csv_files import UnreadableCsv
from common.statistics.proportions import change_in_points, relative_change
from grading.models import PublishedCompliance
from grading.services import published_compliance as published
from tests.factories.dip_samples import PublishedComplianceFactory
from tests.people import NOW

HEADING = "period,compliance_percent,minimum_incidents_examined\n"
GOOD = "2024,80,200\n"

pytestmark = pytest.mark.django_db


def load(text: str) -> published.ImportSummary:
    return published.import_published_compliance(file=io.BytesIO(text.encode()), source="test.csv", at=NOW)


def import_command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_published_compliance", *arguments, stdout=out)
    return out.getvalue()


def test_the_carried_file_gives_four_periods_as_they_were_printed():
    import_command()

    assert [
        (one.label, one.percent, one.minimum_examined) for one in PublishedCompliance.objects.order_by("period")
    ] == [
        ("2022", "64.6", 200),
        ("2023", "69.2", 200),
        ("2024", "80", 200),
        ("2025, first half", "88", None),
    ]


def test_the_rise_is_told_in_points_and_not_in_per_cent():
    import_command()
    first, last = (PublishedCompliance.objects.get(period=period).value for period in ("2022", "2025-H1"))

    assert (str(change_in_points(first, last)), str(relative_change(first, last))) == ("23.4", "36.2")


def test_the_same_file_again_changes_nothing():
    assert import_command() == "Published compliance: 4 added, 0 changed, 0 as before.\n"
    before = list(PublishedCompliance.objects.order_by("pk").values())

    assert import_command() == "Published compliance: 0 added, 0 changed, 4 as before.\n"
    assert list(PublishedCompliance.objects.order_by("pk").values()) == before


def test_a_corrected_file_changes_the_year_it_corrects():
    load(HEADING + GOOD)

    assert load(HEADING + "2024,80.0,\n") == published.ImportSummary(added=0, changed=1, unchanged=0)
    assert PublishedCompliance.objects.values_list("percent", "minimum_examined").get() == ("80.0", None)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2024-H3,80,", "Row 3, period: Write a year"),
        ("last year,80,", "Row 3, period: Write a year"),
        ("2023,101,", "Row 3, compliance_percent: Write the percentage"),
        ("2023,eighty,", "Row 3, compliance_percent: Write the percentage"),
        ("2023,,", "Row 3, compliance_percent: Write the percentage"),
        ("2023,80,many", "Row 3, minimum_incidents_examined: Write a whole number"),
        ("2024,81,", "Row 3, period: 2024 stands in the file twice"),
        ("2023,80", "Row 3: This row has 2 values"),
    ],
)
def test_a_row_that_cannot_be_right_changes_nothing(row, message):
    with pytest.raises(published.CannotImportPublishedCompliance, match=message):
        load(HEADING + GOOD + row + "\n")
    assert not PublishedCompliance.objects.exists()


def test_a_file_that_is_no_such_file_changes_nothing():
    with pytest.raises(UnreadableCsv):
        load("round,grade_1\n")
    with pytest.raises(published.CannotImportPublishedCompliance, match="no years"):
        load(HEADING)


def test_the_command_names_every_error_and_fails(tmp_path: Path):
    file = tmp_path / "wrong.csv"
    file.write_text(HEADING + GOOD + "2024-Q1,x,\n")

    with pytest.raises(CommandError, match="Nothing was changed") as failed:
        import_command(str(file))
    assert len(str(failed.value).splitlines()) == 3
    with pytest.raises(CommandError, match="cannot be read"):
        import_command(str(tmp_path / "none.csv"))
    assert not PublishedCompliance.objects.exists()


@pytest.mark.parametrize("fields", [{"period": "2024-H3"}, {"period": "24"}, {"percent": "100.1"}, {"percent": ""}])
def test_the_database_refuses_a_published_year_that_cannot_be_right(fields):
    with pytest.raises(IntegrityError, match="published_compliance_"), transaction.atomic():
        PublishedComplianceFactory(**fields)


def test_a_period_is_published_once():
    PublishedComplianceFactory()
    with pytest.raises(IntegrityError, match="period"), transaction.atomic():
        PublishedComplianceFactory(percent="81")
