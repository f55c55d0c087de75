"""The spectral radius of a matrix of mean direct effects: above 1 the model's events breed without end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from sim.studies.contagion.forest import Whole
from sim.studies.contagion.reproduction import Effects, Floats

LEAST_EVENTS = 30
"""Kinds with fewer events are left out: a handful that bred by luck would look like an epidemic."""
_TIMES = 400
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Radius:
    """The spectral radius with its 95 % interval (NaN: unknown).

    kinds : how many kinds of event the matrix has; in_cycles : the numbers of those that can lead back to themselves;
    left_out : the share of events whose kind was too rare.
    """

    value: float
    low: float
    high: float
    kinds: int
    in_cycles: tuple[int, ...]
    left_out: float


def radius(effects: Effects, *, seed: int) -> Radius:
    """The spectral radius, with an interval from 400 resamples of the runs.

    A resample moves the matrix by the influence of each run (:meth:`Effects.influence`), counted as often as the run
    was taken. The ends are those of the basic bootstrap, which takes back the radius's bias (Davison and Hinkley
    1997, section 5.2). Kinds that never lead back to themselves do not matter to it, and there it is 0.
    """
    events = effects.events
    often = np.flatnonzero(events >= LEAST_EVENTS)
    left_out = 1 - float(events[often].sum()) / max(float(events.sum()), 1.0)
    if not len(often):
        return Radius(float("nan"), float("nan"), float("nan"), 0, (), left_out)
    matrix = effects.matrix()[np.ix_(often, often)]
    inside = _in_cycles(matrix)
    if not len(inside):
        return Radius(0.0, 0.0, 0.0, len(often), (), left_out)
    kinds, matrix = often[inside], matrix[np.ix_(inside, inside)]
    value = float(_radii(matrix[np.newaxis])[0])
    low, high = _ends(effects, kinds.tolist(), matrix, value, seed)
    return Radius(value, low, high, len(often), tuple(kinds.tolist()), left_out)


def _in_cycles(matrix: Floats) -> Whole:
    """The kinds from which a way leads back."""
    _, group = connected_components(matrix > 0, directed=True, connection="strong")
    alone = np.bincount(group)[group] == 1
    return np.flatnonzero(~alone | (np.diagonal(matrix) > 0))


def _ends(effects: Effects, kinds: list[int], matrix: Floats, value: float, seed: int) -> tuple[float, float]:
    runs = effects.forest.runs
    if runs < 2:
        return float("nan"), float("nan")
    rows, columns = np.nonzero(matrix)
    influence = np.column_stack([effects.influence(kinds[a], kinds[b]) for a, b in zip(rows, columns, strict=True)])
    dice = np.random.default_rng([seed, 5])
    found = []
    for _ in range(0, _TIMES, _AT_ONCE):
        taken = dice.multinomial(runs, np.full(runs, 1 / runs), size=_AT_ONCE) - 1.0
        moved = np.broadcast_to(matrix, (_AT_ONCE, *matrix.shape)).copy()
        moved[:, rows, columns] = np.maximum(moved[:, rows, columns] + taken @ influence, 0.0)
        found.append(_radii(moved))
    low, high = np.quantile(np.concatenate(found), (0.025, 0.975))
    return max(2 * value - float(high), 0.0), 2 * value - float(low)


def _radii(matrices: Floats) -> Floats:
    radii: Floats = np.abs(np.linalg.eigvals(matrices)).max(axis=-1)
    return radii
