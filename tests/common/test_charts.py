"""Where the marks of a chart stand, what they say, and that nothing is told by colour alone."""

import re
from collections import Counter
from itertools import pairwise

import pytest
from django.template.loader import render_to_string

from common.charts import BOTTOM, LEFT, LETTER_WIDTH, LINE_HEIGHT, RIGHT, TOP, Chart
from common.control_charts import Named, control_chart, funnel_chart
from common.stacked_chart import FILLS, stacked_chart
from common.statistics.control_limits import INNER, OUTER, binomial_limits
from common.statistics.proportions import Proportion

# 80% together. Of 40 at 80%: 27 to 36 are inside 95%, 24 to 39 inside 99.8%.
GROUPS = [
    Named("Inside", Proportion(33, 40)),
    Named("On the limit", Proportion(27, 40)),
    Named("Low", Proportion(25, 40)),
    Named("Very low", Proportion(20, 40)),
    Named("Small", Proportion(3, 5)),
]
WHOLE = Proportion(80, 100)


def funnel(groups=GROUPS, whole=WHOLE) -> Chart:
    return funnel_chart(slug="f", groups=groups, whole=whole, of_what="the incidents", one="team", more="teams")


def periods(*shares: tuple[int, int]) -> Chart:
    named = [Named(f"Period {number}", Proportion(*share), f"P{number}") for number, share in enumerate(shares)]
    return control_chart(slug="c", periods=named, of_what="the incidents", one="period", more="periods")


def stacked(*bars: tuple[str, tuple[int, ...]]) -> Chart:
    return stacked_chart(slug="s", title="T", caption="C", parts=["1", "2", "3", "4"], bars=bars)


def points(path: str) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split(","))) for pair in path.split()]


def y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)


def svg_of(chart: Chart) -> str:
    return render_to_string("components/chart.html", {"chart": chart})


# --- funnel


def test_a_group_stands_at_its_number_and_its_share():
    mark = funnel().marks[0]

    assert (mark.x, mark.y) == (RIGHT, y(33 / 40))
    assert funnel().marks[-1].x == pytest.approx(LEFT + (RIGHT - LEFT) * 5 / 40, abs=0.1)


def test_only_groups_outside_the_limits_are_named_and_their_shape_says_which():
    assert [(mark.shape, mark.words) for mark in funnel().marks] == [
        ("circle", ""),
        ("circle", ""),
        ("square", "Low"),
        ("diamond", "Very low"),
        ("circle", ""),
    ]
    assert funnel().title == "2 of 5 teams lie outside of what chance alone gives: Low, Very low"


def test_the_limits_are_drawn_at_every_number_by_their_exact_values():
    centre, *limits = funnel().guides

    assert points(centre.path) == [(LEFT, y(0.8)), (RIGHT, y(0.8))]
    for (high, low), coverage in zip((limits[:2], limits[2:]), (INNER, OUTER), strict=True):
        assert len(points(high.path)) == len(points(low.path)) == 40
        for n in (1, 5, 40):
            exact = binomial_limits(n, 0.8, coverage)
            assert points(high.path)[n - 1][1] == y(exact.high_share)
            assert points(low.path)[n - 1][1] == y(exact.low_share)


def test_where_all_lie_inside_nobody_is_named_in_picture_or_words():
    chart = funnel([Named("North", Proportion(33, 40)), Named("South", Proportion(31, 40))])

    assert chart.title == "All 2 teams lie within what chance alone gives"
    assert "North" not in svg_of(chart)
    assert "South" not in svg_of(chart)


# --- control chart


def test_a_period_stands_in_its_place_within_limits_as_wide_as_its_number():
    chart = periods((20, 25), (80, 100))
    centre, high, low, *_ = chart.guides

    assert [mark.x for mark in chart.marks] == [218, 542]
    assert centre.name == "All together 80.0%"
    few, many = binomial_limits(25, 0.8, INNER), binomial_limits(100, 0.8, INNER)
    assert points(low.path) == [
        (LEFT, y(few.low_share)),
        (380, y(few.low_share)),
        (380, y(many.low_share)),
        (RIGHT, y(many.low_share)),
    ]
    assert points(high.path)[0][1] == y(few.high_share)
    assert [label.lines for label in chart.labels] == [("P0",), ("P1",)]


def test_a_period_outside_is_told_in_the_title_and_by_its_shape():
    chart = periods((84, 100), (85, 100), (60, 100), (85, 100))

    assert chart.title == "1 of 4 periods lies outside of what chance alone gives: Period 2"
    assert [mark.shape for mark in chart.marks] == ["circle", "circle", "diamond", "circle"]


# --- names of guides


@pytest.mark.parametrize(
    "chart",
    [
        funnel(),
        funnel([Named("All", Proportion(40, 40)), Named("Nearly all", Proportion(39, 40))], Proportion(79, 80)),
        periods((84, 100), (85, 100), (100, 100)),
        periods((1, 5), (0, 6), (0, 5)),
        periods((5, 5), (6, 6)),
    ],
)
def test_names_of_guides_stand_where_no_point_is_and_not_over_each_other(chart):
    lines = sorted(line for guide in chart.guides for line in guide.placed)

    assert [line for _, line in lines] == [*chart.guides[0].name.rsplit(" ", 1), "95% limits", "99.8% limits"]
    assert chart.names_x > max(mark.x + 8 for mark in chart.marks)
    assert chart.names_x > max(x for guide in chart.guides for x, _ in points(guide.path))
    assert chart.names_x + LETTER_WIDTH * max(len(line) for _, line in lines) <= chart.width
    assert min(lower - upper for (upper, _), (lower, _) in pairwise(lines)) >= LINE_HEIGHT
    assert 0 < lines[0][0] < lines[-1][0] < chart.height - LINE_HEIGHT


