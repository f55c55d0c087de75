"""Section 1: a run is a pure function of the scenario, the seed and its number, whoever plays it and how often."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from sim.ensemble.run import Request, play
from sim.scenario.load import load
from tests.generated import example
from tests.worlds import World, data_of

SMALL = data_of(Path(__file__).with_name("small.yaml"))

PROGRAM = """
import sys
from pathlib import Path
from sim.scenario.load import load
from tests.generated import example
from tests.worlds import World
folder = Path(sys.argv[1])
made_up = [World.of_data(example(n), folder, name=f"{n}.yaml") for n in (3, 11, 42)]
worlds = [World(load(folder / "whole.yaml")), World(load("erbil-2024")), *made_up]
print(*(world.play(run).digest.hex() for world in worlds for run in (0, 3)), *(world.loaded.hash for world in worlds))
"""


@pytest.fixture
def small(tmp_path) -> World:
    return World.of_data(SMALL, tmp_path)


def test_the_hash_seed_of_python_changes_nothing(small, tmp_path):
    printed = {run_with(seed, tmp_path) for seed in ("0", "4242", "random")}
    assert len(printed) == 1
    assert printed.pop().split()[:2] == [small.play(run).digest.hex() for run in (0, 3)]


def run_with(seed: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_a_run_leaves_no_trace_in_the_next_one(small):
    alone = {run: World(small.loaded).play(run).digest for run in range(8)}
    order = [*range(8)] * 3
    random.Random(1).shuffle(order)
    assert all(small.play(run).digest == alone[run] for run in order)


def test_a_run_is_itself_whatever_was_played_under_another_seed_before(small):
    first = small.play(4, seed=1).digest
    small.play(4, seed=2)
    assert small.play(4, seed=1).digest == first


class Watcher:
    """Somebody who looks on and writes down whatever it is told."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *told: self.seen.append(name)


def test_a_watcher_sees_much_and_changes_nothing(small):
    watcher = Watcher()
    for run in range(10):
        assert small.play(run, watcher=watcher).digest == small.play(run).digest
    assert {"considered", "happened"} <= set(watcher.seen)


@pytest.mark.parametrize("number", [3, 11, 42, 77, 78])
def test_a_watcher_changes_nothing_in_any_world(tmp_path, number):
    world = World.of_data(example(number), tmp_path)
    assert [world.play(run, watcher=Watcher()).run for run in range(3)] == [world.play(run).run for run in range(3)]
    assert [world.play(run, watcher=Watcher()).trajectory for run in range(3)] == [
        world.play(run).trajectory for run in range(3)
    ]


def test_tables_survive_pickling(small):
    again = World(small.loaded)
    again.__dict__["tables"] = pickle.loads(pickle.dumps(small.tables))
    assert [again.play(run).digest for run in range(5)] == [small.play(run).digest for run in range(5)]


def test_tables_that_have_been_played_survive_pickling(small):
    small.play(0)
    again = World(small.loaded)
    again.__dict__["tables"] = pickle.loads(pickle.dumps(small.tables))
    assert again.play(1).digest == small.play(1).digest


SEEDS = (0, 1, -1, 2**32, 2**64, 2**70, -(2**70))


def test_every_whole_number_is_a_seed_of_its_own(small):
    digests = {small.play(0, seed=seed).digest for seed in SEEDS}
    assert len(digests) == len(SEEDS)


def test_runs_differ_from_each_other(small):
    assert len({played.digest for played in small.plays(30)}) == 30


# --- ensembles ----------------------------------------------------------------------------------------------------


def ensemble(world: World, folder: Path, **request: Any) -> Any:
    return play(world.loaded, folder, Request(**{"runs": 20, "workers": 1, **request}))


@pytest.fixture(scope="module")
def module_world(tmp_path_factory) -> World:
    return World.of_data(SMALL, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def digest(module_world, tmp_path_factory) -> str:
    """The digest of 20 runs in one process."""
    found: str = ensemble(module_world, tmp_path_factory.mktemp("plain") / "out").manifest["digest"]
    return found


@pytest.mark.parametrize("request_", [
    {"block_runs": 1}, {"block_runs": 7}, {"block_runs": 25},
    {"workers": 2, "block_runs": 1}, {"workers": 2, "block_runs": 7}, {"workers": 3, "block_runs": 19},
])  # fmt: skip
def test_workers_and_blocks_change_nothing(module_world, digest, tmp_path, request_):
    assert ensemble(module_world, tmp_path / "out", **request_).manifest["digest"] == digest


def test_another_seed_gives_another_digest(module_world, digest, tmp_path):
    assert ensemble(module_world, tmp_path / "out", seed=0).manifest["digest"] != digest


def test_more_runs_begin_with_the_same_runs(module_world, tmp_path):
    few, many = (ensemble(module_world, tmp_path / str(runs), runs=runs).events for runs in (6, 9))
    assert many[many["run"] < 6].equals(few)


def test_run_99_alone_is_run_99_of_the_ensemble(module_world, tmp_path):
    made = ensemble(module_world, tmp_path / "out", runs=100, block_runs=7, workers=2)
    events = pq.read_table(made.folder / "events.parquet")
    events = events.filter(pc.equal(events["run"], 99)).to_pylist()
    alone = module_world.play(99).events
    assert [(row["t"], row["actor"], row["action"], row["key"], row["cause"]) for row in events] == [
        (e.t, e.actor, e.action, e.key, e.cause) for e in alone
    ]


def test_the_scenario_that_a_run_leaves_can_be_run_again_and_gives_the_same_digest(module_world, digest, tmp_path):
    first = ensemble(module_world, tmp_path / "first")
    again = ensemble(World(load(first.folder / "scenario.yaml")), tmp_path / "again")
    assert (again.manifest["digest"], again.manifest["hash"]) == (digest, first.manifest["hash"])


def test_the_scenario_that_a_run_of_erbil_leaves_gives_the_same_digest(tmp_path):
    first = ensemble(World(load("erbil-2024")), tmp_path / "first", runs=4)
    again = ensemble(World(load(first.folder / "scenario.yaml")), tmp_path / "again", runs=4)
    assert again.manifest["digest"] == first.manifest["digest"]


def test_the_digest_tells_names_apart(digest, module_world, tmp_path):
    """The same events under another name of one actor are another log."""
    renamed = {**SMALL, "actions": {**SMALL["actions"], "plead": {"rung": 1}}}
    made = ensemble(World.of_data(renamed, tmp_path), tmp_path / "out")
    assert made.manifest["digest"] != digest
