"""The record beside the model: rows computed by hand, and the same whoever plays."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom, poisson

from sim.calibration.check import check, compared
from sim.calibration.statistics import Measure
from sim.ensemble.intervals import wilson
from sim.errors import RunError, UsageError
from tests.calibration.records import record_of, world_of

WORLD = """
drivers: {source: {who: a, do: hit, to: b, rate: 2}}
timeline: [{at: +1 d, who: c, do: speak, chance: 0.3}]
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return world_of(WORLD, tmp_path_factory.mktemp("world"))


@pytest.fixture
def row(world, tmp_path):
    """The row of one statistic for values that are given."""

    def of(line, values):
        (statistic,) = record_of(line, world, tmp_path).statistics
        return compared(statistic, np.asarray(values, float))

    return of


def test_a_row_holds_mean_quantiles_and_where_the_record_lies(row):
    found = row("a: {count: {}, observed: 3}", [*range(1, 11), math.nan])
    assert (found.defined, found.mean, found.low, found.median, found.high) == (10, 5.5, 1, 5, 9)
    spread = 2.2621571628 * math.sqrt(9.1666666667 / 10)  # t with 9 degrees of freedom
    assert (found.mean_low, found.mean_high) == pytest.approx((5.5 - spread, 5.5 + spread))
    assert (found.percentile, found.by_chance, found.verdict) == (0.25, 0.9, "inside")


@pytest.mark.parametrize(
    ("seen", "verdict", "percentile"),
    [
        ("observed: 0", "below", 0.0),
        ("observed: 1", "inside", 0.05),
        ("observed: 9.5", "above", 0.9),
        ("observed: {value: 9.5, low: 5, high: 10}", "above", 0.9),  # what is told besides a value changes nothing
        ("observed: [9.5, 20]", "above", None),
        ("observed: [0, 0.5]", "below", None),
        ("observed: [0, 1]", "inside", None),  # a disputed figure is inside if it may be
        ("observed: [9, 20]", "inside", None),
    ],
)
def test_a_value_is_inside_the_middle_of_the_runs_or_below_or_above(row, seen, verdict, percentile):
    found = row(f"a: {{count: {{}}, {seen}}}", range(1, 11))
    assert (found.verdict, found.percentile) == (verdict, percentile)
    assert (found.by_chance is None) == (percentile is None)


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        ("observed: 1", "inside"),  # it happens in three of ten runs
        ("observed: 0", "inside"),
        ("observed: {value: 0.5, low: 0.2, high: 0.9}", "inside"),
        ("observed: {value: 0.8, low: 0.6, high: 0.9}", "above"),
        ("observed: {k: 0, n: 100}", "below"),
        ("observed: [0.1, 0.2]", "below"),
    ],
)
def test_a_probability_is_held_against_the_share_of_runs(row, seen, verdict):
    found = row(f"a: {{happens: {{}}, {seen}}}", [1] * 30 + [0] * 70)
    assert found.verdict == verdict
    assert (found.mean, found.mean_low, found.mean_high) == (0.3, *wilson(30, 100))


def test_what_hardly_a_run_does_is_not_inside(row):
    assert row("a: {happens: {}, observed: 1}", [1] * 9 + [0] * 91).verdict == "above"
    assert row("a: {happens: {}, observed: 0}", [1] * 95 + [0] * 5).verdict == "below"


@pytest.mark.parametrize(
    ("band", "verdict"),
    [
        ("[0, 0.5]", "as it should be"),
        ("[0.5, 1]", "red flag"),
        ("[0, 0.1]", "red flag"),
        ("[0.3, 1]", "too close to tell"),
    ],
)
def test_a_band_that_the_mean_leaves_is_a_red_flag_once_that_is_certain(row, band, verdict):
    assert row(f"a: {{happens: {{}}, band: {band}}}", [1] * 30 + [0] * 70).verdict == verdict


def test_a_statistic_that_no_run_defines_is_undefined(row):
    found = row("a: {count: {}, observed: 3}", [math.nan] * 4)
    assert (found.defined, found.verdict, found.percentile, found.by_chance) == (0, "undefined", None, None)
    assert math.isnan(found.mean)


