"""Runs played by both engines."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from sim.engines.compiled.engine import CompiledEngine
from sim.engines.played import Engine, Played
from sim.engines.simpy_engine import SimPyEngine
from sim.errors import RunError
from sim.model import Tables
from tests.equivalence.difference import first_difference
from tests.worlds import World


def disagreement(tables: Tables, seed: int, runs: range) -> str:
    """What the engines disagree about in these runs, in names; an empty text if in nothing.

    Runs that go wrong go wrong in both, with the same words: those of the first one. The others are then compared one
    by one.
    """
    engines = SimPyEngine(tables), CompiledEngine(tables)
    left = [_left(engine, seed, runs) for engine in engines]
    text = _compared(tables, *left)
    if text or isinstance(left[0], Played) or len(runs) == 1:
        return text
    alone = ([_left(engine, seed, runs[i : i + 1]) for engine in engines] for i in range(len(runs)))
    return next(filter(None, (_compared(tables, *pair) for pair in alone)), "")


def disagreement_about(scenario: dict[str, Any], seed: int, runs: range) -> str:
    """The same for a scenario as plain data."""
    with tempfile.TemporaryDirectory() as folder:
        return disagreement(World.of_data(scenario, Path(folder)).tables, seed, runs)


def _left(engine: Engine, seed: int, runs: range) -> Played | str:
    """What runs leave, or the words of their error."""
    try:
        return engine.play_runs(seed, runs)
    except RunError as error:
        return str(error)


def _compared(tables: Tables, one: Played | str, other: Played | str) -> str:
    if isinstance(one, Played) and isinstance(other, Played):
        return first_difference(tables, one, other)
    told = ["no error" if isinstance(left, Played) else left for left in (one, other)]
    return "" if told[0] == told[1] else f"{told[0]} against {told[1]}"
