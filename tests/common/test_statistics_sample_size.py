import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.statistics.sample_size import margin_of_error, needed_sample_size


@pytest.mark.parametrize(
    ("margin", "share", "population", "size"),
    [
        (0.05, 0.5, None, 385),
        (0.10, 0.5, None, 97),
        (0.05, 0.5, 1000, 278),
        (0.05, 0.5, 200, 132),
        (0.10, 0.5, 200, 66),
        (0.05, 0.5, 60, 53),
        (0.05, 0.8, None, 246),
        (0.05, 0.88, 400, 116),
        (0.05, 0.5, 0, 0),
        (0.05, 0.5, 1, 1),
        (0.05, 0.0, None, 1),
    ],
)
def test_sample_sizes_are_the_known_ones(margin, share, population, size):
    assert needed_sample_size(margin=margin, expected_share=share, population=population) == size


@pytest.mark.parametrize(
    ("n", "share", "points"), [(200, 0.5, 6.9), (200, 0.88, 4.5), (34, 0.88, 10.9), (9, 0.5, 32.7)]
)
def test_margins_are_the_known_ones(n, share, points):
    assert margin_of_error(n=n, expected_share=share) * 100 == pytest.approx(points, abs=0.05)


def test_a_known_population_narrows_the_margin_to_nothing_when_all_are_read():
    wide, narrow = margin_of_error(n=132), margin_of_error(n=132, population=200)

    assert narrow == pytest.approx(wide * ((200 - 132) / 199) ** 0.5)
    assert margin_of_error(n=200, population=200) == 0
    assert margin_of_error(n=1, population=1) == 0


def test_nothing_read_has_no_margin():
    assert margin_of_error(n=0) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": 0},
        {"margin": 1},
        {"margin": 0.05, "expected_share": 1.1},
        {"margin": 0.05, "confidence": 1},
        {"margin": 0.05, "population": -1},
    ],
)
def test_sizes_of_impossible_samples_are_refused(wrong):
    with pytest.raises(ValueError, match=r"lies between|negative"):
        needed_sample_size(**wrong)


def test_a_sample_is_not_larger_than_its_population():
    with pytest.raises(ValueError, match="larger than its population"):
        margin_of_error(n=10, population=9)


@given(margin=st.floats(0.01, 0.3), share=st.floats(0.01, 0.99), population=st.integers(2, 100_000))
def test_the_needed_sample_keeps_its_promise(margin, share, population):
    size = needed_sample_size(margin=margin, expected_share=share, population=population)

    assert 1 <= size <= population
    assert size <= needed_sample_size(margin=margin, expected_share=share)
    assert margin_of_error(n=size, expected_share=share, population=population) <= margin * (1 + 1e-9)
