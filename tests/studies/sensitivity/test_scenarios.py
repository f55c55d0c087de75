"""A scenario whose answer is known, studied as a user would."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

import sim
from sim import chance
from sim.analysis.parameters import influence
from sim.engines.choice import engine_of
from sim.engines.given import GivenEngine
from sim.ensemble.run import Interrupted
from sim.errors import UsageError
from sim.model import build
from sim.parameters import drawn_parameters
from sim.scenario.load import Changes, load
from sim.studies.sensitivity.inputs import inputs_of
from sim.studies.sensitivity.request import Request
from sim.studies.sensitivity.study import sensitivity
from sim.studies.sensitivity.words import lead
from tests.studies.sensitivity import planted
from tests.studies.sensitivity.planted import FIRST, MEAN, SHARE, TOTAL
from tests.studies.sensitivity.test_methods import near

SMALL = Request(outcome="answered", points=256, trajectories=20, replicates=16)


def silent(text):
    pass


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    return sensitivity(planted.write(folder), folder / "out", SMALL, say=silent)


def test_the_planted_indices_come_back(made):
    found = {one.id: one for one in made.found.indices.parameters}
    for name in ("x", "y"):
        assert near(found[name].first, FIRST)
        assert near(found[name].total, TOTAL)
        assert found[name].total.high - found[name].total.low < 0.35
        assert found[name].clear
    assert near(made.found.indices.variance, planted.VARIANCE)


def test_parameters_that_do_nothing_are_at_the_floor(made):
    found = {one.id: one for one in made.found.screening.parameters}
    assert made.found.screening.clear == ("x", "y") or made.found.screening.clear == ("y", "x")
    assert (found["w"].size.value, found["w"].changed) == (0, 0)
    assert (found["z"].size.value, found["z"].clear) == (0, False)


def test_a_parameter_that_only_shuffles_luck_cannot_be_told_from_nothing(tmp_path):
    asked = replace(SMALL, outcome="busy", method="sobol", parameters=("z", "w"))
    made = sensitivity(planted.write(tmp_path), tmp_path / "out", asked, say=silent)
    assert made.found.indices is None  # nothing moves it beyond luck
    screened = sensitivity(planted.write(tmp_path), tmp_path / "out", replace(asked, method="morris", force=True))
    found = {one.id: one for one in screened.found.screening.parameters}
    assert found["z"].changed > 0.1
    assert found["z"].size.value > 0.03
    assert not found["z"].clear
    assert found["z"].floor == pytest.approx(found["z"].size.value, rel=0.5)


def test_chance_and_parameters_share_the_spread_as_they_should(made):
    found = {one.measure.id: one for one in made.found.splits}
    assert near(found["answered"].share, SHARE)
    assert near(found["answered"].mean, MEAN)
    assert found["busy"].share.low == 0
    assert found["deaths"].share is None


def test_straight_lines_explain_no_more_than_the_share_of_the_parameters(made, tmp_path):
    ensemble = sim.run(planted.write(tmp_path), runs=4000, keep="summary", out=tmp_path / "runs")
    linear = influence(ensemble).range("answered")["adjusted_r2"]
    assert linear == pytest.approx(2 * FIRST * SHARE, abs=0.06)  # 5 standard errors of an R² near 0.17 from 4,000 runs
    assert linear < SHARE


def test_the_ends_are_those_of_the_function(made):
    found = {one.id: one for one in made.found.ends.parameters}
    assert found["x"].values == pytest.approx((0.05, 0.95))
    assert near(found["x"].difference, 0.405)
    assert near(found["y"].low, 0.0725)
    assert found["x"].clear
    assert near(made.found.ends.drawn, MEAN)


def test_only_what_is_assumed_is_to_be_found_out(made):
    assert [one.input.id for one in made.priorities] == ["x"]
    assert [one.input.id for one in made.sourced] == ["y"]
    assert "to find out first: ease" in lead(made)


def test_files_say_the_same(made):
    told = json.loads((made.folder / "sensitivity.json").read_text())
    assert told == json.loads(json.dumps(made.as_dict()))
    assert {path.name for path in made.folder.iterdir()} == {"manifest.json", "sensitivity.json"} | {
        f"{name}.csv"
        for name in ("screening", "indices", "chance", "ends", "curves", "points", "hangs_on", "find_out_first")
    }
    rows = list(csv.DictReader((made.folder / "indices.csv").read_text().splitlines()))
    assert float(rows[0]["total"]) == pytest.approx(made.found.indices.parameters[0].total.value)


def test_it_goes_on_after_an_interruption_and_workers_do_not_matter(made, tmp_path):
    def stop(done, events):
        if done > 20_000:
            raise KeyboardInterrupt

    path, asked = planted.write(tmp_path), replace(SMALL, workers=1)
    with pytest.raises(Interrupted) as stopped:
        sensitivity(path, tmp_path / "out", asked, progress=lambda runs: stop, say=silent)
    assert stopped.value.runs > 20_000
    kept = sorted((tmp_path / "out" / "blocks").iterdir())
    kept[0].write_bytes(b"damaged")
    again = sensitivity(path, tmp_path / "out", asked, say=silent)
    assert again.as_dict() == made.as_dict()
    assert not (tmp_path / "out" / "blocks").exists()


# --- points and engines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_given_parameters_play_the_runs_of_pinned_ones(tmp_path, engine):
    path = planted.write(tmp_path)
    point = {"x": 0.25, "y": 1.0, "z": 2.5, "w": 0.5}
    pinned = load(path, Changes(settings=tuple((name, str(value)) for name, value in point.items())))
    tables = build(load(path))
    given = GivenEngine(engine, tables)
    for _ in range(2):  # nothing is left of the point before
        given.play_runs(np.array([0.9, 0.9, 4.0, 5.0, 1.0]), 3, range(4))
        found = given.play_runs(np.array([*point.values(), np.nan]), 3, range(2, 12))
        wanted = engine_of("simpy", build(pinned)).play_runs(3, range(2, 12), states=False)
        assert found.log.tolist() == wanted.log.tolist()
        assert found.parameters.tolist() == wanted.parameters.tolist()
    drawn = given.play_runs(np.full(5, np.nan), 3, range(8))
    assert drawn.log.tolist() == engine_of("simpy", tables).play_runs(3, range(8), states=False).log.tolist()


def test_shares_of_ranges_are_what_runs_draw(tmp_path):
    loaded = load("erbil-2024")
    tables = build(loaded)
    key = chance.run_key(1, 5)
    drawn = drawn_parameters(tables.parameters, key)
    for one in inputs_of(loaded.description, tables.parameters):
        share = chance.draw(key, chance.salt("parameter", one.id))
        assert one.at(np.array([share])).tolist() == [drawn[one.column]]


# --- bad requests -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Request(outcome="anwered"), "nearest known name: answered"),
        (Request(measure="death"), "nearest known name: deaths"),
        (Request(measure="busy"), "an outcome: ask for it by --outcome"),
        (Request(measure="time"), "without an outcome"),
        (Request(outcome="busy", measure="deaths"), "expected one of them, or time"),
        (Request(parameters=("x", "yy", "fixed")), "found the parameter 'yy'.*\n.*'fixed', which has no range"),
        (Request(method="moris"), "expected one of morris, sobol, both"),
        (Request(points=500, levels=3, replicates=2), "levels.*\n.*power of two.*\n.*expected 16 or more"),
        (Request(points=1 << 20, method="sobol"), r"201,360,976 runs: .*indices; expected up to 5,000,000"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, asked, message):
    with pytest.raises(UsageError, match=f"(?s){message}"):
        sensitivity(planted.write(tmp_path), tmp_path / "out", asked, say=silent)
    assert not (tmp_path / "out").exists()


def test_a_scenario_without_ranges_is_refused(tmp_path):
    pinned = load(planted.write(tmp_path), Changes(variants=("pinned",)))
    with pytest.raises(UsageError, match="no parameter with a range"):
        sensitivity(pinned, tmp_path / "out", say=silent)


def test_an_older_study_or_something_else_is_not_replaced(made, tmp_path):
    with pytest.raises(UsageError, match="--force replaces it"):
        sensitivity(planted.write(tmp_path), made.folder, SMALL, say=silent)
    with pytest.raises(UsageError, match="is no sensitivity study"):
        sensitivity(planted.write(tmp_path), tmp_path, SMALL, say=silent)
