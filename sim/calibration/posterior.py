"""What the accepted runs say of the parameters and of the statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from sim.calibration.abc import Accepted, Floats, Reference, Target, at_target, nearest, quantiles
from sim.calibration.ranges import Range

INTERVAL = 0.9
PREDICTIVE = 0.8
CORRELATED = 0.3
"""Correlations below this are not worth naming."""
_QUARTER, _NEAR, _PRESSED = 0.25, 0.1, 0.025
_SHARES = ((1 - INTERVAL) / 2, 0.5, (1 + INTERVAL) / 2)


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution in three numbers: median, and the ends of an interval that the reader knows."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Posterior:
    """The parameters of the accepted runs, adjusted to the record.

    ranges : the wide ranges that were drawn from. accepted : which rows, with their weights.
    line : float64, shape (accepted, parameters), on the whole line; draws : the same as values.
    """

    ranges: tuple[Range, ...]
    accepted: Accepted
    line: Floats
    draws: Floats

    @classmethod
    def of(cls, ranges: Sequence[Range], reference: Reference, target: Target, *, count: int) -> Posterior:
        """The posterior that the `count` rows nearest to the target give."""
        accepted = nearest(reference, target, count=count)
        line = at_target(reference, target, accepted)
        draws = np.column_stack([one.from_line(column) for one, column in zip(ranges, line.T, strict=True)])
        return cls(tuple(ranges), accepted, line, draws)

    @property
    def medians(self) -> Floats:
        """The median of each parameter."""
        return quantiles(self.draws, self.accepted.weights, [0.5]).ravel()

    def spread(self, number: int) -> Spread:
        """Median and 90 % interval of a parameter."""
        low, median, high = quantiles(self.draws[:, [number]], self.accepted.weights, _SHARES)[:, 0]
        return Spread(float(median), float(low), float(high))

    def prior(self, number: int) -> Spread:
        """The same of its wide range."""
        low, median, high = self.ranges[number].quantile(_SHARES)
        return Spread(float(median), float(low), float(high))

    def contraction(self, number: int) -> float:
        """1 − variance after / variance before, on the whole line, where the variance before is 1."""
        return 1 - float(np.cov(self.line[:, number], aweights=self.accepted.weights))

    def pressed(self, number: int) -> str:
        """The end of its range at which a parameter piles up, ``lower`` or ``upper``, or nothing.

        Its median lies in the outer quarter of the range's probability, and between the end and a tenth of the way to
        the median the density has not fallen to half of what it is on average up to the median. An end at 0, or at 1
        of a range from 0 on, is one of the parameter itself: nothing that the record could ask for lies beyond.
        """
        share = ndtr(self.line[:, number])
        low, high = self.ranges[number].support
        for end, from_end in (("lower", share), ("upper", 1 - share)):
            if low == 0 and (end == "lower" or high == 1):
                continue
            weights = self.accepted.weights / self.accepted.weights.sum()
            median = float(quantiles(from_end[:, np.newaxis], weights, [0.5])[0, 0])
            if median < _QUARTER and weights[from_end < _NEAR * median].sum() > _PRESSED:
                return end
        return ""

    def correlations(self) -> list[tuple[int, int, float]]:
        """Pairs of parameters whose correlation, on the whole line, is worth naming; the strongest first."""
        if len(self.ranges) < 2:
            return []
        covariance = np.cov(self.line.T, aweights=self.accepted.weights)
        deviations = np.sqrt(np.diag(covariance))
        matrix = covariance / np.outer(deviations, deviations)
        pairs = [(i, j, float(matrix[i, j])) for i in range(len(matrix)) for j in range(i + 1, len(matrix))]
        named = [pair for pair in pairs if abs(pair[2]) >= CORRELATED]
        return sorted(named, key=lambda pair: -abs(pair[2]))


@dataclass(frozen=True, slots=True)
class Predicted:
    """One statistic in all runs of the table and in the accepted ones: medians with 80 % intervals.

    defined : the weight of the accepted runs that define it. inside : whether the interval of the accepted runs meets
    what was observed.
    """

    before: Spread
    after: Spread
    defined: float
    inside: bool


def predicted(before: Floats, after: Floats, weights: Floats, *, low: float, high: float) -> Predicted:
    """A statistic in all runs and in the accepted ones, shape (runs,), NaN where it is not defined."""
    known = ~np.isnan(after)
    known_before = before[~np.isnan(before)]
    first = _spread(known_before, np.ones(len(known_before)))
    then = _spread(after[known], weights[known])
    share = float(weights[known].sum() / weights.sum())
    return Predicted(first, then, share, bool(then.low <= high and then.high >= low))


def _spread(values: Floats, weights: Floats) -> Spread:
    if not len(values):
        return Spread(np.nan, np.nan, np.nan)
    low, median, high = quantiles(values[:, np.newaxis], weights, [0.1, 0.5, 0.9])[:, 0]
    return Spread(float(median), float(low), float(high))
