"""How contagious the events of a scenario are: what its runs' causal trees say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engines.choice import chosen, silent
from sim.ensemble.plan import blocks
from sim.ensemble.playing import Progress, Say, played_blocks
from sim.errors import UsageError
from sim.model import Tables, build
from sim.studies.contagion.forest import Forest, Whole, forest
from sim.studies.contagion.radius import LEAST_EVENTS, Radius, radius
from sim.studies.contagion.reproduction import Effects, Estimate, ratio

if TYPE_CHECKING:
    from sim.scenario.load import Loaded

MOST_RUNS = 20_000

WHAT_COUNTS = (
    "An effect of an event is a response to it by a rule, as the causal trees of the runs have it. What moves a "
    "variable (tempo, pressure, fear) and so makes a driver faster is no effect in this sense: a driver that excites "
    "itself is not seen here.",
    "Events since the start count as causes; what history brought about counts as an event, not as an effect.",
    "Effects that were still to come when a run ended are made up for by weight (mean cumulative function). Where an "
    "outcome ends runs, that takes the end for bad luck that has nothing to do with the effects.",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event, and what it brings about directly.

    actor, action : ids; None where all are meant.
    """

    actor: str | None
    action: str | None
    effects: Estimate

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"actor": self.actor, "action": self.action, **estimate_dict(self.effects)}


@dataclass(frozen=True, slots=True)
class Cell:
    """Mean direct effects of one kind on another."""

    cause: str
    effect: str
    mean: Estimate


