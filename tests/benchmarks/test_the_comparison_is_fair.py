"""The naive design plays the very same events as the engine, so that events a second can be compared."""

from __future__ import annotations

from statistics import mean

from sim.model import build
from sim.scenario.load import load
from tests.benchmarks import compare
from tests.benchmarks.naive import ACTORS, Naive
from tests.worlds import World

RUNS = 12


def test_both_designs_play_the_same_events():
    world, naive = World(load(compare.WORKLOAD)), Naive()
    for run in range(RUNS):
        ours = [
            (event.key, round(event.t * 86_400_000), event.actor, event.action, event.target)
            for event in world.play(run).events
        ]
        theirs = [(e.key, e.time, ACTORS[e.actor], f"kind{e.kind}", ACTORS[e.target]) for e in naive.play(1, run)]
        assert sorted(ours) == sorted(theirs)


def test_the_workload_is_the_measured_one():
    """About 467 events a run; six actors with eight rules each; three drivers of one event a day; 90 days."""
    tables = build(load(compare.WORKLOAD))
    assert (len(tables.actors), len(tables.rules), len(tables.drivers), tables.horizon_ms) == (
        6,
        48,
        3,
        90 * 86_400_000,
    )
    assert 445 < mean(len(Naive().play(1, run)) for run in range(40)) < 490


def test_the_comparison_prints_both_speeds_and_their_ratio(capsys):
    compare.main(["--runs", "1", "--times", "1"])
    assert "ratio" in capsys.readouterr().out
