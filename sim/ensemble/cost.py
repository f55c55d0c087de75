"""What runs cost here, measured by playing a few: a folder's plan may be a stranger's."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from sim.engines.choice import chosen, engine_of, make_ready, silent
from sim.errors import RunError, UsageError
from sim.model.tables import Tables

MOST_S = 600.0
"""Seconds that going on with a folder may take without being asked for."""

_PROBE_S = 0.5


def seconds_of(tables: Tables, seed: int, runs: int, *, workers: int | None, engine: str) -> float:
    """Return about how many seconds so many runs take on this machine."""
    at_most = _a_run(tables, seed, "simpy") * runs
    name = chosen(engine, runs)
    workers = min(workers or os.cpu_count() or 1, max(runs, 1))
    if at_most <= MOST_S or name == "simpy":
        return at_most / workers
    make_ready(name, silent)
    return _a_run(tables, seed, name) * runs / workers


def _a_run(tables: Tables, seed: int, engine: str) -> float:
    """Seconds of processor time that a run takes, from as many as half a second allows."""
    player = engine_of(engine, tables)
    runs, began = 0, time.process_time()
    with contextlib.suppress(RunError):  # the play itself tells it
        player.play_runs(seed, range(1), states=False)
        while time.process_time() - began < _PROBE_S and runs < 10_000:
            more = max(runs, 1)
            player.play_runs(seed, range(runs, runs + more), states=False)
            runs += more
        return (time.process_time() - began) / (runs + 1)
    return time.process_time() - began


def refuse_costly(tables: Tables, seed: int, runs: int, workers: int | None, engine: str, folder: Path) -> None:
    """Raise UsageError if so many runs, by a folder's own plan, would take longer than ten minutes."""
    seconds = seconds_of(tables, seed, runs, workers=workers, engine=engine)
    if seconds > MOST_S:
        raise UsageError(
            f"{folder} plans {runs:,} more runs, about {duration_text(seconds)} on this machine; "
            "--yes plays them"
        )


def duration_text(seconds: float) -> str:
    """Return a duration in words: ``40 s``, ``25 min``, ``7 h``, ``12 days``."""
    for unit, size, most in (("s", 1, 100), ("min", 60, 100), ("h", 3600, 100)):
        if seconds < most * size:
            return f"{max(seconds / size, 1):.0f} {unit}"
    return f"{seconds / 86400:,.0f} days"
