"""Events per run, who against whom, and deaths."""

from dataclasses import replace

import numpy as np
import pytest
import synthetic
from scipy import stats

from sim.analysis.deaths import deaths_exceedance, deaths_histogram
from sim.analysis.events import (
    deaths_by_actor,
    events_per_run,
    mean_rungs,
    typical_run,
    who_against_whom,
)


def planted(rows, runs=2, deaths=None):
    """An ensemble with the given events: (run, t, actor, target, rung, deaths)."""
    keys = ("run", "t", "actor", "target", "rung", "deaths")
    dicts = [dict(zip(keys, row, strict=True)) for row in rows]
    table = synthetic.event_table([row | {"action": f"deed_{row['rung']}"} for row in dicts])
    ensemble = synthetic.make(runs, actors=3, outcomes=0, busy=0.0)
    return replace(ensemble, events=table, runs=ensemble.runs.assign(deaths=deaths or [0] * runs))


ROWS = [
    (0, -3.0, "iran", "us", 9, 50),
    (0, 0.0, "us", "iran", 3, 0),
    (0, 1.0, "us", "iran", 7, 4),
    (1, 2.0, "us", None, 0, 0),
    (1, 2.5, "iraq", "us", 1, 1),
]


def test_history_does_not_count():
    ensemble = planted(ROWS)
    assert who_against_whom(ensemble).to_numpy().sum() * len(ensemble) == 4
    assert "iran" not in events_per_run(ensemble, "actor").index


def test_events_per_run_are_means_with_t_intervals():
    table = events_per_run(planted(ROWS), "actor")
    low, high = stats.t.interval(0.95, 1, 1.5, stats.sem([2, 1]))
    assert table.index.to_list() == ["us", "iraq"]
    assert table.loc["us", ["mean", "low", "high"]].to_list() == pytest.approx([1.5, low, high])
    assert table.loc["us", "name"] == "United States"
    assert table["share"].to_list() == [1.0, 0.5]


def test_events_per_run_by_action():
    assert events_per_run(planted(ROWS), "action")["mean"].to_dict() == dict.fromkeys(
        ["deed_0", "deed_1", "deed_3", "deed_7"], 0.5
    )


def test_matrix_counts_by_actor_and_target():
    matrix = who_against_whom(planted(ROWS))
    assert matrix.columns.to_list() == ["us", "iran", "iraq", "nobody"]
    assert (matrix.loc["us", "iran"], matrix.loc["us", "nobody"], matrix.loc["iraq", "us"]) == (1.0, 0.5, 0.5)
    assert matrix.to_numpy().sum() == 2.0


def test_matrix_can_leave_out_what_is_low():
    matrix = who_against_whom(planted(ROWS), min_rung=1)
    assert matrix.loc["us", "nobody"] == 0.0
    assert matrix.to_numpy().sum() == 1.5


def test_mean_rungs_are_of_the_events_between_two():
    rungs = mean_rungs(planted(ROWS))
    assert rungs.loc["us", "iran"] == 5.0
    assert np.isnan(rungs.loc["iran", "us"])


def test_deaths_belong_to_the_doer():
    table = deaths_by_actor(planted(ROWS))
    assert table["mean"].to_dict() == {"us": 2.0, "iraq": 0.5}


def test_no_events_make_empty_tables():
    ensemble = planted([])
    assert events_per_run(ensemble, "action").empty
    assert deaths_by_actor(ensemble).empty
    assert not who_against_whom(ensemble).to_numpy().any()


def test_typical_run_has_the_median_peak_and_number_of_events():
    ensemble = synthetic.make(6, busy=0.0)
    runs = ensemble.runs.assign(
        peak_level=[1, 5, 5, 5, 9, 5],
        events=[9, 9, 20, 50, 9, 21],
        truncated=[False] * 5 + [True],
    )
    assert typical_run(replace(ensemble, runs=runs)) == 2


def test_histogram_of_few_deaths_has_a_class_for_each_number():
    table = deaths_histogram(planted([], 4, deaths=[0, 0, 1, 3]))
    assert table["label"].to_list() == ["none", "1", "2", "3"]
    assert table["share"].to_list() == [0.5, 0.25, 0.0, 0.25]


def test_histogram_of_many_deaths_has_doubling_classes():
    table = deaths_histogram(planted([], 5, deaths=[0, 1, 3, 4, 16]))
    assert [label.replace("\N{EN DASH}", "-") for label in table["label"]] == [
        "none",
        "1",
        "2-3",
        "4-7",
        "8-15",
        "16-31",
    ]
    assert table["count"].to_list() == [1, 1, 1, 1, 0, 1]


def test_exceedance_counts_at_least_so_many():
    table = deaths_exceedance(planted([], 4, deaths=[0, 2, 2, 7]))
    assert table["share"].to_dict() == {2: 0.75, 7: 0.25}


def test_no_deaths_exceed_nothing():
    assert deaths_exceedance(planted([], 3)).empty
    assert deaths_histogram(planted([], 3))["share"].to_list() == [1.0]
