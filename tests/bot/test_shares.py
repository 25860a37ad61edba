"""Shares, their differences and how many it takes: against printed tables, another library and what must hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from bot.shares import difference, interval, needed

COUNTED = st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda pair: (min(pair), pair[1]))


@given(st.integers(0, 200), st.integers(1, 200))
def test_an_interval_holds_its_share_and_narrows_with_more(right: int, count: int) -> None:
    share = min(right, count) / count
    low, high = interval(share, count)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    more_low, more_high = interval(share, count * 10)
    assert more_high - more_low < high - low


def test_wilson_as_it_is_printed_in_textbooks() -> None:
    assert interval(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert interval(0.0, 0) == (0.0, 1.0)


@given(COUNTED, st.sampled_from([0.9, 0.95, 0.99, 1 - 0.05 / 6]))
def test_wilson_as_scipy_has_it(counted: tuple[int, int], sure: float) -> None:
    hits, of = counted
    theirs = binomtest(hits, of).proportion_ci(confidence_level=sure, method="wilson")
    assert interval(hits / of, of, sure) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other", "printed"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0000)),
        ((10, 10), (0, 10), (0.6075, 1.0000)),
    ],
)
def test_the_difference_as_newcombe_printed_it(
    one: tuple[int, int], other: tuple[int, int], printed: tuple[float, float]
) -> None:
    assert difference(one, other) == pytest.approx(printed, abs=5e-5)


@given(COUNTED, COUNTED)
def test_a_difference_lies_in_its_interval_and_is_the_same_from_both_sides(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    low, high = difference(one, other)
    apart = one[0] / one[1] - other[0] / other[1]
    assert -1 - 1e-9 <= low <= apart + 1e-9
    assert apart - 1e-9 <= high <= 1 + 1e-9
    assert difference(other, one) == pytest.approx((-high, -low))
    wider = difference(one, other, 0.99)
    assert wider[0] <= low
    assert high <= wider[1]


def test_of_nothing_nothing_is_known() -> None:
    assert difference((0, 0), (0, 0)) == pytest.approx((-0.7071, 0.7071), abs=1e-4)


def test_how_many_it_takes_as_in_the_tables() -> None:
    assert needed(0.15, 1, 0.05, 0.8) == (174, 174)
    assert needed(0.15, 9, 0.05, 0.8) == (96, 864)


@given(st.sampled_from([0.1, 0.15, 0.2, 0.3]), st.sampled_from([1, 4, 9]), st.sampled_from([0.05, 0.01]))
def test_a_larger_difference_takes_fewer_and_more_certainty_takes_more(
    apart: float, ratio: float, alpha: float
) -> None:
    few, many = needed(apart, ratio, alpha, 0.8)
    assert many >= few * ratio
    assert needed(apart * 1.2, ratio, alpha, 0.8)[0] < few
    assert needed(apart, ratio, alpha / 2, 0.8)[0] > few
    assert needed(apart, ratio, alpha, 0.9)[0] > few


@pytest.mark.parametrize("around", [0.5, 0.3, 0.15])
def test_with_that_many_the_difference_is_seen_four_times_in_five(around: float) -> None:
    smaller, larger = needed(0.15, 9, 0.05, 0.8)
    dice = np.random.default_rng(1)
    ones, others = dice.binomial(larger, around + 0.075, 1000), dice.binomial(smaller, around - 0.075, 1000)
    seen = [
        difference((int(one), larger), (int(other), smaller))[0] > 0 for one, other in zip(ones, others, strict=True)
    ]
    assert np.mean(seen) > 0.78
