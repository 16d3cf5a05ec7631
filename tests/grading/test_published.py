"""Published rounds: all six as they were printed, and files that must change nothing."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from common.csv_files import UnreadableCsv
from common.statistics.grades import pool
from common.statistics.rounding import rounded_or_none
from grading.models import PublishedRound
from grading.services import published
from tests.factories.grading import PublishedRoundFactory
from tests.people import NOW

HEADING = "round,grade_1,grade_2,grade_3,grade_4,published_mean\n"
GOOD = "2024-10,1,3,4,1,2.87\n"

pytestmark = pytest.mark.django_db


def load(text: str | bytes) -> published.ImportSummary:
    data = text if isinstance(text, bytes) else text.encode()
    return published.import_published_grades(file=io.BytesIO(data), source="test.csv", at=NOW)


def import_command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_published_grades", *arguments, stdout=out)
    return out.getvalue()


def test_the_carried_file_gives_the_six_rounds_and_flags_october_2024():
    import_command()

    assert [
        (one.period, tuple(one.counts.values()), one.summary.n, str(rounded_or_none(one.summary.mean, 2)), one.published_mean, one.mean_is_as_published)
        for one in PublishedRound.objects.order_by("period")
    ] == [
        ("2022-04", (1, 5, 3, 1), 10, "2.40", "2.4", True),
        ("2023-09", (0, 3, 4, 2), 9, "2.89", "2.9", True),
        ("2024-04", (0, 2, 2, 4), 8, "3.25", "3.25", True),
        ("2024-10", (1, 3, 4, 1), 9, "2.56", "2.87", False),
        ("2025-03", (0, 4, 2, 3), 9, "2.89", "2.9", True),
        ("2025-09", (0, 0, 7, 1), 8, "3.13", "3.125", True),
    ]  # fmt: skip


def test_the_six_rounds_pool_by_item_and_not_by_round():
    import_command()

    together = pool(one.summary for one in PublishedRound.objects.all())

    assert (together.counts, together.n, together.total) == ((2, 17, 22, 12), 53, 150)
    assert str(rounded_or_none(together.mean, 2)) == "2.83"


def test_the_same_file_again_changes_nothing():
    assert import_command() == "Published rounds: 6 added, 0 changed, 0 as before.\n"
    before = list(PublishedRound.objects.order_by("pk").values())

    assert import_command() == "Published rounds: 0 added, 0 changed, 6 as before.\n"
    assert list(PublishedRound.objects.order_by("pk").values()) == before


def test_a_corrected_file_changes_the_round_it_corrects():
    load(HEADING + GOOD)

    assert load(HEADING + "2024-10,0,2,5,1,2.87\n") == published.ImportSummary(added=0, changed=1, unchanged=0)
    assert PublishedRound.objects.get().counts == {1: 0, 2: 2, 3: 5, 4: 1}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2024-13,1,3,4,1,2.87", "Row 3, round: Write a year and a month"),
        ("October 2024,1,3,4,1,2.87", "Row 3, round: Write a year and a month"),
        ("2025-03,1,-3,4,1,2.87", "Row 3, grade_2: Write a whole number"),
        ("2025-03,1,3.5,4,1,2.87", "Row 3, grade_2: Write a whole number"),
        ("2025-03,1,,4,1,2.87", "Row 3, grade_2: Write a whole number"),
        ("2025-03,1,9999,4,1,2.87", "Row 3, grade_2: Write a whole number"),
        ("2025-03,0,0,0,0,2.87", "Row 3: No PPN was graded"),
        ("2025-03,1,3,4,1,", "Row 3, published_mean: Write the average"),
        ("2025-03,1,3,4,1,5.1", "Row 3, published_mean: Write the average"),
        ("2025-03,1,3,4,1,4.2", "Row 3, published_mean: Write the average"),
        ("2025-03,1,3,4,1,nan", "Row 3, published_mean: Write the average"),
        ("2025-03,1,3,4,1,2.87,9", "Row 3: This row has 7 values"),
        ("2024-10,1,3,4,1,2.87", "Row 3, round: 2024-10 stands in the file twice"),
    ],
)
def test_a_row_that_cannot_be_right_changes_nothing(row, message):
    with pytest.raises(published.CannotImportPublishedGrades, match=message):
        load(HEADING + GOOD + row + "\n")
    assert not PublishedRound.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["", "period,mean\n2024-10,2.87\n", "round;grade_1;grade_2;grade_3;grade_4;published_mean\n", b"\xff\xfe\x00r"],
)
def test_a_file_that_is_no_such_file_changes_nothing(text):
    with pytest.raises(UnreadableCsv):
        load(text)
    assert not PublishedRound.objects.exists()


def test_a_file_with_a_heading_only_is_refused():
    with pytest.raises(published.CannotImportPublishedGrades, match="no rounds"):
        load(HEADING)


def test_the_command_names_every_error_and_fails(tmp_path: Path):
    file = tmp_path / "wrong.csv"
    file.write_text(HEADING + GOOD + "2025-99,1,x,4,1,9\n")

    with pytest.raises(CommandError) as failed:
        import_command(str(file))

    lines = str(failed.value).splitlines()
    assert lines[0] == "Nothing was changed."
    assert [line.split(":")[0] for line in lines[1:]] == ["Row 3, round", "Row 3, grade_2", "Row 3, published_mean"]
    assert not PublishedRound.objects.exists()


def test_the_command_says_when_there_is_no_such_file(tmp_path: Path):
    with pytest.raises(CommandError, match="cannot be read"):
        import_command(str(tmp_path / "none.csv"))


@pytest.mark.parametrize("fields", [{"period": "2024-00"}, {"published_mean": "4.5"}, {"published_mean": ""}])
def test_the_database_refuses_a_published_round_that_cannot_be_right(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedRoundFactory(**fields)
