"""What the ten marks of a grader suggest for the overall grade."""

from collections.abc import Mapping

from grading.enums import Criterion, OverallGrade

# A PPN that fails here cannot be acted upon, however good the rest is.
NEEDED_TO_ACT = (Criterion.CONCERN, Criterion.VOICE, Criterion.NEEDS_AND_HARM)


def suggested_overall(marks: Mapping[str, int | None]) -> OverallGrade | None:
    """The median of the marks, half-way down; None while a criterion is neither marked nor said not to apply.

    At most 3 where any mark is 1, and at most 2 where that is the concern, the voice, or needs and harm. A grader may differ
    and says why.
    """
    if set(marks) != set(Criterion.values):
        return None
    given = sorted(mark for mark in marks.values() if mark is not None)
    suggested = given[(len(given) - 1) // 2]
    if OverallGrade.VERY_POOR in given:
        suggested = min(suggested, OverallGrade.GOOD)
    if any(marks[criterion] == OverallGrade.VERY_POOR for criterion in NEEDED_TO_ACT):
        suggested = min(suggested, OverallGrade.NEEDS_IMPROVEMENT)
    return OverallGrade(suggested)