@dataclass(frozen=True, slots=True)
class Matrix:
    """The next-generation matrix by action or by actor: its kinds, and the pairs of which an effect was seen."""

    kinds: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Contagion:
    """Reproduction numbers of a scenario's rules.

    overall : of all events. actions, actors, pairs : by action, by actor, by both, the most contagious first.
    by_action, by_actor : next-generation matrices. radius : of the matrix by actor and action; in_cycles : its kinds
    that can lead back to themselves. tree : events of a causal tree as far as seen (mean, low, high).
    of_history : events that history brought about.
    """

    scenario: str
    title: str
    runs: int
    seed: int
    engine: str
    truncated: int
    events: int
    of_history: int
    overall: Estimate
    actions: tuple[Kind, ...]
    actors: tuple[Kind, ...]
    pairs: tuple[Kind, ...]
    by_action: Matrix
    by_actor: Matrix
    radius: Radius
    in_cycles: tuple[tuple[str, str], ...]
    tree: tuple[float, float, float]

    def __len__(self) -> int:
        """How many runs."""
        return self.runs

    @property
    def manifest(self) -> dict[str, Any]:
        """What a figure says of its runs."""
        about = {"title": self.title, "scenario": self.scenario, "seed": self.seed, "truncated": self.truncated}
        return about | {"runs": self.runs}

    @property
    def verdict(self) -> str:
        """``dies out``, ``runs away``, ``too close to tell`` or ``unknown``: the radius beside 1."""
        one = self.radius
        if not np.isfinite([one.value, one.low, one.high]).all():
            return "unknown"
        return "runs away" if one.low > 1 else "dies out" if one.high < 1 else "too close to tell"

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data; None where a number is unknown."""
        one = self.radius
        return {
            "scenario": self.scenario, "title": self.title, "runs": self.runs, "seed": self.seed,
            "engine": self.engine, "truncated": self.truncated, "events": self.events, "of_history": self.of_history,
            "overall": estimate_dict(self.overall),
            "spectral_radius": {
                "value": known(one.value), "interval": [known(one.low), known(one.high)], "kinds": one.kinds,
                "least_events": LEAST_EVENTS, "left_out": one.left_out,
                "in_cycles": [{"actor": actor, "action": action} for actor, action in self.in_cycles],
            },
            "verdict": self.verdict,
            "tree_size": {"value": known(self.tree[0]), "interval": [known(one) for one in self.tree[1:]]},
            "actions": [kind.as_dict() for kind in self.actions],
            "actors": [kind.as_dict() for kind in self.actors],
            "pairs": [kind.as_dict() for kind in self.pairs],
            "matrices": {"action": _matrix_dict(self.by_action), "actor": _matrix_dict(self.by_actor)},
            "what_counts": list(WHAT_COUNTS),
        }  # fmt: skip


def known(number: float) -> float | None:
    """A number, or None where it is not known."""
    return float(number) if np.isfinite(number) else None


def estimate_dict(one: Estimate) -> dict[str, Any]:
    """An estimate as plain data."""
    counts = {"events": one.events, "runs": one.runs, "seen": one.seen}
    return {"mean": known(one.value), "interval": [known(one.low), known(one.high)], **counts}


def _matrix_dict(matrix: Matrix) -> dict[str, Any]:
    cells = [{"cause": one.cause, "effect": one.effect, **estimate_dict(one.mean)} for one in matrix.cells]
    return {"kinds": list(matrix.kinds), "cells": cells}


def contagion(
    loaded: Loaded,
    *,
    runs: int = 1000,
    seed: int = 1,
    engine: str = "auto",
    progress: Progress | None = None,
    say: Say = silent,
) -> Contagion:
    """How many further events one event brings about directly, from so many runs; nothing is kept on disk.

    Raises
    ------
    UsageError
        If the number of runs is not from 2 to 20,000.
    RunError
        Of the lowest run in which an expression goes wrong.
    """
    if not 2 <= runs <= MOST_RUNS:
        raise UsageError(f"found {runs} runs; expected 2 to {MOST_RUNS:,}")
    tables, engine = build(loaded), chosen(engine, runs)
    played = played_blocks(tables, blocks(runs, block_runs=None), seed=seed, engine=engine, progress=progress, say=say)
    about = loaded.description
    return contagion_of(forest(tables, played), tables, title=about.title or about.scenario, seed=seed, engine=engine)


def contagion_of(trees: Forest, tables: Tables, *, title: str, seed: int, engine: str) -> Contagion:
    """The reproduction numbers of some runs' trees."""
    actions, actors = [one.name for one in tables.actions], list(tables.actors)
    paired, pair = np.unique(trees.actor * len(actions) + trees.action, return_inverse=True)
    pairs = [(actors[one // len(actions)], actions[one % len(actions)]) for one in paired.tolist()]
    of_pairs = Effects.of(trees, pair, len(pairs))
    of_actions, of_actors = (
        Effects.of(trees, trees.action, len(actions)),
        Effects.of(trees, trees.actor, len(actors)),
    )
    own = radius(of_pairs, seed=seed)
    return Contagion(
        scenario=tables.scenario,
        title=title,
        runs=trees.runs,
        seed=seed,
        engine=engine,
        truncated=trees.truncated,
        events=len(trees.run),
        of_history=trees.of_history,
        overall=Effects.of(trees, np.zeros_like(trees.run), 1).estimate(0),
        actions=_kinds(of_actions, [(None, action) for action in actions]),
        actors=_kinds(of_actors, [(actor, None) for actor in actors]),
        pairs=_kinds(of_pairs, pairs),
        by_action=_matrix(of_actions, actions),
        by_actor=_matrix(of_actors, actors),
        radius=own,
        in_cycles=tuple(pairs[one] for one in own.in_cycles),
        tree=_tree_size(trees),
    )


def _kinds(effects: Effects, names: Sequence[tuple[str | None, str | None]]) -> tuple[Kind, ...]:
    """The kinds that there were events of; their intervals hold together."""
    there = np.flatnonzero(effects.events > 0).tolist()
    found = [Kind(*names[one], effects.estimate(one, among=len(there))) for one in there]
    return tuple(sorted(found, key=lambda one: -one.effects.value))


def _matrix(effects: Effects, names: list[str]) -> Matrix:
    """The cells in which effects were seen; their intervals hold together."""
    events = effects.events
    there = np.flatnonzero(events > 0).tolist()
    pairs: Whole = np.unique(effects.causes * effects.kinds + effects.kind[effects.links])
    cells = []
    for pair in pairs.tolist():
        cause, effect = divmod(pair, effects.kinds)
        cells.append(Cell(names[cause], names[effect], effects.estimate(cause, effect, among=len(pairs))))
    return Matrix(tuple(names[one] for one in there), tuple(cells))


def _tree_size(trees: Forest) -> tuple[float, float, float]:
    """Events of a tree since the start, as far as the runs show it."""
    roots = np.bincount(trees.run[trees.cause < 0], minlength=trees.runs).astype(float)
    return ratio(np.bincount(trees.run, minlength=trees.runs).astype(float), roots)
