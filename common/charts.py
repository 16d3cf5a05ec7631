"""Where everything of a chart stands, computed here and drawn by templates/components/chart.html, on pages and in documents alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 704, 16, 276
LABELS_AT, LINE_HEIGHT, LETTER_WIDTH = BOTTOM + 22, 15, 7.4
COLOURS = ("#14213d", "#b3541e")
DASHES = ("", "6 4")
SHAPES = ("circle", "square")
PERCENT_TICKS = (0, 20, 40, 60, 80, 100)
# Names of guides stand right of the plot, in lines of so many letters: no point is there.
NAMES_AT, NAME_LETTERS, NAMED_WIDTH = RIGHT + 14, 12, 810


@dataclass(frozen=True)
class Tick:
    """A line across the chart with its label."""

    at: float
    label: str

    @property
    def text_at(self) -> float:
        return self.at + 4


@dataclass(frozen=True)
class Label:
    """Words under the chart, in as many lines as their place is wide."""

    at: float
    label: str
    lines: Sequence[str]

    @property
    def placed(self) -> list[tuple[int, str]]:
        """Each line with its height."""
        return [(LABELS_AT + number * LINE_HEIGHT, line) for number, line in enumerate(self.lines)]


@dataclass(frozen=True)
class Point:
    """A place in the chart."""

    x: float
    y: float

    @property
    def box_x(self) -> float:
        return self.x - 5

    @property
    def box_y(self) -> float:
        return self.y - 5


@dataclass(frozen=True)
class DrawnSeries:
    """One line: told from another by colour, dash and shape."""

    name: str
    points: list[Point]
    colour: str
    dash: str
    shape: str

    @property
    def path(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points) if len(self.points) > 1 else ""


@dataclass(frozen=True)
class Whisker:
    """An interval around a value."""

    x: float
    low: float
    high: float

    @property
    def cap_left(self) -> float:
        return self.x - 5

    @property
    def cap_right(self) -> float:
        return self.x + 5


@dataclass(frozen=True)
class Bar:
    """A bar from the ground up."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Guide:
    """A line that says what to expect: told from another by its dash. Its name stands beside its right end, outside of the plot."""

    name: str
    path: str
    dash: str
    placed: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True)
class Mark:
    """A point with a shape of its own, and words beside it where it is named."""

    x: float
    y: float
    shape: str
    words: str = ""

    @property
    def diamond(self) -> str:
        return f"{self.x},{self.y - 8} {self.x + 8},{self.y} {self.x},{self.y + 8} {self.x - 8},{self.y}"

    @property
    def square(self) -> str:
        return (
            f"{self.x - 6},{self.y - 6} {self.x + 6},{self.y - 6} {self.x + 6},{self.y + 6} {self.x - 6},{self.y + 6}"
        )

    @property
    def is_at_the_right(self) -> bool:
        return self.x > (LEFT + RIGHT) / 2

    @property
    def words_x(self) -> float:
        """Where the words begin, or end for a point at the right."""
        return self.x - 12 if self.is_at_the_right else self.x + 12

    @property
    def words_y(self) -> float:
        return self.y + 4

    @property
    def ground_width(self) -> float:
        """Of the ground on which the words stand, so that no line runs through them."""
        return round(len(self.words) * LETTER_WIDTH + 4, 1)

    @property
    def ground_x(self) -> float:
        return round(self.words_x - (self.ground_width - 2 if self.is_at_the_right else 2), 1)

    @property
    def ground_y(self) -> float:
        return self.y - LINE_HEIGHT / 2


