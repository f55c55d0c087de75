"""The boxes that the patient rule induction method (PRIM) goes through: peeled from all runs, then pasted on.

A box has two faces for each parameter. Peeling looks at all of them: what it would take off a face is the twentieth of
the box's runs that lie nearest to it, and those that share the last one's value. It takes off what makes the outcome
most frequent in the rest for each run that goes, again and again, until nothing makes it more frequent or the rest
would be too few. Looking at few runs at a time, peeling takes too much off some faces. Pasting moves a face outwards
by as many runs as a peel of the box would take, as long as that makes the outcome more frequent, the best one first.

Where faces tie, the box that limits fewer parameters comes first, then that of the earlier parameter, its upper face
before the lower. So equal runs give equal boxes.

Source: Friedman and Fisher 1999, Bump hunting in high-dimensional data, Statistics and Computing 9, 123-143: top-down
peeling and bottom-up pasting of real-valued inputs, with the gain of the mean for each run taken off or added as
objective (where values are tied, faces differ in how many runs go, and the mean alone would take the greatest piece).
Bryant and Lempert 2010, Technological Forecasting and Social Change 77, 34-49, use it to find scenarios.
"""

from __future__ import annotations

import numpy as np

from sim.studies.discover.boxes import Box, Flags, Floats, Limit

PEEL, LEAST = 0.05, 0.05
"""The share of a box's runs that is peeled off at a time, and the share of all runs that a box has at least."""


def boxes(values: Floats, came: Flags) -> list[Box]:
    """The boxes from all runs to the smallest, and those pasted.

    Parameters
    ----------
    values : float64, shape (runs, parameters)
        What each run drew. One without a value (NaN) is in no box that limits the parameter.
    came : bool, shape (runs,)
        Whether the outcome came true.
    """
    faces = np.stack([-values.T, values.T], axis=1).reshape(-1, len(values))  # outside a face is what lies below it
    limits = np.full(len(faces), -np.inf)
    found = [limits]
    for moved in (_peeled, _pasted):
        while (after := _best(faces, came, limits, moved(faces, limits))) is not None:
            limits = after
            found.append(limits)
    return [_box(limits) for limits in found]


def _peeled(faces: Floats, limits: Floats) -> Floats:
    """Where each face would be after a peel; infinite if it cannot be peeled."""
    left = faces[:, _inside(faces, limits)]
    return _cut(left, _few(left.shape[1]))


def _pasted(faces: Floats, limits: Floats) -> Floats:
    """Where each face would be after a paste; infinite if it has nothing beyond it."""
    moved = np.full(len(limits), np.inf)
    few = _few(int(_inside(faces, limits).sum()))
    for face in np.flatnonzero(limits > -np.inf):
        without = limits.copy()
        without[face] = -np.inf
        beyond = faces[face, _inside(faces, without) & (faces[face] < limits[face])]
        if len(beyond):
            moved[face] = -_cut(-beyond, min(few, len(beyond) - 1))
    return moved


def _few(runs: int) -> int:
    """The place of the last of a peel's runs, from 0: a twentieth of them, one at least."""
    return int((runs - 1) * PEEL)


def _cut(values: Floats, place: int) -> Floats:
    """Half-way from the value at that place of the order, from 0, to the next greater one; infinite if none is."""
    last = np.partition(values, place, axis=-1)[..., place]
    after = np.min(values, axis=-1, where=values > last[..., np.newaxis], initial=np.inf)
    cut: Floats = last / 2 + after / 2
    return cut


def _best(faces: Floats, came: Flags, limits: Floats, moved: Floats) -> Floats | None:
    """The limits after the best of the moves, each of one face; None if none of them is allowed and gains."""
    within = _inside(faces, limits)
    runs, hits = int(within.sum()), int((within & came).sum())
    best, best_rank = None, (0.0, -len(limits))
    for face in np.flatnonzero(moved < np.inf):
        after = limits.copy()
        after[face] = moved[face]
        kept = faces[face] >= after[face]
        inside = within & kept if after[face] > limits[face] else _inside(faces, after)
        count = int(inside.sum())
        if count == runs or count / len(came) < LEAST:
            continue
        gain = (int((inside & came).sum()) * runs - hits * count) / (count * abs(count - runs))  # times `runs`
        rank = gain, -_limited(after)
        if gain > 0 and rank > best_rank:
            best, best_rank = after, rank
    return best


def _inside(faces: Floats, limits: Floats) -> Flags:
    """Which runs are in a box."""
    limited = limits > -np.inf
    within: Flags = np.all(faces[limited] >= limits[limited, np.newaxis], axis=0)
    return within


def _limited(limits: Floats) -> int:
    """How many parameters a box limits."""
    return int((limits.reshape(-1, 2) > -np.inf).any(axis=1).sum())


def _box(limits: Floats) -> Box:
    """The limits as people read them, by parameter, the lower one first."""
    found = []
    for parameter, (high, low) in enumerate(limits.reshape(-1, 2).tolist()):
        if low > -np.inf:
            found.append(Limit(parameter, low, above=True))
        if high > -np.inf:
            found.append(Limit(parameter, -high, above=False))
    return tuple(found)
