"""Section 5: the files that a run leaves, their columns and what stands in them."""

from __future__ import annotations

import getpass
import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.ensemble import joining
from sim.ensemble.run import Request, play
from tests.worlds import World

TEXT = """
horizon: 10.5 d
parameters: {p: {value: 0.5, range: "uniform(0.2, 0.8)"}, q: {value: 3}}
variables:
  mood: {scope: world, initial: 0.25}
  pressure: {scope: actor}
  hostility: {scope: dyad, own: {a: {b: 0.5}}}
actions: {hit: {deaths: "poisson(1)", injured: 2}}
rules:
  answer: {who: b, when: {action: hit}, chance: p, do: speak, to: actor, after: exponential(1 d)}
  second-thoughts: {who: c, when: {action: hit}, do: warn, after: 1 d, unless: 1}
drivers: {source: {who: a, do: hit, to: b, place: {home: 1, desert: 1}, rate: 0.5}}
timeline:
  - {at: -12 h, who: d, do: nod}
  - {id: given, at: +2 d, who: a, do: bomb, to: c}
outcomes:
  bombed: {when: {action: bomb}}
  never: {when: {action: peace}}
"""
RUNS = 12


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    return play(
        World.of_text(TEXT, folder).loaded, folder / "out", Request(runs=RUNS, seed=7, workers=1, block_runs=5)
    ).folder


@pytest.fixture(scope="module")
def events(results) -> Any:
    return pq.read_table(results / "events.parquet")


@pytest.fixture(scope="module")
def runs(results) -> Any:
    return pq.read_table(results / "runs.parquet")


@pytest.fixture(scope="module")
def trajectories(results) -> Any:
    return pq.read_table(results / "trajectories.parquet")


def test_the_folder_holds_these_files_and_nothing_unfinished(results):
    assert {path.name for path in results.iterdir()} == {
        "manifest.json",
        "scenario.yaml",
        "events.parquet",
        "runs.parquet",
        "trajectories.parquet",
        "tally.npz",
        "digests",
    }
    assert not [path for path in results.rglob("*") if path.name.startswith(".") or path.name.endswith(".part")]


def test_nothing_is_left_beside_the_folder(results):
    assert {path.name for path in results.parent.iterdir()} == {"out", "case.yaml", "cast.yaml"}


def test_the_columns_of_events(events):
    assert events.column_names == [
        "run", "event", "time", "t", "actor", "action", "target", "place", "rung", "deaths", "injured",
        "cause", "origin", "key",
    ]  # fmt: skip


def test_events_are_sorted_by_run_and_numbered_within_each(events):
    table = events.select(["run", "event"]).to_pandas()
    assert list(table["run"]) == sorted(table["run"])
    assert all(list(group["event"]) == list(range(len(group))) for _, group in table.groupby("run"))
    assert set(table["run"]) == set(range(RUNS))


def test_the_time_of_an_event_is_utc_in_milliseconds_and_t_its_day(events):
    assert events.schema.field("time").type == pa.timestamp("ms", tz="UTC")
    table = events.select(["time", "t"]).to_pandas()
    offset = (
        table["time"]
        - np.datetime64("2024-01-01T00:00:00", "ms")
        .astype("datetime64[ms]")
        .astype(object)
        .replace(tzinfo=table["time"].dt.tz)
    ).dt.total_seconds()
    assert list(offset / 86_400) == pytest.approx(list(table["t"]), abs=1e-12)


def test_whole_numbers_are_whole_numbers(events):
    for name in ("run", "event", "rung", "deaths", "injured", "cause"):
        assert pa.types.is_signed_integer(events.schema.field(name).type)
    assert events.schema.field("key").type == pa.uint64()
    assert events.schema.field("t").type == pa.float64()


def test_names_are_names_and_what_there_is_not_is_null(events):
    rows = events.to_pylist()
    assert {row["actor"] for row in rows} == {"a", "b", "c", "d"} - {"c"}
    assert {row["target"] for row in rows} == {None, "a", "b", "c"}
    assert {row["place"] for row in rows} == {None, "home", "desert"}
    assert events["actor"].null_count == events["action"].null_count == events["origin"].null_count == 0


def test_an_events_cause_is_the_index_of_an_event_of_its_run_or_minus_one(events):
    for row in events.to_pylist():
        assert (row["cause"] == -1) == (row["origin"] != "answer")
        assert row["cause"] < row["event"]


def test_an_item_without_id_has_its_description_as_origin(events):
    assert {row["origin"] for row in events.to_pylist()} == {
        "answer",
        "source",
        "given",
        "d nod - - 2023-12-31T12:00:00Z",
    }


def test_the_columns_of_runs(runs):
    assert runs.column_names == [
        "run", "events", "peak_level", "final_level", "deaths", "injured", "truncated", "ended",
        "outcome.bombed", "outcome.never", "stood_down.answer", "stood_down.second-thoughts", "param.p", "param.q",
        "cut",
    ]  # fmt: skip


def test_there_is_a_row_for_each_run(runs):
    assert runs["run"].to_pylist() == list(range(RUNS))


def test_the_counts_of_runs_are_those_of_their_events_from_the_start(runs, events):
    table = events.select(["run", "t", "deaths", "injured"]).to_pandas()
    after = table[table["t"] >= 0].groupby("run")
    assert runs["events"].to_pylist() == list(after.size())
    assert runs["deaths"].to_pylist() == list(after["deaths"].sum())
    assert runs["injured"].to_pylist() == list(after["injured"].sum())


