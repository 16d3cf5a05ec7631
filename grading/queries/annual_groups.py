"""Incidents of a year by kind, district or team, for readers who have the reports of its samples too.

Each of those reports takes small groups together. A group's count over the year, less the reports in which it stands alone, is
what the others hide of it; so a group is shown only where nothing that can be worked out that way is few.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from common.statistics.proportions import SMALLEST_BASE_SHOWN, Compliance, Proportion, compliance, count_outcomes
from common.statistics.small_numbers import in_words, taken_together
from grading.queries.counted import Row


@dataclass(frozen=True)
class YearGroup:
    """One group, or those together that are not shown alone: incidents with every form they needed, and those late."""

    name: str
    compliance: Proportion
    late: Proportion


def year_groups(
    samples: Mapping[UUID, list[Row]], group_of: Callable[[Row], str], *, is_complete: bool, order: Iterable[str] = ()
) -> list[YearGroup]:
    """The groups in that order, or by name; those that are not shown alone as one line, which comes last.

    `samples` are those whose own figures readers see. A report stays: while a sample may still join the year (`is_complete` is
    False), a group is shown alone only where every report does so, else a later report of the year would give a sample away.
    """
    of_group: dict[str, list[Row]] = {}
    sizes: dict[UUID, Counter[str]] = {}
    for sample, rows in samples.items():
        sizes[sample] = Counter()
        for row in rows:
            if row.counted_as.forms_required:
                sizes[sample][group_of(row)] += 1
                of_group.setdefault(group_of(row), []).append(row)
    shown = groups_shown(sizes, is_complete=is_complete)
    known = list(order)
    names = sorted(of_group, key=lambda name: (known.index(name) if name in known else len(known), name))
    lines = [_line(name, of_group[name]) for name in names if name in shown]
    rest = [name for name in names if name not in shown]
    return [*lines, _line(in_words(rest), [row for name in rest for row in of_group[name]])] if rest else lines


def groups_shown(sizes: Mapping[UUID, Mapping[str, int]], *, is_complete: bool) -> set[str]:
    """The groups that stand alone over the year, from how many incidents of each group every sample has; the larger ones first."""
    hidden = {sample: {name: of[name] for name in taken_together(of)} for sample, of in sizes.items()}
    mass = _mass(hidden)
    shown = {name for of in sizes.values() for name in of if not mass[name]}
    if is_complete:
        for name in sorted(mass, key=lambda name: (-mass[name], name)):
            if not tells_of_few(hidden, {*shown, name}):
                shown.add(name)
    return shown


def tells_of_few(hidden: Mapping[UUID, Mapping[str, int]], shown: set[str]) -> bool:
    """Whether few incidents can be worked out when the counts over the year of the shown groups are known.

    `hidden`: of each sample the groups that its report takes together; how many they are together is known. What can be worked
    out without any doubt is, of some of the samples, either what their reports take together less the groups that are hidden
    nowhere else; or the groups of the year that make up all they take together, less that.
    """
    mass = _mass(hidden)
    known = {name for name in shown if mass[name]}
    where = {name: {sample for sample, of in hidden.items() if name in of} for name in known}
    pooled = [sample for sample, of in hidden.items() if of]
    for count in range(len(pooled) + 1):
        for some in combinations(pooled, count):
            taken = sum(sum(hidden[sample].values()) for sample in some)
            if _is_few(taken - sum(mass[name] for name in known if where[name] <= {*some})):
                return True
            names = {name for sample in some for name in hidden[sample]}
            if names <= known and _is_few(sum(mass[name] for name in names) - taken):
                return True
    return any(_is_few(mass[name]) for name in known)


def _mass(hidden: Mapping[UUID, Mapping[str, int]]) -> Counter[str]:
    """How many incidents of each group stand in no report alone."""
    found: Counter[str] = Counter()
    for of in hidden.values():
        found.update(of)
    return found


def _is_few(count: int) -> bool:
    return 0 < count < SMALLEST_BASE_SHOWN


def _line(name: str, rows: Iterable[Row]) -> YearGroup:
    found: Compliance = compliance(count_outcomes(row.counted_as for row in rows))
    return YearGroup(name, found.compliance, found.late)
