"""What people write over the columns of an initial training spreadsheet."""

from common.mapped_tables import guess_columns
from training.services.earlier_rows import WORDS


def test_columns_of_a_tutor_and_a_boss_are_known_with_their_days() -> None:
    headings = ["Task", "When", "What shows it", "Tutor", "Tutor date", "Boss", "Boss date", "Remarks"]

    assert guess_columns(headings, WORDS) == {
        "item": 0,
        "done_on": 1,
        "evidence": 2,
        "mentor": 3,
        "mentor_on": 4,
        "line_manager": 5,
        "line_manager_on": 6,
        "notes": 7,
    }