def test_the_name_of_a_guide_stands_beside_the_end_of_its_line():
    centre, _, inner, *_ = periods((84, 100), (85, 100), (60, 100), (85, 100)).guides

    for guide in (centre, inner):
        heights = [height for height, _ in guide.placed]
        # A letter's middle is about four above the line it stands on.
        assert (heights[0] + heights[-1]) / 2 - 4 == pytest.approx(points(guide.path)[-1][1], abs=LINE_HEIGHT / 2)


def test_the_name_of_a_group_stands_on_a_ground_that_no_line_runs_through():
    chart = funnel()
    svg = svg_of(chart)
    grounds = [mark for mark in chart.marks if mark.words]

    assert [mark.words for mark in grounds] == ["Low", "Very low"]
    for mark in grounds:
        ground = (
            f'<rect x="{mark.ground_x}" y="{mark.ground_y}" width="{mark.ground_width}" height="15" fill="#ffffff"/>'
        )
        last_line = max(svg.rindex(guide.path) for guide in chart.guides)
        assert last_line < svg.index(ground) < svg.index(f">{mark.words}</text>")
        assert mark.ground_x < mark.words_x - LETTER_WIDTH * len(mark.words)
        assert mark.words_x < mark.ground_x + mark.ground_width < mark.x - 6


# --- distribution


def test_a_bar_is_divided_as_its_counts_say_from_the_bottom_up():
    parts = stacked(("Round", (1, 3, 4, 2))).segments

    assert [part.words for part in parts] == ["1", "3", "4", "2"]
    assert parts[0].y + parts[0].height == pytest.approx(BOTTOM, abs=0.2)
    assert parts[-1].y == TOP
    for below, above in zip(parts, parts[1:], strict=False):
        assert above.y + above.height == pytest.approx(below.y, abs=0.2)
    assert [round(part.height / (BOTTOM - TOP), 2) for part in parts] == [0.1, 0.3, 0.4, 0.2]


def test_a_part_of_nobody_is_not_drawn_and_an_empty_bar_is_empty():
    assert [part.words for part in stacked(("Round", (0, 3, 0, 2))).segments] == ["3", "2"]
    assert stacked(("Round", (0, 0, 0, 0))).segments == []


def test_parts_are_told_by_lightness_each_far_from_its_neighbours_and_read_by_their_ink():
    def light(colour: str) -> float:
        red, green, blue = (
            (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
            for value in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one: str, other: str) -> float:
        lighter, darker = sorted((light(one), light(other)), reverse=True)
        return (lighter + 0.05) / (darker + 0.05)

    fills = [fill for fill, _ in FILLS]
    assert [light(fill) for fill in fills] == sorted(map(light, fills), reverse=True)
    assert min(contrast(one, other) for one, other in zip(fills, fills[1:], strict=False)) > 1.5
    assert min(contrast(fill, ink) for fill, ink in FILLS) >= 4.5


# --- for everybody


@pytest.mark.parametrize("chart", [funnel(), periods((20, 25), (22, 25)), stacked(("Round", (1, 3, 4, 2)))])
def test_a_chart_has_a_title_a_description_and_a_caption_and_nothing_is_told_by_colour(chart):
    svg = svg_of(chart)

    assert f'<title id="{chart.slug}-title">{chart.title}</title>' in svg
    assert f'<desc id="{chart.slug}-desc">' in svg
    assert f'aria-describedby="{chart.slug}-desc"' in svg
    assert chart.caption in svg
    # Lines of different meaning differ in their dash; the two limits of one coverage share it.
    assert set(Counter(guide.dash for guide in chart.guides).values()) <= {1, 2}
    # No colour but the page's greys and dark blue, whose lightness is as different as the meaning.
    assert set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg)) <= {
        "#d8d8d8",
        "#0b0c0c",
        "#14213d",
        "#ffffff",
        "#c9ccd3",
        "#6b7280",
    }


def test_the_description_says_what_the_picture_shows():
    assert funnel().description == (
        "All together 80.0%: 80 of 100. Low: 25 of 40, 62.5%, outside the 95% limits only. "
        "Very low: 20 of 40, 50.0%, outside both limits. The figures are in the table below."
    )
    assert stacked(("Q1", (1, 0, 2, 0))).description == "Q1: 1 1, 0 2, 2 3, 0 4."


@pytest.mark.parametrize("wrong", [[], [Named("Nobody", Proportion(0, 0))]])
def test_nothing_is_drawn_of_nothing(wrong):
    with pytest.raises(ValueError, match="base"):
        funnel(wrong)


def test_names_are_words_in_the_drawing():
    chart = funnel([Named("<script>x</script>", Proportion(0, 40)), Named("South", Proportion(40, 40))])

    assert "<script" not in svg_of(chart)


def test_the_words_of_a_key_end_before_the_next_key_and_all_keys_within_the_chart():
    grades = ["1 Very poor", "2 Needs improvement", "3 Good", "4 Excellent"]

    keys = stacked_chart(slug="s", title="T", caption="C", parts=grades, bars=[("Q1", (1, 2, 3, 4))]).keys

    ends = [key.label_x + len(key.label) * LETTER_WIDTH for key in keys]
    assert [key.label for key in keys] == grades
    assert all(end < following.x for end, following in zip(ends, keys[1:], strict=False))
    assert ends[-1] <= RIGHT
