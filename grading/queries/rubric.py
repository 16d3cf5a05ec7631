"""What the ten marks of a grader suggest for the overall grade, and which criterion the marks of all find weakest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

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


def weakest_criterion(grades: Iterable[Mapping[str, int | None]]) -> Criterion | None:
    """The criterion with the lowest mean mark of these graders; None where nothing is marked, or none is lower than the others.

    Of several that are equally low, one without which nobody can act comes first, then the order of the rubric.
    """
    marks: dict[str, list[int]] = defaultdict(list)
    for given in grades:
        for code, mark in given.items():
            if mark is not None:
                marks[code].append(mark)
    means = {code: Fraction(sum(found), len(found)) for code, found in marks.items()}
    if len(set(means.values())) < 2:
        return None
    lowest = min(means.values())
    order = (*NEEDED_TO_ACT, *(one for one in Criterion if one not in NEEDED_TO_ACT))
    return next(criterion for criterion in order if means.get(criterion) == lowest)
