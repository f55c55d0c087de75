"""What runs cost here, measured by playing a few: a folder's plan may be a stranger's."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from sim.engines.choice import chosen, make_ready, silent
from sim.engines.room import runs_together
from sim.ensemble.blocks import BlockPlayer, Job
from sim.ensemble.plan import MOST_IN_A_BLOCK, MOST_RUNS
from sim.errors import RunError, UsageError
from sim.model.tables import Tables

MOST_S = 600.0
"""Seconds that going on with a folder may take without being asked for."""

_PROBE_S = 0.5


def seconds_of(tables: Tables, seed: int, runs: int, *, kept: int, workers: int | None, engine: str) -> float:
    """Return about how many seconds it takes on this machine to play these runs and to pack what they leave.

    kept : how many of them keep their events and trajectories.
    """

    def with_engine(name: str) -> float:
        parts = ((kept, MOST_RUNS), (runs - kept, 0))
        return sum(_a_run(Job(tables, name, seed, among), count) * count for count, among in parts if count)

    kept, name = min(kept, runs), chosen(engine, runs)
    workers = min(workers or os.cpu_count() or 1, max(runs, 1))
    at_most = with_engine("simpy")
    if at_most <= MOST_S or name == "simpy":
        return at_most / workers
    make_ready(name, silent)
    return with_engine(name) / workers


def _a_run(job: Job, most: int) -> float:
    """Seconds of processor time that a run takes, from as many of them as half a second allows."""
    player, together = BlockPlayer(job), min(MOST_IN_A_BLOCK, runs_together(job.tables))
    runs, began = 0, time.process_time()
    with contextlib.suppress(RunError):  # the play itself tells it
        while runs < most and time.process_time() - began < _PROBE_S:
            more = min(max(runs, 1), together, most - runs)
            player.play(range(runs, runs + more))
            runs += more
        return (time.process_time() - began) / runs
    return time.process_time() - began


def refuse_costly(
    tables: Tables, seed: int, runs: int, *, kept: int, workers: int | None, engine: str, folder: Path
) -> None:
    """Raise UsageError if so many runs, by a folder's own plan, would take longer than ten minutes."""
    seconds = seconds_of(tables, seed, runs, kept=kept, workers=workers, engine=engine)
    if seconds > MOST_S:
        raise UsageError(
            f"{folder} plans {runs:,} more runs, about {duration_text(seconds)} on this machine; --yes plays them"
        )


def duration_text(seconds: float) -> str:
    """Return a duration in words: ``40 s``, ``25 min``, ``7 h``, ``12 days``."""
    for unit, size, most in (("s", 1, 100), ("min", 60, 100), ("h", 3600, 100)):
        if seconds < most * size:
            return f"{max(seconds / size, 1):.0f} {unit}"
    return f"{seconds / 86400:,.0f} days"
