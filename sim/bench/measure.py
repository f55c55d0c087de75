"""The measurement: all players in turn, on the workload and on the crisis; threads; the start."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.bench.contest import Effort, Player, Spread, Turn, contest
from sim.bench.machine import machine
from sim.bench.native import Native, checksum
from sim.bench.players import (
    CRISIS,
    SEED,
    THREADS,
    WORKLOAD,
    engine_player,
    engines_of,
    naive_player,
    native_player,
    threads_player,
)
from sim.bench.start import starts
from sim.bench.targets import Measured, targets
from sim.engines.choice import to_stderr
from sim.engines.played import Engine
from sim.errors import BrinklineError, UsageError

COMPARED_RUNS = range(20)

Turns = dict[str, list[Turn]]
Tell = Callable[[str], None]


def measure(effort: Effort, tell: Tell) -> dict[str, Any]:
    """This machine's speeds and starts as a document, the ratios beside what is aimed at; `tell` hears what goes on.

    Raises
    ------
    BrinklineError
        If the engines, or the C++ program, do not play the same events: then no ratio means anything.
    """
    here = machine()  # before this program keeps it busy
    compilation = _compilation()
    with TemporaryDirectory(prefix="brinkline-") as folder:
        tell("building the C++ program")
        native, why_not = _native(Path(folder))
        engines = engines_of(WORKLOAD)
        _check_same_events(engines, native)
        workload = contest(_on_workload(engines, native), effort, tell)
    engines = engines_of(CRISIS)
    measured = Measured(
        workload=workload,
        crisis=contest([engine_player(engine, states=False) for engine in engines], effort, tell),
        kept=contest([engine_player(engine, states=True) for engine in engines], effort, tell),
        threads=_threads(engines[-1], effort, tell),
        starts=compilation | starts(CRISIS, effort.starts, tell),
    )
    return {
        "machine": here | {"compiler": None if native is None else native.compiler},
        "speeds": [row for field, turns in measured.fields.items() for row in _speeds(field, turns)],
        "starts": {name: asdict(spread) for name, spread in measured.starts.items()},
        "targets": targets(measured, {"C++": why_not}),
    }


def _native(folder: Path) -> tuple[Native | None, str]:
    """The C++ program, or why there is none."""
    try:
        return Native(folder, SEED), ""
    except UsageError as error:
        return None, str(error)


def _compilation() -> dict[str, Spread]:
    """The seconds that compiling the kernel takes, if there is no machine code of it from an earlier time."""
    from sim.engines.compiled.cache import is_warm
    from sim.engines.compiled.engine import prepare

    if is_warm():
        return {}
    begin = time.perf_counter()
    prepare(to_stderr)
    return {"compiling the kernel, once": Spread.of([time.perf_counter() - begin])}


def _check_same_events(engines: Sequence[Engine], native: Native | None) -> None:
    sums = {engine.name: checksum(engine.play_runs(SEED, COMPARED_RUNS, states=False).log) for engine in engines}
    if native is not None:
        sums["C++"] = native.play(COMPARED_RUNS).checksum
    if len(set(sums.values())) > 1:
        told = ", ".join(f"{name} {number:016x}" for name, number in sums.items())
        raise BrinklineError(f"the players do not play the same events, so nothing was measured: {told}")


def _on_workload(engines: Sequence[Engine], native: Native | None) -> list[Player]:
    players = [naive_player(), *(engine_player(engine, states=False) for engine in engines)]
    return players if native is None else [*players, native_player(native)]


def _threads(engine: Engine, effort: Effort, tell: Tell) -> Turns:
    """One thread against several, for three times as long, so that there are many blocks to share."""
    longer = replace(effort, seconds=3 * effort.seconds)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(THREADS) as several:
        players = [threads_player(engine, one, "1 thread"), threads_player(engine, several, f"{THREADS} threads")]
        return contest(players, longer, tell)


def _speeds(field: str, turns: Turns) -> list[dict[str, Any]]:
    return [
        {
            "field": field,
            "player": name,
            "runs_per_second": asdict(Spread.of([turn.runs_per_second for turn in taken])),
            "events_per_second": asdict(Spread.of([turn.events_per_second for turn in taken])),
        }
        for name, taken in turns.items()
    ]
