"""Probabilities of outcomes and when they come."""

from dataclasses import replace

import numpy as np
import pytest
import synthetic
from scipy.stats import CensoredData, ecdf

from sim.analysis.outcomes import cumulative_incidence, kaplan_meier, outcome_table


def planted(times, truncated=None, *, ends=10.0):
    """An ensemble whose only outcome came at the given days; truncated runs stop on day 2."""
    runs = len(times)
    ensemble = synthetic.make(runs, outcomes=1, actors=2, busy=0.0, horizon=f"{ends} d")
    cut = np.array(truncated or [False] * runs)
    columns = {"outcome.o0": times, "truncated": cut, "cut": np.where(cut, 2.0, np.nan)}
    return replace(ensemble, runs=ensemble.runs.assign(**columns))


def test_probability_is_the_share_of_runs():
    row = outcome_table(planted([1.0, np.nan, 3.0, np.nan])).loc["o0"]
    assert (row["count"], row["of"], row["probability"], row["q50"]) == (2, 4, 0.5, 2.0)


def test_outcome_that_never_came_has_no_time():
    row = outcome_table(planted([np.nan] * 3)).loc["o0"]
    assert (row["count"], row["probability"], row["low"]) == (0, 0.0, 0.0)
    assert np.isnan(row["q50"])


def test_truncated_runs_count_only_where_they_tell():
    row = outcome_table(planted([1.0, np.nan, np.nan], [True, True, False])).loc["o0"]
    assert (row["count"], row["of"], row["unknown"]) == (1, 2, 1)


def test_outcomes_keep_the_order_of_the_scenario():
    assert outcome_table(synthetic.make(5, outcomes=3)).index.to_list() == ["o0", "o1", "o2"]


def test_scenario_without_outcomes_has_an_empty_table():
    assert outcome_table(synthetic.make(5, outcomes=0)).empty


def test_incidence_counts_what_has_come_by_each_day():
    curve = cumulative_incidence(planted([0.0, 2.5, 10.0, np.nan]), "o0")
    assert curve.index.to_list() == list(range(11))
    assert curve["share"].to_list() == [0.25] * 3 + [0.5] * 7 + [0.75]
    assert (curve["low"] < curve["share"]).all()
    assert (curve["share"] < curve["high"]).all()


def test_incidence_without_truncation_has_the_interval_of_the_plain_share():
    times = np.array([1.0, 2.0, 2.0, np.nan, np.nan])
    share, of = kaplan_meier(times, np.isfinite(times), days=np.array([0.5, 1.0, 2.0, 9.0]))
    assert share == pytest.approx([0.0, 0.2, 0.6, 0.6])
    assert of == pytest.approx([5.0] * 4)


def test_incidence_with_censoring_is_that_of_scipy():
    random = np.random.default_rng(3)
    times = random.integers(1, 9, 200).astype(float)
    happened = random.uniform(size=200) < 0.6
    days = np.arange(10.0)
    expected = ecdf(CensoredData(times[happened], right=times[~happened])).cdf.evaluate(days)
    share, of = kaplan_meier(times, happened, days=days)
    assert share == pytest.approx(expected)
    assert (of <= 200 + 1e-9).all()


def test_censored_runs_widen_the_interval():
    whole = cumulative_incidence(planted([5.0] * 4 + [np.nan] * 8), "o0")
    cut = cumulative_incidence(planted([5.0] * 4 + [np.nan] * 8, [False] * 6 + [True] * 6), "o0")
    assert cut["share"].iloc[-1] == pytest.approx(4 / 6)
    assert (cut["high"] - cut["low"]).iloc[-1] > (whole["high"] - whole["low"]).iloc[-1]


def test_runs_that_all_stop_early_leave_the_rest_unknown():
    curve = cumulative_incidence(planted([np.nan] * 2, [True, True]), "o0")
    assert (curve["low"].iloc[-1], curve["high"].iloc[-1]) == (0.0, 1.0)
