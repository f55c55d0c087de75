"""Everybody whom the benchmark compares plays the very same events, so that events a second can be compared."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from statistics import mean

import pytest

from sim.bench.naive import ACTORS, Naive
from sim.bench.native import COMPILERS, NO_COMPILER, Native, checksum
from sim.bench.players import SEED, WORKLOAD, engines_of
from sim.errors import UsageError
from sim.model import build
from sim.scenario.load import load
from tests.worlds import World

NAIVE_RUNS = 12
NATIVE_RUNS = range(7, 307)


def test_the_naive_design_plays_the_same_events_as_the_engine():
    world, naive = World(load(WORKLOAD)), Naive()
    for run in range(NAIVE_RUNS):
        ours = [
            (event.key, round(event.t * 86_400_000), event.actor, event.action, event.target)
            for event in world.play(run).events
        ]
        theirs = [(e.key, e.time, ACTORS[e.actor], f"kind{e.kind}", ACTORS[e.target]) for e in naive.play(1, run)]
        assert sorted(ours) == sorted(theirs)


def test_the_cpp_program_plays_the_same_events_as_the_engines_in_the_same_order(tmp_path: Path):
    if not any(map(shutil.which, COMPILERS)):
        with pytest.raises(UsageError, match=re.escape(NO_COMPILER)):
            Native(tmp_path, SEED)
        return
    native = Native(tmp_path, SEED).play(NATIVE_RUNS)
    for engine in engines_of(WORKLOAD):
        log = engine.play_runs(SEED, NATIVE_RUNS, states=False).log
        assert (native.events, native.checksum) == (len(log), checksum(log))


def test_the_checksum_tells_one_changed_bit_in_any_column():
    log = engines_of(WORKLOAD)[0].play_runs(SEED, range(1), states=False).log
    for column in ("time", "actor", "action", "target", "cause", "key"):
        changed = log.copy()
        changed[column][100] ^= 1
        assert checksum(changed) != checksum(log)


def test_without_a_compiler_there_is_no_cpp_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=re.escape(NO_COMPILER)):
        Native(tmp_path, SEED)


def test_a_compiler_that_fails_is_told_with_its_last_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken = tmp_path / "c++"
    broken.write_text("#!/bin/sh\necho first >&2\necho 'out of letters' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"c\+\+ could not build it: out of letters"):
        Native(tmp_path, SEED)


def test_the_workload_is_the_measured_one():
    """About 467 events a run; six actors with eight rules each; three drivers of one event a day; 90 days."""
    tables = build(load(WORKLOAD))
    assert (len(tables.actors), len(tables.rules), len(tables.drivers), tables.horizon_ms) == (
        6,
        48,
        3,
        90 * 86_400_000,
    )
    assert 445 < mean(len(Naive().play(1, run)) for run in range(40)) < 490
