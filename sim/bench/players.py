"""Who takes part: the naive design, the project's engines and the C++ program, each as a player of some runs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

from sim.bench.contest import Player, on_processor, on_wall
from sim.bench.naive import Naive
from sim.bench.native import Native
from sim.engines.choice import engine_of
from sim.engines.played import Engine
from sim.model import build
from sim.scenario.load import load

SEED = 1
WORKLOAD = Path(__file__).with_name("workload.yaml")
CRISIS = "erbil-2024"
BLOCK_RUNS = 250
"""Runs played by one call of an engine: their logs and states lie in memory together."""
NATIVE_RUNS = 2000
"""The same of one call of the C++ program: so many that its start does not count."""
THREADS = 2


def engines_of(scenario: str | Path) -> list[Engine]:
    """The readable engine and the compiled one, for a scenario."""
    tables = build(load(scenario))
    return [engine_of(name, tables) for name in ("simpy", "compiled")]


def naive_player() -> Player:
    """The naive design of the workload."""
    naive = Naive()
    return Player("naive SimPy", on_processor(lambda runs: sum(len(naive.play(SEED, run)) for run in range(runs))))


def native_player(native: Native) -> Player:
    """The C++ program of the workload, which looks at the clock itself."""

    def play(runs: int) -> tuple[int, float]:
        scores = [native.play(block) for block in _blocks(runs, NATIVE_RUNS)]
        return sum(score.events for score in scores), sum(score.seconds for score in scores)

    return Player("C++", play)


def engine_player(engine: Engine, *, states: bool) -> Player:
    """An engine on one core; `states`: whether it keeps the variables of every day."""

    def play(runs: int) -> int:
        return sum(len(engine.play_runs(SEED, block, states=states).log) for block in _blocks(runs, BLOCK_RUNS))

    return Player(engine.name, on_processor(play))


def threads_player(engine: Engine, pool: Executor, name: str) -> Player:
    """An engine whose blocks the threads of a pool share, timed on the wall."""

    def play(runs: int) -> int:
        return sum(
            pool.map(lambda block: len(engine.play_runs(SEED, block, states=False).log), _blocks(runs, BLOCK_RUNS))
        )

    return Player(name, on_wall(play))


def _blocks(runs: int, size: int) -> Iterator[range]:
    return (range(begin, min(begin + size, runs)) for begin in range(0, runs, size))
