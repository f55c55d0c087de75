"""Where a probability crosses a threshold."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.studies.sweep.thresholds import Crossing, crossings
from sim.studies.sweep.words import _joined


def runs_of(shares: list[float], runs: int = 1000) -> NDArray[np.float32]:
    """Runs of which exactly these shares have the outcome, each with the same luck at every point."""
    luck = (np.arange(runs) + 0.5) / runs
    return (luck < np.array(shares)[:, np.newaxis]).astype(np.float32)


def told(values: list[float], shares: list[float], threshold: float, **how) -> list[tuple[str, bool, bool]]:
    """For each crossing its direction, and whether its interval has a low and a high end within the range."""
    found = crossings(np.array(values), runs_of(shares), threshold, **how)
    return [(one.direction, one.low is not None, one.high is not None) for one in found]


def test_a_rise_and_a_fall_are_placed_exactly() -> None:
    for shares, direction in (([0, 0.25, 0.5, 0.75, 1], "rises"), ([1, 0.75, 0.5, 0.25, 0], "falls")):
        (one,) = crossings(np.arange(5.0), runs_of(shares), 0.5)
        assert (one.direction, one.at) == (direction, 2.0)
        # Wilson's interval is that of the score test: there the share is z √(t (1 − t) / n) away from t, n the number
        # of independent runs with the variance of (1 − w) of one point and w of the next, here 0.2233 of 0.2491
        half = 1.95996 * np.sqrt(0.25 * 0.2233 / 0.2491 / 1000) / 0.25
        assert (2 - one.low, one.high - 2) == (pytest.approx(half, rel=0.002), pytest.approx(half, rel=0.002))


def test_over_a_logarithm_the_line_is_straight_there() -> None:
    (one,) = crossings(np.array([0.01, 1.0]), runs_of([0, 1]), 0.5, log=True)
    assert one.at == pytest.approx(0.1)


def test_up_and_down_again_are_two_crossings() -> None:
    assert told([0, 1, 2], [0.1, 0.9, 0.1], 0.5) == [("rises", True, True), ("falls", True, True)]


def test_a_jump_between_neighbours_is_a_crossing() -> None:
    (one,) = crossings(np.array([0.0, 1.0]), runs_of([0, 1], runs=100_000), 0.5)
    assert one.low < 0.5 < one.high


def test_not_reached_is_nothing() -> None:
    assert told([0, 1, 2], [0.0, 0.1, 0.2], 0.5) == []
    assert told([0, 1, 2], [0.7, 0.8, 0.9], 0.5) == []


def test_too_close_to_tell_is_no_crossing() -> None:
    assert told([0, 1, 2], [0.3, 0.49, 0.3], 0.5) == [("unclear", True, True)]
    assert told([0, 1, 2], [0.3, 0.4, 0.49], 0.5) == [("unclear", True, False)]
    assert told([0, 1], [0.49, 0.49], 0.5) == [("unclear", False, False)]


def test_an_interval_that_goes_on_beyond_the_range_is_open() -> None:
    assert told([0, 1, 2], [0.3, 0.4, 0.51], 0.5) == [("rises", True, False)]
    assert told([0, 1, 2], [0.51, 0.4, 0.3], 0.5) == [("falls", False, True)]


def test_runs_that_do_not_tell_are_left_out() -> None:
    each = runs_of([0, 0.5, 1])
    cut = np.concatenate([each, np.full((3, 500), np.nan, np.float32)], axis=1)
    assert crossings(np.arange(3.0), cut, 0.5) == crossings(np.arange(3.0), each, 0.5)


@pytest.mark.parametrize("shared", [True, False])
def test_nineteen_of_twenty_intervals_hold_the_true_crossing(shared: bool) -> None:
    """False alarm below 1e-4 each way: the count of 1,000 intervals is binomial, its chance 0.93 to 0.97."""
    dice = np.random.default_rng(11)
    values = np.linspace(0, 1, 6)
    held = 0
    for _ in range(1000):
        luck = dice.random((1 if shared else 6, 400))
        (one,) = crossings(values, (luck < values[:, np.newaxis]).astype(np.float32), 0.5)
        held += one.low <= 0.5 <= one.high
    assert stats.binom.ppf(1e-4, 1000, 0.93) <= held <= stats.binom.ppf(1 - 1e-4, 1000, 0.97)


def test_stretches_that_noise_breaks_are_told_as_one() -> None:
    told = [Crossing(0.5, "unclear", None, 1.0, 1.5), Crossing(0.5, "unclear", None, 1.6, None)]
    rise = Crossing(0.5, "rises", 1.25, 1.0, 1.5)
    assert _joined(tuple(told)) == [Crossing(0.5, "unclear", None, 1.0, None)]
    assert _joined((told[0], rise, told[1])) == [told[0], rise, told[1]]
