"""Levels by day and at the peak."""

import numpy as np
import pytest
import synthetic

from sim.analysis.levels import level_fan, level_shares, peak_reached

NAN = np.nan


def planted(levels, peaks=None, truncated=None):
    """An ensemble with the given levels, shape (runs, days)."""
    levels = np.array(levels, float)
    ensemble = synthetic.make(len(levels), actors=2, outcomes=0, busy=0.0, horizon=f"{levels.shape[1] - 1} d")
    peaks = np.nanmax(levels, axis=1) if peaks is None else peaks
    runs = ensemble.runs.assign(peak_level=peaks, truncated=np.array(truncated or [False] * len(levels)))
    return synthetic.assemble(ensemble.description, events=ensemble.events, runs=runs, levels=levels)


def test_shares_of_each_day_are_exact():
    shares = level_shares(planted([[0, 3], [0, 3], [2, 3], [0, 12]]))
    assert shares.loc[0.0, [0, 2]].to_list() == [0.75, 0.25]
    assert shares.loc[1.0, [3, 12]].to_list() == [0.75, 0.25]
    assert shares.sum(axis=1).to_list() == pytest.approx([1.0, 1.0])


def test_rungs_are_those_of_the_ladder_from_zero():
    assert level_shares(planted([[0, 0]])).columns.to_list() == list(range(13))


def test_days_that_a_truncated_run_does_not_reach_are_of_the_others():
    shares = level_shares(planted([[1, 2], [1, NAN]], truncated=[False, True]))
    assert shares.loc[1.0, 2] == 1.0


def test_days_that_no_run_reaches_are_unknown():
    ensemble = planted([[1, NAN]], truncated=[True])
    assert level_shares(ensemble).loc[1.0].isna().all()
    assert level_fan(ensemble).loc[1.0].isna().all()


def test_fan_gives_the_rungs_of_the_quantiles():
    fan = level_fan(planted([[level] for level in [0] * 5 + [4] * 90 + [9] * 5]))
    assert fan.loc[0.0].to_dict() == {"mean": 4.05, "q05": 0, "q25": 4, "q50": 4, "q75": 4, "q95": 4}


def test_peaks_count_at_and_above_each_rung():
    reached = peak_reached(planted([[0], [3], [5], [5]]))
    assert reached.loc[[0, 3, 4, 6], "probability"].to_list() == [1.0, 0.75, 0.5, 0.0]
    assert reached.loc[0, "name"] == "calm"


def test_truncated_peak_tells_only_of_the_rungs_below_it():
    reached = peak_reached(planted([[5], [2]], truncated=[True, False]))
    assert reached.loc[[5, 6], "of"].to_list() == [2, 1]


def test_no_run_has_no_levels():
    ensemble = synthetic.make(0)
    assert level_shares(ensemble).isna().all(axis=None)
    assert peak_reached(ensemble)["probability"].isna().all()
