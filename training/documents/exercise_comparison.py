"""The comparison of a run as a workbook: by sheet and group, without names."""

from common.templatetags.dates import day
from common.xlsx import Cell, Table, make_xlsx
from training.models import ExerciseRun
from training.queries.exercises import Answer, Comparison


def workbook(run: ExerciseRun, comparison: Comparison) -> bytes:
    """Decisions beside what was expected, and the strategy meetings."""
    decisions: list[list[Cell]] = [
        [
            row.inject.position,
            row.inject.title,
            row.minute,
            ", ".join(row.inject.choices_in_words),
            row.inject.get_expected_risk_display() or None,
            str(answer.group),
            *_cells(answer),
        ]
        for row in comparison.rows
        for answer in row.answers
    ]
    meetings: list[list[Cell]] = [
        [
            str(group),
            meeting.get_outcome_display() if meeting else "Not recorded",
            meeting.shared if meeting else None,
            meeting.reasons if meeting else None,
            (meeting.disagreed or None) if meeting else None,
            "\n".join(f"{one.what}: {one.get_owner_display()}, {one.due}" for one in meeting.actions.all())
            if meeting
            else None,
        ]
        for group, meeting in comparison.meetings
    ]
    headings = ["Sheet", "Title", "Released at minute", "Expected", "Expected risk", "Group", "Decided", "As expected"]
    headings += ["Risk", "Minutes to the first decision", "Times changed", "Reasons"]
    about: list[tuple[str, Cell]] = [("Exercise", run.exercise.title), ("Version", run.exercise.number)]
    about += [("For whom", run.title), ("Day", day(run.started_at)), ("Groups", len(comparison.groups))]
    return make_xlsx(
        title="Comparison of an exercise",
        facts=about,
        tables=[
            Table("Decisions", headings, decisions),
            Table("Meetings", ["Group", "Decided", "Shared", "Reasons", "Seen otherwise", "Actions"], meetings),
        ],
    )


def _cells(answer: Answer) -> list[Cell]:
    one = answer.decision
    if one is None:
        return ["Nothing recorded", None, None, None, None, None]
    return [
        one.get_choice_display(),
        "Yes" if answer.is_expected else "No",
        one.get_risk_display() or "Cannot say",
        answer.minutes,
        answer.changes,
        one.reasons,
    ]
