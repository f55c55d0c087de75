"""A sweep: a folder with the runs of every point of a grid, and what they say."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import __version__
from sim.engines.choice import ENGINES, chosen, engine_of, make_ready, silent
from sim.ensemble.cost import duration_text
from sim.ensemble.folder import PAGES, POINTS, Folder, held
from sim.ensemble.plan import Asked, check_runs, check_word, check_workers
from sim.errors import RunError, UsageError
from sim.scenario.load import Changes, Loaded
from sim.studies.outcomes import known_outcome
from sim.studies.sweep.grid import Axis, axis
from sim.studies.sweep.measures import MEAN, MEANS, OUTCOME, curve, read_each
from sim.studies.sweep.play import Progress, Say, is_there, play_points
from sim.studies.sweep.points import Points, points
from sim.studies.sweep.result import Sweep, lines_of, moves_of, outcome_name

MOST_POINTS, MOST_RUNS = 2_000, 20_000_000
_MADE = ("sweep.json", "sweep.csv")
_TRIAL = 25


@dataclass(frozen=True)
class Request(Asked):
    """What is asked for.

    over : pairs of a number, as ``--set`` takes it, and its grid, such as ``0:1:11``. outcomes : ids (empty: all).
    runs, seed : at each point. workers, engine : see :class:`sim.ensemble.plan.Request`. force : a sweep of something
    else may be replaced.
    """

    over: Sequence[tuple[str, str]]
    outcomes: Sequence[str] = ()
    runs: int = 500
    seed: int = 1
    workers: int | None = None
    engine: str = "auto"
    force: bool = False

    def axes(self) -> tuple[Axis, ...]:
        """What is gone over. Raises UsageError if that or anything else that is asked for makes no sense."""
        check_runs(self.runs)
        check_workers(self.workers)
        check_word("engine", self.engine, ENGINES)
        return tuple(axis(path, text) for path, text in self.over)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a sweep will take: its points, all its runs, and seconds as a short trial has them on this machine."""

    points: int
    runs: int
    seconds: float

    @property
    def text(self) -> str:
        """The cost in words."""
        return f"{self.points:,} points, {self.runs:,} runs: about {duration_text(self.seconds)} on this machine"


def sweep(
    scenario: str | Path,
    out: Path | None,
    request: Request,
    *,
    changes: Changes | None = None,
    progress: Progress | None = None,
    say: Say = silent,
) -> Sweep:
    """Play every point of a grid in the folder `out`, and write there what the runs say.

    The same call goes on after an interruption, or reads again what is there.

    Parameters
    ----------
    out : path
        ``sweep/SCENARIO--NAME`` unless given.
    progress : function of runs and events
        Called after each point.
    say : function of a text
        Is told the cost before the start.

    Raises
    ------
    UsageError
        If the grid makes no sense or is too large, the folder holds something else, or an outcome is not known.
    ScenarioError, RunError, StorageError, Interrupted
        As when an ensemble is played; finished points are kept.
    """
    grid = points(
        scenario, changes or Changes(), request.axes(), seed=request.seed, runs=request.runs, most=MOST_POINTS
    )
    outcomes = _chosen(grid.loaded, request.outcomes)
    folder = out or Path("sweep") / "--".join([grid.loaded.description.scenario, *(one.name for one in grid.axes)])
    if len(grid) > MOST_POINTS or len(grid) * grid.runs > MOST_RUNS:
        raise UsageError(
            f"found a grid of {cost(grid, request).text}; expected at most {MOST_POINTS:,} points and "
            f"{MOST_RUNS:,} runs"
        )
    with held(folder, "sweep") as home:
        _make_room(home, grid, force=request.force, say=say)
        if not is_there(grid, home):
            say(cost(grid, request, say).text)
            play_points(
                grid, home, workers=request.workers, engine=request.engine, progress=progress, say=say
            )  # fmt: skip
        home.remove(f"{POINTS}/*")
        return _written(grid, home, outcomes)


