"""The scoring rules against answers by hand and against direct integrals."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from sim.scoring.rules import (
    brier,
    crps,
    crps_of_count_before,
    crps_of_steady_rate,
    held_off,
    log_score,
    skill,
)


def test_brier_by_hand() -> None:
    assert brier([0.8, 0.8, 0.0, 1.0], [1, 0, 0, 0]) == pytest.approx([0.04, 0.64, 0.0, 1.0])


def test_log_by_hand() -> None:
    assert log_score([0.25, 0.25], [1, 0]) == pytest.approx([math.log(4), -math.log(0.75)])


def test_a_probability_of_no_run_or_every_run_is_held_off_0_and_1() -> None:
    assert held_off([0, 3, 9], 9) == pytest.approx([0.05, 0.35, 0.95])
    assert float(log_score(held_off(0, 9), 1)) == pytest.approx(-math.log(0.05))


@pytest.mark.parametrize("observed", [0.0, 2.0, 3.5, 9.0])
def test_crps_is_its_integral(observed: float) -> None:
    values = np.array([1.0, 2.0, 2.0, 5.0, 7.5])
    corners = np.unique([0.0, *values, observed, 10.0])
    pieces = [
        (high - low) * (np.mean(values <= (low + high) / 2) - ((low + high) / 2 >= observed)) ** 2
        for low, high in pairwise(corners)
    ]
    assert crps(values, observed) == pytest.approx(sum(pieces), abs=1e-12)


def test_crps_of_one_value_is_the_distance() -> None:
    assert crps(np.array([4.0]), 1.5) == pytest.approx(2.5)


@pytest.mark.parametrize(("before", "observed"), [(0, 0), (0, 3), (7, 2), (40, 55)])
def test_the_baseline_of_counts_is_the_negative_binomial_sum(before: int, observed: int) -> None:
    k = np.arange(2000)
    direct = np.sum((stats.nbinom.cdf(k, before + 0.5, 0.5) - (k >= observed)) ** 2)
    assert crps_of_count_before(before, observed) == pytest.approx(direct, abs=1e-9)
    assert stats.nbinom.mean(before + 0.5, 0.5) == pytest.approx(before + 0.5)


@pytest.mark.parametrize(("probability", "day"), [(0.5, 3.0), (0.9, 60.0), (0.25, 0.0), (0.01, 60.0)])
def test_the_baseline_of_times_is_the_integral_of_a_steady_rate(probability: float, day: float) -> None:
    rate = -math.log(1 - probability) / 60
    before = quad(lambda t: (1 - math.exp(-rate * t)) ** 2, 0, day)[0]
    after = quad(lambda t: math.exp(-rate * t) ** 2, day, 60)[0]
    assert crps_of_steady_rate(probability, day, 60.0) == pytest.approx(before + after, abs=0.02)


def test_skill_by_hand() -> None:
    assert skill(0.1, 0.25) == pytest.approx(0.6)
    assert skill(0.5, 0.25) == pytest.approx(-1.0)
    assert skill(0.1, 0.0) is None
