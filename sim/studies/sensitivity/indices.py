"""Sobol indices: the share of the spread of a result's mean that each parameter brings about.

The spread is that of what infinitely many runs would give at each set of parameters, so it has no chance in it. The
first-order index is the share that is gone when a parameter is known, the total index what remains when all others
are. Estimators: Saltelli et al. 2010, table 2 (b) and (f), as in SALib, with the noise of few runs taken out
(:mod:`sim.studies.sensitivity.spread`); with one run a point they are SALib's, which are told beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.studies.sensitivity.design import problem
from sim.studies.sensitivity.inputs import Floats
from sim.studies.sensitivity.spread import Estimate, Estimates, jackknifed, product

OTHERS = "all others"
"""The parameters that are not looked at one by one, together."""


@dataclass(frozen=True, slots=True)
class Index:
    """First-order and total index of a parameter, or of :data:`OTHERS`.

    clear : whether the total index is above 0 beyond doubt, all of them considered; uncorrected : first-order and total
    index as SALib gives them, in which luck counts as effect; floor : by how much luck raised that total index.
    """

    id: str
    first: Estimate
    total: Estimate
    clear: bool
    uncorrected: tuple[float, float]
    floor: float

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "parameter": self.id,
            "first": self.first.as_list(),
            "total": self.total.as_list(),
            "clear": self.clear,
            "uncorrected": list(self.uncorrected),
            "floor": self.floor,
        }


@dataclass(frozen=True)
class Indices:
    """All of them, the largest total index first, and the variance that they are shares of.

    totals : the total indices with their joint errors, in that order. sum : of the first-order indices.
    """

    parameters: tuple[Index, ...]
    totals: Estimates
    variance: Estimate
    sum: Estimate


def indices(names: tuple[str, ...], responses: Floats, *, share: float) -> Indices | None:
    """What a design of Saltelli's says; None if the result does not move beyond luck.

    names : the groups. responses : shape (points, groups + 2, runs), in the order of the design. share : how often
    parameters without effect may be called clear, all of them taken together.
    """
    width = len(names)
    found = jackknifed(_statistics, _by_point(responses))
    if found.estimate(2 * width).low <= 0:
        return None
    raw = _uncorrected(names, responses)
    order = np.argsort(-found.values[width : 2 * width], kind="stable")
    strict = 1 - 2 * share / width
    parameters = tuple(
        Index(
            names[i],
            found.estimate(i),
            found.estimate(width + i),
            found.estimate(width + i, confidence=strict).low > 0,
            (float(raw[0][i]), float(raw[1][i])),
            max(float(raw[1][i] - found.values[width + i]), 0.0),
        )
        for i in order.tolist()
    )
    totals = found.chosen(width + order)
    first = np.zeros(2 * width + 1)
    first[:width] = 1.0
    return Indices(parameters, totals, found.estimate(2 * width), found.combined(first))


def _by_point(responses: Floats) -> Floats:
    """What the estimators average over points, a row a point: of each group the product for its first-order index and
    that for its total index, then the square and the mean for the variance."""
    centred = responses - responses.mean()
    a, b, mixed = centred[:, :1], centred[:, -1:], centred[:, 1:-1]
    first = product(np.broadcast_to(b, mixed.shape), mixed - a)
    total = product(a - mixed, a - mixed) / 2
    square, mean = (product(a, a) + product(b, b)) / 2, (a.mean(axis=-1) + b.mean(axis=-1)) / 2
    return np.concatenate([first, total, square, mean], axis=1)


def _statistics(rows: Floats) -> Floats:
    """First-order indices, then total ones, then the variance that they are shares of."""
    means = rows.mean(axis=0)
    variance = means[-2] - means[-1] ** 2
    shares = means[:-2] / variance if variance > 0 else np.zeros(len(means) - 2)
    return np.concatenate([shares, [variance]])


def _uncorrected(names: tuple[str, ...], responses: Floats) -> tuple[Floats, Floats]:
    """SALib's indices of the means over runs."""
    from SALib.analyze import sobol

    means = responses.mean(axis=-1).ravel()
    if np.ptp(means) == 0:
        return np.zeros(len(names)), np.zeros(len(names))
    found = sobol.analyze(problem(names), means, calc_second_order=False, num_resamples=2, seed=1)
    return np.asarray(found["S1"], float), np.asarray(found["ST"], float)
