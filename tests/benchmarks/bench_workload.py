"""The two designs under pytest-benchmark: ``pytest -n 0 --benchmark-enable tests/benchmarks/bench_workload.py``.

The name keeps it out of the normal test run.
"""

from __future__ import annotations

from typing import Any

from tests.benchmarks.compare import players


def test_the_engine(benchmark: Any) -> None:
    ours, _ = players()
    assert benchmark(lambda: sum(ours(run) for run in range(5))) > 0


def test_the_naive_design(benchmark: Any) -> None:
    _, naive = players()
    assert benchmark(lambda: sum(naive(run) for run in range(5))) > 0
