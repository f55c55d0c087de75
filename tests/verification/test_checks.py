"""Checks: right where the truth is right, wrong where it is not, and at the level that they say.

The frequencies below come from seeded draws: each test has a probability of a false alarm below 10⁻⁶, and 0 from the
day on when its seed was chosen.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from sim.verification import checks
from sim.verification.checks import Check

TIMES, MANY = 1500, 2000
POISSON = checks.moments(stats.poisson(3).pmf(range(60)))
LAW = list(stats.poisson(3).pmf(range(60)))

MADE: dict[str, Callable[[np.random.Generator, float], Check]] = {
    "share": lambda dice, off: checks.share("", dice.random(MANY) < 0.2 + off, 0.2),
    "poisson mean": lambda dice, off: checks.poisson_mean("", int(dice.poisson((3 + off) * MANY)), MANY, 3),
    "mean": lambda dice, off: checks.mean("", dice.poisson(3 + off, MANY), 3, central=POISSON),
    "variance": lambda dice, off: checks.variance("", dice.poisson(3 + 4 * off, MANY), 3, about=3, central=POISSON),
    "covariance": lambda dice, off: checks.covariance(
        "", tuple(dice.poisson(3, (2, MANY)) + off * 4 * dice.standard_normal(MANY)), about=(3, 3), variances=(3, 3)
    ),
    "follows": lambda dice, off: checks.follows("", dice.random(MANY) + off, stats.uniform.cdf, law="", unit=""),
    "numbers": lambda dice, off: checks.numbers("", dice.poisson(3 + 2 * off, MANY), LAW, law="", unit=""),
    "estimate": lambda dice, off: checks.estimate("", dice.normal(1 + off, 0.02), 1, error=0.02),
    "positive": lambda dice, off: checks.positive("", float(np.exp(dice.normal(off, 0.02))), 1, error=0.02),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_right_engine_is_alarmed_about_as_rarely_as_the_level_says(kind):
    dice = np.random.default_rng(2024)
    values = np.array([MADE[kind](dice, 0.0).p_value for _ in range(TIMES)])
    for level in (0.1, 0.01):
        assert stats.binomtest(int((values < level).sum()), TIMES, level, alternative="greater").pvalue > 1e-6


@pytest.mark.parametrize("kind", MADE)
def test_a_wrong_one_is_found(kind):
    dice = np.random.default_rng(7)
    assert MADE[kind](dice, 0.25).p_value < 1e-6


@pytest.mark.parametrize("kind", sorted(set(MADE) - {"follows", "numbers"}))
def test_the_interval_misses_the_exact_value_when_the_p_value_is_below_the_level(kind):
    dice = np.random.default_rng(3)
    for off in np.linspace(0, 0.2, 60):
        check = MADE[kind](dice, float(off))
        for level in (0.2, 0.01, 1e-5):
            low, high = check.ends(level)
            assert low <= check.simulated <= high
            assert (low <= check.exact <= high) == (check.p_value >= level)


def test_what_cannot_happen_is_a_difference_beyond_doubt():
    assert checks.cells("", [10, 10, 1], [0.5, 0.5, 0.0], law="", unit="").p_value == 0
    assert checks.never("", [False] * 999 + [True]).p_value == 0
    assert checks.never("", [False] * 1000).p_value == 1


def test_what_the_probabilities_leave_over_is_a_cell_of_its_own():
    fitting = checks.cells("", [500, 300, 200], [0.5, 0.3], law="", unit="")
    assert fitting.p_value == 1
    assert checks.cells("", [500, 500, 0], [0.5, 0.3], law="", unit="").p_value < 1e-6


def test_a_p_value_that_is_none_is_refused():
    with pytest.raises(ValueError, match="of nothing: a p-value of nan"):
        Check("of nothing", 1.0, 1.0, float("nan"))


def test_a_certain_thing_agrees_if_it_always_happens():
    assert checks.share("", [True] * 50, 1.0 + 1e-15).p_value == 1
    assert checks.share("", [True] * 49 + [False], 1.0 + 1e-15).p_value == 0


def test_of_no_and_of_all_runs_the_interval_ends_where_shares_end():
    for flags, end in (([False] * 50, 0.0), ([True] * 50, 1.0)):
        interval = checks.share("", flags, 0.5).ends(0.01)
        assert end in interval
        assert 0 <= interval[0] < interval[1] <= 1