@dataclass(frozen=True)
class Segment:
    """A part of a bar, with its number inside where there is room: told from its neighbour by lightness, outline and number."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    ink: str
    words: str = ""

    @property
    def words_x(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def words_y(self) -> float:
        return round(self.y + self.height / 2 + 4, 1)


@dataclass(frozen=True)
class Key:
    """What a fill stands for."""

    x: float
    y: float
    size: float
    fill: str
    label: str

    @property
    def label_x(self) -> float:
        return self.x + self.size + 6

    @property
    def label_y(self) -> float:
        return self.y + self.size - 3


@dataclass(frozen=True)
class Chart:
    """A chart ready to draw. `title` states the finding; `caption` says what the marks are; `description` is for who sees neither."""

    slug: str
    title: str
    caption: str
    ticks: list[Tick]
    labels: list[Label]
    series: list[DrawnSeries] = field(default_factory=list)
    whiskers: list[Whisker] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    guides: list[Guide] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    description: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    tick_x: int = LEFT - 8
    names_x: int = NAMES_AT


@dataclass(frozen=True)
class Series:
    """Values by position, None where there is none; `intervals` (low, high) around each, or None."""

    name: str
    values: Sequence[float | None]
    intervals: Sequence[tuple[float, float] | None] = ()


def line_chart(
    *,
    slug: str,
    title: str,
    caption: str,
    labels: Sequence[str],
    series: Sequence[Series],
    low: float,
    high: float,
    ticks: Sequence[float],
) -> Chart:
    """A chart of one or two lines over `labels`, on a scale from `low` to `high` with a line at each of `ticks`.

    A missing value leaves no mark; the line joins its neighbours. Raises ValueError for an empty scale or a series of
    another length than the labels.
    """
    y = scale(low, high)
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("Every series needs a value (or None) for each label.")
    xs = positions(len(labels))
    drawn = [
        DrawnSeries(
            one.name,
            [Point(x, y(value)) for x, value in zip(xs, one.values, strict=True) if value is not None],
            COLOURS[number % 2],
            DASHES[number % 2],
            SHAPES[number % 2],
        )
        for number, one in enumerate(series)
    ]
    whiskers = [
        Whisker(x, y(interval[0]), y(interval[1]))
        for one in series
        for x, interval in zip(xs, one.intervals, strict=False)
        if interval is not None
    ]
    return Chart(
        slug,
        title,
        caption,
        ticks_on(y, ticks),
        [Label(x, label, (label,)) for x, label in zip(xs, labels, strict=True)],
        series=drawn,
        whiskers=whiskers,
    )


def bar_chart(
    *,
    slug: str,
    title: str,
    caption: str,
    labels: Sequence[str],
    values: Sequence[float],
    high: float,
    ticks: Sequence[float],
    intervals: Sequence[tuple[float, float] | None] = (),
) -> Chart:
    """A chart of one bar for each label, on a scale from 0 to `high`; `intervals` (low, high) around each, or None."""
    y = scale(0, high)
    xs = positions(len(labels))
    width = round(step_of(len(labels)) * 0.6, 1)
    bars = [
        Bar(round(x - width / 2, 1), y(value), width, round(BOTTOM - y(value), 1))
        for x, value in zip(xs, values, strict=True)
    ]
    whiskers = [
        Whisker(x, y(interval[0]), y(interval[1]))
        for x, interval in zip(xs, intervals, strict=False)
        if interval is not None
    ]
    drawn = _labels(xs, labels)
    most_lines = max((len(label.lines) for label in drawn), default=1)
    return Chart(
        slug,
        title,
        caption,
        ticks_on(y, ticks),
        drawn,
        bars=bars,
        whiskers=whiskers,
        height=HEIGHT + LINE_HEIGHT * max(0, most_lines - 2),
    )


def scale(low: float, high: float) -> Callable[[float], float]:
    """How high a value stands, with `low` at the bottom and `high` at the top. Raises ValueError for an empty scale."""
    if not low < high:
        raise ValueError("The scale must go upwards.")
    return lambda value: round(BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP), 1)


def ticks_on(y: Callable[[float], float], ticks: Sequence[float]) -> list[Tick]:
    """A line across the chart at each of these values."""
    return [Tick(y(tick), f"{tick:g}") for tick in ticks]


def percent_ticks() -> list[Tick]:
    """The lines of a chart of shares, from 0 to 100 per cent."""
    return ticks_on(scale(0, 100), PERCENT_TICKS)


def step_of(count: int) -> float:
    """How wide the place of each of so many is."""
    return (RIGHT - LEFT) / max(count, 1)


def positions(count: int, *, within: float = 0.5) -> list[float]:
    """Where each of so many stands from left to right: in the middle of its place, or at its left (0) or right (1) edge."""
    return [round(LEFT + step_of(count) * (index + within), 1) for index in range(count)]


def guides_of(lines: Sequence[tuple[str, str, Sequence[tuple[float, float]]]]) -> list[Guide]:
    """Guides from their name, dash and points; names beside the ends of their lines, moved apart where they would overlap."""
    blocks = [wrap(name, NAME_LETTERS) for name, _, _ in lines]
    named = sorted((points[-1][1], index) for index, (_, _, points) in enumerate(lines) if blocks[index])
    tops: dict[int, float] = {}
    above: float = TOP - LINE_HEIGHT
    for end, index in named:
        height = LINE_HEIGHT * len(blocks[index])
        tops[index] = max(end - height / 2, above)
        above = tops[index] + height
    below: float = BOTTOM + LINE_HEIGHT
    for _, index in reversed(named):
        tops[index] = min(tops[index], below - LINE_HEIGHT * len(blocks[index]))
        below = tops[index]
    return [
        Guide(
            name,
            " ".join(f"{x},{y}" for x, y in points),
            dash,
            [(round(tops[index] + LINE_HEIGHT * (row + 0.8), 1), line) for row, line in enumerate(blocks[index])],
        )
        for index, (name, dash, points) in enumerate(lines)
    ]


def _labels(xs: Sequence[float], labels: Sequence[str]) -> list[Label]:
    """Broken where a label would run into its neighbour."""
    letters = max(6, int(step_of(len(labels)) / LETTER_WIDTH))
    return [Label(x, label, tuple(wrap(label, letters)) or ("",)) for x, label in zip(xs, labels, strict=True)]
