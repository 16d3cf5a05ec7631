"""Bars that are divided: how a whole splits into ordered parts, one bar for each round. Drawn by templates/components/chart.html."""

from collections.abc import Sequence

from common.charts import BOTTOM, HEIGHT, LABELS_AT, LEFT, LINE_HEIGHT, RIGHT, TOP, Chart, Key, Label, Segment, Tick

# From light to dark, so that the order shows without colour; with the ink that can be read on each.
FILLS = (("#ffffff", "#0b0c0c"), ("#c9ccd3", "#0b0c0c"), ("#6b7280", "#ffffff"), ("#14213d", "#ffffff"))
SMALLEST_WITH_NUMBER = 14
KEY_WIDTH, KEY_SIZE = 162, 14


def stacked_chart(
    *, slug: str, title: str, caption: str, parts: Sequence[str], bars: Sequence[tuple[str, Sequence[int]]]
) -> Chart:
    """A bar of 100% for each label, divided as its counts say, first part at the bottom, its count inside each.

    Four parts at most. A bar without any count is left empty. Raises ValueError for other numbers of counts than parts.
    """
    if not 1 <= len(parts) <= len(FILLS) or any(len(counts) != len(parts) for _, counts in bars):
        raise ValueError(f"A divided bar has as many counts as parts, {len(FILLS)} at most.")
    step = (RIGHT - LEFT) / max(len(bars), 1)
    width = round(min(step * 0.7, 90), 1)
    segments: list[Segment] = []
    labels: list[Label] = []
    for place, (label, counts) in enumerate(bars):
        middle = round(LEFT + step * (place + 0.5), 1)
        labels.append(Label(middle, label, (label,)))
        segments += _divided(counts, x=round(middle - width / 2, 1), width=width)
    return Chart(
        slug,
        title,
        caption,
        [Tick(round(BOTTOM - tick / 100 * (BOTTOM - TOP), 1), f"{tick}") for tick in (0, 20, 40, 60, 80, 100)],
        labels,
        segments=segments,
        keys=[
            Key(LEFT + KEY_WIDTH * place, LABELS_AT + LINE_HEIGHT, KEY_SIZE, FILLS[place][0], part)
            for place, part in enumerate(parts)
        ],
        description=" ".join(
            f"{label}: {', '.join(f'{count} {part}' for part, count in zip(parts, counts, strict=True))}."
            for label, counts in bars
        ),
        height=HEIGHT + LINE_HEIGHT,
    )


def _divided(counts: Sequence[int], *, x: float, width: float) -> list[Segment]:
    whole, below, found = sum(counts), 0, []
    for place, count in enumerate(counts):
        if count:
            height = round(count / whole * (BOTTOM - TOP), 1)
            top = round(BOTTOM - (below + count) / whole * (BOTTOM - TOP), 1)
            words = str(count) if height >= SMALLEST_WITH_NUMBER else ""
            found.append(Segment(x, top, width, height, *FILLS[place], words))
            below += count
    return found
