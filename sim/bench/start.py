"""The start: how long a new process takes until it can answer. As a program: what it spends that time on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.bench.contest import Spread
from sim.errors import BrinklineError

RUNS = 1000
WHOLE_RUN = f"brinkline run of {RUNS:,} runs"
WARM_RUN = f"{RUNS:,} runs and their summary, once warm"


def starts(scenario: str, times: int, tell: Callable[[str], None]) -> dict[str, Spread]:
    """Seconds on the wall, of processes of their own: the steps to a first answer, and a whole ``brinkline run``.

    What is compiled is compiled and cached before the first of them, by whoever calls this.

    Raises
    ------
    BrinklineError
        If such a process fails.
    """
    steps: dict[str, list[float]] = {}
    for number in range(times):
        tell(f"the start: {number + 1} of {times}")
        for name, seconds in _steps_once(scenario).items():
            steps.setdefault(name, []).append(seconds)
        steps.setdefault(WHOLE_RUN, []).append(_run_once(scenario))
    return {name: Spread.of(seconds) for name, seconds in steps.items()}


def _steps_once(scenario: str) -> dict[str, float]:
    steps: dict[str, float] = json.loads(_said_by(__name__, scenario))
    return steps


def _run_once(scenario: str) -> float:
    with TemporaryDirectory(prefix="brinkline-") as folder:
        out = str(Path(folder) / "results")
        begin = time.perf_counter()
        _said_by("sim.cli", "run", scenario, "--runs", str(RUNS), "--no-figures", "--quiet", "--out", out)
        return time.perf_counter() - begin


def _said_by(module: str, *arguments: str) -> str:
    """What a module prints as a program of its own; -P, so that nothing in the working folder is taken for a module."""
    done = subprocess.run([sys.executable, "-P", "-m", module, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BrinklineError(f"python -m {module} {' '.join(arguments)}: {(done.stderr.splitlines() or ['?'])[-1]}")
    return done.stdout


def _steps(scenario: str) -> dict[str, float]:
    """The steps of this process, in seconds."""
    begin = time.perf_counter()
    from sim import run
    from sim.engines.choice import engine_of
    from sim.model import build
    from sim.scenario.load import load

    imported = time.perf_counter()
    tables = build(load(scenario))
    built = time.perf_counter()
    engine = engine_of("compiled", tables)
    engine.play_runs(1, range(1))
    first = time.perf_counter()
    engine.play_runs(1, range(1, RUNS))
    more = time.perf_counter()
    _ = run(scenario, runs=RUNS // 10, engine="compiled").summary
    warm = time.perf_counter()
    _ = run(scenario, runs=RUNS, engine="compiled").summary
    return {
        "import": imported - begin,
        "load and build the scenario": built - imported,
        "engine and first run": first - built,
        f"{RUNS - 1} runs more": more - first,
        WARM_RUN: time.perf_counter() - warm,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_steps(sys.argv[1])) + os.linesep)