def cost(grid: Points, request: Request, say: Say = silent) -> Cost:
    """What the runs of a grid take, from a short trial at its middle."""
    runs = len(grid) * grid.runs
    engine = chosen(request.engine, runs)
    make_ready(engine, say)
    began = time.monotonic()
    player = engine_of(engine, grid.tables(len(grid) // 2))
    ready = time.monotonic()
    played = min(_TRIAL, grid.runs)
    with suppress(RunError):  # the play itself tells it, at the lowest point
        player.play_runs(grid.seed, range(played), states=False)
    a_run, a_point = (time.monotonic() - ready) / played, ready - began
    workers = (request.workers or os.cpu_count() or 1) if engine == "compiled" else 1
    return Cost(len(grid), runs, (a_run * runs + a_point * len(grid)) / min(workers, len(grid)))


def _chosen(loaded: Loaded, outcomes: Sequence[str]) -> tuple[str, ...]:
    for name in outcomes:
        known_outcome(loaded.description, name)
    return tuple(dict.fromkeys(outcomes)) or tuple(loaded.description.outcomes)


def _make_room(folder: Folder, grid: Points, *, force: bool, say: Say) -> None:
    """See that nothing is in the folder that is not of this sweep, nor follows from its runs."""
    others = [] if folder.manifest is None else _differing(folder.manifest, _manifest(grid))
    if others and not force:
        raise folder.refuse(f"is a sweep of another {', '.join(others)}")
    if others:
        folder.replace(say)
    folder.remove(*PAGES, *_MADE)
    folder.begin(_manifest(grid))


def _differing(there: dict[str, Any], asked: dict[str, Any]) -> list[str]:
    """What a folder's sweep is made of that is not what is asked for."""
    names = {"hash": "scenario", "over": "grid", "seed": "seed", "runs_a_point": "number of runs"}
    return [name for key, name in names.items() if there.get(key) != asked[key]]


def _manifest(grid: Points) -> dict[str, Any]:
    return {
        "scenario": grid.loaded.description.scenario,
        "hash": grid.loaded.hash,
        "over": {one.name: list(one.texts) for one in grid.axes},
        "seed": grid.seed,
        "runs_a_point": grid.runs,
        "identity": grid.identity,
        "versions": {"brinkline": __version__},
    }


def _written(grid: Points, folder: Folder, outcomes: tuple[str, ...]) -> Sweep:
    """Read the runs, a measure at a time, and write what they say."""
    asked = [(one, outcome_name(grid, one), OUTCOME, f"outcome.{one}") for one in outcomes]
    asked += [(one, name, MEAN, one) for one, name in MEANS.items()]
    curves, lines, moves = [], [], []
    for id_, name, kind, column in asked:
        each = read_each(grid, folder, column)
        curves.append(curve(id_, name, kind, each))
        lines += lines_of(grid, id_, each) if kind == OUTCOME else []
        moves += moves_of(grid, curves[-1], each, together=len(asked) * len(grid.axes))
    found = Sweep(
        grid,
        folder.path,
        tuple(curves[: len(outcomes)]),
        tuple(curves[len(outcomes) :]),
        tuple(lines),
        tuple(moves),
        int(read_each(grid, folder, "truncated").sum()),
        tuple(_own(grid.loaded, one) for one in grid.axes),
    )
    folder.write_json("sweep.json", found.as_dict())
    folder.write("sweep.csv", found.as_csv())
    return found


def _own(loaded: Loaded, one: Axis) -> float | None:
    """The scenario's own value of a number, where it is one that is written down."""
    parameters = loaded.description.parameters
    if one.name in parameters:
        return float(parameters[one.name].value)
    node = loaded.root
    for step in one.path.split("."):
        if step not in node.entries:
            return None
        node = node.entries[step]
    return float(node.value) if isinstance(node.value, int | float) else None
