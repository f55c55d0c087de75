"""Means with t-intervals and quantiles with order statistics."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.quantities import describe, mean_interval, quantile_ranks


def test_mean_interval_is_students():
    values = np.array([1.0, 4.0, 4.0, 9.0, 2.0])
    low, high = stats.t.interval(0.95, 4, values.mean(), stats.sem(values))
    found = mean_interval(values.sum(), (values**2).sum(), runs=5)
    assert [float(x) for x in found] == pytest.approx([4.0, low, high])


@pytest.mark.parametrize("runs", [0, 1])
def test_mean_interval_of_too_few_runs_is_unknown(runs):
    _, low, high = mean_interval(3.0 * runs, 9.0 * runs, runs=runs)
    assert math.isnan(low)
    assert math.isnan(high)


@pytest.mark.parametrize("q", [0.05, 0.25, 0.5, 0.95])
@pytest.mark.parametrize("count", [200, 1000])
def test_quantile_interval_holds_the_quantile_with_at_least_95_percent(count, q):
    """Exactly: the quantile lies between ranks l and u when l to u − 1 of the numbers are below it."""
    low, high = quantile_ranks(count, q)
    below = stats.binom(count, q)
    assert below.cdf(high - 1) - below.cdf(low - 1) >= 0.95


def test_quantile_interval_of_few_numbers_ends_at_their_extremes():
    assert quantile_ranks(2, 0.5) == (1, 2)
    assert describe([5.0, 3.0])["quantiles"]["q50"]["interval"] == (3.0, 5.0)


def test_a_description_is_that_of_the_sorted_numbers():
    numbers = np.random.default_rng(4).poisson(3, 500)
    told, ordered = describe(numbers), np.sort(numbers)
    assert told["standard_deviation"] == pytest.approx(ordered.std(ddof=1))
    for q in (0.05, 0.25, 0.5, 0.75, 0.95):
        low, high = quantile_ranks(500, q)
        found = told["quantiles"][f"q{round(100 * q):02d}"]
        assert found["interval"] == (ordered[low - 1], ordered[high - 1])
        assert found["value"] == np.quantile(numbers, q, method="inverted_cdf")


def test_quantiles_are_numbers_that_were_seen():
    told = describe([1, 2, 2, 7])
    assert told["quantiles"]["q50"]["value"] == 2.0
    assert told["quantiles"]["q95"]["value"] == 7.0
    assert told["mean"] == 3.0


def test_unknown_numbers_are_left_out():
    assert describe([1.0, np.nan, 3.0])["of"] == 2


def test_nothing_is_described_as_nothing():
    told = describe([])
    assert told["of"] == 0
    assert math.isnan(told["mean"])
    assert told["quantiles"] == {}
