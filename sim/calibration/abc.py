"""Approximate Bayesian computation on a reference table: which runs come near the record, and what they say.

A table's row is a run that drew its own parameters. The rows nearest to the record are kept, the nearer the heavier,
and their parameters are moved by a regression to where they would be had the row been the record itself.

Distances are Euclid's over the statistics, each divided by its median absolute deviation over the table; the weights
are Epanechnikov's. The regression is local and linear (Beaumont, Zhang and Balding 2002, Genetics 162, 2025-2035); the
spread of what it leaves over is regressed too (Blum and François 2010, Statistics and Computing 20, 63-73).

The numbers are SciPy's and NumPy's. pyABC (ABC by sequential Monte Carlo) was considered: with several workers it
gives no reproducible result (its issue 392), while a row here is a pure function of the scenario, the seed and its
number, and can be played by anyone, in any order, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg, stats

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

_NOISE = 1e-16
"""Residuals whose share of the variance is smaller are none."""


@dataclass(frozen=True)
class Reference:
    """The rows of a table that can be compared with a record.

    line : float64, shape (rows, parameters), the parameters on the whole line.
    columns : float64, shape (statistics, rows), the statistics in units of their spread.
    spreads : float64, shape (statistics,), those units.
    """

    line: Floats
    columns: Floats
    spreads: Floats

    @classmethod
    def of(cls, line: Floats, statistics: Floats) -> Reference:
        """The table of these parameters, shape (rows, parameters), and statistics, shape (rows, statistics)."""
        units = spreads(statistics)
        return cls(line, np.ascontiguousarray((statistics / units).T), units)

    def __len__(self) -> int:
        """How many rows."""
        return len(self.line)

    def target(self, low: ArrayLike, high: ArrayLike) -> Target:
        """A record's bands in the table's units; `low` equals `high` where it gives a number."""
        return Target(np.asarray(low, float) / self.spreads, np.asarray(high, float) / self.spreads)


@dataclass(frozen=True, slots=True)
class Target:
    """What the statistics should be: anything from `low` to `high`, float64, shape (statistics,)."""

    low: Floats
    high: Floats

    def laid_over(self, points: Floats, generator: np.random.Generator) -> Iterator[Target]:
        """For each row of `points`, shape (rows, statistics), the target it would have been, had it been the record.

        A band as wide as the record's is laid over each value at random, so that the value may lie anywhere in it:
        who is told such a band knows just that the truth is inside.
        """
        wide = np.where(np.isfinite(self.high - self.low), self.high - self.low, 0.0)
        lows = points - generator.random(points.shape) * wide
        for low in lows:
            yield Target(low, low + wide)

    def distances(self, columns: Floats) -> Floats:
        """Euclid's distance of each row, shape (rows,), from the nearest point of the bands."""
        total = np.zeros(columns.shape[1])
        for column, low, high in zip(columns, self.low, self.high, strict=True):
            total += (column - low if low == high else column - np.clip(column, low, high)) ** 2
        return np.sqrt(total)

    def offsets(self, columns: Floats) -> Floats:
        """For each row, shape (rows, statistics), how far it is off the nearest point of each band; 0 inside."""
        low, high = self.low[:, np.newaxis], self.high[:, np.newaxis]
        return (columns - np.clip(columns, low, high)).T


@dataclass(frozen=True, slots=True)
class Accepted:
    """The rows nearest to a target.

    rows : int64, their places in the table, rising; distances, weights : float64, the same shape.
    tolerance : float, the distance from which on rows are too far.
    """

    rows: Numbers
    distances: Floats
    weights: Floats
    tolerance: float

    @property
    def effective(self) -> float:
        """How many rows of equal weight would say as much (Kish)."""
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())


def spreads(statistics: Floats) -> Floats:
    """The median absolute deviation of each column, as a standard deviation; of one that is mostly one value, its own.

    1 for a column that is always the same.
    """
    units = np.asarray(stats.median_abs_deviation(statistics, axis=0, scale="normal"))
    units = np.where(units > 0, units, statistics.std(axis=0))
    return np.where(units > 0, units, 1.0)


def nearest(reference: Reference, target: Target, *, count: int, without: int | None = None) -> Accepted:
    """The `count` rows nearest to the target, of equal ones the first; fewer if the last of them weigh nothing.

    without : a row that is left out.
    """
    distances = target.distances(reference.columns)
    if without is not None:
        distances[without] = np.inf
    count = min(count, len(distances) - 1)
    tolerance = float(np.partition(distances, count)[count])
    rows = np.flatnonzero(distances < tolerance)
    if not len(rows):  # so many are equally near
        rows = np.flatnonzero(distances == tolerance)[:count]
        return Accepted(rows, distances[rows], np.ones(len(rows)), tolerance)
    return Accepted(rows, distances[rows], 1 - (distances[rows] / tolerance) ** 2, tolerance)


def adjusted(values: Floats, offsets: Floats, weights: Floats) -> Floats:
    """The values, shape (rows, parameters), as they would be at offsets of 0.

    Local-linear regression on the offsets, shape (rows, statistics), of the values and of the logarithm of their
    squared residuals. The spread at the target is not taken beyond those that the rows show.
    """
    design = np.column_stack([np.ones(len(values)), offsets])
    slopes = _fit(design, values, weights)
    residuals = values - design @ slopes
    least = np.maximum(_NOISE * values.var(axis=0), np.finfo(float).tiny)
    noise = np.log(np.maximum(residuals**2, least))
    noise_slopes = _fit(design, noise, weights)
    level = design @ noise_slopes
    at_target = np.clip(noise_slopes[0], level.min(axis=0), level.max(axis=0))
    moved: Floats = slopes[0] + residuals * np.exp(0.5 * (at_target - level))
    return moved


def _fit(design: Floats, values: Floats, weights: Floats) -> Floats:
    """Weighted least squares; of a column that says nothing new the shortest coefficients."""
    root = np.sqrt(weights)[:, np.newaxis]
    found: Floats = linalg.lstsq(design * root, values * root, cond=1e-10)[0]
    return found


def at_target(reference: Reference, target: Target, accepted: Accepted) -> Floats:
    """The accepted rows' parameters on the whole line, shape (accepted, parameters), adjusted to the target."""
    offsets = target.offsets(reference.columns[:, accepted.rows])
    return adjusted(reference.line[accepted.rows], offsets, accepted.weights)


def quantiles(values: Floats, weights: Floats, shares: ArrayLike) -> Floats:
    """Weighted quantiles of each column, shape (shares, columns)."""
    found: Floats = np.quantile(values, np.asarray(shares, float), axis=0, weights=weights, method="inverted_cdf")
    return found
