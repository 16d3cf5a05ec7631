"""Bars that are divided: how a whole splits into ordered parts, one bar for each round. Drawn by templates/components/chart.html."""

from collections.abc import Sequence

from common.charts import (
    HEIGHT,
    LABELS_AT,
    LEFT,
    LETTER_WIDTH,
    LINE_HEIGHT,
    Chart,
    Key,
    Label,
    Segment,
    percent_ticks,
    positions,
    scale,
    step_of,
)

# From light to dark, so that the order shows without colour; with the ink that can be read on each.
FILLS = (("#ffffff", "#0b0c0c"), ("#c9ccd3", "#0b0c0c"), ("#6b7280", "#ffffff"), ("#14213d", "#ffffff"))
SMALLEST_WITH_NUMBER = 14
KEY_SIZE, BETWEEN_KEYS = 14, 30


def stacked_chart(
    *, slug: str, title: str, caption: str, parts: Sequence[str], bars: Sequence[tuple[str, Sequence[int]]]
) -> Chart:
    """A bar of 100% for each label, divided as its counts say, first part at the bottom, its count inside each.

    Four parts at most. A bar without any count is left empty. Raises ValueError for other numbers of counts than parts.
    """
    if not 1 <= len(parts) <= len(FILLS) or any(len(counts) != len(parts) for _, counts in bars):
        raise ValueError(f"A divided bar has as many counts as parts, {len(FILLS)} at most.")
    width = round(min(step_of(len(bars)) * 0.7, 90), 1)
    segments: list[Segment] = []
    labels: list[Label] = []
    for middle, (label, counts) in zip(positions(len(bars)), bars, strict=True):
        labels.append(Label(middle, label, (label,)))
        segments += _divided(counts, x=round(middle - width / 2, 1), width=width)
    return Chart(
        slug,
        title,
        caption,
        percent_ticks(),
        labels,
        segments=segments,
        keys=_keys(parts),
        description=" ".join(
            f"{label}: {', '.join(f'{count} {part}' for part, count in zip(parts, counts, strict=True))}."
            for label, counts in bars
        ),
        height=HEIGHT + LINE_HEIGHT,
    )


def _keys(parts: Sequence[str]) -> list[Key]:
    """One behind the other, each as wide as its words."""
    keys: list[Key] = []
    x: float = LEFT
    for part, (fill, _) in zip(parts, FILLS, strict=False):
        key = Key(x, LABELS_AT + LINE_HEIGHT, KEY_SIZE, fill, part)
        keys.append(key)
        x = round(key.label_x + len(part) * LETTER_WIDTH + BETWEEN_KEYS, 1)
    return keys


def _divided(counts: Sequence[int], *, x: float, width: float) -> list[Segment]:
    if not any(counts):
        return []
    y, below, found = scale(0, sum(counts)), 0, []
    for place, count in enumerate(counts):
        if count:
            top = y(below + count)
            height = round(y(below) - top, 1)
            words = str(count) if height >= SMALLEST_WITH_NUMBER else ""
            found.append(Segment(x, top, width, height, *FILLS[place], words))
            below += count
    return found
