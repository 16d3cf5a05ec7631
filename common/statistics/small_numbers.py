"""Which groups are so small that their figures are shown only together."""

from collections.abc import Mapping
from typing import TypeVar

from common.statistics.proportions import SMALLEST_BASE_SHOWN

Name = TypeVar("Name")


def taken_together(sizes: Mapping[Name, int]) -> list[Name]:
    """Of groups that add up to a known whole, by size, those that become one line, the smallest first.

    Every group that is too small, and with them the next larger ones until the line itself is large enough: what is hidden could
    else be worked out from the whole. All of them where even together they are too few; then nothing is to be shown.
    """
    smallest_first = sorted(sizes, key=lambda name: sizes[name])
    together = [name for name in smallest_first if sizes[name] < SMALLEST_BASE_SHOWN]
    while together and are_too_few(together, sizes) and len(together) < len(sizes):
        together.append(smallest_first[len(together)])
    return together


def are_too_few(names: list[Name], sizes: Mapping[Name, int]) -> bool:
    """Whether there are some, and all of them together are too small to be shown."""
    return bool(names) and sum(sizes[name] for name in names) < SMALLEST_BASE_SHOWN


def in_words(names: list[str]) -> str:
    """North; or North, South and West together."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} together"
