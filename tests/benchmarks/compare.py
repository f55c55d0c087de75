"""Events a second of the engine and of the naive design, in turn, several times; medians and their ratio.

Run it with ``python -m tests.benchmarks.compare``. It is no test: machines differ and are shared.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from sim.model import build
from sim.scenario.load import load
from tests.benchmarks.naive import Naive
from tests.worlds import engine_of

WORKLOAD = Path(__file__).with_name("workload.yaml")


def events_per_second(play: Callable[[int], int], runs: int) -> float:
    """How many events `play(run)` makes in a second of processor time."""
    begin = time.process_time()
    events = sum(play(run) for run in range(runs))
    return events / (time.process_time() - begin)


def players() -> tuple[Callable[[int], int], Callable[[int], int]]:
    """What plays a run and gives its number of events: ours and the naive one."""
    engine, naive = engine_of(build(load(WORKLOAD))), Naive()
    return (lambda run: len(engine.play(1, run).rows)), (lambda run: len(naive.play(1, run)))


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=60, help="runs in each measurement")
    arguments.add_argument("--times", type=int, default=7, help="measurements of each")
    asked = arguments.parse_args(argv)
    ours, naive = players()
    events_per_second(ours, 5)
    events_per_second(naive, 5)
    pairs = [(events_per_second(naive, asked.runs), events_per_second(ours, asked.runs)) for _ in range(asked.times)]
    slow, fast = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = sorted(ours / naive for naive, ours in pairs)
    print(
        f"naive: {slow:9,.0f} events/s    ours: {fast:9,.0f} events/s    "
        f"ratio: {statistics.median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


if __name__ == "__main__":
    main()