def test_outcomes_are_days_or_null(runs):
    assert runs["outcome.bombed"].to_pylist() == [2.0] * RUNS
    assert runs["outcome.never"].null_count == RUNS
    assert runs["ended"].null_count == RUNS
    assert runs.schema.field("outcome.never").type == pa.float64()


def test_parameters_are_what_each_run_drew(runs):
    values = runs["param.p"].to_pylist()
    assert len(set(values)) == RUNS
    assert all(0.2 < value < 0.8 for value in values)
    assert runs["param.q"].to_pylist() == [3.0] * RUNS


def test_responses_that_stood_down_are_counted(runs):
    assert all(count > 0 for count in runs["stood_down.second-thoughts"].to_pylist()[:1])
    assert set(runs["stood_down.answer"].to_pylist()) == {0}


def test_the_columns_of_trajectories(trajectories):
    dyads = [f"hostility.{a}.{b}" for a in "abcd" for b in "abcd" if a != b]
    assert trajectories.column_names == [
        "run",
        "day",
        "level",
        "mood",
        *(f"pressure.{name}" for name in "abcd"),
        *dyads,
    ]


def test_trajectories_have_a_row_for_each_run_and_whole_day_and_the_end(trajectories):
    days = [*map(float, range(11)), 10.5]
    assert trajectories["day"].to_pylist() == days * RUNS
    assert trajectories["run"].to_pylist() == [run for run in range(RUNS) for _ in days]


def test_trajectories_hold_levels_and_variables(trajectories):
    assert set(trajectories["mood"].to_pylist()) == {0.25}
    assert set(trajectories["hostility.a.b"].to_pylist()) == {0.5}
    assert all(
        level >= 8
        for day, level in zip(trajectories["day"].to_pylist(), trajectories["level"].to_pylist(), strict=True)
        if 2 <= day < 9
    )


def test_the_manifest_says_what_was_run(results):
    manifest = json.loads((results / "manifest.json").read_text())
    assert {key: manifest[key] for key in ("format", "scenario", "seed", "runs", "engine", "truncated")} == {
        "format": 3, "scenario": "small", "seed": 7, "runs": RUNS, "engine": "simpy", "truncated": 0,
    }  # fmt: skip
    assert len(manifest["digest"]) == len(manifest["hash"]) == 64
    assert {"python", "simpy", "numpy", "pyarrow"} <= set(manifest["versions"])


def test_no_file_holds_personal_data(results):
    hidden = {
        str(Path.home()),
        str(results.parent),
        socket.gethostname(),
        getpass.getuser() if len(getpass.getuser()) > 4 else str(results),
    }
    for path in (results / "manifest.json", results / "scenario.yaml"):
        assert not [word for word in hidden if word in path.read_text()]


def test_the_scenario_it_leaves_is_whole_and_loads(results):
    text = (results / "scenario.yaml").read_text()
    assert "include" not in text
    assert sim.load(results / "scenario.yaml").description.scenario == "small"


def test_results_are_opened_again(results):
    ensemble = sim.open_results(results)
    assert (len(ensemble.runs), len(ensemble.events), ensemble.horizon_days) == (
        RUNS,
        ensemble.runs["events"].sum() + RUNS,
        10.5,
    )


def test_truncated_runs_are_marked_and_what_was_not_known_is_null(tmp_path):
    text = """
max_events: 5
variables: {x: {scope: world}}
outcomes: {late: {at: end, if: level >= 0}}
drivers: {source: {who: a, do: hit, rate: 2}}
"""
    made = play(World.of_text(text, tmp_path).loaded, tmp_path / "out", Request(runs=3, workers=1))
    assert made.manifest["truncated"] == 3
    assert made.runs["truncated"].all()
    assert made.runs[["final_level", "outcome.late"]].isna().all(axis=None)
    assert made.runs["cut"].tolist() == made.events.groupby("run")["t"].max().tolist()
    last = made.trajectories[made.trajectories["day"] == 10]
    assert last[["level", "x"]].isna().all(axis=None)


def test_a_run_without_any_event_leaves_all_files(tmp_path):
    made = play(World.of_text("", tmp_path).loaded, tmp_path / "out", Request(runs=3, workers=1))
    assert (len(made.events), len(made.runs), len(made.trajectories)) == (0, 3, 33)
    assert "actor" in made.events.columns


def test_a_scenario_without_actors_or_anything_is_played(tmp_path):
    path = tmp_path / "empty.yaml"
    path.write_text("brinkline: 1\nscenario: empty\nstart: 2024-01-01\nhorizon: 2 d\n")
    made = sim.run(path, runs=2, out=tmp_path / "out", workers=1)
    assert list(made.trajectories.columns) == ["run", "day", "level"]


def test_tables_are_written_in_groups_of_rows_so_that_memory_stays_flat(tmp_path, monkeypatch):
    monkeypatch.setattr(joining, "_MIXED", replace(joining._MIXED, group_rows=4))
    loaded = World.of_text(TEXT, tmp_path).loaded
    play(loaded, tmp_path / "out", Request(runs=RUNS, workers=1, block_runs=2))
    file = pq.ParquetFile(tmp_path / "out" / "runs.parquet")
    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [4, 4, 4]
