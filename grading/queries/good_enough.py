"""What reviews say beside compliance: whether forms found are good enough to act on, and what a form was needed for.

The judgement is one reviewer's look, for learning. Grades of a panel are elsewhere; no figure mixes the two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from common.statistics.proportions import Proportion
from common.statistics.small_numbers import are_too_few, in_words, taken_together
from grading.enums import SCHOOL_HAD_TO_BE_TOLD, Criterion, SchoolTold
from grading.queries.counted import Row
from referrals.enums import ConcernType


@dataclass(frozen=True)
class Missing:
    """A theme that was missing, and in the forms of how many incidents."""

    theme: Criterion
    count: int


@dataclass(frozen=True)
class NeededFor:
    """A type of concern, or several together: forms found, of forms needed for it."""

    name: str
    share: Proportion


@dataclass(frozen=True)
class Beside:
    """The figures. A share that is None rests on too few incidents for this reader.

    `good_enough`: of the incidents whose forms a reviewer judged, those whose forms are good enough to act on. `missing`: what was
    missing in the others, the most frequent first. `supervisor_seen`: of the incidents that needed a form and of which that is
    known, those that a supervisor looked at. `school_told`: schools told in time, of those that had to be told.
    """

    good_enough: Proportion | None
    missing: list[Missing]
    supervisor_seen: Proportion | None
    school_told: Proportion | None
    needed_for: list[NeededFor]


def beside(rows: Sequence[Row]) -> Beside:
    """The figures of these reviews, in full."""
    needing = [row for row in rows if row.counted_as.forms_required]
    themes = [theme for row in rows for theme in row.learning_themes]
    told = [row.school_told for row in rows if row.school_told in SCHOOL_HAD_TO_BE_TOLD]
    counts = [Missing(theme, themes.count(theme)) for theme in Criterion if theme in themes]
    return Beside(
        good_enough=good_enough_of(rows),
        missing=sorted(counts, key=lambda one: -one.count),
        supervisor_seen=_yes_of(row.supervisor_seen for row in needing),
        school_told=Proportion(told.count(SchoolTold.IN_TIME), len(told)),
        needed_for=[found for concern in ConcernType if (found := _needed_for(concern, needing)).share.n],
    )


def good_enough_of(rows: Iterable[Row]) -> Proportion:
    """Of the incidents whose forms were judged, how many are good enough to act on."""
    return _yes_of(row.good_enough for row in rows)


def beside_for_readers(figures: Beside) -> Beside:
    """The same without small numbers: no share with a base below five, no theme of fewer than five incidents, and types of concern
    of which too few forms were needed taken together, so that no subtraction from all forms gives them."""
    return replace(
        figures,
        good_enough=unless_small(figures.good_enough),
        missing=[one for one in figures.missing if not Proportion(one.count, one.count).is_small],
        supervisor_seen=unless_small(figures.supervisor_seen),
        school_told=unless_small(figures.school_told),
        needed_for=_together_where_small(figures.needed_for),
    )


def unless_small(share: Proportion | None) -> Proportion | None:
    """The share, or None where its base is small. A base of nought stays: it says that there is nothing, of nobody."""
    return None if share is None or (share.n and share.is_small) else share


def _yes_of(answers: Iterable[bool | None]) -> Proportion:
    known = [answer for answer in answers if answer is not None]
    return Proportion(sum(known), len(known))


def _needed_for(concern: ConcernType, needing: Sequence[Row]) -> NeededFor:
    wanted = [row for row in needing if concern in row.required_types]
    return NeededFor(str(concern.label), Proportion(sum(concern in row.found_types for row in wanted), len(wanted)))


def _together_where_small(lines: list[NeededFor]) -> list[NeededFor]:
    sizes = {line.name: line.share.n for line in lines}
    pooled = taken_together(sizes)
    if are_too_few(pooled, sizes):
        return []
    shown = [line for line in lines if line.name not in pooled]
    if pooled:
        small = [line.share for line in lines if line.name in pooled]
        whole = Proportion(sum(share.successes for share in small), sum(share.n for share in small))
        shown.append(NeededFor(in_words([line.name for line in lines if line.name in pooled]), whole))
    return shown
