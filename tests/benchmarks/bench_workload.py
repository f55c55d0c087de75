"""The players of the workload under pytest-benchmark: ``pytest -n 0 --benchmark-enable`` with this file.

The name keeps it out of the normal test run. ``brinkline bench`` measures the same, in turns, with the ratios.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.bench.native import Native
from sim.bench.players import SEED, WORKLOAD, engine_player, engines_of, naive_player, native_player

RUNS = 50


def test_the_naive_design(benchmark: Any) -> None:
    assert benchmark(naive_player().play, RUNS)[0] > 0


def test_the_simpy_engine(benchmark: Any) -> None:
    simpy, _ = engines_of(WORKLOAD)
    assert benchmark(engine_player(simpy, states=False).play, RUNS)[0] > 0


def test_the_compiled_engine(benchmark: Any) -> None:
    _, compiled = engines_of(WORKLOAD)
    assert benchmark(engine_player(compiled, states=False).play, RUNS)[0] > 0


def test_the_cpp_program_with_the_start_of_its_process(benchmark: Any, tmp_path: Path) -> None:
    assert benchmark(native_player(Native(tmp_path, SEED)).play, RUNS)[0] > 0
