"""Statistics of runs that add up: what is said of events and levels, without the events and levels themselves.

Everything is a whole number, so that the tallies of two sets of runs give that of both, exactly and in any
order, however many runs there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from sim.engines.played import UNKNOWN, Played
from sim.model.tables import Tables

Whole = NDArray[np.int64]

FORMAT = 1
_HALF = 16  # bits
_RUNS, _SUM, _HIGH, _CROSS, _LOW = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What some runs did from t = 0 on; actors, actions, rules by their numbers in the tables.

    runs : how many runs.
    actions, actors : sums (see :func:`totals`) of each run's events of that action, by that actor.
    deaths : sums of each run's deaths in the events of that actor.
    stood_down : sums of each run's responses of that rule that stood down.
    deeds : shape (kinds, 4), a row each kind of event that was seen, sorted: actor, action, target (−1 nobody),
        number of events.
    levels : shape (times, levels), how many runs stand at that level (see :func:`possible_levels`) at that sampled
        time, of those whose level is known then.
    """

    runs: int
    actions: Whole
    actors: Whole
    deaths: Whole
    stood_down: Whole
    deeds: Whole
    levels: Whole

    @classmethod
    def of(cls, tables: Tables, played: Played) -> Tally:
        """The tally of runs that were played."""
        runs = len(played.runs)
        since_start = played.log["time"] >= 0
        run = np.repeat(np.arange(runs), played.counts)[since_start]
        log = played.log[since_start]
        deadly = log["deaths"] > 0
        actor, action = log["actor"].astype(np.int64), log["action"].astype(np.int64)
        return cls(
            runs=runs,
            actions=_sums(_by_run(action, run, (len(tables.actions), runs))),
            actors=_sums(_by_run(actor, run, (len(tables.actors), runs))),
            deaths=_sums(_by_run(actor[deadly], run[deadly], (len(tables.actors), runs), log["deaths"][deadly])),
            stood_down=_sums(played.stood_down.T),
            deeds=_deeds(actor, action, log["target"].astype(np.int64), tables),
            levels=_levels(played.levels, possible_levels(action.rung for action in tables.actions)),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            runs=self.runs + other.runs,
            deeds=_merged(np.concatenate([self.deeds, other.deeds])),
            **{name: getattr(self, name) + getattr(other, name) for name in _ADDED},
        )

    def write(self, file: BinaryIO) -> None:
        """Write the tally to an open file."""
        arrays: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        np.savez_compressed(file, format=FORMAT, **arrays)


_ADDED = ("actions", "actors", "deaths", "stood_down", "levels")


def totals(sums: Whole) -> tuple[Whole, Whole, NDArray[np.float64]]:
    """Of a tally's sums, for each item: the runs above zero, the sum over the runs, and the sum of squares."""
    weights = np.array([2.0 ** (2 * _HALF), 2.0 ** (1 + _HALF), 1.0])
    return sums[_RUNS], sums[_SUM], weights @ sums[_HIGH:].astype(np.float64)


def possible_levels(rungs: Iterable[int]) -> Whole:
    """The levels that a crisis can stand at when actions have these rungs, ascending."""
    return np.unique(np.array([0, *(rung for rung in rungs if rung > 0)], np.int64))


def _by_run(item: Whole, run: Whole, shape: tuple[int, int], amounts: Whole | None = None) -> Whole:
    """How many there are of each item in each run, or the sum of their amounts, shape (items, runs)."""
    cell = item * shape[1] + run
    if amounts is None:
        return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    table = np.zeros(shape[0] * shape[1], np.int64)
    np.add.at(table, cell, amounts)
    return table.reshape(shape)


def _sums(numbers: Whole) -> Whole:
    """Sums over the runs of numbers of shape (items, runs); shape (5, items).

    A square is summed in three parts, (high · 2¹⁶ + low)² = high² · 2³² + 2 high low · 2¹⁶ + low², so that
    neither billions of dead nor billions of runs overflow.
    """
    high, low = numbers >> _HALF, numbers & ((1 << _HALF) - 1)
    parts = (numbers > 0, numbers, high * high, high * low, low * low)
    return np.stack([part.sum(axis=1, dtype=np.int64) for part in parts])


def _deeds(actor: Whole, action: Whole, target: Whole, tables: Tables) -> Whole:
    """A row each kind of event, sorted: actor, action, target, number of events."""
    actions, targets = max(len(tables.actions), 1), len(tables.actors) + 1
    code, count = np.unique((actor * actions + action) * targets + target + 1, return_counts=True)
    deed, target = np.divmod(code, targets)
    return np.stack([*np.divmod(deed, actions), target - 1, count], axis=1)


def _merged(deeds: Whole) -> Whole:
    """The rows with those of the same kind of event made into one."""
    kinds, inverse = np.unique(deeds[:, :3], axis=0, return_inverse=True)
    count = np.zeros(len(kinds), np.int64)
    np.add.at(count, inverse.ravel(), deeds[:, 3])
    return np.column_stack([kinds, count])


def _levels(levels: Whole, possible: Whole) -> Whole:
    """How many runs stand at each level at each time, shape (times, levels), from levels of shape (runs, times)."""
    run, time = np.nonzero(levels != UNKNOWN)
    shape = (levels.shape[1], len(possible))
    cell = time * shape[1] + np.searchsorted(possible, levels[run, time])
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