STATISTICS = """
    blows: {count: {action: hit}, observed: 20}
    speaks: {happens: {action: speak}, observed: {k: 3, n: 10}}
    never: {first: {action: peace}, observed: 2}
    many: {count: {action: hit}, band: [100, 200]}
"""


def test_runs_are_played_and_counted(world, tmp_path):
    found = check(world.loaded, record_of(STATISTICS, world, tmp_path), runs=400, seed=3, engine="compiled")
    blows, speaks, never, many = found.rows
    assert (found.runs, found.seed, found.engine, found.truncated) == (400, 3, "compiled", 0)
    assert abs(blows.mean - 20) < 5.4 * math.sqrt(20 / 400)  # false alarm: 1e-7
    assert (blows.low, blows.median, blows.high) == pytest.approx((14, 20, 26), abs=1)
    assert abs(speaks.mean - 0.3) < 5.4 * math.sqrt(0.21 / 400)
    assert speaks.verdict == "inside"
    assert never.verdict == "undefined"
    assert found.red_flags == [many]
    assert found.compared == [blows]
    assert (found.inside, found.inside_by_chance) == (1, blows.by_chance)


def test_who_plays_and_in_which_order_does_not_matter(world, tmp_path):
    record = record_of(STATISTICS, world, tmp_path)
    told = []
    one = check(world.loaded, record, runs=150, engine="compiled", progress=lambda runs, events: told.append(runs))
    other = check(world.loaded, record, runs=150, engine="simpy")
    assert [json.dumps(one.as_dict()["statistics"]), 150] == [json.dumps(other.as_dict()["statistics"]), told[-1]]
    values = Measure(record, world.tables).of(world.compiled.play_runs(1, range(150), states=False))
    assert other.rows[0].mean == values[:, 0].mean()


def test_were_the_record_one_more_run_it_would_lie_inside_as_often_as_is_said(world, tmp_path):
    record = record_of("a: {count: {action: hit}}", world, tmp_path)
    measure = Measure(record, world.tables)
    model = measure.of(world.compiled.play_runs(1, range(4000), states=False))[:, 0]
    others = measure.of(world.compiled.play_runs(2, range(1000), states=False))[:, 0]
    (statistic,) = record.statistics
    rows = {seen: compared(replace(statistic, observed=seen), model) for seen in np.unique(others).tolist()}
    (low,), (high,), (said,) = ({getattr(row, key) for row in rows.values()} for key in ("low", "high", "by_chance"))
    chance = poisson(20).cdf(high) - poisson(20).cdf(low - 1)  # exact: ten days, two blows a day
    for share, runs in ((said, 4000), (np.mean([rows[seen].verdict == "inside" for seen in others.tolist()]), 1000)):
        least, most = binom(runs, chance).ppf([5e-8, 1 - 5e-8])  # false alarm: 1e-7 each
        assert least <= round(share * runs) <= most


def test_runs_that_were_cut_off_are_told_and_define_nothing(tmp_path):
    world = world_of(WORLD + "max_events: 3\n", tmp_path)
    found = check(world.loaded, record_of("a: {count: {}}", world, tmp_path), runs=20)
    assert found.truncated == 20
    assert found.rows[0].verdict == "undefined"


@pytest.mark.parametrize("runs", [0, 100_001])
def test_a_number_of_runs_out_of_reach_is_refused(world, tmp_path, runs):
    with pytest.raises(UsageError, match="expected 1 to 100,000"):
        check(world.loaded, record_of("a: {count: {}}", world, tmp_path), runs=runs)


def test_the_lowest_run_that_goes_wrong_is_told(tmp_path):
    text = "outcomes: {o: {when: {action: hit}, if: 1 / (1 - (t > 9.9)) > 2}}\n" + WORLD
    world = world_of(text, tmp_path)
    record = record_of("a: {count: {}}", world, tmp_path)
    with pytest.raises(RunError) as one:
        check(world.loaded, record, runs=300, engine="compiled")
    with pytest.raises(RunError) as other:
        check(world.loaded, record, runs=300, engine="simpy")
    assert str(one.value) == str(other.value)
